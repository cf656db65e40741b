"""What is recorded: by a server over HTTP, by a block in a test, by pytest's plugin."""

import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import orjson
import pytest

from tests.foresight.recorded import Recorded, truth
from tests.golden.wire import headers_of
from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.settings.config import Config
from thermodynamo.testing import local_dynamodb
from thermodynamo.testing.server_process import ServerProcess

pytest.importorskip("duckdb")

TABLE: dict[str, Any] = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 1},
}


def events_of(path: Path) -> list[Event]:
    return [Event(*event) for events in Trace(path).events() for event in events]


def drain(client: Any) -> int:
    """Writes until the table refuses; returns how many writes it took."""
    client.create_table(**TABLE)
    for number in range(400):
        try:
            client.put_item(TableName="orders", Item={"pk": {"S": f"{number}"}, "x": {"S": "x" * 3_000}})
        except client.exceptions.ProvisionedThroughputExceededException:
            return number
    raise AssertionError("it never refused")


def test_a_server_records_and_its_recording_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "run.parquet"
    server = ServerProcess({"record": str(path), "clock": "virtual"})
    named = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}
    client = boto3.client("dynamodb", endpoint_url=server.endpoint, **named)
    client.meta.events.register("needs-retry.dynamodb", lambda **_: None)
    served = drain(client)
    server.stop()
    events = events_of(path)
    assert [event.kind for event in events[:2]] == ["settings", "call"]
    writes = [event for event in events if event.kind == "write"]
    assert sum(event.reason is None for event in writes) == served
    refused = [event for event in writes if event.reason is not None]
    assert refused and {event.reason for event in refused} == {"TableWriteProvisionedThroughputExceeded"}
    assert [event.attempt for event in refused][:2] == [1, 2]
    outcome = Outcome()
    trace = Trace(path)
    ExactReplay(Config(**trace.settings()), outcome).run(trace.batches())
    assert outcome.refused == {"TableWriteProvisionedThroughputExceeded": len(refused)}


def test_a_long_request_that_is_refused_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    server = ServerProcess({"record": str(path)})
    long = {"Key": "k" * 2_000_000, "Value": "v"}
    refused, carried_out = {**TABLE, "Tags": [long]}, {**TABLE, "Unknown": [long]}
    assert [_status(server.endpoint, request) for request in (refused, carried_out, carried_out)] == [400, 200, 400]
    server.stop()
    calls = [event for event in events_of(path) if event.kind == "call"]
    assert [orjson.loads(event.detail or "") for event in calls] == [TABLE]


def _status(endpoint: str, request: dict[str, Any]) -> int:
    """The status of a CreateTable."""
    connection = HTTPConnection(endpoint.removeprefix("http://"))
    connection.request("POST", "/", orjson.dumps(request), headers_of("CreateTable", "000000000000"))
    return connection.getresponse().status


def test_a_block_records_its_tables_too(tmp_path: Path) -> None:
    path = tmp_path / "block.jsonl"
    with local_dynamodb(tables=[TABLE], record=str(path)) as made:
        client = made.client()
        client.put_item(TableName="orders", Item={"pk": {"S": "a"}})
        client.get_item(TableName="orders", Key={"pk": {"S": "a"}})
        client.get_item(TableName="orders", Key={"pk": {"S": "b"}}, ConsistentRead=True)
    events = events_of(path)
    assert [event.kind for event in events] == ["settings", "call", "write", "read", "read"]
    assert [event.half_units for event in events[2:]] == [None, 1, 2]
    assert events[2].size == 3 and events[2].old_size is None and events[2].detail == '{"pk":{"S":"a"}}'


def test_the_plugin_records_each_test(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_one(dynamodb):\n"
        f"    dynamodb.load([{TABLE!r}])\n"
        "    dynamodb.client().put_item(TableName='orders', Item={'pk': {'S': 'a'}})\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--dynamodb-record", "traces"]
    done = subprocess.run([*command, "test_it.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    (path,) = (tmp_path / "traces").iterdir()
    assert path.name == "test_it.py-test_one.parquet"
    assert [event.kind for event in events_of(path)] == ["settings", "call", "write"]


def test_auto_scaling_and_expiry_come_again(tmp_path: Path) -> None:
    world = Recorded(tmp_path / "run.jsonl", profile="strict")
    world.create("orders", units=(5, 5))
    scaling: dict[str, Any] = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/orders",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    }
    target = "AnyScaleFrontendService"
    world.call("RegisterScalableTarget", {**scaling, "MinCapacity": 5, "MaxCapacity": 100}, target)
    tracking = {"PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
                "TargetValue": 50.0}  # fmt: skip
    policy = {"PolicyName": "p", "PolicyType": "TargetTrackingScaling"}
    world.call("PutScalingPolicy", {**scaling, **policy, "TargetTrackingScalingPolicyConfiguration": tracking}, target)
    ttl = {"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}}
    world.call("UpdateTimeToLive", {"TableName": "orders", **ttl})
    for number in range(600):
        until = {"N": str(int(world.service.clock.now()) + 30)}
        world.call("PutItem", {"TableName": "orders", "Item": {"pk": {"S": f"{number}"}, "until": until,
                                                               "x": {"S": "x" * 9_000}}})  # fmt: skip
        world.pass_seconds(1)
    world.recording.close()
    kinds = [event.kind for event in events_of(world.path)]
    assert kinds.count("scaling") > 5 and kinds.count("expiry") > 500
    throughput = world.tables[0].schema.throughput
    assert throughput.write_units > 5
    trace = Trace(world.path)
    replay = ExactReplay(Config(**trace.settings()), Outcome())
    replay.run(trace.batches())
    assert truth(replay.service) == truth(world.service)
    (found,) = replay.outcome.keyspaces.values()
    assert [each.write_units for each in found.provisioned.values()][-1] == throughput.write_units


def test_tables_of_a_data_folder_are_there_in_the_replay(tmp_path: Path) -> None:
    world = Recorded(tmp_path / "first.jsonl", data_dir=str(tmp_path / "data"), split_after_seconds="1")
    world.create("orders")
    item = {"pk": {"S": "a"}, "x": {"S": "x" * 100_000}}
    world.call("PutItem", {"TableName": "orders", "Item": item})
    table = world.tables[0]
    partition = table.keyspace.partitions[1]
    world.service.database.split(table.keyspace, partition, partition.low + b"middle", "manual", table.created_at)
    world.service.close()
    world = Recorded(tmp_path / "second.jsonl", data_dir=str(tmp_path / "data"))
    world.call("DeleteItem", {"TableName": "orders", "Key": {"pk": {"S": "a"}}})
    world.recording.close()
    world.service.close()
    trace = Trace(world.path)
    replay = ExactReplay(Config(**trace.settings()), Outcome())
    replay.run(trace.batches())
    met, found = truth(world.service)["keyspaces"]["orders", None], truth(replay.service)["keyspaces"]["orders", None]
    assert [each[1] for each in found["partitions"]] == [each[1] for each in met["partitions"]]
    assert found["units"] == met["units"] == (0, 2 * 98)


def test_what_cannot_be_recorded_is_said(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"must end in \.parquet or \.jsonl"):
        Recorded(tmp_path / "run.txt")
    with pytest.raises(TraceError, match="cannot be written: No such file or directory"):
        Recorded(tmp_path / "none" / "run.jsonl")
    with pytest.raises(TraceError, match="capacity is off"):
        Recorded(tmp_path / "run.jsonl", capacity="off")
