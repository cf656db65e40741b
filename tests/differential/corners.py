"""Corners of single kinds of values: numbers at the ends of their range, sets, binary keys, sizes at a unit's end."""

from random import Random
from typing import Any

from tests.differential.expressions import Scope

ENDS = (
    *("0", "1", "-1", "5", "0.1", "-0.1", "1E-130", "-1E-130", "1E+125", "-1E+125", "3.0", "1e2", "+7", "007"),
    *("9.9999999999999999999999999999999999999E+125", "-9.9999999999999999999999999999999999999E+125"),
    *("99999999999999999999999999999999999999", "0.99999999999999999999999999999999999999", "1E+37", "1E+38", "1E-38"),
    *("12345678901234567890123456789012345678", "0.00000000000000000000000000000000000001", "5E-131", "1E+126"),
    *("123456789012345678901234567890123456789", "100000000000000000000000000000000000000000", "1.5E-130", "1E-129"),
    *("10000000000000000000000000000000000000.5", "1000000000000000000000000000000000000.5", "4E+37", "-4E37"),
)
SETS: tuple[dict[str, Any], ...] = (
    {"NS": ["1", "1.0"]},
    {"NS": ["1e2", "100"]},
    {"NS": ["0", "-0"]},
    {"NS": ["0.0", "0E10"]},
    {"NS": ["1", "01"]},
    {"NS": ["1", "2", "3.50"]},
    {"NS": ["2.0", "7"]},
    {"NS": ["1E+126"]},
    {"SS": ["a", "A"]},
    {"SS": ["x", "é", "y"]},
    {"SS": ["", "a"]},
    {"SS": ["", ""]},
    {"BS": ["AQ==", "AQI="]},
    {"BS": ["", "AQ=="]},
    {"BS": ["AQ==", "AQ=="]},
    {"BS": ["AR=="]},
)
BYTES = ("", "AA==", "AQ==", "AQE=", "AQI=", "fw==", "gA==", "/w==", "/wA=")
BINARY: dict[str, Any] = {
    "TableName": "Binary",
    "ProvisionedThroughput": {"ReadCapacityUnits": 1000, "WriteCapacityUnits": 1000},
    "AttributeDefinitions": [
        {"AttributeName": "n", "AttributeType": "N"},
        {"AttributeName": "b", "AttributeType": "B"},
    ],
    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}],
}
SEED = [
    ("PutItem", {"TableName": "Binary", "Item": {"n": {"N": "1"}, "b": {"B": b}, "at": {"N": str(at)}}})
    for at, b in enumerate(BYTES) if b
] + [("PutItem", {"TableName": "Binary", "Item": {"n": {"N": "2.5"}, "b": {"B": "AQ=="}}})]  # fmt: skip


def _number(random: Random) -> dict[str, Any]:
    return {"N": random.choice(ENDS)}


def arithmetic(random: Random, key: str) -> tuple[tuple[str, Any], ...]:
    """A number, what is added to it, and what it then is."""
    whole = {"id": {"S": key}}
    scope = Scope(random)

    def given() -> str:
        return scope.value(_number(random))

    text = random.choice(
        (
            lambda: f"SET n = n + {given()}",
            lambda: f"SET n = n - {given()}",
            lambda: f"SET a = {given()} + {given()}, c = {given()} - n",
            lambda: f"ADD n {given()}",
            lambda: f"ADD n {given()}, a {given()}",
            lambda: f"SET n = if_not_exists(n, {given()}) + {given()}",
            lambda: f"SET a = if_not_exists(zz, {given()}) - {given()}, c = if_not_exists(n, zz)",
            lambda: f"SET l[{random.choice((0, 1, 2, 5, 9))}] = {given()}, l[7] = {given()}",
            lambda: f"SET l[{random.choice((0, 3, 4))}] = l[0] + {given()} REMOVE l[{random.choice((1, 2, 8))}]",
            lambda: f"SET m.k = m.k + {given()}, m.x = list_append(l, l)",
            lambda: f"SET l = list_append(if_not_exists(zz, {scope.value({'L': []})}), l), zz = l[0]",
            lambda: f"SET l[1] = l[0], l[0] = l[1], l[2] = list_append(l, {scope.value({'L': [{'N': '1'}]})})",
            lambda: f"SET m.j = m, m.k = m.j REMOVE l[0], l[{random.choice((1, 2, 3))}]",
        )
    )()
    # Starting values that no rule refuses.
    start = {"id": {"S": key}, "n": {"N": random.choice(ENDS[:17])}, "m": {"M": {"k": {"N": "1"}}}}
    start["l"] = {"L": [{"N": "3"}, {"S": "x"}, {"M": {}}]}
    request: dict[str, Any] = {"TableName": "Single", "Key": whole, "UpdateExpression": text}
    if random.random() < 0.5:
        request["ReturnValues"] = random.choice(("ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD"))
    scope.finish(request)
    read = {"TableName": "Single", "Key": whole, "ConsistentRead": True}
    return ("PutItem", {"TableName": "Single", "Item": start}), ("UpdateItem", request), ("GetItem", read)


