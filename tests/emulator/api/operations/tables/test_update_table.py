"""UpdateTable: billing mode, throughput and its limits in time, settings, and the rules for index updates."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import START, Service, definitions, index, units

INVALID = "One or more parameter values were invalid: "
NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
    "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
)
HOUR, DAY = 3_600, 86_400
MIDNIGHT = START // DAY * DAY + DAY


def update(service: Service, **members: Any) -> Any:
    return service.call("UpdateTable", TableName="Music", **members)["TableDescription"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, NOTHING),
        ({"GlobalSecondaryIndexUpdates": []}, NOTHING),
        ({"AttributeDefinitions": definitions("a")}, NOTHING),
        ({"MultiRegionConsistency": "STRONG"}, NOTHING.replace("MultiRegionConsistency, ", "")),
        (
            {"GlobalSecondaryIndexUpdates": [], "DeletionProtectionEnabled": True},
            INVALID + "List of GlobalSecondaryIndexUpdates is empty",
        ),
        (
            {"BillingMode": "PROVISIONED"},
            INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
        ),
        (
            {"ProvisionedThroughput": units(1, 1)},
            INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST",
        ),
        (
            {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)},
            INVALID + "ProvisionedThroughput must be specified for index: Gsi",
        ),
        (
            {"GlobalSecondaryIndexUpdates": [{}]},
            INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null",
        ),
        (
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "Gsi"}}, {"Delete": {"IndexName": "Gsi"}}]},
            INVALID + "Only one global secondary index update per index is allowed simultaneously. Index: Gsi",
        ),
        (
            {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "Gsi"}}]},
            INVALID + "The only Updates for index: Gsi when TableThroughputMode is PAY_PER_REQUEST can be to "
            "OnDemandThroughput, WarmThroughput",
        ),
        (
            {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "None", "WarmThroughput": {}}}]},
            INVALID
            + "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for "
            "index: None",
        ),
        (
            {"GlobalSecondaryIndexUpdates": [{"Create": index("New", "b:HASH", "c:RANGE")}]},
            INVALID + "AttributeDefinitions is not specified for index: New",
        ),
        (
            {
                "AttributeDefinitions": definitions("b"),
                "GlobalSecondaryIndexUpdates": [{"Create": index("New", "b:HASH", "c:RANGE")}],
            },
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": units(1, 1)},
            INVALID + "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST",
        ),
        ({"SSESpecification": {"Enabled": False}}, INVALID + "Table is already encrypted by default"),
        ({"SSESpecification": {}}, INVALID + "Table is already encrypted by default"),
        (
            {"StreamSpecification": {"StreamEnabled": True}},
            INVALID + "If stream is being enabled then UpdateViewType is required",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}},
            INVALID + "If stream is being disabled, then UpdateViewType must not be specified",
        ),
        (
            {
                "AttributeDefinitions": definitions("a"),
                "GlobalSecondaryIndexUpdates": [{"Create": index("Gsi", "a:HASH")}],
            },
            "Attempting to create an index which already exists",
        ),
        ({"StreamSpecification": {"StreamEnabled": False}}, "Table has no stream to disable: TableName: Music"),
        (
            {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]},
            "ReplicaUpdates is not built yet in this server; leave it out of the request",
        ),
    ],
)
def test_an_update_that_cannot_be(service: Service, members: dict[str, Any], message: str) -> None:
    service.create(GlobalSecondaryIndexes=[index("Gsi", "a:HASH")])
    assert service.refusal("UpdateTable", TableName="Music", **members) == ("ValidationException", message)
    assert service.describe()["TableStatus"] == "ACTIVE"


def test_one_index_is_created_or_deleted_at_a_time(service: Service) -> None:
    service.create()
    creations = [{"Create": index(name, "b:HASH")} for name in ("One", "Two")]
    assert service.refusal(
        "UpdateTable",
        TableName="Music",
        AttributeDefinitions=definitions("b"),
        GlobalSecondaryIndexUpdates=creations,
    ) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )


def test_throughput_that_would_not_change_is_refused(service: Service) -> None:
    service.create(ProvisionedThroughput=units(5, 6))
    name, message = service.refusal("UpdateTable", TableName="Music", ProvisionedThroughput=units(5, 6))
    assert name == "ValidationException"
    assert message is not None and message.startswith(
        "The provisioned throughput for the table will not change. The requested value equals the current value. "
        "Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. "
    )


def test_after_four_decreases_a_day_each_further_one_waits_an_hour(service: Service) -> None:
    service.clock.time = MIDNIGHT + 48_494  # 13:28:14
    service.create(ProvisionedThroughput=units(20, 20))
    for read_units in (19, 18, 17, 16):
        update(service, ProvisionedThroughput=units(read_units, 20))
    assert service.describe()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 4
    name, message = service.refusal("UpdateTable", TableName="Music", ProvisionedThroughput=units(15, 20))
    assert name == "LimitExceededException"
    assert message == (
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the "
        "first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 "
        "seconds. Number of decreases today: 4. Last decrease at Saturday, January 16, 2027 at 1:28:14 "
        "PM Coordinated Universal Time. Next decrease can be made at Saturday, January 16, 2027 at 2:28:14 PM "
        "Coordinated Universal Time"
    )
    update(service, ProvisionedThroughput=units(30, 30))
    service.clock.time += HOUR
    update(service, ProvisionedThroughput=units(15, 20))
    assert service.refusal("UpdateTable", TableName="Music", ProvisionedThroughput=units(14, 20))[0] == name
    service.clock.time = MIDNIGHT + DAY
    assert service.describe()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    update(service, ProvisionedThroughput=units(14, 20))


def test_decreases_of_an_index_count_apart(service: Service) -> None:
    service.create(
        ProvisionedThroughput=units(20, 20),
        GlobalSecondaryIndexes=[index("Gsi", "a:HASH", ProvisionedThroughput=units(9, 9))],
    )
    for read_units in (19, 18, 17, 16):
        update(service, ProvisionedThroughput=units(read_units, 20))
    lowered = [{"Update": {"IndexName": "Gsi", "ProvisionedThroughput": units(8, 9)}}]
    described = update(service, GlobalSecondaryIndexUpdates=lowered)
    assert described["GlobalSecondaryIndexes"][0]["IndexStatus"] == "UPDATING"
    shown = service.describe()["GlobalSecondaryIndexes"][0]
    assert shown["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1
    assert shown["ProvisionedThroughput"]["ReadCapacityUnits"] == 8


def test_switching_the_billing_mode(service: Service) -> None:
    service.create(
        ProvisionedThroughput=units(13_000, 20),
        GlobalSecondaryIndexes=[index("Gsi", "a:HASH", ProvisionedThroughput=units(9, 9))],
    )
    described = update(service, BillingMode="PAY_PER_REQUEST", OnDemandThroughput={"MaxReadRequestUnits": 7})
    assert described["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    described = service.describe()
    assert described["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(0, 0)}
    assert described["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1
    # What was provisioned before stays warm, and the on-demand minimum is added to it.
    assert described["WarmThroughput"]["ReadUnitsPerSecond"] == 13_000
    assert described["WarmThroughput"]["WriteUnitsPerSecond"] == 4_000
    assert described["OnDemandThroughput"] == {"MaxReadRequestUnits": 7}

    update(
        service,
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(1, 2),
        GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "Gsi", "ProvisionedThroughput": units(3, 4)}}],
    )
    described = service.describe()
    assert described["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert described["ProvisionedThroughput"]["WriteCapacityUnits"] == 2
    assert described["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    assert "OnDemandThroughput" not in described


def test_a_table_becomes_on_demand_four_times_a_day_at_most_its_creation_included(service: Service) -> None:
    service.create()
    for _ in range(3):
        update(service, BillingMode="PROVISIONED", ProvisionedThroughput=units(1, 1))
        service.clock.time += HOUR
        update(service, BillingMode="PAY_PER_REQUEST")
    update(service, BillingMode="PROVISIONED", ProvisionedThroughput=units(1, 1))
    name, message = service.refusal("UpdateTable", TableName="Music", BillingMode="PAY_PER_REQUEST")
    assert name == "LimitExceededException"
    assert message is not None and message.endswith("Next update can be made at Sat Jan 16 08:00:00 UTC 2027.")
    service.clock.time = START + DAY
    update(service, BillingMode="PAY_PER_REQUEST")


def test_maxima_are_merged_and_lifted(service: Service) -> None:
    service.create(OnDemandThroughput={"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": 2})
    lifted = update(service, OnDemandThroughput={"MaxWriteRequestUnits": -1})
    assert lifted["OnDemandThroughput"] == {"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": -1}
    assert service.describe()["OnDemandThroughput"] == {"MaxReadRequestUnits": 1}
    lifted = update(service, OnDemandThroughput={"MaxReadRequestUnits": -1})
    assert lifted["OnDemandThroughput"] == {"MaxReadRequestUnits": -1}
    assert "OnDemandThroughput" not in service.describe()


def test_settings_change_at_once(service: Service) -> None:
    service.create(TableClass="STANDARD")
    service.clock.time += 5
    update(service, TableClass="STANDARD_INFREQUENT_ACCESS")
    update(service, DeletionProtectionEnabled=True)
    update(service, SSESpecification={"Enabled": True})
    described = service.describe()
    assert described["TableClassSummary"] == {
        "LastUpdateDateTime": START + 5,
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
    }
    assert described["DeletionProtectionEnabled"] is True
    assert described["SSEDescription"]["Status"] == "ENABLED"
    update(service, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in service.describe()
