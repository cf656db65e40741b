"""Secondary indexes in CreateTable: keys, projections, names, counts, throughput."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, key, units

INVALID = "One or more parameter values were invalid: "


def request(**members: Any) -> dict[str, Any]:
    return {
        "TableName": "Music",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": definitions("a", "b", "c"),
        "KeySchema": key("a:HASH", "b:RANGE"),
        **members,
    }


def included(*names: str) -> dict[str, Any]:
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}


@pytest.mark.parametrize(
    ("local", "message"),
    [
        (index("Lsi", "a:HASH"), INVALID + "Index KeySchema does not have a range key for index: Lsi"),
        (
            index("Lsi", "c:HASH", "b:RANGE"),
            INVALID + "Index KeySchema does not have the same leading hash key as table KeySchema for index: Lsi. "
            "index hash key: c, table hash key: a",
        ),
        (
            index("Lsi", "a:HASH", "c:RANGE", Projection={}),
            INVALID + "Unknown ProjectionType: null",
        ),
        (
            index("Lsi", "a:HASH", "c:RANGE", Projection={"ProjectionType": "INCLUDE"}),
            INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ),
        (
            index("Lsi", "a:HASH", "c:RANGE", Projection={"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["z"]}),
            INVALID + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified",
        ),
        (
            index("Lsi", "a:HASH", "c:RANGE", Projection=included("z", "z")),
            INVALID + "Duplicate element in NonKeyAttributes: z",
        ),
    ],
)
def test_a_local_index_that_cannot_be(service: Service, local: dict[str, Any], message: str) -> None:
    used = {element["AttributeName"] for element in local["KeySchema"]} | {"a", "b"}
    members = request(AttributeDefinitions=definitions(*sorted(used)), LocalSecondaryIndexes=[local])
    refusal = service.refusal("CreateTable", **members)
    assert refusal == ("ValidationException", message)


def test_a_local_index_needs_a_table_with_a_sort_key(service: Service) -> None:
    members = request(
        AttributeDefinitions=definitions("a", "c"),
        KeySchema=key("a:HASH"),
        LocalSecondaryIndexes=[index("Lsi", "a:HASH", "c:RANGE")],
    )
    assert service.refusal("CreateTable", **members)[1] == (
        INVALID + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
    )


@pytest.mark.parametrize(
    ("indexes", "message"),
    [
        (
            {"LocalSecondaryIndexes": [index(f"Lsi{number}", "a:HASH", "c:RANGE") for number in range(6)]},
            INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        ),
        (  # Black-box evidence for the order: dynoxide and dynalite; DynamoDB Local counts first, too.
            {
                "LocalSecondaryIndexes": [
                    index(f"Lsi{number}", "a:HASH", "c:RANGE", Projection=included("z", "z")) for number in range(6)
                ]
            },
            INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        ),
        (
            {"GlobalSecondaryIndexes": [index(f"Gsi{number}", "c:HASH") for number in range(21)]},
            INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of 20",
        ),
        (
            {
                "LocalSecondaryIndexes": [index("Same", "a:HASH", "c:RANGE")],
                "GlobalSecondaryIndexes": [index("Same", "c:HASH")],
            },
            INVALID + "Duplicate index name: Same",
        ),
        (
            {
                "GlobalSecondaryIndexes": [
                    index(f"Gsi{number}", "c:HASH", Projection=included(*map(str, range(20)))) for number in range(5)
                ]
                + [index("Last", "c:HASH", Projection=included("one_more"))]
            },
            INVALID + "Total number of NonKeyAttributes projected into all secondary indexes exceeds the limit of 100",
        ),
    ],
)
def test_too_many_or_equal_indexes(service: Service, indexes: dict[str, Any], message: str) -> None:
    assert service.refusal("CreateTable", **request(**indexes)) == ("ValidationException", message)


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        (["c:RANGE"], "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
        (["c:HASH", "c:RANGE"], "The KeySchema contains multiple key attributes with the same name"),
        (
            ["a:HASH", "b:RANGE", "c:HASH"],
            INVALID + "All HASH key attributes must precede RANGE key attributes in the KeySchema",
        ),
        (
            ["a:HASH", "b:HASH", "c:HASH", "d:HASH", "e:HASH"],
            INVALID + "The KeySchema exceeds the maximum allowed number of HASH key attributes",
        ),
        (
            ["c:HASH", "d:RANGE", "e:RANGE", "f:RANGE", "g:RANGE", "h:RANGE"],
            INVALID + "The KeySchema exceeds the maximum allowed number of RANGE key attributes",
        ),
        (
            ["c:HASH", "y:RANGE"],
            INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [c, y], "
            "AttributeDefinitions: [a, b, c]",
        ),
    ],
)
def test_a_global_index_key_that_cannot_be(service: Service, elements: list[str], message: str) -> None:
    used = {element.partition(":")[0] for element in elements} - {"y"}
    members = request(
        AttributeDefinitions=definitions(*sorted(used | {"a", "b"})),
        GlobalSecondaryIndexes=[index("Gsi", *elements)],
    )
    assert service.refusal("CreateTable", **members) == ("ValidationException", message)


def test_a_global_index_key_of_several_attributes(service: Service) -> None:
    elements = ["c:HASH", "d:HASH", "e:HASH", "f:HASH", "a:RANGE", "b:RANGE", "g:RANGE", "h:RANGE"]
    described = service.create(
        AttributeDefinitions=definitions(*"abcdefgh"),
        KeySchema=key("a:HASH", "b:RANGE"),
        GlobalSecondaryIndexes=[index("Wide", *elements)],
    )
    assert described["GlobalSecondaryIndexes"][0]["KeySchema"] == key(*elements)


def test_throughput_of_a_global_index_follows_the_billing_mode(service: Service) -> None:
    on_demand = request(GlobalSecondaryIndexes=[index("Gsi", "c:HASH", ProvisionedThroughput=units(1, 1))])
    assert service.refusal("CreateTable", **on_demand)[1] == (
        INVALID + "ProvisionedThroughput should not be specified for index: Gsi when BillingMode is PAY_PER_REQUEST"
    )
    provisioned = request(
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(1, 1),
        GlobalSecondaryIndexes=[index("Gsi", "c:HASH")],
    )
    assert service.refusal("CreateTable", **provisioned)[1] == (
        INVALID + "ProvisionedThroughput is not specified for index: Gsi"
    )
