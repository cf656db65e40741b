"""A single-table application (users, orders, order items) written as its developers would, through both boto3 faces."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

ORDERS = 12
LINES = 3


@pytest.fixture
def table(resource: Any) -> Any:
    """The application's one table, through the resource interface."""
    table = resource.create_table(
        TableName="shop",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    return table


def sign_up(table: Any, name: str) -> None:
    """Creates a user who does not exist yet."""
    table.put_item(
        Item={"pk": f"user#{name}", "sk": "profile", "name": name, "orders": 0, "spent": Decimal("0")},
        ConditionExpression=Attr("pk").not_exists(),
    )


def place_order(table: Any, name: str, number: int, price: Decimal) -> int:
    """Stores an order with its lines, and counts it in the user's profile; the new number of orders."""
    with table.batch_writer() as batch:
        batch.put_item(Item={"pk": f"user#{name}", "sk": f"order#{number:04}", "price": price, "status": "placed"})
        for line in range(LINES):
            batch.put_item(
                Item={"pk": f"order#{name}#{number:04}", "sk": f"line#{line}", "sku": f"sku-{line}", "tags": {"a", "b"}}
            )
    reply = table.update_item(
        Key={"pk": f"user#{name}", "sk": "profile"},
        UpdateExpression="ADD orders :one SET spent = spent + :price, #last = :number",
        ExpressionAttributeNames={"#last": "last"},
        ExpressionAttributeValues={":one": 1, ":price": price, ":number": number},
        ReturnValues="UPDATED_NEW",
    )
    return int(reply["Attributes"]["orders"])


@pytest.fixture
def shop(table: Any) -> Any:
    """The table with one user and her orders."""
    sign_up(table, "ada")
    for number in range(ORDERS):
        assert place_order(table, "ada", number, Decimal(number) + Decimal("0.99")) == number + 1
    return table


def test_a_name_is_taken_once(shop: Any) -> None:
    with pytest.raises(ClientError) as refused:
        sign_up(shop, "ada")
    assert refused.value.response["Error"] == {
        "Code": "ConditionalCheckFailedException",
        "Message": "The conditional request failed",
    }


def test_counters_and_exact_sums(shop: Any) -> None:
    profile = shop.get_item(Key={"pk": "user#ada", "sk": "profile"}, ConsistentRead=True)["Item"]
    assert profile["orders"] == ORDERS
    assert profile["spent"] == sum((Decimal(number) + Decimal("0.99") for number in range(ORDERS)), Decimal(0))
    assert profile["last"] == ORDERS - 1


def test_the_newest_orders_come_first(shop: Any) -> None:
    newest = shop.query(
        KeyConditionExpression=Key("pk").eq("user#ada") & Key("sk").begins_with("order#"),
        ScanIndexForward=False,
        Limit=3,
    )
    assert [item["sk"] for item in newest["Items"]] == ["order#0011", "order#0010", "order#0009"]
    assert newest["LastEvaluatedKey"] == {"pk": "user#ada", "sk": "order#0009"}


def test_a_range_with_a_filter_counts_what_it_scanned(shop: Any) -> None:
    page = shop.query(
        KeyConditionExpression=Key("pk").eq("user#ada") & Key("sk").between("order#0002", "order#0007"),
        FilterExpression=Attr("price").gt(Decimal("4")) & Attr("status").eq("placed"),
    )
    assert (page["Count"], page["ScannedCount"]) == (4, 6)


def test_a_paginator_returns_every_item_once(shop: Any, client: Any) -> None:
    pages = list(client.get_paginator("scan").paginate(TableName="shop", PaginationConfig={"PageSize": 7}))
    keys = [(item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"]]
    assert len(keys) == len(set(keys)) == 1 + ORDERS * (1 + LINES)


def test_parallel_segments_are_disjoint_and_complete(shop: Any, client: Any) -> None:
    segments = [
        {
            (item["pk"]["S"], item["sk"]["S"])
            for item in client.scan(TableName="shop", Segment=i, TotalSegments=5)["Items"]
        }
        for i in range(5)
    ]
    assert sum(map(len, segments)) == len(set().union(*segments)) == 1 + ORDERS * (1 + LINES)


def test_shipping_happens_once(shop: Any) -> None:
    def ship() -> Any:
        return shop.update_item(
            Key={"pk": "user#ada", "sk": "order#0003"},
            UpdateExpression="SET #status = :shipped, history = list_append(if_not_exists(history, :none), :entry)",
            ConditionExpression="#status = :placed",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":shipped": "shipped",
                ":placed": "placed",
                ":none": [],
                ":entry": [{"what": "shipped"}],
            },
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert ship()["Attributes"]["history"] == [{"what": "shipped"}]
    with pytest.raises(ClientError) as refused:
        ship()
    assert refused.value.response["Item"]["status"] == {"S": "shipped"}


def test_a_batch_reads_across_collections(shop: Any, resource: Any) -> None:
    keys = [{"pk": f"order#ada#{number:04}", "sk": "line#0"} for number in range(ORDERS)]
    found = resource.batch_get_item(RequestItems={"shop": {"Keys": [*keys, {"pk": "order#ada#9999", "sk": "line#0"}]}})
    assert len(found["Responses"]["shop"]) == ORDERS
    assert found["UnprocessedKeys"] == {}
    assert all(item["tags"] == {"a", "b"} for item in found["Responses"]["shop"])


def test_an_order_is_cancelled_with_its_lines(shop: Any) -> None:
    with shop.batch_writer() as batch:
        batch.delete_item(Key={"pk": "user#ada", "sk": "order#0000"})
        for line in range(LINES):
            batch.delete_item(Key={"pk": "order#ada#0000", "sk": f"line#{line}"})
    assert "Item" not in shop.get_item(Key={"pk": "user#ada", "sk": "order#0000"})
    assert shop.query(KeyConditionExpression=Key("pk").eq("order#ada#0000"))["Count"] == 0
    assert shop.delete_item(Key={"pk": "user#ada", "sk": "order#0001"}, ReturnValues="ALL_OLD")["Attributes"][
        "price"
    ] == Decimal("1.99")
