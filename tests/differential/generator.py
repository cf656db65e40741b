"""Cases: a fixture item where one is needed, the request on trial, and a read of what it left behind.

Every case works on a key of its own, or on tables nobody writes to, so that servers that disagree once stay comparable.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.differential import (
    corners,
    indexes,
    legacy,
    limits,
    mixtures,
    paging,
    statements,
    streaming,
    tables,
    transactions,
)
from tests.differential.expressions import KINDS, NUMBERS, Scope, value

ITEM: dict[str, Any] = {
    "s": {"S": "mango"},
    "n": {"N": "5"},
    "b": {"B": "AQI="},
    "t": {"BOOL": True},
    "u": {"NULL": True},
    "l": {"L": [{"N": "1"}, {"S": "x"}, {"M": {"k": {"S": "v"}}}]},
    "m": {"M": {"k": {"N": "1"}, "j": {"M": {"d": {"S": "e"}}}}},
    "ss": {"SS": ["x", "y"]},
    "ns": {"NS": ["1", "2"]},
}
OPERATORS = (
    "EQ",
    "NE",
    "LT",
    "LE",
    "GT",
    "GE",
    "BETWEEN",
    "IN",
    "NULL",
    "NOT_NULL",
    "CONTAINS",
    "NOT_CONTAINS",
    "BEGINS_WITH",
)
RETURN_VALUES = ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "SOME")


def _table(name: str, keys: list[tuple[str, str]], units: int = 10) -> dict[str, Any]:
    return {
        "TableName": name,
        "ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": units},
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind} for key, kind in keys],
        "KeySchema": [
            {"AttributeName": key, "KeyType": role} for (key, _), role in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
    }


# Enough units that no reference throttles, few enough for the account limits that some of them keep.
TABLES = (
    _table("Single", [("id", "S")], 20_000),
    _table("Ordered", [("c", "S"), ("d", "N")], 20_000),
    _table("Empty", [("p", "S"), ("q", "N")]),
    indexes.TABLE,
    indexes.WRITTEN,
    corners.BINARY,
    streaming.TABLE,
)
SEED = [
    ("PutItem", {"TableName": "Ordered", "Item": {"c": {"S": c}, "d": {"N": d}, **ITEM}})
    for c in ("c1", "c2") for d in ("-1", "0", "1", "2.5", "5", "100")
] + indexes.SEED + corners.SEED  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """`steps` in order; the replies of all are compared, the difference is told for the first that differs."""

    steps: tuple[tuple[str, Any], ...]
    table: str | None = None
    """A table of the case's own, dropped at its end."""


def cases(seed: int) -> "Generator":
    return Generator(seed)


