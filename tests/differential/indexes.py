"""A table with local and global indexes: reads of seeded collections that nobody writes to, and writes of index keys.

All seeded items are in one item collection and one index collection, so that a Scan has one order on every server.
"""

from random import Random
from typing import Any

from tests.differential.expressions import KINDS, Scope, value

UNITS = {"ReadCapacityUnits": 1_000, "WriteCapacityUnits": 1_000}
NAMES = ("by-s", "by-h", "some-g", "all-g", "keys-k")
KEYS = {
    None: ("p", "q"),
    "by-s": ("p", "s"),
    "by-h": ("p", "h"),
    "some-g": ("g", "h"),
    "all-g": ("g", None),
    "keys-k": ("k", "q"),
}
TYPES = {"p": "S", "q": "N", "s": "S", "h": "N", "g": "S", "k": "S"}
HELD = {"p": "p1", "g": "g1", "k": "k1"}
"""The only item collection of the table and of each index."""
NUMBERS = ("-2", "0", "1", "2.5", "3", "7")
STRINGS = ("", *("a", "b", "m", "zz") * 4)
PATHS = ("p", "q", "g", "h", "s", "n", "m.k", "l[0]", "l[1].k", "nothing", "l[0], l[1]", "m, n")


def _index(name: str, projection: dict[str, Any]) -> dict[str, Any]:
    keys = [key for key in KEYS[name] if key is not None]
    schema = [{"AttributeName": key, "KeyType": role} for key, role in zip(keys, ("HASH", "RANGE"), strict=False)]
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


TABLE: dict[str, Any] = {
    "TableName": "Indexed",
    "ProvisionedThroughput": UNITS,
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in TYPES.items()],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "q", "KeyType": "RANGE"}],
    "LocalSecondaryIndexes": [
        _index("by-s", {"ProjectionType": "ALL"}),
        _index("by-h", {"ProjectionType": "KEYS_ONLY"}),
    ],
    "GlobalSecondaryIndexes": [
        {
            **_index("some-g", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n", "m"]}),
            "ProvisionedThroughput": UNITS,
        },
        {**_index("all-g", {"ProjectionType": "ALL"}), "ProvisionedThroughput": UNITS},
        {**_index("keys-k", {"ProjectionType": "KEYS_ONLY"}), "ProvisionedThroughput": UNITS},
    ],
}
WRITTEN = {**TABLE, "TableName": "Written"}
"""The table that is written to: reads of the other one find only what was seeded."""


def _seeded(number: int) -> dict[str, Any]:
    item: dict[str, Any] = {"p": {"S": "p1"}, "q": {"N": str(number)}, "n": {"N": str(number % 3)}}
    item |= {"m": {"M": {"k": {"S": "v"}, "j": {"N": "1"}}}, "l": {"L": [{"N": "1"}, {"M": {"k": {"BOOL": True}}}]}}
    if number % 4:
        item["h"] = {"N": NUMBERS[number % 6] if number < 6 else str(number)}
    if number % 3:
        item["s"] = {"S": "abcdefghij"[9 - number]}
    if number == 5:
        item["g"] = {"S": HELD["g"]}
    if number % 2:
        item["k"] = {"S": HELD["k"]}
    return item


SEED = [("PutItem", {"TableName": "Indexed", "Item": _seeded(number)}) for number in range(9)]


def _operand(random: Random, name: str) -> dict[str, Any]:
    if random.random() < 0.06:
        return random.choice(({"S": ""}, *KINDS))
    return {"S": random.choice(STRINGS)} if TYPES[name] == "S" else {"N": random.choice(NUMBERS)}


def _key_condition(random: Random, scope: Scope, index: str | None) -> str:
    partition, sort = KEYS[index]
    assert partition is not None
    held = HELD[partition] if random.random() < 0.93 else ""
    first = f"{partition} = {scope.value({'S': held})}"
    if sort is None or random.random() < 0.35:
        return first
    match random.randrange(8):
        case 0 | 1:
            low, high = scope.value(_operand(random, sort)), scope.value(_operand(random, sort))
            second = f"{sort} BETWEEN {low} AND {high}"
        case 2:
            second = f"begins_with({sort}, {scope.value(_operand(random, sort))})"
        case _:
            second = f"{sort} {random.choice(('=', '<', '<=', '>', '>=', '<>'))} {scope.value(_operand(random, sort))}"
    return f"{first} AND {second}" if random.random() < 0.8 else f"({second}) AND ({first})"


