"""What is read: pages of a local index that fetches, which stay bounded, and what each read costs."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, key
from thermodynamo.settings.config import Config

MEGABYTE = 1024 * 1024


@pytest.fixture
def service() -> Service:
    """Twelve items of 100 KB in one collection, whose local index projects only keys."""
    made = Service(Config())
    local = index("local", "a:HASH", "n:RANGE", Projection={"ProjectionType": "KEYS_ONLY"})
    made.create(
        AttributeDefinitions=definitions("a", "b", "n:N"),
        KeySchema=key("a:HASH", "b:RANGE"),
        LocalSecondaryIndexes=[local],
    )
    for number in range(12):
        item = {"a": {"S": "1"}, "b": {"S": f"{number:02d}"}, "n": {"N": str(-number)}, "x": {"S": "x" * 100_000}}
        made.call("PutItem", TableName="Music", Item=item)
    return made


def query(service: Service, **members: Any) -> Any:
    values = {":a": {"S": "1"}}
    request = {"KeyConditionExpression": "a = :a", "ExpressionAttributeValues": values, **members}
    return service.call("Query", TableName="Music", IndexName="local", **request)


def test_fetched_items_count_against_the_page(service: Service) -> None:
    page = query(service, Select="ALL_ATTRIBUTES", ReturnConsumedCapacity="INDEXES")
    assert page["Count"] == 11 and page["LastEvaluatedKey"]["b"] == {"S": "01"}
    capacity = page["ConsumedCapacity"]
    assert capacity["LocalSecondaryIndexes"] == {"local": {"CapacityUnits": 0.5}}
    assert capacity["Table"] == {"CapacityUnits": 11 * 25 / 2}
    rest = query(service, Select="ALL_ATTRIBUTES", ExclusiveStartKey=page["LastEvaluatedKey"])
    assert [item["b"]["S"] for item in rest["Items"]] == ["00"] and "LastEvaluatedKey" not in rest


def test_counting_and_projected_attributes_fetch_nothing(service: Service) -> None:
    for members in ({"Select": "COUNT"}, {}, {"ProjectionExpression": "b, n"}):
        page = query(service, ReturnConsumedCapacity="INDEXES", **members)
        assert page["Count"] == 12 and page["ConsumedCapacity"]["Table"] == {"CapacityUnits": 0}


def test_what_a_filter_drops_was_fetched_all_the_same(service: Service) -> None:
    values = {":a": {"S": "1"}, ":b": {"S": "03"}}
    page = query(
        service,
        FilterExpression="b = :b",
        ExpressionAttributeValues=values,
        ProjectionExpression="x",
        Limit=5,
        ConsistentRead=True,
        ReturnConsumedCapacity="INDEXES",
    )
    assert (page["Count"], page["ScannedCount"]) == (0, 5)
    assert page["ConsumedCapacity"]["Table"] == {"CapacityUnits": 5 * 25}