def sets(random: Random, key: str) -> tuple[tuple[str, Any], ...]:
    """A set, one that is added to it or taken from it, compared with, or put in its place."""
    whole = {"id": {"S": key}}
    scope = Scope(random)

    def given() -> str:
        return scope.value(random.choice(SETS))

    request: dict[str, Any] = {"TableName": "Single", "Key": whole}
    request["UpdateExpression"] = random.choice(
        (
            lambda: f"ADD x {given()}",
            lambda: f"DELETE x {given()}",
            lambda: f"SET y = {given()} ADD x {given()}",
            lambda: f"ADD y {given()} DELETE x {given()}",
            lambda: f"ADD m.x {given()} DELETE m.y {given()}",
        )
    )()
    if random.random() < 0.4:
        member = random.choice(({"N": "1.0"}, {"N": "100"}, {"S": "a"}, {"S": ""}, {"B": "AQ=="}, {"N": "-0"}))
        request["ConditionExpression"] = random.choice(
            (
                lambda: f"x = {given()}",
                lambda: f"contains(x, {scope.value(member)})",
                lambda: f"size(x) >= {scope.value({'N': '2'})}",
                lambda: f"x IN ({given()}, {given()})",
                lambda: f"NOT x <> {given()}",
            )
        )()
    if random.random() < 0.5:
        request["ReturnValues"] = random.choice(("ALL_NEW", "UPDATED_NEW", "UPDATED_OLD"))
    scope.finish(request)
    start = {**whole, "x": random.choice(SETS), "m": {"M": {"y": {"SS": ["x"]}}}}
    read = {"TableName": "Single", "Key": whole, "ConsistentRead": True}
    return ("PutItem", {"TableName": "Single", "Item": start}), ("UpdateItem", request), ("GetItem", read)


def _bytes(random: Random) -> dict[str, Any]:
    roll = random.random()
    if roll < 0.05:
        return random.choice(({"S": "a"}, {"N": "1"}, {"NULL": True}, {"B": "x"}))
    return {"B": random.choice(BYTES)}


def binary(random: Random, key: str) -> tuple[tuple[str, Any], ...]:
    """A Query of binary sort keys below a partition key that is a number, in some spelling."""
    scope = Scope(random)
    request: dict[str, Any] = {"TableName": "Binary"}
    partition = {"N": random.choice(("1", "1.0", "1e0", "01", "2.50", "7"))}
    operator = random.choice(("=", "<", "<=", ">", ">=", "BETWEEN", "begins_with", None))
    count = {"BETWEEN": 2, None: 0}.get(operator, 1)
    bounds = [_bytes(random) for _ in range(count)]
    if random.random() < 0.25:
        names = {"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "begins_with": "BEGINS_WITH"}
        request["KeyConditions"] = {"n": {"ComparisonOperator": "EQ", "AttributeValueList": [partition]}}
        if operator is not None:
            condition = {"ComparisonOperator": names.get(operator, operator), "AttributeValueList": bounds}
            request["KeyConditions"]["b"] = condition
    else:
        text = f"n = {scope.value(partition)}"
        held = [scope.value(each) for each in bounds]
        if operator == "BETWEEN":
            text += f" AND b BETWEEN {held[0]} AND {held[1]}"
        elif operator == "begins_with":
            text += f" AND begins_with(b, {held[0]})"
        elif operator is not None:
            text += f" AND b {operator} {held[0]}"
        request["KeyConditionExpression"] = text
        scope.finish(request)
    if random.random() < 0.4:
        request["Limit"] = random.choice((1, 2, 3, 7, 8))
    if random.random() < 0.4:
        request["ExclusiveStartKey"] = {
            "n": {"N": random.choice(("1", "1", "1.0", "2.5", "x"))},
            "b": _bytes(random),
        }
    if random.random() < 0.4:
        request["ScanIndexForward"] = random.choice((True, False))
    return (("Query", request),)


def sizes(random: Random, key: str) -> tuple[tuple[str, Any], ...]:
    """An item that is about as large as a unit, written, changed and read; what each of them costs."""
    options = {"ReturnConsumedCapacity": "TOTAL"}
    whole = {"id": {"S": key}}
    others = random.sample(
        (
            ("n", {"N": random.choice(ENDS[:17])}),
            ("t", {"BOOL": True}),
            ("u", {"NULL": True}),
            ("b", {"B": random.choice(BYTES[1:])}),
            ("l", {"L": [{"N": "1"}, {"S": "é"}, {"L": []}]}),
            ("m", {"M": {"k": {"N": "-12.5"}, "é": {"M": {}}}}),
            ("ss", {"SS": ["a", "bc"]}),
            ("ns", {"NS": ["1", "-200", "3.25"]}),
            ("bs", {"BS": ["AQ==", "AQI="]}),
        ),
        random.choice((0, 1, 1, 2)),
    )
    units = random.choice((1, 1, 2, 4, 4, 8, 400 * random.choice((0, 1))))
    filler = max(0, units * 1024 - random.randint(0, 60) - len(key))
    item = {**whole, **dict(others), "x": {"S": "x" * filler}}
    steps: list[tuple[str, Any]] = [("PutItem", {"TableName": "Single", "Item": item, **options})]
    scope = Scope(random)
    change: dict[str, Any] = {"TableName": "Single", "Key": whole, **options}
    change["UpdateExpression"] = random.choice(("SET y = ", "SET x = ")) + scope.value(
        {"S": "y" * random.randint(0, 50)}
    )
    scope.finish(change)
    get = {"TableName": "Single", "Key": whole, **options, "ConsistentRead": random.random() < 0.7}
    batch = {"RequestItems": {"Single": {"Keys": [whole], "ConsistentRead": True}}, **options}
    transaction = {"TransactItems": [{"Get": {"TableName": "Single", "Key": whole}}], **options}
    reads = [("GetItem", get), ("BatchGetItem", batch), ("TransactGetItems", transaction)]
    steps += [random.choice(reads), ("UpdateItem", change), random.choice(reads)]
    steps.append(("DeleteItem", {"TableName": "Single", "Key": whole, **options}))
    return tuple(steps)
