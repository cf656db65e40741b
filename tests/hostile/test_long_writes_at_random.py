"""Random writes of items of all lengths and shapes, to tables of all kinds: each is answered, drafted or not alike.

How long a write takes is weighed before it is planned. What is weighed too little ends in InternalServerError.
"""

import random
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from tests.golden.wire import headers_of
from tests.hostile.test_drafts import leave_no_room
from tests.hostile.test_long_pages import ACCOUNT, application
from thermodynamo.api import slices
from thermodynamo.server.application import Application

SEEDS = 8
TABLES, REQUESTS, ITEMS = 4, 12, 5
NAMES = ("a", "b", "c", "d")
CONDITIONS = (
    *("", "", "attribute_exists(a)", "attribute_not_exists(a)", "contains(a, :c)", "size(a) > :n"),
    "NOT (" + " OR ".join(["contains(a, :c)"] * 60) + ")",
)
UPDATES = (
    *("SET a = :v", "SET b = a", "SET a = list_append(a, a)", "SET d = if_not_exists(z, a), c = :v", "SET x = :c"),
    *("SET b = list_append(a, a), c = list_append(a, :v)", "SET c = :v, d = :v, b = :v", "SET a[0] = :v"),
    *("REMOVE a", "ADD a :v", "DELETE a :v"),
)
PROJECTIONS = (
    {"ProjectionType": "ALL"},
    {"ProjectionType": "KEYS_ONLY"},
    {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
)
Request = dict[str, Any]


class Writer:
    """Draws tables, items and requests; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def table(self) -> Request:
        chance = self.chance
        named = ["pk", "sk"]
        definition: Request = {
            "TableName": "shapes",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        }
        if chance.random() < 0.6:
            kind, partition = chance.choice([("Global", "x"), ("Local", "pk")])
            keys = [{"AttributeName": partition, "KeyType": "HASH"}]
            keys += [{"AttributeName": "x", "KeyType": "RANGE"}] if kind == "Local" else []
            index = {"IndexName": "byX", "KeySchema": keys, "Projection": chance.choice(PROJECTIONS)}
            definition[f"{kind}SecondaryIndexes"] = [index]
            named.append("x")
        if chance.random() < 0.4:
            vector = {"VectorAttribute": {"AttributeName": "v"}, "Dimensions": 1, "DistanceFunction": "EUCLIDEAN"}
            definition["VectorIndexes"] = [
                {"IndexName": "byV", **vector, "Projection": chance.choice(PROJECTIONS)},
            ]
        if chance.random() < 0.5:
            definition["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        definition["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": "S"} for name in named]
        return definition

    def value(self) -> dict[str, Any]:
        """Up to a hundred thousand members or characters, most often far fewer."""
        chance = self.chance
        count = int(10 ** chance.uniform(0, 5))
        makers: tuple[Callable[[], dict[str, Any]], ...] = (
            lambda: {"S": chance.choice("xyz") * 3 * count},
            lambda: {"S": "\x01" * count},
            lambda: {"SS": [format(number, "x") for number in range(count)]},
            lambda: {"NS": [str(number) for number in range(count // 2 + 1)]},
            lambda: {"L": [chance.choice(({"NULL": True}, {"S": ""}, {"N": "1"}))] * count},
            lambda: {"M": {str(number): {"N": "1"} for number in range(count // 2)}},
            lambda: {"L": [{"L": [{"M": {}}] * (count // 50)}] * 50},
            lambda: {"N": str(count)},
        )
        return chance.choice(makers)()

    def item(self, key: dict[str, Any]) -> dict[str, Any]:
        chance = self.chance
        item = dict(key)
        for name in chance.sample(NAMES, chance.randrange(1, 4)):
            item[name] = self.value()
        if chance.random() < 0.7:
            item["x"] = {"S": chance.choice("uvw")}
        if chance.random() < 0.5:
            item["v"] = {"L": [{"N": "1"}]}
        return item

    def guarded(self, request: Request) -> Request:
        """The request with a condition, perhaps, and the values that its expressions name."""
        condition = self.chance.choice(CONDITIONS)
        if condition:
            request["ConditionExpression"] = condition
        said = condition + request.get("UpdateExpression", "")
        values = {":v": self.value(), ":c": {"S": "u"}, ":n": {"N": "3"}}
        named = {name: value for name, value in values.items() if name in said}
        return {**request, "ExpressionAttributeValues": named} if named else request

    def member(self, key: dict[str, Any]) -> Request:
        """A put, an update or a delete, as a transaction has it."""
        kind = self.chance.choice(("Put", "Update", "Delete"))
        given: Request = {"TableName": "shapes"}
        given |= {"Item": self.item(key)} if kind == "Put" else {"Key": key}
        if kind == "Update":
            given["UpdateExpression"] = self.chance.choice(UPDATES)
        return {kind: self.guarded(given)}

    def statement(self, key: dict[str, Any]) -> Request:
        where = f"WHERE pk = 'p' AND sk = '{key['sk']['S']}'"
        return self.chance.choice(
            (
                {"Statement": "INSERT INTO shapes VALUE ?", "Parameters": [{"M": self.item(key)}]},
                {"Statement": f"UPDATE shapes SET a = ? {where}", "Parameters": [self.value()]},
                {"Statement": f"UPDATE shapes SET b = list_append(a, a) {where}"},
                {"Statement": f"DELETE FROM shapes {where}"},
            )
        )

    def request(self) -> tuple[str, Request]:
        chance = self.chance
        numbers = chance.sample(range(ITEMS), chance.randrange(1, ITEMS))
        keys = [{"pk": {"S": "p"}, "sk": {"S": str(number)}} for number in numbers]
        operation = chance.choice(("one", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement", "statements"))
        if operation == "one":
            ((kind, request),) = self.member(keys[0]).items()
            return f"{kind}Item", request
        if operation == "BatchWriteItem":
            return operation, {"RequestItems": {"shapes": [{"PutRequest": {"Item": self.item(key)}} for key in keys]}}
        if operation == "TransactWriteItems":
            return operation, {"TransactItems": [self.member(key) for key in keys]}
        if operation == "ExecuteStatement":
            return operation, self.statement(keys[0])
        operation, member = chance.choice(
            (("BatchExecuteStatement", "Statements"), ("ExecuteTransaction", "TransactStatements"))
        )
        return operation, {member: [self.statement(key) for key in keys], "ReturnConsumedCapacity": "INDEXES"}


def answer(server: Application, operation: str, request: Request) -> tuple[int, bytes]:
    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(operation, ACCOUNT).items()]
    status, _, body = slices.finish(server.data_plane.reply(headers, b"", orjson.dumps(request)))
    return status, bytes(body)


def answers(seed: int) -> list[tuple[str, int, bytes]]:
    """What is answered to the requests of a seed, and then to a Scan of each table."""
    writer = Writer(seed)
    found = []
    for _ in range(TABLES):
        server = application(0)
        assert answer(server, "CreateTable", writer.table())[0] == 200
        asked = [writer.request() for _ in range(REQUESTS)]
        for operation, request in [*asked, ("Scan", {"TableName": "shapes"})]:
            found.append((operation, *answer(server, operation, request)))
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_write_is_answered_alike_whether_it_is_drafted_or_not(seed: int) -> None:
    usual = answers(seed)
    assert not [each for each in usual if each[1] >= 500 or b"InternalServerError" in each[2]]
    assert sum(status == 200 for _, status, _ in usual) > len(usual) / 3
    with pytest.MonkeyPatch.context() as monkeypatch:
        leave_no_room(monkeypatch)
        drafted = answers(seed)
    assert [operation for operation, *_ in usual] == [operation for operation, *_ in drafted]
    for one, other in zip(usual, drafted, strict=True):
        assert one == other