class Generator:
    def __init__(self, seed: int, only: str | None = None) -> None:
        self.random = Random(seed)
        self.count = 0
        self.only = only

    def __next__(self) -> Case:
        self.count += 1
        if self.only is not None:
            made: Case = getattr(self, self.only)()
            return made
        make = self.random.choices(
            [
                self.put,
                self.update,
                self.delete,
                self.get,
                self.query,
                self.scan,
                self.batch_write,
                self.batch_get,
                self.table,
                self.statement,
                self.transaction,
                self.index_read,
                self.index_write,
                self.table_change,
                self.about_tables,
                self.stream,
                self.legacy,
                self.corner,
                self.mixture,
                self.page,
                self.limit,
                self.view,
            ],
            [18, 26, 10, 10, 18, 8, 4, 3, 4, 12, 12, 20, 12, 5, 6, 6, 16, 20, 12, 10, 5, 3],
        )[0]
        return make()

    def key(self) -> str:
        return f"k{self.count}"

    def fixture(self, key: str) -> tuple[str, Any]:
        return ("PutItem", {"TableName": "Single", "Item": {"id": {"S": key}, **ITEM}})

    def read(self, key: str) -> tuple[str, Any]:
        return ("GetItem", {"TableName": "Single", "Key": {"id": {"S": key}}, "ConsistentRead": True})

    def written(self, operation: str, key: str, request: dict[str, Any]) -> Case:
        trial = (operation, self.bend(request))
        steps = [self.fixture(key)] if self.random.random() < 0.8 else []
        return Case((*steps, trial, self.read(key)))

    def statement(self) -> Case:
        key = self.key()
        return self.written("ExecuteStatement", key, statements.request(self.random, key))

    def transaction(self) -> Case:
        """A transaction or a batch of statements, sent twice where a token makes that harmless."""
        key = self.key()
        operation = self.random.choice(list(transactions.MAKERS))
        request = transactions.MAKERS[operation](self.random, key)
        trial = (operation, self.bend(request))
        again = [(operation, each) for each in transactions.again(self.random, trial[1])]
        return Case((self.fixture(key), trial, *again, self.read(key), self.read(f"{key}-1")))

    def index_read(self) -> Case:
        operation, make = self.random.choice(
            (("Query", indexes.query), ("Query", indexes.query), ("Scan", indexes.scan))
        )
        return Case(((operation, self.bend(make(self.random))),))

    def index_write(self) -> Case:
        return Case(indexes.writes(self.random, self.key()))

    def table_change(self) -> Case:
        name = f"tmp{self.count}"
        return Case(tables.changes(self.random, name), name)

    def about_tables(self) -> Case:
        match self.random.randrange(6):
            case 0:
                return Case(tables.tagging(self.random))
            case 1:
                return Case((("ListTables", tables.listing(self.random)),))
            case 2:
                request = self.random.choice(({"TableName": "Nowhere"}, {"TableName": "a"}, {"TableName": "$arn"}, {}))
                operations = ("DescribeTable", "DescribeTimeToLive", "DeleteTable", "DescribeContinuousBackups")
                return Case(
                    tuple(
                        (each, request)
                        for each in operations
                        if (each, request) != (operations[2], {"TableName": "$arn"})
                    )
                )
            case 3:
                return Case((("UpdateTimeToLive", tables.time_to_live(self.random, "Nowhere")),))
            case 4:
                return Case((("DescribeLimits", {}),))
        return Case((("UpdateTable", tables.update(self.random, "Nowhere")),))

    def stream(self) -> Case:
        if self.random.random() < 0.3:
            return Case(streaming.described(self.random))
        return Case(streaming.records(self.random, self.key()))

    def legacy(self) -> Case:
        key = self.key()
        if self.random.random() < 0.25:
            return Case((legacy.read(self.random),))
        steps = [self.fixture(key)] if self.random.random() < 0.85 else []
        return Case((*steps, legacy.write(self.random, key), self.read(key)))

    def corner(self) -> Case:
        make = self.random.choice((corners.arithmetic, corners.sets, corners.binary, corners.sizes))
        return Case(make(self.random, self.key()))

    def mixture(self) -> Case:
        key = self.key()
        trial = mixtures.request(self.random, key)
        return Case((self.fixture(key), trial, self.read(key)) if self.random.random() < 0.5 else (trial,))

    def page(self) -> Case:
        make = self.random.choice((paging.pages, paging.pages, paging.statement, paging.segments))
        return Case(make(self.random))

    def limit(self) -> Case:
        return Case(self.random.choice(limits.MAKERS)(self.random, self.key()))

    def view(self) -> Case:
        key = self.key()
        name = f"tmp{self.count}"
        return Case(streaming.views(self.random, name, key), name)

    def put(self) -> Case:
        key = self.key()
        bad = self.random.random() < 0.3
        item = {"id": {"S": key}, **{name: value(self.random, bad) for name in self.random.sample("abcdef", 2)}}
        request: dict[str, Any] = {"TableName": "Single", "Item": item}
        self.condition(request)
        self.options(request)
        return self.written("PutItem", key, request)

    def delete(self) -> Case:
        key = self.key()
        request: dict[str, Any] = {"TableName": "Single", "Key": self.key_of(key)}
        self.condition(request)
        self.options(request)
        return self.written("DeleteItem", key, request)

    def update(self) -> Case:
        key = self.key()
        random = self.random
        request: dict[str, Any] = {"TableName": "Single", "Key": self.key_of(key)}
        if random.random() < 0.2:
            request["AttributeUpdates"] = {
                name: self.attribute_update()
                for name in random.sample(["s", "n", "ss", "ns", "l", "zz", "id"], random.randint(1, 2))
            }
            if random.random() < 0.3:
                request["Expected"] = self.expected()
            if random.random() < 0.15:
                request["ConditionalOperator"] = random.choice(["AND", "OR", "XOR"])
        else:
            scope = Scope(random)
            request["UpdateExpression"] = self.text(scope, scope.update())
            if random.random() < 0.3:
                request["ConditionExpression"] = self.text(scope, scope.condition())
            scope.finish(request)
        self.options(request)
        return self.written("UpdateItem", key, request)

    def get(self) -> Case:
        key = self.key()
        request: dict[str, Any] = {"TableName": "Single", "Key": self.key_of(key)}
        self.projection(request)
        if self.random.random() < 0.2:
            request["ReturnConsumedCapacity"] = self.random.choice(["TOTAL", "INDEXES", "NONE", "ALL"])
        if self.random.random() < 0.2:
            request["ConsistentRead"] = self.random.choice([True, False, "true", 1])
        return Case((self.fixture(key), ("GetItem", self.bend(request))))

    def query(self) -> Case:
        random = self.random
        request: dict[str, Any] = {"TableName": "Ordered"}
        if random.random() < 0.2:
            request["KeyConditions"] = {"c": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "c1"}]}}
            if random.random() < 0.6:
                request["KeyConditions"]["d"] = self.legacy_condition(numbers=True)
            if random.random() < 0.3:
                request["QueryFilter"] = self.legacy_conditions()
            if random.random() < 0.2:
                request["ConditionalOperator"] = random.choice(["AND", "OR", "XOR"])
            if random.random() < 0.3:
                request["AttributesToGet"] = random.choices(["s", "n", "zz", "m.k", "c"], k=random.randint(0, 3))
        else:
            scope = Scope(random)
            request["KeyConditionExpression"] = self.text(scope, scope.key_condition("c", "d"))
            if random.random() < 0.4:
                request["FilterExpression"] = self.text(scope, scope.condition())
            if random.random() < 0.2:
                request["ProjectionExpression"] = self.text(scope, scope.projection())
            scope.finish(request)
        self.reading(request)
        if random.random() < 0.2:
            request["ScanIndexForward"] = random.random() < 0.5
        return Case((("Query", self.bend(request)),))

    def scan(self) -> Case:
        random = self.random
        request: dict[str, Any] = {"TableName": "Ordered", "Select": "COUNT"}
        if random.random() < 0.3:
            request["ScanFilter"] = self.legacy_conditions()
            if random.random() < 0.3:
                request["ConditionalOperator"] = random.choice(["AND", "OR", "XOR"])
        elif random.random() < 0.7:
            scope = Scope(random)
            request["FilterExpression"] = self.text(scope, scope.condition())
            scope.finish(request)
        if random.random() < 0.1:
            request["Segment"] = random.choice([0, 0, 1, -1, "0"])
            request["TotalSegments"] = random.choice([1, 1, 0, 1000001])
        return Case((("Scan", self.bend(request)),))

    def batch_write(self) -> Case:
        random = self.random
        key = self.key()
        requests: list[Any] = []
        for i in range(random.choice([0, *[1, 2, 3] * 5, 26])):
            name = random.choice([key, f"{key}-{i}"])
            if random.random() < 0.7:
                item = {"id": {"S": name}, "x": value(random, random.random() < 0.1)}
                requests.append({"PutRequest": {"Item": item}})
            else:
                requests.append(random.choice([{"DeleteRequest": {"Key": self.key_of(name)}}, {}]))
        request: dict[str, Any] = {"RequestItems": {random.choice(["Single", "Single", "Single", "Nowhere"]): requests}}
        if random.random() < 0.3:
            request["ReturnConsumedCapacity"] = random.choice(["TOTAL", "INDEXES", "NONE"])
        if random.random() < 0.2:
            request["ReturnItemCollectionMetrics"] = random.choice(["SIZE", "NONE", "ALL"])
        return Case((("BatchWriteItem", self.bend(request)), self.read(key)))

    def batch_get(self) -> Case:
        random = self.random
        keys = [
            {"c": {"S": "c1"}, "d": {"N": random.choice(NUMBERS)} if random.random() < 0.97 else random.choice(KINDS)}
            for _ in range(random.choice([0, *[1, 2, 3] * 5, 101]))
        ]
        entry: dict[str, Any] = {"Keys": keys}
        self.projection(entry)
        if random.random() < 0.2:
            entry["ConsistentRead"] = True
        request: dict[str, Any] = {"RequestItems": {"Ordered": entry}}
        if random.random() < 0.3:
            index_keys = [{"p": {"S": "p1"}, "q": {"N": random.choice(NUMBERS)}} for _ in range(random.choice([1, 2]))]
            request["RequestItems"]["Indexed"] = {"Keys": index_keys, "AttributesToGet": ["m", "n"]}
        if random.random() < 0.3:
            request["ReturnConsumedCapacity"] = random.choice(["TOTAL", "INDEXES", "NONE"])
        return Case((("BatchGetItem", self.bend(request)),))

    def table(self) -> Case:
        random = self.random
        name = random.choice([f"tmp{self.count}", "ab", "with space", "Single"])
        request = _table(name, [("p", random.choice("SNBX")), ("q", random.choice("SNB"))][: random.randint(1, 2)])
        return Case((("CreateTable", self.bend(request)),))

    def key_of(self, key: str) -> dict[str, Any]:
        if self.random.random() < 0.94:
            return {"id": {"S": key}}
        wrong: list[dict[str, Any]] = [
            {},
            {"id": {"N": "1"}},
            {"x": {"S": key}},
            {"id": {"S": key}, "x": {"S": "y"}},
            {"id": {"S": ""}},
            {"id": {}},
            {"id": {"S": "k" * 2049}},
            *({"id": each} for each in KINDS),
        ]
        return self.random.choice(wrong)

    def text(self, scope: Scope, text: str) -> str:
        return scope.bend(text) if self.random.random() < 0.15 else text

    def condition(self, request: dict[str, Any]) -> None:
        roll = self.random.random()
        if roll < 0.5:
            scope = Scope(self.random)
            request["ConditionExpression"] = self.text(scope, scope.condition())
            scope.finish(request)
        elif roll < 0.65:
            request["Expected"] = self.expected()
            if self.random.random() < 0.3:
                request["ConditionalOperator"] = self.random.choice(["AND", "OR", "XOR"])

    def projection(self, request: dict[str, Any]) -> None:
        roll = self.random.random()
        if roll < 0.5:
            scope = Scope(self.random)
            request["ProjectionExpression"] = self.text(scope, scope.projection())
            scope.finish(request)
        elif roll < 0.6:
            request["AttributesToGet"] = self.random.choices(["s", "n", "zz", "m.k"], k=self.random.randint(0, 2))

    def options(self, request: dict[str, Any]) -> None:
        random = self.random
        if random.random() < 0.3:
            request["ReturnValues"] = random.choice(RETURN_VALUES)
        if random.random() < 0.15:
            request["ReturnConsumedCapacity"] = random.choice(["TOTAL", "INDEXES", "NONE", "ALL"])
        if random.random() < 0.15:
            request["ReturnValuesOnConditionCheckFailure"] = random.choice(["ALL_OLD"] * 12 + ["NONE", "ALL_NEW"])
        if random.random() < 0.06:
            request["ReturnItemCollectionMetrics"] = random.choice(["SIZE", "NONE", "ALL"])

    def reading(self, request: dict[str, Any]) -> None:
        random = self.random
        if random.random() < 0.2:
            request["Limit"] = random.choice([1, 2, 6, 0, -1, "1"])
        if random.random() < 0.1:
            request["Select"] = random.choice(
                ["COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "X"]
            )
        if random.random() < 0.1:
            request["ReturnConsumedCapacity"] = random.choice(["TOTAL", "INDEXES"])
        if random.random() < 0.1:
            request["ExclusiveStartKey"] = random.choice(
                [
                    {"c": {"S": "c1"}, "d": {"N": "1"}},
                    {"c": {"S": "c2"}, "d": {"N": "1"}},
                    {"c": {"S": "c1"}},
                    {},
                    {"c": {"S": "c1"}, "d": {"S": "1"}},
                ]
            )
        if random.random() < 0.04:
            request["IndexName"] = random.choice(["nope", "x"])

    def legacy_condition(self, numbers: bool = False) -> dict[str, Any]:
        random = self.random
        operator = random.choice(OPERATORS)
        count = {"BETWEEN": 2, "NULL": 0, "NOT_NULL": 0, "IN": random.randint(1, 3)}.get(operator, 1)
        count = count if random.random() < 0.93 else random.randrange(4)
        values = [
            {"N": random.choice(NUMBERS)} if numbers else value(random, random.random() < 0.05) for _ in range(count)
        ]
        condition: dict[str, Any] = {"ComparisonOperator": operator}
        if values or random.random() < 0.1:
            condition["AttributeValueList"] = values
        return condition

    def legacy_conditions(self) -> dict[str, Any]:
        names = self.random.sample(
            ["s", "n", "b", "t", "u", "l", "m", "ss", "ns", "zz", "c"], self.random.randint(1, 2)
        )
        return {name: self.legacy_condition() for name in names}

    def expected(self) -> dict[str, Any]:
        random = self.random
        conditions = self.legacy_conditions()
        for name in conditions:
            roll = random.random()
            if roll < 0.3:
                conditions[name] = {"Value": value(random)}
            elif roll < 0.45:
                conditions[name] = {"Exists": random.random() < 0.4}
            elif roll < 0.5:
                conditions[name]["Exists"] = True
        return conditions

    def attribute_update(self) -> dict[str, Any]:
        random = self.random
        update: dict[str, Any] = {}
        if random.random() < 0.85:
            update["Value"] = value(random, random.random() < 0.05)
        if random.random() < 0.8:
            update["Action"] = random.choice(["PUT", "ADD", "DELETE"] * 6 + ["SET"])
        return update

    def bend(self, request: dict[str, Any]) -> dict[str, Any]:
        """Rarely: drop a member, or give it another JSON type."""
        random = self.random
        if random.random() < 0.04:
            del request[random.choice(list(request))]
        elif random.random() < 0.03:
            request[random.choice(list(request))] = random.choice([1, "x", [], {}, True, None, 1.5])
        elif random.random() < 0.01:
            request["TableName"] = random.choice(["Nowhere", "ab", "", "a b", "x" * 256])
        return request
