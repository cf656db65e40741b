"""Entries, and a global index that is behind its table: changes wait, and become visible in the order of the writes."""

from functools import partial
from typing import Any

import pytest

from thermodynamo_storage.changes import index as index_module
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.database import Database
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import MEASURED_BYTES_MAX, Item, decode, encode, item_size
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput


def given(new: Item | None, old: Item | None) -> Item | None:
    """The new item that is given, whatever the old one is."""
    return new


def test_changes_that_are_due_become_visible_in_bounded_steps() -> None:
    database = Database()
    key, index_key = KeySchema((KeyAttribute("id", "S"),)), KeySchema((KeyAttribute("g", "S"),))
    index = IndexSchema("byG", True, index_key, Projection("ALL"))
    schema = TableSchema("items", key, {"id": "S", "g": "S"}, "PAY_PER_REQUEST", Throughput(0, 0), (index,))
    table = database.create_table(("0", "r"), "id", schema, 0.0)
    behind = table.indexes["byG"]
    behind.propagation.delay = lambda: 5.0
    for number in range(100):
        attributes = {"id": {"S": str(number)}, "g": {"S": "x"}}
        new = encode(attributes, item_size(attributes))
        change = table.plan_write(keys.item_key(keys.part("S", str(number))), None, partial(given, new))
        database.commit([change], number / 100)
    assert not database.step_indexes(30, 4.99)
    assert behind.keyspace.item_count == 0
    found = []
    while database.step_indexes(30, 5.5):
        found.append(behind.keyspace.item_count)
    assert found == [30] and behind.keyspace.item_count == 51
    behind.catch_up(6.0)
    assert behind.keyspace.item_count == 100 and not database.step_indexes(30, 6.0)


LONG = {"L": [{"NULL": True}] * MEASURED_BYTES_MAX}


@pytest.mark.parametrize(
    ("more", "projected", "measured"),
    [
        ({"a": LONG, "b": {"S": "b"}}, ("a",), {"b"}),
        ({"a": LONG, "b": {"S": "b"}}, ("b",), {"id", "g", "b"}),
        ({"a": LONG, "b": LONG, "c": LONG}, ("a", "c"), {"b"}),
        ({"a": LONG, "b": LONG, "c": LONG}, ("missing",), {"id", "g"}),
        ({"a": {"L": [{"NULL": True}]}, "b": {"S": "b"}}, ("a",), {"id", "g", "a"}),
    ],
)
def test_of_a_long_item_the_shorter_part_is_measured(
    more: dict[str, Any], projected: tuple[str, ...], measured: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = KeySchema((KeyAttribute("id", "S"),))
    schema = IndexSchema("by-g", True, KeySchema((KeyAttribute("g", "S"),)), Projection("INCLUDE", projected))
    index = SecondaryIndex(schema, key, Keyspace(1), 1)
    attributes = {"id": {"S": "1"}, "g": {"S": "g"}, **more}
    seen: list[set[str]] = []

    def counted(part: dict[str, Any]) -> int:
        seen.append(set(part))
        return item_size(part)

    monkeypatch.setattr(index_module, "item_size", counted)
    entry = index.project(attributes, encode(attributes, item_size(attributes)))
    assert entry[1] == item_size(decode(entry)) and seen == [measured]
    assert decode(entry) == {name: attributes[name] for name in attributes if name in {"id", "g", *projected}}
