"""Parameters before expressions beside expressions, placeholders without one, and members that are empty."""

from random import Random
from typing import Any

from tests.differential.expressions import value

CONDITION: dict[str, Any] = {"n": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "5"}]}}
GUARDS = {"Expected": CONDITION, "ConditionalOperator": "AND"}
SHOWN = {"AttributesToGet": ["s", "n"]}
KEYED = {"c": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "c1"}]}}
OLD: dict[str, dict[str, Any]] = {
    "GetItem": SHOWN,
    "PutItem": GUARDS,
    "DeleteItem": GUARDS,
    "UpdateItem": {**GUARDS, "AttributeUpdates": {"zz": {"Value": {"S": "a"}}}},
    "Query": {**SHOWN, "KeyConditions": KEYED, "QueryFilter": CONDITION, "ConditionalOperator": "OR"},
    "Scan": {**SHOWN, "ScanFilter": CONDITION, "ConditionalOperator": "OR", "Select": "COUNT"},
    "BatchGetItem": SHOWN,
}
NEW: dict[str, dict[str, str]] = {
    "GetItem": {"ProjectionExpression": "#a, n"},
    "PutItem": {"ConditionExpression": "attribute_exists(#a)"},
    "DeleteItem": {"ConditionExpression": "attribute_exists(#a) AND n = :a"},
    "UpdateItem": {"UpdateExpression": "SET zz = :a", "ConditionExpression": "attribute_exists(#a)"},
    "Query": {"KeyConditionExpression": "c = :b", "FilterExpression": "n = :a", "ProjectionExpression": "#a"},
    "Scan": {"FilterExpression": "#a <> :a", "ProjectionExpression": "n, #a"},
    "BatchGetItem": {"ProjectionExpression": "#a, n"},
}
VALUES = {":a": {"N": "5"}, ":b": {"S": "c1"}}
NAMES = {"#a": "s"}
EMPTY: tuple[Any, ...] = ("", [], {}, " ", None)


def _some(random: Random, members: dict[str, Any]) -> dict[str, Any]:
    return {name: members[name] for name in random.sample(list(members), random.randint(0, len(members)))}


def _placeholders(random: Random, request: dict[str, Any]) -> None:
    """Those that the expressions use, or rarely those that none does."""
    used = " ".join(str(entry) for name, entry in request.items() if name.endswith("Expression"))
    values = {name: entry for name, entry in VALUES.items() if name in used or random.random() < 0.05}
    names = {name: entry for name, entry in NAMES.items() if name in used or random.random() < 0.05}
    if values or random.random() < 0.05:
        request["ExpressionAttributeValues"] = values
    if names or random.random() < 0.05:
        request["ExpressionAttributeNames"] = names


def request(random: Random, key: str) -> tuple[str, dict[str, Any]]:
    operation = random.choice(list(OLD))
    made = {**_some(random, OLD[operation]), **_some(random, NEW[operation])}
    _placeholders(random, made)
    if made and random.random() < 0.2:
        name = random.choice(list(made))
        # The members of a Scan keep its entries out of the reply, since they have no order.
        if name != "Select":
            made[name] = random.choice([empty for empty in EMPTY if empty is None or type(empty) is type(made[name])])
    if operation == "BatchGetItem":
        keys = [{"c": {"S": "c1"}, "d": {"N": "1"}}]
        return operation, {"RequestItems": {"Ordered": {"Keys": keys, **made}}}
    if operation in ("Query", "Scan"):
        return operation, {"TableName": "Ordered", **made, **({"Select": "COUNT"} if operation == "Scan" else {})}
    if operation == "PutItem":
        return operation, {"TableName": "Single", "Item": {"id": {"S": key}, "x": value(random)}, **made}
    return operation, {"TableName": "Single", "Key": {"id": {"S": key}}, **made}
