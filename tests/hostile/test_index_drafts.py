"""Writes of long items to tables with many secondary indexes: what a slice decodes, measures and compares.

What one index has found out about an attribute is not found out again by the next.
"""

from typing import Any

import orjson
import pytest

from tests.hostile.test_long_pages import ACCOUNT, begun, call
from tests.hostile.test_vector_drafts import LONG, MEMBERS, OTHER, Meter, at_once
from thermodynamo.api import slices
from thermodynamo.api.caller import Caller
from thermodynamo.server.application import Application, build
from thermodynamo.settings.config import Config
from thermodynamo_storage.values import long_items

MOVED = {"L": [*reversed(OTHER["L"])]}
"""With the same bytes as OTHER in another order: only a look at the members tells them apart."""
PROJECTIONS = {
    "all": {"ProjectionType": "ALL"},
    "keys": {"ProjectionType": "KEYS_ONLY"},
    "one": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
}
INDEXES = [f"{name}-{number}" for name in PROJECTIONS for number in range(3)]
KEY = {"pk": {"S": "p"}}
GROUPED = {**KEY, "g": {"S": "g"}}
ASKED = {"TableName": "items", "ReturnConsumedCapacity": "INDEXES"}
WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "a list of other members": ("PutItem", {**ASKED, "Item": {**GROUPED, "a": LONG}}),
    "a list in another order": ("PutItem", {**ASKED, "Item": {**GROUPED, "a": MOVED}}),
    "attributes in another order": ("PutItem", {**ASKED, "Item": {"a": OTHER, **GROUPED}}),
    "another key of each index": ("PutItem", {**ASKED, "Item": {**GROUPED, "g": {"S": "h"}, "a": OTHER}}),
    "two lists": (
        "PutItem",
        {**ASKED, "Item": {**GROUPED, "a": {"L": LONG["L"][: MEMBERS // 2]}, "b": {"L": LONG["L"][: MEMBERS // 2]}}},
    ),
    "an update": (
        "UpdateItem",
        {**ASKED, "Key": KEY, "UpdateExpression": "SET a[0] = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}},
    ),
    "a delete": ("DeleteItem", {**ASKED, "Key": KEY}),
}


def indexed(**settings: Any) -> Application:
    made = build(Config(capacity="off", **settings))
    definition = {
        "TableName": "items",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": name,
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": PROJECTIONS[name.partition("-")[0]],
            }
            for name in INDEXES
        ],
    }
    call(made, "CreateTable", definition)
    call(made, "PutItem", {"TableName": "items", "Item": {**GROUPED, "a": OTHER}})
    return made


def state(server: Application, region: str = "us-east-1") -> list[Any]:
    """The items, and the entries of each index."""
    held = server.service.namespace(Caller(ACCOUNT, region)).tables["items"]
    held.check()
    return [list(keyspace.range(b"", None)) for _, keyspace in held.keyspaces()]


@pytest.mark.parametrize("what", WRITES)
def test_no_slice_looks_at_a_whole_item(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operation, request = WRITES[what]
    with monkeypatch.context() as patched:
        at_once(patched)
        expected_server = indexed()
        expected = call(expected_server, operation, orjson.loads(orjson.dumps(request)))
    server = indexed()
    meter = Meter(monkeypatch)
    left: Any = begun(server, operation, request)
    assert not isinstance(left, tuple)
    meter.read()
    total_measured = 0
    while not isinstance(left, tuple):
        left = slices.begin(left)
        decoded_bytes, measured, compared = meter.read()
        assert decoded_bytes <= 2 * long_items.PART_BYTES
        assert max(measured, compared) <= 2 * long_items.STEP_VALUES < MEMBERS
        total_measured += measured
    # An update measures its own list before and after.
    assert total_measured < (2 if operation == "UpdateItem" else 1) * MEMBERS + 100
    assert left[0] == 200 and orjson.loads(left[2]) == expected
    assert state(server) == state(expected_server)


@pytest.mark.parametrize("what", ["a list in another order", "attributes in another order", "two lists"])
def test_a_change_that_arrives_is_looked_at_once_for_all_indexes(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = indexed(clock="virtual")
    call(server, "UpdateTable", {"TableName": "items", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]})
    server.service.turn(600)
    call(server, *WRITES[what])
    assert state(server, "eu-west-1") != state(server)
    meter = Meter(monkeypatch)
    server.service.turn(600)
    blob_bytes = len(orjson.dumps({**GROUPED, "a": OTHER}))
    # The stream looks at it as well.
    assert meter.decoded_bytes < 4.2 * blob_bytes and max(meter.measured, meter.compared) < MEMBERS
    assert state(server, "eu-west-1") == state(server)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_indexes_that_carry_the_same_of_a_long_item_share_it(region: str) -> None:
    server = indexed(clock="virtual")
    call(server, "UpdateTable", {"TableName": "items", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]})
    server.service.turn(600)
    call(server, "PutItem", {"TableName": "items", "Item": {**GROUPED, "a": LONG}})
    server.service.turn(600)
    indexes = server.service.namespace(Caller(ACCOUNT, region)).tables["items"].indexes
    for projection in ("one", "keys"):
        carried = [entry for name in INDEXES if name.startswith(projection) for entry in indexes[name].range(b"", None)]
        assert len(carried) == 3 and len({id(item[0]) for _, item in carried}) == 1
