"""Long items that reach a replica or a restored table: a step decodes and measures a piece of one, for all indexes."""

from typing import Any

import pytest

from tests.hostile.test_index_filling import GLOBAL, VECTORS, create, put
from tests.hostile.test_long_pages import ACCOUNT, call
from tests.hostile.test_vector_drafts import LONG, MEMBERS, OTHER, Meter
from thermodynamo.api.caller import Caller
from thermodynamo.server.application import Application, build
from thermodynamo.settings.config import Config
from thermodynamo_storage.tables import delivery
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import long_items

COUNT = 3
GROUP = {"S": "g"}
HERE, ELSEWHERE = "us-east-1", "eu-west-1"


def table(made: Application, name: str, region: str = HERE) -> Table:
    return made.service.namespace(Caller(ACCOUNT, region)).tables[name]


def contents(held: Table) -> list[Any]:
    """The items and what each global index has."""
    held.check()
    return [list(each.range(b"", None)) for _, each in held.keyspaces()]


def worked_off(made: Application, meter: Meter) -> None:
    """Takes what is done for replicas and restored tables to its end, and looks at what each step did."""
    database, now = made.service.database, made.service.clock.now()
    is_busy = True
    while is_busy:
        is_busy = made.service.upkeep.step()
        for step in (database.step_replicas, database.step_restores):
            meter.read()
            is_busy |= step(64, now)
            decoded_bytes, measured, compared = meter.read()
            assert decoded_bytes <= 2 * delivery.STEPS_AT_ONCE * long_items.PART_BYTES
            assert max(measured, compared) <= (delivery.STEPS_AT_ONCE + 1) * long_items.STEP_VALUES < MEMBERS


@pytest.mark.parametrize("capacity", ["off", "observe"])
def test_long_items_fill_a_replica_and_reach_it_in_steps(capacity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = build(Config(capacity=capacity))
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    create(made, "items", GlobalSecondaryIndexes=GLOBAL, StreamSpecification=stream)
    for number in range(COUNT):
        put(made, "items", number, LONG, GROUP)
    meter = Meter(monkeypatch)
    creation = {"Create": {"RegionName": ELSEWHERE}}
    call(made, "UpdateTable", {"TableName": "items", "ReplicaUpdates": [creation]})
    worked_off(made, meter)
    assert contents(table(made, "items", ELSEWHERE)) == contents(table(made, "items"))
    for number in range(COUNT + 1):
        put(made, "items", number, OTHER, GROUP)
    call(made, "DeleteItem", {"TableName": "items", "Key": {"pk": {"S": "0"}}})
    worked_off(made, meter)
    assert contents(table(made, "items", ELSEWHERE)) == contents(table(made, "items"))


def test_tables_are_restored_to_a_second_in_steps_and_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    made = build(Config(capacity="off", clock="virtual"))
    create(made, "items", GlobalSecondaryIndexes=GLOBAL)
    create(made, "vectors", VectorIndexes=VECTORS)
    recovered = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    for name in ("items", "vectors"):
        call(made, "UpdateContinuousBackups", {"TableName": name, **recovered})
        for number in range(COUNT):
            put(made, name, number, LONG, GROUP)
    made.service.turn(600)
    wanted = {name: contents(table(made, name)) for name in ("items", "vectors")}
    instant = int(made.service.clock.now())
    made.service.turn(600)
    for name in ("items", "vectors"):
        for number in range(COUNT + 1):
            put(made, name, number, OTHER, {"S": "h"})
        call(made, "DeleteItem", {"TableName": name, "Key": {"pk": {"S": "0"}}})
    made.service.turn(600)
    meter = Meter(monkeypatch)
    for name in ("items", "vectors"):
        for number in range(2):
            restored = {"SourceTableName": name, "TargetTableName": f"{name}-{number}", "RestoreDateTime": instant}
            call(made, "RestoreTableToPointInTime", restored)
    worked_off(made, meter)
    for name in ("items", "vectors"):
        assert [contents(table(made, f"{name}-{number}")) for number in range(2)] == [wanted[name]] * 2
