"""When time to live, insights, backups and tags learn of a table, and when they forget it."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
EXPIRY = {"TimeToLiveSpecification": {"AttributeName": "t", "Enabled": True}}
CREATING: list[tuple[str, dict[str, Any], int, str]] = [
    # operation, request, from which second on it knows the table, what it says before
    ("UpdateTimeToLive", {"TableName": "Music", **EXPIRY}, 4, "ResourceNotFoundException"),
    ("DescribeContributorInsights", {"TableName": "Music"}, 4, "ResourceNotFoundException"),
    ("DescribeContinuousBackups", {"TableName": "Music"}, 4, "TableNotFoundException"),
    ("ListTagsOfResource", {"ResourceArn": ARN}, 8, "ResourceNotFoundException"),
]


def outcome(service: Service, operation: str, request: dict[str, Any]) -> str:
    try:
        service.call(operation, **request)
    except Exception as error:
        return str(getattr(error, "name", repr(error)))
    return "ok"


@pytest.mark.parametrize(("operation", "request_", "known_from", "before"), CREATING)
def test_a_table_that_is_being_created(
    slow_service: Service, operation: str, request_: dict[str, Any], known_from: int, before: str
) -> None:
    service = slow_service
    service.create()
    service.clock.time += known_from - 0.1
    assert outcome(service, operation, request_) == before
    service.clock.time += 0.1
    known = "ResourceInUseException" if operation == "UpdateTimeToLive" else "ok"
    assert outcome(service, operation, request_) == known
    service.clock.time += 10
    assert outcome(service, operation, request_) == "ok"


@pytest.mark.parametrize(
    ("operation", "request_", "after"),
    [
        ("DescribeContinuousBackups", {"TableName": "Music"}, "TableNotFoundException"),
        ("ListTagsOfResource", {"ResourceArn": ARN}, "ResourceNotFoundException"),
    ],
)
def test_a_table_that_is_being_deleted(
    slow_service: Service, operation: str, request_: dict[str, Any], after: str
) -> None:
    service = slow_service
    service.create()
    service.clock.time += 10
    service.call("DeleteTable", TableName="Music")
    service.clock.time += 2.4
    assert outcome(service, operation, request_) == "ok"
    service.clock.time += 0.1
    assert outcome(service, operation, request_) == after


def test_without_a_delay_a_table_is_known_at_once(service: Service) -> None:
    service.create()
    for operation, request, _, _ in CREATING:
        assert outcome(service, operation, request) == "ok"
