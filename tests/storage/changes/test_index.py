"""Entries, and a global index that is behind its table: changes wait, and become visible in the order of the writes."""

import random
from functools import partial
from typing import Any

import pytest

from thermodynamo_storage.changes import index as index_module
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.database import Database
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values import keys, long_images
from thermodynamo_storage.values.errors import IndexKeyMismatch
from thermodynamo_storage.values.item import MEASURED_BYTES_MAX, Item, decode, encode, item_size
from thermodynamo_storage.values.long_images import Images, image
from thermodynamo_storage.values.long_items import finished
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


@pytest.mark.parametrize("projection", [Projection("ALL"), Projection("KEYS_ONLY"), Projection("INCLUDE", ("a", "b"))])
@pytest.mark.parametrize("is_behind", [False, True])
def test_in_steps_a_change_is_what_it_is_at_once(
    projection: Projection, is_behind: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_images, "MEASURED_BYTES_MAX", 0)
    chance = random.Random(4)
    key, index_key = KeySchema((KeyAttribute("id", "S"),)), KeySchema((KeyAttribute("g", "S"),))
    schema = IndexSchema("by-g", True, index_key, projection)
    index = SecondaryIndex(schema, key, Keyspace(1), 1)
    if is_behind:
        index.propagation.delay = lambda: 5.0
    stored: Item | None = None
    seen = {"none": 0, "some": 0}
    for step in range(600):
        before = stored
        attributes: dict[str, Any] = {"id": {"S": "1"}}
        for name, values in VALUES_OF.items():
            value = chance.choice(values)
            if value is not None:
                attributes[name] = value
        shuffled = dict(chance.sample(list(attributes.items()), len(attributes)))
        stored = encode(shuffled, item_size(shuffled)) if chance.random() < 0.9 else None
        after = decode(stored) if stored is not None else None
        try:
            change = index.change(decode(before) if before is not None else None, before, after, stored, b"1")
        except IndexKeyMismatch as error:
            with pytest.raises(IndexKeyMismatch, match=error.attribute):
                finished(index.change_in_steps(Images(image(before), image(stored)), b"1"))
            stored = before
            continue
        in_steps = finished(index.change_in_steps(Images(image(before), image(stored)), b"1"))
        assert in_steps == change
        seen["none" if change is None else "some"] += 1
        if change is not None:
            index.put(change, float(step))
    assert min(seen.values()) > 50


VALUES_OF: dict[str, tuple[dict[str, Any] | None, ...]] = {
    "g": ({"S": "x"}, {"S": "x"}, {"S": "y"}, {"N": "1"}, None),
    "a": ({"L": [{"N": "1"}, {"SS": ["p", "q"]}]}, {"L": [{"N": "1"}, {"SS": ["q", "p"]}]}, None),
    "b": ({"M": {"k": {"BOOL": True}}}, {"S": "b"}, None),
    "c": ({"S": "c"}, None),
}
