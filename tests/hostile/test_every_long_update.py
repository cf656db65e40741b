"""Updates of items of many shapes, by each operation that updates: all are answered, however long their images are.

An update that is not drafted raises Laborious where its images are long: its weight is to tell that before, as what it
copies may make a short item a long one.
"""

from typing import Any

import pytest

from tests.hostile.test_long_pages import application, call
from thermodynamo.server.application import Application

KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
NULLS = {"L": [{"NULL": True}] * 12_000}
EMPTY_STRINGS = {"L": [{"S": ""}] * 12_000}
SHAPES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "a long text, and a short one beside it": ({"a": {"S": "x" * 390_000}}, "SET b = :b", {":b": {"S": "b"}}),
    "a long text in place of one": ({"a": {"S": "x" * 390_000}}, "SET a = :b", {":b": {"S": "y" * 390_000}}),
    "a set of many short texts": (
        {"a": {"SS": [format(number, "x") for number in range(40_000)]}},
        "SET b = :b",
        {":b": {"S": "b"}},
    ),
    "a list that is copied": ({"a": NULLS}, "SET b = a, c = list_append(a, a), f = :b", {":b": {"S": "b"}}),
    "a list that is copied where there is none": (
        {"a": NULLS},
        "SET b = list_append(a, a), c = list_append(a, a), d = if_not_exists(e, a), f = :b",
        {":b": {"S": "b"}},
    ),
    "empty texts in place of nothing": (
        {},
        "SET a = :b, b = :b, c = :b, d = :b, e = :b, f = :b, g = list_append(:b, :b)",
        {":b": EMPTY_STRINGS},
    ),
    "characters that are escaped": ({"a": {"S": "\x01" * 60_000}}, "SET b = a, c = :b", {":b": {"S": "\x01" * 60_000}}),
    "a long text that goes": ({"a": {"S": "x" * 390_000}}, "REMOVE a", {}),
}
INDEXES: dict[str, dict[str, Any]] = {
    "none": {},
    "a global one": {
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk", "x")],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "byX",
                "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    },
    "a vector one": {
        "VectorIndexes": [
            {
                "IndexName": "byV",
                "VectorAttribute": {"AttributeName": "v"},
                "Dimensions": 1,
                "DistanceFunction": "EUCLIDEAN",
                "Projection": {"ProjectionType": "ALL"},
            }
        ]
    },
}
VECTOR = {"L": [{"N": "1"}]}


def made(indexes: str, attributes: dict[str, Any]) -> Application:
    """A server with an item that is in the index of its table."""
    server = application(0)
    definition = {
        "TableName": "shapes",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        **INDEXES[indexes],
    }
    call(server, "CreateTable", definition)
    call(server, "PutItem", {"TableName": "shapes", "Item": {**KEY, "x": {"S": "x"}, "v": VECTOR, **attributes}})
    return server


def stored(server: Application) -> dict[str, Any]:
    found: dict[str, Any] = call(server, "GetItem", {"TableName": "shapes", "Key": KEY})["Item"]
    return found


def statement(text: str, values: dict[str, Any]) -> dict[str, Any]:
    """An update as a statement of PartiQL, whose placeholders have no names."""
    parameters = list(values.values()) * text.count(":b")
    request: dict[str, Any] = {"Statement": f"UPDATE shapes {text.replace(':b', '?')} WHERE pk = 'p' AND sk = 's'"}
    return {**request, "Parameters": parameters} if parameters else request


def of_statement(text: str) -> str:
    """PartiQL has a SET for each attribute."""
    depth, found = 0, ""
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        found += " SET" if character == "," and not depth else character
    return found


@pytest.mark.parametrize("indexes", INDEXES)
@pytest.mark.parametrize("shape", SHAPES)
def test_each_operation_makes_the_same_of_an_item(shape: str, indexes: str) -> None:
    attributes, text, values = SHAPES[shape]
    update = {"TableName": "shapes", "Key": KEY, "UpdateExpression": text}
    if values:
        update["ExpressionAttributeValues"] = values
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "UpdateItem": ("UpdateItem", update),
        "TransactWriteItems": ("TransactWriteItems", {"TransactItems": [{"Update": update}]}),
    }
    if "if_not_exists" not in text:  # PartiQL has no such function.
        said = statement(of_statement(text), values)
        ways |= {
            "ExecuteStatement": ("ExecuteStatement", said),
            "BatchExecuteStatement": ("BatchExecuteStatement", {"Statements": [said]}),
            "ExecuteTransaction": ("ExecuteTransaction", {"TransactStatements": [said]}),
        }
    images = {}
    for name, (operation, request) in ways.items():
        server = made(indexes, attributes)
        reply = call(server, operation, request)
        assert "Error" not in str(reply)[:200]
        images[name] = stored(server)
    assert images["UpdateItem"] != {**KEY, "x": {"S": "x"}, "v": VECTOR, **attributes}
    assert all(image == images["UpdateItem"] for image in images.values())
