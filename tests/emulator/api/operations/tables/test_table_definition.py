"""CreateTable: the rules for keys, definitions and throughput, and which of two faults is reported."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, key, units

INVALID = "One or more parameter values were invalid: "
NO_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
NEEDS_UNITS = (
    INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"BillingMode": "PROVISIONED"}, NEEDS_UNITS),
        (
            {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": units(1, 1)},
            INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST",
        ),
        (
            {"ProvisionedThroughput": units(10**12 + 1, 10**12 + 1)},
            "Given value 1000000000001 for ReadCapacityUnits is out of bounds",
        ),
        ({"AttributeDefinitions": []}, NO_DEFINITION),
        ({"KeySchema": key("a:HASH", "b:RANGE")}, NO_DEFINITION),
        (
            {"AttributeDefinitions": definitions("b")},
            INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [a], "
            "AttributeDefinitions: [b]",
        ),
        (
            {"AttributeDefinitions": definitions("a", "b")},
            INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions",
        ),
        ({"KeySchema": key("a:RANGE")}, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
        (
            {"AttributeDefinitions": definitions("a", "b"), "KeySchema": key("a:HASH", "b:HASH")},
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ),
        (
            {"AttributeDefinitions": definitions("a", "b"), "KeySchema": key("a:HASH", "a:RANGE")},
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            {
                "AttributeDefinitions": definitions("a", "b", "c"),
                "GlobalSecondaryIndexes": [index("ByB", "b:HASH")],
            },
            INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, b]",
        ),
        (  # Told before what is wrong with an index: ack-api-quirks, DDB-TABLE-127, October 2026.
            {
                "AttributeDefinitions": definitions("pk", "sk", "a", "b", "c"),
                "KeySchema": key("pk:HASH", "sk:RANGE"),
                "GlobalSecondaryIndexes": [index("g-a", "a:HASH", Projection={})],
            },
            INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [sk, a, b, pk, c], "
            "keys used: [a, sk, pk]",
        ),
        ({"AttributeDefinitions": definitions("a", "a:N")}, "Attribute Name is duplicated: a"),
        (
            {"TableClass": "CHEAP"},
            "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
            "STANDARD_INFREQUENT_ACCESS].",
        ),
        (
            {"SSESpecification": {"Enabled": True, "KMSMasterKeyId": "alias/k"}},
            INVALID + "SSEType KMS is required if KMSMasterKeyId is specified",
        ),
        (
            {"SSESpecification": {"Enabled": False, "SSEType": "AES256"}},
            INVALID + "SSEType can not be specified if Enabled is false",
        ),
        (
            {"SSESpecification": {"Enabled": False, "KMSMasterKeyId": "alias/k"}},
            INVALID + "KMSMasterKeyId can not be specified if Enabled is false",
        ),
        ({"SSESpecification": {"Enabled": True, "SSEType": "AES256"}}, INVALID + "SSEType AES256 is not supported"),
        (
            {"WarmThroughput": {"ReadUnitsPerSecond": 0}},
            INVALID + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for "
            "OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
            "on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
        ),
        (
            {"ProvisionedThroughput": units(10, 10), "WarmThroughput": {"WriteUnitsPerSecond": 5}},
            INVALID + "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than WriteCapacityUnits of "
            "ProvisionedThroughput",
        ),
        (
            {"OnDemandThroughput": {"MaxReadRequestUnits": -1}},
            INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}},
            INVALID + "Table is being created with a stream disabled, UpdateViewType should not be specified",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": True}},
            "One or more parameter values were invalid: Table is being created with a stream enabled, "
            "UpdateViewType is required",
        ),
        (
            {"GlobalTableSettingsReplicationMode": "ENABLED"},
            "GlobalTableSettingsReplicationMode is not built in this server: it is for global tables of several "
            "accounts, and those of one account are ENABLED_WITH_OVERRIDES; leave it out of the request",
        ),
    ],
)
def test_a_table_that_cannot_be(service: Service, members: dict[str, Any], message: str) -> None:
    request = {
        "TableName": "Music",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": key("a:HASH"),
        **({} if "ProvisionedThroughput" in members else {"BillingMode": "PAY_PER_REQUEST"}),
        **members,
    }
    assert service.refusal("CreateTable", **request) == ("ValidationException", message)


FAULTS: list[dict[str, Any]] = [
    {"BillingMode": "PROVISIONED"},
    {"AttributeDefinitions": []},
    {"LocalSecondaryIndexes": []},
    {"GlobalSecondaryIndexes": []},
    {"OnDemandThroughput": {"MaxReadRequestUnits": 0}},
    {"Tags": [{"Key": f"key{number}", "Value": ""} for number in range(51)]},
]


@pytest.mark.parametrize("position", range(len(FAULTS) - 1))
def test_of_two_faults_the_earlier_rule_is_reported(service: Service, position: int) -> None:
    """The list is in the service's order: throughput, keys, local and global indexes, maxima, tags."""
    good = {
        "TableName": "Music",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": key("a:HASH"),
    }
    alone = service.refusal("CreateTable", **{**good, **FAULTS[position]})
    for later in FAULTS[position + 1 :]:
        both = {**good, **later, **FAULTS[position]}
        assert service.refusal("CreateTable", **both) == alone


def test_a_table_may_be_created_by_its_arn_in_the_own_namespace_only(service: Service) -> None:
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
    assert service.create(arn)["TableName"] == "Music"
    elsewhere = arn.replace("us-east-1", "us-west-2")
    request = {"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions("a"), "KeySchema": key("a:HASH")}
    assert service.refusal("CreateTable", TableName=elsewhere, **request) == ("ValidationException", "Invalid TableArn")


def test_quotas_of_a_table_and_of_the_account(service: Service) -> None:
    request = {"AttributeDefinitions": definitions("a"), "KeySchema": key("a:HASH")}
    name, message = service.refusal("CreateTable", TableName="Big", ProvisionedThroughput=units(1, 40_001), **request)
    assert name == "LimitExceededException"
    assert message == (
        "The requested WriteCapacityUnits, 40001, is above the per table maximum for the account in us-east-1. "
        "Per table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
        "higher limits."
    )
    service.create("One", ProvisionedThroughput=units(40_000, 1))
    service.create("Two", ProvisionedThroughput=units(40_000, 1))
    service.create("OnDemandCountsNothing")
    name, message = service.refusal("CreateTable", TableName="Three", ProvisionedThroughput=units(1, 1), **request)
    assert name == "LimitExceededException"
    assert message is not None and message.startswith(
        "This request would have caused the ReadCapacityUnits limit to be exceeded for the account in us-east-1. "
        "Current ReadCapacityUnits reserved by the account: 80000. Limit: 80000. Requested: 1."
    )
