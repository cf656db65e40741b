"""Thousands of random item operations against this server and against a plain dict agree at every step.

The operations are called in this process, so that a run of hundreds takes a second.
"""

from typing import Any

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

PARTITIONS = strategies.sampled_from(["a", "b", "c\x00", "é"])
SORTS = strategies.sampled_from(["-12.5", "-1", "0", "0.001", "1", "7", "100", "1000000"])
AMOUNTS = strategies.integers(-5, 5)

Key = tuple[str, str]


def call(service: Service, operation: str, **request: Any) -> dict[str, Any]:
    """The reply to a request, which must succeed or fail its condition: then it is the body of the error."""
    try:
        return service.call(operation, request)
    except ApiError as error:
        assert error.name == "ConditionalCheckFailedException", error.body()
        return error.body()


def key_attributes(key: Key) -> dict[str, Any]:
    return {"p": {"S": key[0]}, "s": {"N": key[1]}}


class Items(RuleBasedStateMachine):
    """The model maps (partition key, sort key) to the item's one other attribute, a number."""

    @initialize()
    def create(self) -> None:
        self.service = Service(Config())
        self.model: dict[Key, int] = {}
        call(
            self.service,
            "CreateTable",
            TableName="items",
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "p", "AttributeType": "S"},
                {"AttributeName": "s", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    @rule(key=strategies.tuples(PARTITIONS, SORTS), amount=AMOUNTS)
    def put(self, key: Key, amount: int) -> None:
        item = {**key_attributes(key), "n": {"N": str(amount)}}
        reply = call(self.service, "PutItem", TableName="items", Item=item, ReturnValues="ALL_OLD")
        assert reply.get("Attributes", {}).get("n") == ({"N": str(self.model[key])} if key in self.model else None)
        self.model[key] = amount

    @rule(key=strategies.tuples(PARTITIONS, SORTS), amount=AMOUNTS)
    def put_if_absent(self, key: Key, amount: int) -> None:
        item = {**key_attributes(key), "n": {"N": str(amount)}}
        reply = call(
            self.service, "PutItem", TableName="items", Item=item, ConditionExpression="attribute_not_exists(p)"
        )
        assert ("__type" in reply) == (key in self.model)
        self.model.setdefault(key, amount)

    @rule(key=strategies.tuples(PARTITIONS, SORTS), amount=AMOUNTS)
    def add(self, key: Key, amount: int) -> None:
        reply = call(
            self.service,
            "UpdateItem",
            TableName="items",
            Key=key_attributes(key),
            UpdateExpression="ADD n :amount",
            ExpressionAttributeValues={":amount": {"N": str(amount)}},
            ReturnValues="UPDATED_NEW",
        )
        self.model[key] = self.model.get(key, 0) + amount
        assert reply == {"Attributes": {"n": {"N": str(self.model[key])}}}

    @rule(key=strategies.tuples(PARTITIONS, SORTS))
    def delete(self, key: Key) -> None:
        reply = call(self.service, "DeleteItem", TableName="items", Key=key_attributes(key), ReturnValues="ALL_OLD")
        assert ("Attributes" in reply) == (key in self.model)
        self.model.pop(key, None)

    @rule(keys=strategies.sets(strategies.tuples(PARTITIONS, SORTS), min_size=1, max_size=20), amount=AMOUNTS)
    def write_batch(self, keys: set[Key], amount: int) -> None:
        requests: list[dict[str, Any]] = []
        for position, key in enumerate(sorted(keys)):
            if position % 3:
                item = {**key_attributes(key), "n": {"N": str(amount)}}
                requests.append({"PutRequest": {"Item": item}})
                self.model[key] = amount
            else:
                requests.append({"DeleteRequest": {"Key": key_attributes(key)}})
                self.model.pop(key, None)
        assert call(self.service, "BatchWriteItem", RequestItems={"items": requests}) == {"UnprocessedItems": {}}

    @rule(keys=strategies.sets(strategies.tuples(PARTITIONS, SORTS), min_size=1, max_size=20))
    def get_batch(self, keys: set[Key]) -> None:
        wanted = {"items": {"Keys": [key_attributes(key) for key in sorted(keys)]}}
        found = call(self.service, "BatchGetItem", RequestItems=wanted)["Responses"]["items"]
        assert self.contents(found) == {key: self.model[key] for key in keys if key in self.model}

    @rule(
        partition=PARTITIONS,
        low=SORTS,
        high=SORTS,
        forward=strategies.booleans(),
        limit=strategies.integers(1, 5),
        floor=AMOUNTS,
    )
    def query(self, partition: str, low: str, high: str, forward: bool, limit: int, floor: int) -> None:
        low, high = sorted((low, high), key=float)
        request: dict[str, Any] = {
            "TableName": "items",
            "KeyConditionExpression": "p = :p AND s BETWEEN :low AND :high",
            "FilterExpression": "n >= :floor",
            "ExpressionAttributeValues": {
                ":p": {"S": partition},
                ":low": {"N": low},
                ":high": {"N": high},
                ":floor": {"N": str(floor)},
            },
            "ScanIndexForward": forward,
            "Limit": limit,
        }
        found: list[Any] = []
        while True:
            page = call(self.service, "Query", **request)
            assert page["Count"] == len(page["Items"]) <= page["ScannedCount"] <= limit
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        expected = [
            key
            for key in sorted(self.model, key=lambda key: float(key[1]), reverse=not forward)
            if key[0] == partition and float(low) <= float(key[1]) <= float(high) and self.model[key] >= floor
        ]
        assert list(self.contents(found)) == expected

    @precondition(lambda self: self.model)
    @rule(total=strategies.integers(1, 7), limit=strategies.integers(1, 9))
    def scan(self, total: int, limit: int) -> None:
        found: list[Any] = []
        for segment in range(total):
            request: dict[str, Any] = {
                "TableName": "items",
                "Segment": segment,
                "TotalSegments": total,
                "Limit": limit,
            }
            while True:
                page = call(self.service, "Scan", **request)
                found += page["Items"]
                if "LastEvaluatedKey" not in page:
                    break
                request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        assert len(found) == len(self.model)
        assert self.contents(found) == self.model

    @invariant()
    def partitions_are_sound(self) -> None:
        self.service.database.check()

    def contents(self, items: list[Any]) -> dict[Key, int]:
        return {(item["p"]["S"], item["s"]["N"]): int(item["n"]["N"]) for item in items}


Items.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestItems = Items.TestCase
