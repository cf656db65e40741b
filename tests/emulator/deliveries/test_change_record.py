"""The record that Kinesis carries: its members, its times, its id."""

from typing import Any
from uuid import UUID

from tests.emulator.api.operations.service import START
from tests.emulator.deliveries.conftest import ScriptedReceiver, World

MICROSECOND = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}


def test_a_record_has_the_members_that_published_records_have(sent: World, receiver: ScriptedReceiver) -> None:
    sent.enable()
    sent.put("x", 1)
    sent.put("x", 2)
    sent.whole.turn(0)
    _, record = receiver.taken
    assert str(UUID(record.pop("eventID"))) and record == {
        "awsRegion": "us-east-1",
        "eventName": "MODIFY",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": "Music",
        "dynamodb": {
            "ApproximateCreationDateTime": int(START * 1000),
            "Keys": {"a": {"S": "x"}},
            "NewImage": {"a": {"S": "x"}, "v": {"N": "2"}},
            "OldImage": {"a": {"S": "x"}, "v": {"N": "1"}},
            "SizeBytes": 12,
        },
        "eventSource": "aws:dynamodb",
    }


def test_microseconds_are_a_choice_that_the_record_tells(sent: World, receiver: ScriptedReceiver) -> None:
    sent.enable(EnableKinesisStreamingConfiguration=MICROSECOND)
    sent.put("x", 1)
    sent.whole.turn(0)
    (record,) = receiver.taken
    assert record["dynamodb"]["ApproximateCreationDateTime"] == int(START * 1_000_000)
    assert record["dynamodb"]["ApproximateCreationDateTimePrecision"] == "MICROSECOND"


def test_an_expiry_says_who_it_was(sent: World, receiver: ScriptedReceiver) -> None:
    sent.enable()
    specification: dict[str, Any] = {"AttributeName": "v", "Enabled": True}
    sent.call("UpdateTimeToLive", TableName="Music", TimeToLiveSpecification=specification)
    sent.put("x", int(START) + 5)
    sent.whole.turn(60)
    record = receiver.taken[-1]
    assert record["eventName"] == "REMOVE" and "NewImage" not in record["dynamodb"]
    assert record["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