def _legacy(random: Random, index: str | None) -> dict[str, Any]:
    partition, sort = KEYS[index]
    assert partition is not None
    given: dict[str, Any] = {partition: {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": HELD[partition]}]}}
    if sort is not None and random.random() < 0.6:
        operator = random.choice(("EQ", "LT", "LE", "GT", "GE", "BETWEEN", "BEGINS_WITH", "NE"))
        operands = [_operand(random, sort) for _ in range(2 if operator == "BETWEEN" else 1)]
        given[sort] = {"ComparisonOperator": operator, "AttributeValueList": operands}
    return given


def _start(random: Random, index: str | None) -> dict[str, Any]:
    number = random.randrange(9)
    item = _seeded(number)
    named = {name for name in ("p", "q", *KEYS[index]) if name is not None}
    key = {name: item.get(name, {"S": HELD[name]} if name in HELD else {TYPES[name]: "1"}) for name in named}
    roll = random.random()
    if roll < 0.12:
        del key[random.choice(list(key))]
    elif roll < 0.24:
        key[random.choice(list(key))] = random.choice(({"S": "x"}, {"N": "99"}, *KINDS))
    elif roll < 0.3:
        key["n"] = {"N": "1"}
    return key


def _reading(random: Random, request: dict[str, Any], scope: Scope, index: str | None) -> None:
    if random.random() < 0.3:
        request["FilterExpression"] = random.choice(
            (
                f"n = {scope.value({'N': '1'})}",
                "attribute_exists(s)",
                f"{random.choice('pqghsk')} <> {scope.value({'N': '1'})}",
                f"m.k = {scope.value({'S': 'v'})} OR l[1].k = {scope.value({'BOOL': True})}",
            )
        )
    if random.random() < 0.25:
        request["ProjectionExpression"] = ", ".join(random.sample(PATHS, random.randint(1, 2)))
    if random.random() < 0.25:
        request["Select"] = random.choice(
            ("COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
        )
    scope.finish(request)
    _paging(random, request, index)


def _paging(random: Random, request: dict[str, Any], index: str | None) -> None:
    if random.random() < 0.4:
        request["Limit"] = random.choice((1, 2, 3, 8, 100))
    if random.random() < 0.2:
        request["ExclusiveStartKey"] = _start(random, index)
    if random.random() < 0.15:
        request["ConsistentRead"] = random.choice((True, True, False))
    if random.random() < 0.4:
        request["ReturnConsumedCapacity"] = random.choice(("TOTAL", "INDEXES", "NONE"))


def _request(random: Random) -> tuple[dict[str, Any], str | None]:
    index = random.choice((None, *NAMES, *NAMES))
    request: dict[str, Any] = {"TableName": "Indexed"}
    if index is not None:
        request["IndexName"] = index
    return request, index


def query(random: Random) -> dict[str, Any]:
    request, index = _request(random)
    if random.random() < 0.8:
        scope = Scope(random)
        request["KeyConditionExpression"] = _key_condition(random, scope, index)
        _reading(random, request, scope, index)
    else:
        request["KeyConditions"] = _legacy(random, index)
        _legacy_reading(random, request, "QueryFilter")
        _paging(random, request, index)
    if random.random() < 0.3:
        request["ScanIndexForward"] = random.choice((True, False))
    return request


def _legacy_reading(random: Random, request: dict[str, Any], member: str) -> None:
    if random.random() < 0.5:
        request[member] = {
            name: random.choice(
                (
                    {"ComparisonOperator": "NOT_NULL"},
                    {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "1"}]},
                    {"ComparisonOperator": "IN", "AttributeValueList": [{"N": "1"}, {"S": "a"}]},
                )
            )
            for name in random.sample(("n", "s", "h", "q", "nothing"), random.randint(1, 2))
        }
    if random.random() < 0.3:
        request["ConditionalOperator"] = random.choice(("AND", "OR"))
    if random.random() < 0.3:
        request["AttributesToGet"] = random.choices(("p", "n", "s", "m", "m.k", "l[0]"), k=random.randint(1, 3))
        request["Select"] = "SPECIFIC_ATTRIBUTES" if random.random() < 0.3 else "COUNT"
        if random.random() < 0.6:
            del request["Select"]


def scan(random: Random) -> dict[str, Any]:
    request, index = _request(random)
    if random.random() < 0.8:
        _reading(random, request, Scope(random), index)
    else:
        _legacy_reading(random, request, "ScanFilter")
        _paging(random, request, index)
    if random.random() < 0.15:
        # Of more segments than one, what each holds is that of a hash.
        request |= {"Segment": random.choice((0, 0, 1)), "TotalSegments": 1}
    return request


def attributes(random: Random) -> dict[str, Any]:
    """Attributes of which some are index keys, sometimes of a type that no index takes."""
    made: dict[str, Any] = {}
    for name in random.sample(("g", "h", "s", "n", "m", "k"), random.randint(0, 4)):
        kind = TYPES.get(name)
        roll = random.random()
        if kind is None or roll < 0.1:
            made[name] = value(random, roll < 0.05)
        else:
            made[name] = {"N": random.choice(NUMBERS)} if kind == "N" else {"S": random.choice(STRINGS)}
    return made


def _write_options(random: Random, request: dict[str, Any]) -> dict[str, Any]:
    if random.random() < 0.5:
        request["ReturnConsumedCapacity"] = random.choice(("TOTAL", "INDEXES", "INDEXES"))
    if random.random() < 0.5:
        request["ReturnItemCollectionMetrics"] = random.choice(("SIZE", "SIZE", "NONE", "ALL"))
    if random.random() < 0.2:
        request["ReturnValues"] = random.choice(("ALL_OLD", "NONE"))
    return request


def _update(random: Random, key: dict[str, Any]) -> dict[str, Any]:
    given = attributes(random) or {"n": {"N": "1"}}
    scope = Scope(random)
    request: dict[str, Any] = {"TableName": "Written", "Key": key}
    if random.random() < 0.2:
        request["AttributeUpdates"] = {name: {"Value": entry} for name, entry in given.items()}
        return request
    request["UpdateExpression"] = "SET " + ", ".join(f"{name} = {scope.value(e)}" for name, e in given.items())
    if random.random() < 0.3:
        request["UpdateExpression"] += " REMOVE " + random.choice(("zz", "g.k", "q", "s.t", "h[0]"))
    scope.finish(request)
    return request


def writes(random: Random, key: str) -> tuple[tuple[str, Any], ...]:
    """An item, two writes of it, and what the indexes then show."""
    full = {"p": {"S": key}, "q": {"N": "1"}}
    steps: list[tuple[str, Any]] = [("PutItem", {"TableName": "Written", "Item": {**full, **attributes(random)}})]
    for _ in range(2):
        operation = random.choice(("PutItem", "UpdateItem", "UpdateItem", "DeleteItem", "BatchWriteItem"))
        if operation == "PutItem":
            request: dict[str, Any] = {"TableName": "Written", "Item": {**full, **attributes(random)}}
        elif operation == "BatchWriteItem":
            puts = [{"PutRequest": {"Item": {**full, **attributes(random)}}}]
            if random.random() < 0.5:
                puts.append({"DeleteRequest": {"Key": {**full, "q": {"N": "2"}}}})
            request = {"RequestItems": {"Written": puts}}
        elif operation == "UpdateItem":
            request = _update(random, full)
        else:
            request = {"TableName": "Written", "Key": full}
        _write_options(random, request)
        if operation == "BatchWriteItem":
            request.pop("ReturnValues", None)
        steps.append((operation, request))
    whole = {"TableName": "Written", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": full["p"]}}
    index = random.choice(("by-s", "by-h"))
    steps.append(("Query", {**whole, "IndexName": index, "ReturnConsumedCapacity": "INDEXES"}))
    return tuple(steps)
