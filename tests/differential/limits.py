"""Requests at the ends of the documented quotas: one below, at the quota, and one above."""

from random import Random
from typing import Any

from tests.differential.expressions import Scope

ITEM_BYTES_MAX = 409_600
NESTED_MAX = 32
PARTITION_KEY_BYTES_MAX = 2_048
SORT_KEY_BYTES_MAX = 1_024
EXPRESSION_BYTES_MAX = 4_096
OPERATORS_MAX = 300
IN_MAX = 100
NAME_BYTES_MAX = 65_535
PLACEHOLDER_MAX = 255
Steps = tuple[tuple[str, Any], ...]


def _around(random: Random, quota: int) -> int:
    return quota + random.choice((-1, 0, 1))


def nested(random: Random, levels: int) -> dict[str, Any]:
    """A value within so many lists and maps."""
    made: dict[str, Any] = {"S": "v"}
    for _ in range(levels):
        made = random.choice(({"L": [made]}, {"M": {"k": made}}))
    return made


def depth(random: Random, key: str) -> Steps:
    """A value as deep as may be, in an item or in a placeholder, or a path into it."""
    whole = {"TableName": "Single", "Key": {"id": {"S": key}}}
    deep = nested(random, _around(random, NESTED_MAX))
    match random.randrange(5):
        case 0:
            return (("PutItem", {"TableName": "Single", "Item": {"id": {"S": key}, "x": deep}}),)
        case 1:
            put = {"UpdateExpression": "SET x = :v", "ExpressionAttributeValues": {":v": deep}}
            return (("UpdateItem", {**whole, **put}),)
        case 2:
            return (("UpdateItem", {**whole, "AttributeUpdates": {"x": {"Value": deep}}}),)
        case 3:
            below = {"id": {"S": key}, "x": nested(random, NESTED_MAX - 2)}
            while "M" not in below["x"]:
                below["x"] = nested(random, NESTED_MAX - 2)
            values = {":v": nested(random, NESTED_MAX)}
            grown = {"UpdateExpression": "SET x.z = :v", "ExpressionAttributeValues": values}
            return ("PutItem", {"TableName": "Single", "Item": below}), ("UpdateItem", {**whole, **grown})
    path = "x" + random.choice((".k", "[0]")) * _around(random, NESTED_MAX - 1)
    return (("GetItem", {**whole, "ProjectionExpression": path}),)


def item_size(random: Random, key: str) -> Steps:
    """An item about as large as may be, put at once or grown by an update."""
    filler = _around(random, ITEM_BYTES_MAX) - len("id") - len(key) - len("x")
    item = {"id": {"S": key}, "x": {"S": "x" * filler}}
    cost = {"ReturnConsumedCapacity": "TOTAL"}
    if random.random() < 0.5:
        return (("PutItem", {"TableName": "Single", "Item": item, **cost}),)
    below = {**item, "x": {"S": "x" * (filler - 10)}}
    scope = Scope(random)
    grown: dict[str, Any] = {"TableName": "Single", "Key": {"id": {"S": key}}, **cost}
    grown["UpdateExpression"] = f"SET y = {scope.value({'S': 'y' * 9})}"
    scope.finish(grown)
    return ("PutItem", {"TableName": "Single", "Item": below}), ("UpdateItem", grown)


def key_size(random: Random, key: str) -> Steps:
    """Keys of tables and indexes about as long as may be."""
    long = "k" * _around(random, PARTITION_KEY_BYTES_MAX)
    match random.randrange(4):
        case 0:
            return (("GetItem", {"TableName": "Single", "Key": {"id": {"S": long}}}),)
        case 1:
            sort = "A" * 4 * (_around(random, SORT_KEY_BYTES_MAX // 3) + 1)
            return (("GetItem", {"TableName": "Binary", "Key": {"n": {"N": "1"}, "b": {"B": sort}}}),)
        case 2:
            shorter = "s" * _around(random, SORT_KEY_BYTES_MAX)
            item = {"p": {"S": key}, "q": {"N": "1"}, "s": {"S": shorter}}
            return (("PutItem", {"TableName": "Written", "Item": item}),)
    item = {"p": {"S": key}, "q": {"N": "1"}, "g": {"S": long}, "h": {"N": "1"}}
    return (("PutItem", {"TableName": "Written", "Item": item}),)


def expression_size(random: Random, key: str) -> Steps:
    """Conditions of as many bytes, operators, operands and placeholders as may be."""
    whole = {"TableName": "Single", "Key": {"id": {"S": key}}}
    match random.randrange(5):
        case 0:
            short = "attribute_exists(#a) OR "
            count = EXPRESSION_BYTES_MAX // len(short) - 1
            text = (short * count + "attribute_exists(#a)").ljust(_around(random, EXPRESSION_BYTES_MAX))
            return (("DeleteItem", {**whole, "ConditionExpression": text, "ExpressionAttributeNames": {"#a": "s"}}),)
        case 1:
            text = " OR ".join(["a=b"] * ((_around(random, OPERATORS_MAX) + 1) // 2))
            return (("DeleteItem", {**whole, "ConditionExpression": text}),)
        case 2:
            values = {f":v{number}": {"N": str(number)} for number in range(_around(random, IN_MAX))}
            text = f"n IN ({', '.join(values)})"
            return (("DeleteItem", {**whole, "ConditionExpression": text, "ExpressionAttributeValues": values}),)
        case 3:
            placeholder = "#" + "a" * (_around(random, PLACEHOLDER_MAX) - 1)
            names = {placeholder: "s"}
            request = {**whole, "ProjectionExpression": placeholder, "ExpressionAttributeNames": names}
            return (("GetItem", request),)
    names = {"#a": "a" * _around(random, NAME_BYTES_MAX)}
    return (("GetItem", {**whole, "ProjectionExpression": "#a", "ExpressionAttributeNames": names}),)


MAKERS = (depth, item_size, key_size, expression_size)
