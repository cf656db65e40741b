"""Seeded writes of every kind, snapshots, forks, restores and new regions: a search finds what a Scan says.

Each database is replayed.
"""

import random

import pytest

from tests.simulation.vectors import DIMENSIONS, TABLE, check, create, vector_index, write
from thermodynamo.api.caller import Caller
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.tables.snapshot import Scope


@pytest.mark.parametrize("seed", range(4))
def test_searches_find_what_the_table_holds(seed: int) -> None:
    chance = random.Random(seed)
    service = Service(Config(capacity="off", index_delay_seconds="0"))
    create(service)
    other = Caller("111111111111", "us-east-1")
    names = ["by-kind", "whole"]
    for step in range(160):
        write(service, chance)
        if step == 60:
            service.call("UpdateTable", {"TableName": TABLE, "VectorIndexUpdates": [{"Create": vector_index("dots")}]})
            service.turn(0)
            names.append("dots")
        if step == 90:
            service.snapshot("kept", Scope(service.caller.account))
            service.fork(service.caller, other)
        if step > 90:
            write(service, chance, other)
            check(service, chance, chance.choice(names), other)
        if step == 120:
            service.restore("kept")
            check(service, chance, "whole")
        if step == 140:
            service.call("UpdateTable", {"TableName": TABLE, "VectorIndexUpdates": [{"Delete": {"IndexName": "dots"}}]})
            service.turn(0)
            # The fork keeps its own.
            check(service, chance, "dots", other)
            names.remove("dots")
        check(service, chance, chance.choice(["by-kind", "whole"]))


def test_what_was_due_stays_so_when_the_clock_is_turned_back() -> None:
    service = Service(Config(capacity="off", index_delay_seconds="5", clock="virtual"))
    service.snapshot("start")
    create(service)
    item = {"id": {"S": "x"}, "kind": {"S": "a"}, "v": {"L": [{"N": "1"}] * DIMENSIONS}}
    service.call("PutItem", {"TableName": TABLE, "Item": item})
    service.clock.move_to(service.clock.now() + 60)
    service.snapshot("account", Scope(service.caller.account))
    service.restore("start")
    service.restore("account")
    service.turn(1)
    search = {"TableName": TABLE, "IndexName": "whole", "SearchVector": [{"N": "1"}] * DIMENSIONS, "TopK": 5}
    assert [each["Item"]["id"] for each in service.call("SearchVectors", search)["SearchResults"]] == [{"S": "x"}]


def test_a_lagging_index_catches_up() -> None:
    chance = random.Random(6)
    service = Service(Config(capacity="off", index_delay_seconds="5-9"))
    create(service)
    item = {"id": {"S": "x"}, "kind": {"S": "a"}, "v": {"L": [{"N": "1"}] * DIMENSIONS}}
    service.call("PutItem", {"TableName": TABLE, "Item": item})
    search = {"TableName": TABLE, "IndexName": "whole", "SearchVector": [{"N": "1"}] * DIMENSIONS, "TopK": 5}
    assert service.call("SearchVectors", search)["SearchResults"] == []
    service.turn(9)
    assert [each["Item"]["id"] for each in service.call("SearchVectors", search)["SearchResults"]] == [{"S": "x"}]
    for _ in range(60):
        write(service, chance)
    service.turn(60)
    check(service, chance, "by-kind")
    check(service, chance, "whole")


def test_a_new_region_has_the_index_and_the_vectors() -> None:
    chance = random.Random(7)
    service = Service(Config(capacity="off"))
    create(service)
    for _ in range(40):
        write(service, chance)
    service.call("UpdateTable", {"TableName": TABLE, "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]})
    service.turn(60)
    there = Caller(service.caller.account, "eu-west-1")
    described = service.call("DescribeTable", {"TableName": TABLE}, there)["Table"]["VectorIndexes"]
    assert [(index["IndexName"], index["IndexStatus"]) for index in described] == [
        ("by-kind", "ACTIVE"),
        ("whole", "ACTIVE"),
    ]
    for _ in range(40):
        write(service, chance, chance.choice((None, there)))
        service.turn(2)
        check(service, chance, "by-kind", there)
        check(service, chance, "whole")
    service.call("UpdateTable", {"TableName": TABLE, "VectorIndexUpdates": [{"Create": vector_index("dots")}]})
    service.turn(60)
    check(service, chance, "dots", there)


def test_what_is_restored_has_the_index() -> None:
    """A backup records what the index was made as. A restore to a second takes back what was written since."""
    chance = random.Random(8)
    service = Service(Config(capacity="off", clock="virtual"))
    create(service)
    setting = {"PointInTimeRecoveryEnabled": True}
    service.call("UpdateContinuousBackups", {"TableName": TABLE, "PointInTimeRecoverySpecification": setting})
    for _ in range(60):
        write(service, chance)
    arn = service.call("CreateBackup", {"TableName": TABLE, "BackupName": "kept"})["BackupDetails"]["BackupArn"]
    features = service.call("DescribeBackup", {"BackupArn": arn})["BackupDescription"]["SourceTableFeatureDetails"]
    described = [
        {**index, "SearchSchema": sorted(index["SearchSchema"], key=str)} for index in features["VectorIndexes"]
    ]
    given = [vector_index("by-kind"), vector_index("whole")]
    assert described == [{**index, "SearchSchema": sorted(index["SearchSchema"], key=str)} for index in given]
    service.turn(5)
    instant = service.clock.now()
    items = service.call("Scan", {"TableName": TABLE})["Items"]
    service.turn(5)
    for _ in range(40):
        write(service, chance)
    service.turn(400)
    service.call("DeleteItem", {"TableName": TABLE, "Key": {"id": {"S": "i1"}}})
    service.call("RestoreTableFromBackup", {"BackupArn": arn, "TargetTableName": "from-backup"})
    then = {"SourceTableName": TABLE, "TargetTableName": "from-second", "RestoreDateTime": int(instant)}
    service.call("RestoreTableToPointInTime", then)
    service.turn(0)
    for name in ("from-backup", "from-second"):
        check(service, chance, "by-kind", table=name)
        check(service, chance, "whole", table=name)
    assert sorted(map(str, service.call("Scan", {"TableName": "from-second"})["Items"])) == sorted(map(str, items))
