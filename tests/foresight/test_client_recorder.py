"""The recorder of boto3 clients: what it keeps of each attempt, and what it does not."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.foresight.test_recording import TABLE, events_of
from tests.foresight.test_scenarios import orders, outcome_of
from thermodynamo.foresight.recorder import ClientRecorder
from thermodynamo.foresight.traces.client_accesses import query
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.testing import local_dynamodb
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")
NAMED = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}


def use(client: Any) -> None:
    """One of each kind of call."""
    item = {"pk": {"S": "alice"}, "status": {"S": "new"}, "x": {"S": "x" * 1_500}}
    client.put_item(TableName="orders", Item=item)
    client.get_item(TableName="orders", Key={"pk": {"S": "alice"}}, ConsistentRead=True)
    client.get_item(TableName="orders", Key={"pk": {"S": "nobody"}})
    update = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}}
    client.update_item(TableName="orders", Key={"pk": {"S": "alice"}}, **update)
    values = {"ExpressionAttributeValues": {":pk": {"S": "alice"}}}
    client.query(TableName="orders", KeyConditionExpression="pk = :pk", **values)
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(TableName="orders", Item=item, ConditionExpression="attribute_not_exists(pk)")
    client.batch_write_item(RequestItems={"orders": [{"PutRequest": {"Item": {"pk": {"S": "b"}}}},
                                                     {"DeleteRequest": {"Key": {"pk": {"S": "alice"}}}}]})  # fmt: skip


def test_each_call_is_kept_with_its_key_salted(tmp_path: Path) -> None:
    path = tmp_path / "client.jsonl"
    recorder = ClientRecorder(path, salt="secret", asks_for_capacity=True, attributes=["status"])
    with local_dynamodb(tables=[TABLE]):
        client = boto3.client("dynamodb", **NAMED)
        recorder.attach(client)
        use(client)
    recorder.close()
    assert recorder.errors == 0
    text = path.read_text()
    assert "alice" not in text and "new" not in text and "616c696365" not in text
    events = events_of(path)
    kinds = ["write", "read", "read", "write", "page", "failed", "write", "write"]
    assert [event.kind for event in events] == kinds
    assert [event.half_units for event in events[:6]] == [4, 2, 1, 4, 1, None]
    assert events[0].size == 2 + 5 + 6 + 3 + 1 + 1_500 and events[-1].size == 0
    assert {events[place].key for place in (0, 1, 3, 4, 5, 7)} == {events[0].key} != {events[2].key}
    assert events[0].detail is not None and '"status"' in events[0].detail and '"x"' not in events[0].detail
    assert [event.request for event in events] == [1, 2, 3, 4, 5, 6, 7, 7]
    planned = {"table": "orders", "key": "pk", "item_bytes": 1_000}
    assert orders(outcome_of(Trace(path), tables=[planned])).write_half_units > 0


def test_attempts_and_refusals_are_kept(tmp_path: Path) -> None:
    recorder = ClientRecorder(tmp_path / "client.jsonl", key_mode="plain")
    with local_dynamodb(tables=[{**TABLE, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}],
                        clock="virtual"):  # fmt: skip
        config = boto3.session.Config(retries={"mode": "standard", "total_max_attempts": 2})
        client = boto3.client("dynamodb", config=config, **NAMED)
        recorder.attach(client)
        with pytest.raises(client.exceptions.ProvisionedThroughputExceededException):
            for _ in range(400):
                client.put_item(TableName="orders", Item={"pk": {"S": "a"}, "x": {"S": "x" * 9_000}})
    recorder.close()
    first, second = events_of(tmp_path / "client.jsonl")[-2:]
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.reason == second.reason == "TableWriteProvisionedThroughputExceeded"
    assert first.key == keys.item_key(keys.part("S", "a"))


def test_placed_keys_keep_their_token_and_no_more(tmp_path: Path) -> None:
    recorder = ClientRecorder(tmp_path / "c.jsonl", salt="s", key_mode="placed", key_names={"orders": ("pk",)})
    plain = keys.item_key(keys.part("S", "alice"))
    made = recorder._key({"pk": {"S": "alice"}}, ("pk",))
    assert made is not None and made[:8] == plain[:8] and b"alice" not in made
    salted = ClientRecorder(tmp_path / "d.jsonl", salt="s", key_names={"orders": ("pk",)})
    other = salted._key({"pk": {"S": "alice"}}, ("pk",))
    assert other is not None and other[:8] != plain[:8] and other[8:] == made[8:]


def test_a_key_and_its_copy_in_another_attribute_stay_equal(tmp_path: Path) -> None:
    """So an index by that attribute has the partition keys that it has without a salt; 1.0 and 1 are one number."""
    recorder = ClientRecorder(
        tmp_path / "c.jsonl", salt="s", attributes=["copy", "list"], key_names={"orders": ("pk",)}
    )
    for kind, content, other in (("S", "alice", "alice"), ("N", "1.0", "1"), ("B", "AAE=", "AAE=")):
        made = recorder._key({"pk": {kind: content}}, ("pk",))
        value = recorder._value({kind: other})
        assert made == keys.item_key(keys.part("S", value["S"]))
    assert recorder._value({"L": [{"S": "a"}]}) != recorder._value({"L": [{"S": "b"}]})
    assert recorder._value({"S": "x" * 3_000})["S"] != recorder._value({"S": "x" * 3_001})["S"]


def test_a_legacy_key_condition_tells_the_key(tmp_path: Path) -> None:
    condition = {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
                 "sk": {"ComparisonOperator": "LT", "AttributeValueList": [{"S": "b"}]}}  # fmt: skip
    (access,) = query({"TableName": "orders", "KeyConditions": condition}, {})
    assert access.key == {"pk": {"S": "a"}}


def test_a_recorder_never_disturbs_a_call(tmp_path: Path) -> None:
    recorder = ClientRecorder(tmp_path / "c.jsonl", salt="s")
    recorder.writer.file.close()
    with local_dynamodb(tables=[TABLE]):
        client = boto3.client("dynamodb", **NAMED)
        recorder.attach(client)
        use(client)
    assert recorder.errors == 7
    with pytest.raises(TraceError, match="give a salt"):
        ClientRecorder(tmp_path / "c.jsonl")
    with pytest.raises(TraceError, match="must be salted, placed or plain"):
        ClientRecorder(tmp_path / "c.jsonl", key_mode="none")
