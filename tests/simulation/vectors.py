"""A table with vector indexes, writes of every kind to it, and what a search of it should find.

That is measured here in 64 bits over all items that a Scan returns.
"""

import random
from typing import Any

import pytest

from thermodynamo.api.caller import Caller
from thermodynamo.service import Service

TABLE = "memories"
KINDS = ("a", "b", None)
TAGS = ("x", "y", None)
DIMENSIONS = 3
INDEXES = {
    "by-kind": ("COSINE", "kind", "tag"),
    "whole": ("EUCLIDEAN", None, "tag"),
    "dots": ("DOT_PRODUCT", None, None),
}

Item = dict[str, Any]


def vector_index(name: str) -> dict[str, Any]:
    distance, partition, filter = INDEXES[name]
    elements = [
        {"AttributeName": attribute, "SearchSchemaElementType": kind}
        for attribute, kind in ((partition, "HASH"), (filter, "INLINE_FILTER"))
        if attribute is not None
    ]
    return {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": DIMENSIONS,
        "DistanceFunction": distance,
        "Projection": {"ProjectionType": "ALL"},
        **({"SearchSchema": elements} if elements else {}),
    }


def create(service: Service) -> None:
    service.call(
        "CreateTable",
        {
            "TableName": TABLE,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind}
                for name, kind in (("id", "S"), ("kind", "S"), ("tag", "S"), ("n", "N"))
            ],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-n",
                    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "VectorIndexes": [vector_index("by-kind"), vector_index("whole")],
        },
    )
    setting = {"AttributeName": "gone_at", "Enabled": True}
    service.call("UpdateTimeToLive", {"TableName": TABLE, "TimeToLiveSpecification": setting})


def some_vector(chance: random.Random) -> dict[str, Any]:
    return {"L": [{"N": str(chance.randrange(-3, 4))} for _ in range(DIMENSIONS)]}


def some_item(chance: random.Random, now: float) -> Item:
    item: Item = {"id": {"S": f"i{chance.randrange(40)}"}, "n": {"N": str(chance.randrange(3))}}
    for name, value in (("kind", chance.choice(KINDS)), ("tag", chance.choice(TAGS))):
        if value is not None:
            item[name] = {"S": value}
    if chance.random() < 0.85:
        item["v"] = some_vector(chance)
    if chance.random() < 0.1:
        item["gone_at"] = {"N": str(int(now) + chance.randrange(20))}
    return item


def write(service: Service, chance: random.Random, caller: Caller | None = None) -> None:
    """One write of some kind."""
    item = some_item(chance, service.clock.now())
    key = {"id": item["id"]}
    kind = chance.randrange(7)
    if kind == 0:
        service.call("PutItem", {"TableName": TABLE, "Item": item}, caller)
    elif kind == 1:
        service.call("DeleteItem", {"TableName": TABLE, "Key": key}, caller)
    elif kind == 2:
        expression = chance.choice(["SET v = :v", "SET kind = :k", "REMOVE v", "REMOVE kind", "SET tag = :k"])
        values = {":v": some_vector(chance), ":k": {"S": chance.choice("abxy")}}
        used = {name: value for name, value in values.items() if name in expression}
        request = {"TableName": TABLE, "Key": key, "UpdateExpression": expression}
        service.call("UpdateItem", {**request, **({"ExpressionAttributeValues": used} if used else {})}, caller)
    elif kind == 3:
        other = {"id": {"S": "other"}}
        members = [{"Put": {"TableName": TABLE, "Item": item}}, {"Delete": {"TableName": TABLE, "Key": other}}]
        service.call("TransactWriteItems", {"TransactItems": members}, caller)
    elif kind == 4:
        put = {"PutRequest": {"Item": {**item, "id": {"S": "other"}}}}
        service.call("BatchWriteItem", {"RequestItems": {TABLE: [put, {"DeleteRequest": {"Key": key}}]}}, caller)
    elif kind == 5:
        statement = f"UPDATE {TABLE} SET v=[1,2,{chance.randrange(3)}] WHERE id='{item['id']['S']}' AND n IN [0,1,2]"
        try:
            service.call("ExecuteStatement", {"Statement": statement}, caller)
        except Exception as refused:
            assert getattr(refused, "name", "") == "ConditionalCheckFailedException", refused
    else:
        service.turn(chance.randrange(5))


def score(distance: str, one: list[float], other: list[float]) -> float:
    product = sum(left * right for left, right in zip(one, other, strict=True))
    if distance == "DOT_PRODUCT":
        return product
    if distance == "EUCLIDEAN":
        return float(sum((left - right) ** 2 for left, right in zip(one, other, strict=True)) ** 0.5)
    lengths = float((sum(each * each for each in one) * sum(each * each for each in other)) ** 0.5)
    return 1 - product / lengths if lengths else 1.0


def check(service: Service, chance: random.Random, name: str, caller: Caller | None = None, table: str = TABLE) -> None:
    """A search of an index, with and without a filter, finds what all items of a Scan say."""
    distance, partition, filter = INDEXES[name]
    wanted = [chance.randrange(-3, 4) for _ in range(DIMENSIONS)]
    named = {each: chance.choice("abxy") for each in (partition, chance.choice((filter, None))) if each is not None}
    request: dict[str, Any] = {
        "TableName": table,
        "IndexName": name,
        "SearchVector": [{"N": str(number)} for number in wanted],
        "TopK": chance.choice((1, 5, 100)),
    }
    if named:
        request["SearchConditionExpression"] = " AND ".join(f"{each} = :{each}" for each in named)
        request["ExpressionAttributeValues"] = {f":{each}": {"S": value} for each, value in named.items()}
    found = service.call("SearchVectors", request, caller)["SearchResults"]
    items = service.call("Scan", {"TableName": table, "ConsistentRead": True}, caller)["Items"]
    expected = [
        (score(distance, [float(each["N"]) for each in item["v"]["L"]], [float(each) for each in wanted]), item)
        for item in items
        if "v" in item and all(item.get(each) == {"S": value} for each, value in named.items())
    ]
    expected.sort(key=lambda pair: -pair[0] if distance == "DOT_PRODUCT" else pair[0])
    scores = [each["Score"] for each in found]
    assert scores == pytest.approx([pair[0] for pair in expected[: request["TopK"]]], abs=1e-6)
    by_id = {item["id"]["S"]: (each, item) for each, item in expected}
    for each in found:
        own, item = by_id[each["Item"]["id"]["S"]]
        assert each["Score"] == pytest.approx(own, abs=1e-6)
        assert each["Item"] == {name: value for name, value in item.items() if name != "v"}


def index_change(chance: random.Random, table: str) -> dict[str, Any]:
    """An UpdateTable that creates or deletes a vector index, of a table with a number n and a text g."""
    if chance.random() < 0.5:
        return {"TableName": table, "VectorIndexUpdates": [{"Delete": {"IndexName": "near"}}]}
    index = {
        "IndexName": "near",
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 2,
        "DistanceFunction": chance.choice(("COSINE", "DOT_PRODUCT", "EUCLIDEAN")),
        "Projection": {"ProjectionType": "ALL"},
        "SearchSchema": [{"AttributeName": "g", "SearchSchemaElementType": chance.choice(("HASH", "INLINE_FILTER"))}],
    }
    definitions = [{"AttributeName": "g", "AttributeType": "S"}]
    return {"TableName": table, "AttributeDefinitions": definitions, "VectorIndexUpdates": [{"Create": index}]}
