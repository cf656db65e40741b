"""What files hold comes into tables: all of it, once, or nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from thermodynamo import seeds
from thermodynamo.seeds import sowing
from thermodynamo.seeds.seed import SeedError
from thermodynamo.seeds.service_soil import ServiceSoil
from thermodynamo.seeds.sowing import Sown
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

DEFINITION: dict[str, Any] = {
    "TableName": "Music",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "year", "AttributeType": "N"},
    ],
    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-year",
            "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
}


@pytest.fixture
def service() -> Service:
    return Service(Config(clock="virtual", table_delay_seconds=60))


def sow(service: Service, *paths: Path, told: Any = None) -> Sown:
    soil = ServiceSoil(service, service.caller)
    found = [seeds.load(path) for path in paths]
    return sowing.sow(found, soil, told) if told is not None else sowing.sow(found, soil)


def written(path: Path, *lines: Any) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def items_of(service: Service, **more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.call("Scan", {"TableName": "Music", **more})["Items"]
    return sorted(found, key=lambda item: str(item["id"]))


def records_of(service: Service) -> list[str]:
    arn = service.call("DescribeTable", {"TableName": "Music"})["Table"]["LatestStreamArn"]
    (shard,) = service.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"]
    request = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = service.call("GetShardIterator", request)["ShardIterator"]
    records = service.call("GetRecords", {"ShardIterator": iterator})["Records"]
    return [record["eventName"] for record in records]


def test_tables_are_made_with_their_settings_and_items_are_in_indexes_and_streams(
    service: Service, tmp_path: Path
) -> None:
    path = written(tmp_path / "seed.jsonl", DEFINITION, {"id": "a", "year": 1999}, {"id": "b", "x": {"y": [1]}})
    sown = sow(service, path)
    assert sown == Sown(("Music",), 2, ())
    described = service.call("DescribeTable", {"TableName": "Music"})["Table"]
    assert described["TableStatus"] == "ACTIVE"
    live = service.call("DescribeTimeToLive", {"TableName": "Music"})["TimeToLiveDescription"]
    assert live == {"AttributeName": "expires", "TimeToLiveStatus": "ENABLED"}
    assert items_of(service) == [
        {"id": {"S": "a"}, "year": {"N": "1999"}},
        {"id": {"S": "b"}, "x": {"M": {"y": {"L": [{"N": "1"}]}}}},
    ]
    assert items_of(service, IndexName="by-year") == [{"id": {"S": "a"}, "year": {"N": "1999"}}]
    assert records_of(service) == ["INSERT", "INSERT"]


def test_sown_again_nothing_changes(service: Service, tmp_path: Path) -> None:
    path = written(tmp_path / "seed.jsonl", DEFINITION, {"id": "a"}, {"id": "b"})
    sow(service, path)
    sequence = service.database.sequence
    assert sow(service, path) == Sown((), 2, ())
    assert service.database.sequence == sequence
    written(path, DEFINITION, {"id": "a", "new": 1}, {"id": "b"})
    sow(service, path)
    assert records_of(service) == ["INSERT", "INSERT", "MODIFY"]


def test_no_limit_is_asked(service: Service, tmp_path: Path) -> None:
    lines = [{"id": str(number), "text": "x" * 3000} for number in range(400)]
    assert sow(service, written(tmp_path / "seed.jsonl", DEFINITION, *lines)).item_count == 400
    service.call("PutItem", {"TableName": "Music", "Item": {"id": {"S": "new"}}})


def test_definitions_and_items_may_stand_in_several_files(service: Service, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    csv = written(tmp_path / "Music.csv", "id,year,note", "a,1,x", "b,,")
    definition = written(tmp_path / "tables.json", DEFINITION)
    sow(service, csv, definition, told=lambda *what: told.append(what))
    assert items_of(service) == [{"id": {"S": "a"}, "year": {"N": "1"}, "note": {"S": "x"}}, {"id": {"S": "b"}}]
    assert told == [("checking", 1, None), ("checking", 2, None), ("loading", 2, 2)]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([{"id": "a"}, {"idx": "b"}], r"seed.jsonl, line 3: table Music: .*Missing the key id in the item"),
        ([{"id": "a"}, {"id": 5}], r"line 3: table Music: .*Type mismatch for key id expected: S actual: N"),
        ([{"id": "a"}, {"id": "b", "year": "x"}], r"line 3: .*Type mismatch for Index Key year"),
        ([{"id": "a"}, {"id": "b", "x": "y" * 420_000}], r"line 3: .*Item size has exceeded"),
        ([{"id": {"S": "a"}, "n": {"N": "one"}}], r"line 2: .*cannot be converted to a numeric value"),
        ([{"id": {"S": "a"}, "n": {"N": 5}}], r"line 2: table Music: .*"),
        ([{"id": "a"}, "{"], "line 3: this is no JSON"),
        ([{**DEFINITION, "TableName": "T"}], "line 2: table T, CreateTable: ValidationException"),
        (
            [{**DEFINITION, "TableName": "Two", "TimeToLiveSpecification": {"AttributeName": ""}}],
            "line 2: table Two, UpdateTimeToLive",
        ),
    ],
)
def test_files_that_are_wrong_load_nothing(service: Service, tmp_path: Path, lines: list[Any], reason: str) -> None:
    with pytest.raises(SeedError, match=reason):
        sow(service, written(tmp_path / "seed.jsonl", DEFINITION, *lines))
    assert service.call("ListTables", {})["TableNames"] == []
    assert service.database.sequence == 0


def test_a_table_that_is_another_one_is_not_touched(service: Service, tmp_path: Path) -> None:
    sow(service, written(tmp_path / "seed.jsonl", DEFINITION))
    other = {**DEFINITION, "KeySchema": [*DEFINITION["KeySchema"], {"AttributeName": "year", "KeyType": "RANGE"}]}
    path = written(tmp_path / "other.jsonl", other, {"id": "a", "year": 1})
    with pytest.raises(SeedError, match=r"other.jsonl, line 1: table Music is there already, with another KeySchema"):
        sow(service, path)
    assert items_of(service) == []
    fewer = {**DEFINITION, "AttributeDefinitions": DEFINITION["AttributeDefinitions"][:1]}
    del fewer["GlobalSecondaryIndexes"]
    with pytest.raises(SeedError, match="with another"):
        sow(service, written(tmp_path / "fewer.jsonl", fewer))


def test_items_of_a_table_that_is_not_there_are_refused(service: Service, tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"Music.jsonl, line 1: there is no table Music, and no file defines it"):
        sow(service, written(tmp_path / "Music.jsonl", {"id": "a"}))


def test_items_come_into_a_table_that_is_there(service: Service, tmp_path: Path) -> None:
    sow(service, written(tmp_path / "seed.jsonl", DEFINITION))
    service.call("UpdateTable", {"TableName": "Music", "DeletionProtectionEnabled": True})
    sow(service, written(tmp_path / "Music.jsonl", {"id": "a"}))
    assert items_of(service) == [{"id": {"S": "a"}}]


def test_what_is_sown_is_kept(tmp_path: Path) -> None:
    config = Config(data_dir=str(tmp_path / "data"))
    service = Service(config)
    sow(service, written(tmp_path / "seed.jsonl", DEFINITION, {"id": "a"}))
    service.close()
    again = Service(config)
    assert items_of(again) == [{"id": {"S": "a"}}]
    again.close()
