"""When a change of a resource policy shows, and how soon another one is possible (ack-api-quirks, October 2026)."""

import json
from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

Json = dict[str, Any]
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Probe"
BEGIN = 1_767_225_600
"""2026-01-01, where a virtual clock begins, in seconds of the epoch."""


def policy(action: str, resource: str = ARN) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Probe:
    def __init__(self, **settings: Any) -> None:
        self.service = Service(Config(clock="virtual", policy_delay_seconds=2.0, **settings))
        self.service.call(
            "CreateTable",
            {
                "TableName": "Probe",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            },
        )

    def put(self, action: str, arn: str = ARN, **more: Any) -> Json:
        return self.service.call("PutResourcePolicy", {"ResourceArn": arn, "Policy": policy(action, arn), **more})

    def delete(self, **more: Any) -> Json:
        return self.service.call("DeleteResourcePolicy", {"ResourceArn": ARN, **more})

    def told(self, arn: str = ARN) -> tuple[str, str] | None:
        """The action and the revision; None without a policy."""
        try:
            reply = self.service.call("GetResourcePolicy", {"ResourceArn": arn})
        except ApiError as error:
            assert error.name == "PolicyNotFoundException"
            return None
        return json.loads(reply["Policy"])["Statement"][0]["Action"], reply["RevisionId"]

    def stream(self) -> str:
        described: Json = self.service.call("DescribeTable", {"TableName": "Probe"})
        return str(described["Table"]["LatestStreamArn"])


def refusal(call: Any, *arguments: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        call(*arguments, **more)
    return caught.value.name, str(caught.value.message)


def test_a_change_shows_after_a_while_and_once() -> None:
    probe = Probe()
    assert probe.put("dynamodb:GetItem") == {"RevisionId": f"{BEGIN}000"}
    assert probe.told() is None
    probe.service.turn(2)
    assert probe.told() == ("dynamodb:GetItem", f"{BEGIN}000")
    probe.service.turn(13)
    second = probe.put("dynamodb:Query")["RevisionId"]
    assert second == f"{BEGIN + 15}000" and probe.told() == ("dynamodb:GetItem", f"{BEGIN}000")
    probe.service.turn(2)
    assert probe.told() == ("dynamodb:Query", second)
    probe.service.turn(13)
    assert probe.delete() == {"RevisionId": second}
    assert probe.told() == ("dynamodb:Query", second)
    probe.service.turn(2)
    assert probe.told() is None
    assert probe.delete() == {"RevisionId": f"{BEGIN + 30}000"}


def test_another_change_must_wait() -> None:
    probe = Probe()
    probe.put("dynamodb:GetItem")
    pending = (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table is pending previous resource-based policy update: "
        "Probe",
    )
    assert refusal(probe.put, "dynamodb:Query") == refusal(probe.delete) == pending
    probe.service.turn(2)
    cooling = (
        "ThrottlingException",
        "Resource-based policy for table Probe modified within the previous 15000 milliseconds. "
        "Please try again after 2026-01-01T00:00:15.000Z.",
    )
    assert refusal(probe.put, "dynamodb:Query") == refusal(probe.delete) == cooling
    assert refusal(probe.put, "dynamodb:Query", ExpectedRevisionId="1")[0] == "PolicyNotFoundException"
    assert refusal(probe.put, "dynamodb:Query", ExpectedRevisionId=f"{BEGIN}000") == cooling
    assert probe.put("dynamodb:GetItem") == {"RevisionId": f"{BEGIN}000"}
    probe.service.turn(12.9)
    assert refusal(probe.delete) == cooling
    probe.service.turn(0.1)
    assert probe.delete()
    assert refusal(probe.put, "dynamodb:Query")[0] == "ResourceInUseException"


def test_cooldowns_can_be_turned_off() -> None:
    probe = Probe(cooldowns="off")
    revisions = [probe.put(f"dynamodb:{name}")["RevisionId"] for name in ("GetItem", "Query", "Scan")]
    assert revisions == [f"{BEGIN}00{number}" for number in range(3)]


def test_a_stream_cools_down_on_its_own() -> None:
    probe = Probe()
    stream = probe.stream()
    probe.put("dynamodb:GetRecords", stream)
    probe.put("dynamodb:GetItem")
    probe.service.turn(2)
    assert probe.told() and probe.told(stream)
    name, message = refusal(probe.put, "dynamodb:DescribeStream", stream)
    label = stream.rpartition("/")[2]
    assert name == "ThrottlingException" and message.startswith(f"Resource-based policy for stream {label} modified")


def test_a_table_is_not_deleted_while_its_policy_changes() -> None:
    probe = Probe()
    probe.put("dynamodb:GetItem")
    assert refusal(probe.service.call, "DeleteTable", {"TableName": "Probe"}) == (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table: Probe has a pending resource-based policy update.",
    )
    probe.service.turn(2)
    assert probe.service.call("DeleteTable", {"TableName": "Probe"})


def test_a_table_that_comes_or_goes() -> None:
    probe = Probe(table_delay_seconds=10.0)
    assert refusal(probe.put, "dynamodb:GetItem") == (
        "ResourceNotFoundException",
        "Requested resource not found: Table: Probe not found",
    )
    probe.service.turn(10)
    probe.put("dynamodb:GetItem")
    probe.service.turn(20)
    probe.service.call("DeleteTable", {"TableName": "Probe"})
    assert probe.told() and probe.put("dynamodb:GetItem")
    being_deleted = "Attempt to change a resource which is still in use: Table is being deleted: Probe"
    assert refusal(probe.put, "dynamodb:Query") == refusal(probe.delete) == ("ResourceInUseException", being_deleted)
    probe.service.turn(10)
    assert refusal(probe.delete)[0] == "ResourceNotFoundException"


def test_a_revision_that_is_gone_is_told_from_a_table_without_a_policy_when_the_deletion_is_over() -> None:
    probe = Probe()
    revision = probe.put("dynamodb:GetItem")["RevisionId"]
    probe.service.turn(16)
    probe.delete(ExpectedRevisionId=revision)
    begins = (
        "Resource-based policy not found for the provided ResourceArn: "
        f"Requested update for policy with revision id {revision}, but "
    )
    name, text = refusal(probe.put, "dynamodb:PutItem", ExpectedRevisionId=revision)
    assert name == "PolicyNotFoundException" and text.startswith(begins + "the policy associated to target table Probe")
    probe.service.turn(15)
    assert refusal(probe.put, "dynamodb:PutItem", ExpectedRevisionId=revision) == (
        "PolicyNotFoundException",
        begins + "table Probe has no associated policy.",
    )
    assert refusal(probe.put, "dynamodb:GetRecords", probe.stream(), ExpectedRevisionId="1")[1].endswith(
        "has no associated policy."
    )
