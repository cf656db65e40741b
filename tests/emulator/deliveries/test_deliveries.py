"""Deliveries: every change arrives, those of a key in order, whatever the receiver refuses on the way."""

import random

import pytest

from tests.emulator.deliveries.conftest import ARN, ScriptedReceiver, World
from thermodynamo.api.caller import Caller
from thermodynamo.deliveries.receiver import Rejected, Unavailable


def values(receiver: ScriptedReceiver, key: str) -> list[int]:
    """What has arrived of a key, in the order of arrival."""
    images = [record["dynamodb"]["NewImage"] for record in receiver.taken]
    return [int(image["v"]["N"]) for image in images if image["a"]["S"] == key]


def test_a_batch_has_each_key_once(sent: World, receiver: ScriptedReceiver) -> None:
    sent.enable()
    for key, value in (("x", 1), ("y", 2), ("x", 3), ("y", 4)):
        sent.put(key, value)
    sent.whole.turn(0)
    assert [len(batch) for batch in receiver.batches] == [2, 2]
    assert values(receiver, "x") == [1, 3] and values(receiver, "y") == [2, 4]


def test_only_what_was_refused_is_sent_again_and_before_what_follows(sent: World, receiver: ScriptedReceiver) -> None:
    receiver.answers = [[0], [0]]
    sent.enable()
    for key, value in (("x", 1), ("y", 2), ("x", 3)):
        sent.put(key, value)
    sent.whole.turn(0)
    assert [[each["dynamodb"]["Keys"]["a"]["S"] for each in batch] for batch in receiver.batches] == [
        ["x", "y"],
        ["x"],
        ["x"],
        ["x"],
    ]
    assert values(receiver, "x") == [1, 3] and values(receiver, "y") == [2]


@pytest.mark.parametrize("seed", range(5))
def test_each_key_arrives_once_and_in_order_whatever_is_refused(
    sent: World, receiver: ScriptedReceiver, seed: int
) -> None:
    chance = random.Random(seed)
    sent.enable()
    for number in range(300):
        sent.put(chance.choice("abcdefgh"), number)
        if chance.random() < 0.1:
            unavailable = [Unavailable("no")] if chance.random() < 0.5 else []
            receiver.answers += [*unavailable, chance.sample(range(8), chance.randrange(8))]
            sent.whole.turn(0)
    sent.whole.turn(0)
    arrived = [values(receiver, key) for key in "abcdefgh"]
    assert all(each == sorted(each) for each in arrived)
    assert sorted(value for each in arrived for value in each) == list(range(300))
    sent.whole.database.check()


def test_a_record_that_is_never_taken_is_given_up_alone(
    sent: World, receiver: ScriptedReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    sent.enable()
    sent.whole.turn(0)
    receiver.answers = [Rejected("too large"), Rejected("too large")]
    for number, key in enumerate("xyz"):
        sent.put(key, number)
    sent.whole.turn(0)
    assert [len(batch) for batch in receiver.batches] == [3, 1, 2]
    assert values(receiver, "x") == [] and values(receiver, "y") == [1] and values(receiver, "z") == [2]
    assert f"a record for {ARN} is lost" in caplog.text


def test_a_destination_is_enabling_until_the_receiver_has_been_asked(sent: World, receiver: ScriptedReceiver) -> None:
    receiver.answers = [Unavailable("not yet")]
    sent.enable()
    assert sent.destination()["DestinationStatus"] == "ENABLING"
    sent.whole.deliveries.step(sent.clock.now())
    assert sent.destination()["DestinationStatus"] == "ENABLING"
    sent.whole.deliveries.step(sent.clock.now())
    assert sent.destination()["DestinationStatus"] == "ACTIVE"


def test_a_stream_that_is_missing_fails_the_destination(sent: World, receiver: ScriptedReceiver) -> None:
    receiver.missing[ARN] = "User does not have a permission to use kinesis stream"
    sent.enable()
    sent.put("x", 1)
    sent.whole.turn(0)
    assert sent.destination() == {
        "StreamArn": ARN,
        "DestinationStatus": "ENABLE_FAILED",
        "DestinationStatusDescription": "User does not have a permission to use kinesis stream",
    }
    assert not receiver.batches
    sent.enable(ARN + "2")
    sent.whole.turn(0)
    assert sent.destination()["DestinationStatus"] == "ACTIVE"


def test_streams_take_turns(sent: World, receiver: ScriptedReceiver) -> None:
    sent.enable()
    sent.create("Other")
    sent.call("EnableKinesisStreamingDestination", TableName="Other", StreamArn=ARN)
    sent.whole.turn(0)
    for number in range(3):
        sent.put("x", number)
        sent.call("PutItem", TableName="Other", Item={"a": {"S": "x"}, "v": {"N": str(number)}})
    sent.whole.turn(0)
    names = [record["tableName"] for record in receiver.taken]
    assert names in (["Music", "Other"] * 3, ["Other", "Music"] * 3)


def test_what_was_under_way_at_a_reset_is_forgotten(sent: World, receiver: ScriptedReceiver) -> None:
    sent.enable()
    deliveries = sent.whole.deliveries
    task = deliveries.next_task(sent.clock.now())
    assert task is not None
    task.run(receiver)
    sent.whole.reset()
    sequence = sent.whole.database.sequence
    deliveries.finish(task, sent.clock.now())
    assert sent.whole.database.sequence == sequence and deliveries.next_task(sent.clock.now()) is None


def test_a_snapshot_brings_back_what_was_owed_then_and_forgets_what_is_under_way(
    sent: World, receiver: ScriptedReceiver
) -> None:
    sent.enable()
    sent.whole.turn(0)
    sent.put("then", 1)
    sent.whole.snapshot("owing")
    sent.put("later", 2)
    deliveries = sent.whole.deliveries
    task = deliveries.next_task(sent.clock.now())
    assert task is not None and len(task.records) == 2
    sent.whole.restore("owing")
    sent.put("after", 3)
    deliveries.finish(task, sent.clock.now())
    sent.whole.turn(0)
    assert [record["dynamodb"]["Keys"]["a"]["S"] for record in receiver.taken] == ["then", "after"]


def test_the_table_of_a_fork_owes_nothing(sent: World, receiver: ScriptedReceiver) -> None:
    sent.enable()
    sent.put("x", 1)
    other = Caller("111111111111", "us-east-1")
    sent.whole.fork(sent.whole.caller, other)
    found = sent.whole.call("DescribeKinesisStreamingDestination", {"TableName": "Music"}, other)
    assert found["KinesisDataStreamDestinations"] == []
    sent.whole.call("PutItem", {"TableName": "Music", "Item": {"a": {"S": "forked"}}}, other)
    sent.whole.turn(0)
    assert [record["dynamodb"]["Keys"]["a"]["S"] for record in receiver.taken] == ["x"]
