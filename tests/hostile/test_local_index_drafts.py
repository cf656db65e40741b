"""Writes of items above 200 KB to tables with local indexes: no slice decodes or measures such an item anew.

An item and its entry in any one local index take 400 KB together at most, so that whoever writes such an item looks at
its entries.
"""

from typing import Any

import orjson
import pytest

from tests.hostile.test_index_drafts import state
from tests.hostile.test_long_pages import begun, call
from tests.hostile.test_vector_drafts import Meter, at_once
from thermodynamo.api import slices
from thermodynamo.api.errors import ApiError
from thermodynamo.server.application import Application, build
from thermodynamo.settings.config import Config
from thermodynamo_storage.followers.item_collections import ITEM_AND_ENTRY_BYTES_MAX
from thermodynamo_storage.values import long_items

MEMBERS = 103_000
LONG: dict[str, Any] = {"L": [{"NULL": True}] * MEMBERS}
OTHER: dict[str, Any] = {"L": [{"NULL": True}] * (MEMBERS - 1) + [{"BOOL": True}]}
COUNT = 4
ASKED = {"ReturnConsumedCapacity": "INDEXES"}
NAMES = ("pk", "sk", "l")


def keyed(number: int) -> dict[str, Any]:
    return {"pk": {"S": str(number)}, "sk": {"S": "s"}}


def whole(number: int, value: dict[str, Any] = LONG) -> dict[str, Any]:
    return {**keyed(number), "l": {"S": "l"}, "a": value}


def indexed(projections: dict[str, dict[str, Any]]) -> Application:
    made = build(Config(capacity="off"))
    definition = {
        "TableName": "items",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in NAMES],
        "LocalSecondaryIndexes": [
            {
                "IndexName": name,
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
                "Projection": projection,
            }
            for name, projection in projections.items()
        ],
    }
    call(made, "CreateTable", definition)
    return made


def filled() -> Application:
    others = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b"]}
    made = indexed({"keys": {"ProjectionType": "KEYS_ONLY"}, "others": others})
    for number in range(COUNT):
        call(made, "PutItem", {"TableName": "items", "Item": whole(number)})
    return made


def members(name: str, texts: list[str]) -> dict[str, Any]:
    return {name: [{"Statement": text} for text in texts], **ASKED}


SETTING = {"UpdateExpression": "SET b = :b", "ExpressionAttributeValues": {":b": {"S": "b"}}}
UPDATES = [f"UPDATE items SET b = 'b' WHERE pk = '{number}' AND sk = 's'" for number in range(COUNT)]
PUTS = [{"PutRequest": {"Item": whole(number, OTHER)}} for number in range(COUNT)]
WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "a put": ("PutItem", {"TableName": "items", "Item": whole(0, OTHER), **ASKED}),
    "an update": ("UpdateItem", {"TableName": "items", "Key": keyed(0), **SETTING, **ASKED}),
    "a batch": ("BatchWriteItem", {"RequestItems": {"items": PUTS}, **ASKED}),
    "a transaction": (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Update": {"TableName": "items", "Key": keyed(number), **SETTING}} for number in range(COUNT)
            ],
            **ASKED,
        },
    ),
    "a transaction of statements": ("ExecuteTransaction", members("TransactStatements", UPDATES)),
    "a batch of statements": ("BatchExecuteStatement", members("Statements", UPDATES)),
}


@pytest.mark.parametrize("what", WRITES)
def test_no_slice_looks_at_a_whole_item(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operation, request = WRITES[what]
    with monkeypatch.context() as patched:
        at_once(patched)
        expected_server = filled()
        expected = call(expected_server, operation, orjson.loads(orjson.dumps(request)))
    server = filled()
    meter = Meter(monkeypatch)
    left: Any = begun(server, operation, request)
    assert not isinstance(left, tuple)
    meter.read()
    while not isinstance(left, tuple):
        left = slices.begin(left)
        decoded_bytes, measured, compared = meter.read()
        assert decoded_bytes <= 2 * long_items.PART_BYTES
        assert max(measured, compared) <= 2 * long_items.STEP_VALUES
    assert left[0] == 200 and orjson.loads(left[2]) == expected
    assert state(server) == state(expected_server)


@pytest.mark.parametrize("is_drafted", [True, False])
@pytest.mark.parametrize(
    "projection", [{"ProjectionType": "ALL"}, {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}]
)
def test_an_item_that_is_too_large_with_its_entry_is_refused(
    projection: dict[str, Any], is_drafted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_drafted:
        at_once(monkeypatch)
    server = indexed({"whole": projection})
    with pytest.raises(ApiError, match="Item size has exceeded the maximum allowed size"):
        call(server, "PutItem", {"TableName": "items", "Item": whole(0)})
    unindexed = {name: value for name, value in whole(0).items() if name != "l"}
    call(server, "PutItem", {"TableName": "items", "Item": unindexed})
    largest = {"L": [{"NULL": True}] * (ITEM_AND_ENTRY_BYTES_MAX // 4 - 100)}
    call(server, "PutItem", {"TableName": "items", "Item": whole(1, largest)})
