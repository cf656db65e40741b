"""Stream records as traces: which writes they are, what each costs, and what they cannot answer."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_recording import events_of
from tests.foresight.test_scenarios import ON_DEMAND, START, key_of, scenario
from tests.foresight.test_trace_command import made, scenarios, trace
from thermodynamo.foresight.runs.simulation import simulate
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"
EXPIRED = {"principalId": "dynamodb.amazonaws.com", "type": "Service"}


def record(name: str, number: int, **more: Any) -> dict[str, Any]:
    """A record with the members that Lambda gets (Lambda developer guide, Using Lambda with DynamoDB)."""
    change = {
        "ApproximateCreationDateTime": float(START + number), "Keys": {"pk": {"S": f"{number}"}},
        "SequenceNumber": f"{number}00000000000000000001", "SizeBytes": 3, "StreamViewType": "NEW_AND_OLD_IMAGES",
        **more.pop("change", {}),
    }  # fmt: skip
    return {
        "eventID": f"{name}{number}", "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1", "dynamodb": change, "eventSourceARN": ARN, **more,
    }  # fmt: skip


def item(number: int, letters: int, **more: str) -> dict[str, Any]:
    """An item of 3 bytes for its key, 1 + `letters` for its text, and those of more strings."""
    return {"pk": {"S": f"{number}"}, "x": {"S": "x" * letters}, **{name: {"S": text} for name, text in more.items()}}


def test_an_event_of_lambda_is_three_kinds_of_writes_and_an_expiry(tmp_path: Path) -> None:
    change = {"NewImage": item(2, 96), "OldImage": item(2, 1_996)}
    records = [
        record("INSERT", 1, change={"NewImage": item(1, 996)}),
        record("MODIFY", 2, change=change),
        record("REMOVE", 1, change={"OldImage": item(1, 996)}),
        record("REMOVE", 2, change={"OldImage": item(2, 96)}, userIdentity=EXPIRED),
        record("MODIFY", 2, change=change),
        record("MODIFY", 3, change={"NewImage": {"pk": {"S": "3"}, "n": {"N": "many"}}}),
        {"Records": 3}, "none",
    ]  # fmt: skip
    (tmp_path / "event.json").write_text(json.dumps({"Records": records}, indent=2))
    out = made("convert", tmp_path / "event.json", tmp_path / "t.jsonl", "--streams")
    assert "4 accesses" in out and "spread evenly" in out
    assert "1 passed over, the record was delivered before (first at event.json, record 5)" in out
    assert "1 passed over, the key or an image is no item of DynamoDB (first at event.json, record 6)" in out
    assert "2 passed over, the record is none of a stream (first at event.json, record 7)" in out
    source, *events = events_of(tmp_path / "t.jsonl")
    assert (source.kind, source.operation) == ("source", "stream")
    assert [(each.kind, each.operation, each.size, each.old_size, each.region) for each in events] == [
        ("write", "PutItem", 1_000, None, "eu-west-1"), ("write", "DeleteItem", 0, 1_000, "eu-west-1"),
        ("write", "UpdateItem", 100, 2_000, "eu-west-1"), ("expiry", "", None, None, "eu-west-1"),
    ]  # fmt: skip
    assert {each.key for each in events} == {key_of("1"), key_of("2")}
    plain = scenarios(tmp_path, 'table = "orders"\nkey = "pk"\n')
    (scenario,) = of_json(str(tmp_path / "t.jsonl"), "--scenarios", plain)["scenarios"]
    # The larger of both images: 1,000, 1,000 and 2,000 bytes.
    assert scenario["tables"][0]["write_units"] == 4.0
    assert "reads, false conditions" in scenario["notes"][0]


def test_records_of_kinesis_are_unwrapped(tmp_path: Path) -> None:
    at = (START + 1) * 1_000_000 + 5
    inner = record("INSERT", 1, tableName="music", change={"NewImage": item(1, 1), "ApproximateCreationDateTime": at,
                                        "ApproximateCreationDateTimePrecision": "MICROSECOND"})  # fmt: skip
    del inner["eventSourceARN"]
    old = json.loads(json.dumps(inner))
    old["eventID"] = "old"
    old["dynamodb"]["ApproximateCreationDateTime"] = at // 1_000
    del old["dynamodb"]["ApproximateCreationDateTimePrecision"]
    data = b64encode(json.dumps(inner).encode()).decode()
    lines = [{"eventSource": "aws:kinesis", "kinesis": {"data": data}}, {"StreamArn": "s", "Data": old}, {"Data": "%"}]
    (tmp_path / "run.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    out = made("convert", tmp_path / "run.jsonl", tmp_path / "t.jsonl", "--streams")
    assert "2 accesses" in out and "1 passed over, the data of the record is no JSON in base 64" in out
    first, second = events_of(tmp_path / "t.jsonl")[1:]
    assert (first.at_us, second.at_us) == (at // 1_000 * 1_000, at) and first.table_name == "music"


@pytest.mark.parametrize(
    ("name", "view", "size_bytes", "expected"),
    [
        ("INSERT", "NEW_IMAGE", 1_003, (1_000, None)),
        ("MODIFY", "NEW_IMAGE", 1_003, (1_000, None)),
        ("REMOVE", "NEW_IMAGE", 3, (0, None)),
        ("INSERT", "OLD_IMAGE", 3, (None, None)),
        ("MODIFY", "OLD_IMAGE", 1_003, (1_000, 1_000)),
        ("REMOVE", "OLD_IMAGE", 1_003, (0, 1_000)),
        ("INSERT", "NEW_AND_OLD_IMAGES", 1_003, (1_000, None)),
        ("MODIFY", "NEW_AND_OLD_IMAGES", 2_003, (1_000, 1_000)),
        ("REMOVE", "NEW_AND_OLD_IMAGES", 1_003, (0, 1_000)),
        ("MODIFY", "KEYS_ONLY", 3, (None, None)),
    ],
)
def test_without_images_the_size_is_what_the_key_leaves(
    tmp_path: Path, name: str, view: str, size_bytes: int, expected: tuple[int | None, int | None]
) -> None:
    (tmp_path / "r.jsonl").write_text(
        json.dumps(record(name, 1, change={"SizeBytes": size_bytes, "StreamViewType": view})) + "\n"
    )
    made("convert", tmp_path / "r.jsonl", tmp_path / "t.jsonl", "--streams")
    assert [(each.size, each.old_size) for each in events_of(tmp_path / "t.jsonl")[1:]] == [expected]


def test_a_key_of_two_attributes_and_a_table_must_be_told(tmp_path: Path) -> None:
    """The records of `aws dynamodbstreams get-records` name no table; times are ISO 8601 there."""
    one = record("INSERT", 1, change={
        "Keys": {"sk": {"N": "7.0"}, "pk": {"S": "a"}}, "NewImage": {"sk": {"N": "7.0"}, "pk": {"S": "a"}},
        "ApproximateCreationDateTime": "2026-01-01T01:00:00+01:00"})  # fmt: skip
    del one["eventSourceARN"]
    (tmp_path / "r.json").write_text(json.dumps({"Records": [one], "NextShardIterator": "..."}))
    place = tmp_path / "r.json", tmp_path / "t.jsonl", "--streams"
    for more, message in (
        ((), "give --set table=NAME"),
        (("--set", "table=orders"), "give --key TABLE=PARTITION,SORT"),
        (("--set", "table=orders", "--key", "orders=pk"), "has other attributes than --key"),
        (("--set", "table=orders", "size=3"), "--streams knows its names"),
    ):
        done = trace("convert", *place, *more)
        assert done.returncode == 1 and message in done.stderr, done.stderr
    made("convert", *place, "--set", "table=orders", "--key", "orders=pk,sk")
    (event,) = events_of(tmp_path / "t.jsonl")[1:]
    assert event.key == keys.item_key(keys.part("S", "a"), keys.part("N", "7")) and event.at_us == START * 1_000_000


def test_what_asks_for_reads_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text(json.dumps(record("INSERT", 1, change={"NewImage": item(1, 9)})) + "\n")
    made("convert", tmp_path / "r.jsonl", tmp_path / "t.parquet", "--streams")
    plain = 'table = "orders"\nkey = "pk"\n'
    for more, message in (
        ("read_units_max = 5", "read_units_max needs reads, and a stream has writes alone; record with"),
        ("read_units = 5\nwrite_units = 5\n[scenario.tables.read_scaling]\nleast = 1\nmost = 9", "read_scaling needs"),
    ):
        done = foresee(str(tmp_path / "t.parquet"), "--scenarios", scenarios(tmp_path, plain + more))
        assert done.returncode == 1 and message in done.stderr, done.stderr


def test_a_new_index_meets_what_it_would_have_met_on_the_server(tmp_path: Path) -> None:
    """The records of a server's own stream are replayed with an index that it had: as many units are written to it."""
    world = Recorded(tmp_path / "run.jsonl")
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    world.create("orders", StreamSpecification=stream)
    index = {"IndexName": "byStatus", "Projection": {"ProjectionType": "ALL"},
             "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]}  # fmt: skip
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status")]
    more: dict[str, Any] = {"GlobalSecondaryIndexes": [index], "AttributeDefinitions": attributes}
    world.create("indexed", StreamSpecification=stream, **more)
    for table in ("orders", "indexed"):
        for number in range(12):
            new = item(number % 4, 100 * number, status="new" if number < 6 else "done")
            if number % 3 == 2:
                del new["status"]
            world.call("PutItem", {"TableName": table, "Item": new})
        world.call("DeleteItem", {"TableName": table, "Key": {"pk": {"S": "1"}}})
    world.pass_seconds(5)
    indexed = next(each for each in world.tables if each.schema.name == "indexed").indexes["byStatus"]
    report = indexed.keyspace.admission.report(world.service.clock.now())
    assert report is not None and report.writes.total > 20
    records = tmp_path / "records.json"
    records.write_text(json.dumps({"Records": read_stream(world, "orders")}))
    made("convert", records, tmp_path / "t.jsonl", "--streams", "--set", "table=orders")
    planned = 'table = "orders"\nkey = "pk"\n[[scenario.tables.indexes]]\nname = "byStatus"\npartition = "status"\n'
    (scenario,) = of_json(str(tmp_path / "t.jsonl"), "--scenarios", scenarios(tmp_path, planned))["scenarios"]
    units = {each["index"]: each["write_units"] for each in scenario["tables"]}
    assert units["byStatus"] == report.writes.total / 2


def read_stream(world: Recorded, table: str) -> list[Any]:
    """All records of a table's stream, shard by shard."""
    target = "DynamoDBStreams_20120810"
    described = world.call("DescribeTable", {"TableName": table})["Table"]["LatestStreamArn"]
    records: list[Any] = []
    for shard in world.call("DescribeStream", {"StreamArn": described}, target)["StreamDescription"]["Shards"]:
        at = {"StreamArn": described, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = world.call("GetShardIterator", at, target)["ShardIterator"]
        records += world.call("GetRecords", {"ShardIterator": iterator}, target)["Records"]
    return records


def test_an_expiry_costs_nothing_and_removes_the_item(tmp_path: Path) -> None:
    later = {"ApproximateCreationDateTime": START + 9}
    records = [
        record("INSERT", 1, change={"NewImage": item(1, 996)}),
        record("REMOVE", 1, change=later, userIdentity=EXPIRED),
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    made("convert", tmp_path / "r.jsonl", tmp_path / "t.jsonl", "--streams")
    found = Trace(tmp_path / "t.jsonl")
    outcome = simulate(found, scenario(tables=[ON_DEMAND]), found.summary())
    (table,) = outcome.keyspaces.values()
    assert (table.write_half_units, table.item_count) == (2, 0)
