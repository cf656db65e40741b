"""What is admitted beside each job of a table: by what is changing, not by the table's state."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, units

IN_USE = "Attempt to change a resource which is still in use: "
CLASS = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
UNITS = {"ProvisionedThroughput": units(9, 9)}
SSE = {"SSESpecification": {"Enabled": True}}
WARM = {"WarmThroughput": {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}}
PROTECTION = {"DeletionProtectionEnabled": True}
CREATION = {
    "AttributeDefinitions": definitions("c"),
    "GlobalSecondaryIndexUpdates": [{"Create": index("new", "c:HASH", ProvisionedThroughput=units(1, 1))}],
}
DELETION = {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "old"}}]}
CASES: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    (UNITS, {"ProvisionedThroughput": units(8, 8)}, "Table IOPS are currently being updated. Table: Music"),
    (UNITS, STREAM, "Can't enable or disable stream while table IOPS are being updated. Table: Music"),
    (UNITS, CLASS, "Can't update table class while table IOPS are being updated. Table: Music"),
    (UNITS, CREATION, "Can't create or delete indexes while table IOPS are being updated. Table: Music"),
    (UNITS, SSE, None),
    (UNITS, WARM, None),
    (UNITS, PROTECTION, None),
    (STREAM, UNITS, "Can't change table IOPS when stream status is being updated. Table: Music Stream: "),
    (STREAM, CLASS, "Can't update table class when stream status is being updated. Table: Music Stream: "),
    (STREAM, DELETION, "Can't create or delete an index when stream status is being updated. Table: Music Stream: "),
    (STREAM, SSE, None),
    (STREAM, PROTECTION, None),
    (CLASS, UNITS, "Can't change table IOPS when a table class update is in progress. Table: Music "),
    (CLASS, STREAM, "Can't change stream status when a table class update is in progress. Table: Music "),
    (CLASS, CREATION, "Can't create or delete an index when a table class update is in progress. Table: Music "),
    (CLASS, SSE, None),
    (CLASS, WARM, None),
    (SSE, {"SSESpecification": {"Enabled": False}}, "Server-Side Encryption is still being updated"),
    (SSE, UNITS, None),
    (SSE, STREAM, None),
    (SSE, CLASS, None),
    (SSE, CREATION, None),
    (WARM, WARM, None),
    (WARM, UNITS, None),
    (WARM, CLASS, None),
    (DELETION, UNITS, "Can't change table IOPS when an index is being deleted. Table: Music Indexes: [old]"),
    (DELETION, STREAM, "Can't change stream status when an index is being deleted. Table: Music Indexes: [old]"),
    (DELETION, DELETION, "Index is being deleted. Table: Music Index: old"),
    (DELETION, CREATION, "Only 1 online index can be created or deleted simultaneously per table"),
    (CREATION, UNITS, "Can't change table IOPS when an index is being created. Table: Music Indexes: [new]"),
    (CREATION, CLASS, "Can't update table class when an index is being created. Table: Music Indexes: [new]"),
    (CREATION, DELETION, "Only 1 online index can be created or deleted simultaneously per table"),
    (CREATION, SSE, None),
    (CREATION, PROTECTION, None),
]


@pytest.mark.parametrize(("first", "second", "why"), CASES)
def test_what_is_admitted(
    slow_service: Service, first: dict[str, Any], second: dict[str, Any], why: str | None
) -> None:
    service = slow_service
    indexed = index("old", "b:HASH", ProvisionedThroughput=units(5, 5))
    service.create(
        AttributeDefinitions=definitions("a", "b"),
        ProvisionedThroughput=units(5, 5),
        GlobalSecondaryIndexes=[indexed],
    )
    service.clock.time += 10
    service.call("UpdateTable", TableName="Music", **first)
    if why is None:
        service.call("UpdateTable", TableName="Music", **second)
    else:
        message = service.refusal("UpdateTable", TableName="Music", **second)[1]
        assert message is not None and message.startswith((IN_USE + why, "Subscriber limit exceeded: " + why))
    service.clock.time += 10
    service.describe()
    service.namespace.database.check()


def test_a_class_hidden_by_a_change_of_the_encryption_refuses_nothing_and_is_shown_at_its_end(
    slow_service: Service,
) -> None:
    """ack-api-quirks, DDB-TABLE-287 and 450, October 2026: another class is accepted meanwhile, and lost."""
    service = slow_service
    service.create()
    service.clock.time += 10
    service.call("UpdateTable", TableName="Music", **CLASS)
    assert service.describe()["TableStatus"] == "UPDATING"
    service.call("UpdateTable", TableName="Music", **SSE)
    assert service.describe()["TableStatus"] == "ACTIVE"
    service.call("UpdateTable", TableName="Music", TableClass="STANDARD")
    service.clock.time += 10
    assert service.describe()["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_the_last_warm_throughput_that_was_asked_for_comes(slow_service: Service) -> None:
    """DDB-TABLE-459."""
    service = slow_service
    service.create()
    service.clock.time += 10
    for reads in (20_000, 15_000):
        service.call("UpdateTable", TableName="Music", WarmThroughput={"ReadUnitsPerSecond": reads})
    service.clock.time += 10
    assert service.describe()["WarmThroughput"]["ReadUnitsPerSecond"] == 15_000


def test_what_would_undo_a_switch_to_provisioned_is_lost(slow_service: Service) -> None:
    """DDB-TABLE-452."""
    service = slow_service
    service.create()
    service.clock.time += 10
    service.call("UpdateTable", TableName="Music", BillingMode="PROVISIONED", **UNITS)
    lost = service.call("UpdateTable", TableName="Music", BillingMode="PAY_PER_REQUEST")["TableDescription"]
    assert lost["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert lost["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    service.clock.time += 10
    assert service.describe()["ProvisionedThroughput"]["ReadCapacityUnits"] == 9
