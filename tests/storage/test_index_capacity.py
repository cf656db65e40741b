"""What changing an item costs each index: the table of the developer guide, for global and local indexes."""

from typing import Any

import pytest

from storage.item import encode, item_size
from storage.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput
from storage.table import Table

Attributes = dict[str, Any]
KEY = {"p": {"S": "1"}}
PARTITION = KeyAttribute("p", "S")


def table(is_global: bool, projection: Projection) -> Table:
    """A table with one index, whose sort key is g."""
    keys = KeySchema((PARTITION,), (KeyAttribute("g", "S"),))
    schema = TableSchema(
        name="items",
        key_schema=KeySchema((PARTITION,), (KeyAttribute("s", "S"),)),
        attribute_kinds={"p": "S", "s": "S", "g": "S"},
        billing_mode="PAY_PER_REQUEST",
        throughput=Throughput(0, 0),
        indexes=(IndexSchema("index", is_global, keys, projection),),
    )
    return Table("000000000000", "us-east-1", "id", schema, 0.0)


def text(size: int) -> dict[str, str]:
    return {"S": "x" * size}


# g is the index's sort key, n is projected, o is not; the projected entry has some ten bytes besides.
ABSENT = None
UNINDEXED = {"n": text(3000)}
CASES = [
    ("absent to absent", ABSENT, UNINDEXED, 0),
    ("absent to present", ABSENT, {"g": text(1), "n": text(1500)}, 2),
    ("sparse to present", UNINDEXED, {"g": text(1), "n": text(10)}, 1),
    ("present to absent", {"g": text(1), "n": text(2500)}, ABSENT, 3),
    ("present to sparse", {"g": text(1), "n": text(1500)}, UNINDEXED, 2),
    ("identical", {"g": text(1), "n": text(1500)}, {"g": text(1), "n": text(1500)}, 0),
    ("only what is not projected", {"g": text(1), "o": text(10)}, {"g": text(1), "o": text(2000)}, 0),
    ("a set in another order", {"g": text(1), "n": {"SS": ["a", "b"]}}, {"g": text(1), "n": {"SS": ["b", "a"]}}, 0),
    ("attributes in another order", {"g": text(1), "n": text(1)}, {"n": text(1), "g": text(1)}, 0),
    ("projected grows", {"g": text(1), "n": text(10)}, {"g": text(1), "n": text(2500)}, 3),
    ("projected shrinks", {"g": text(1), "n": text(2500)}, {"g": text(1), "n": text(10)}, 3),
    ("another index key", {"g": text(1), "n": text(1500)}, {"g": text(2), "n": text(2500)}, 5),
]


@pytest.mark.parametrize("is_global", [True, False], ids=["global", "local"])
@pytest.mark.parametrize(("before", "after", "units"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_units_of_a_change(
    before: Attributes | None, after: Attributes | None, units: int, is_global: bool
) -> None:
    made = table(is_global, Projection("INCLUDE", ("n",)))
    images = []
    for contents in (before, after):
        item = {"p": {"S": "1"}, "s": {"S": "1"}, **contents} if contents is not None else None
        images.append(encode(item, item_size(item)) if item is not None else None)
    changes = made.entry_changes(b"key", *images)
    assert sum(change.half_units for change in changes) == 2 * units
    assert bool(changes) == bool(units)


def test_a_number_set_inside_a_map_has_no_order_either() -> None:
    made = table(True, Projection("ALL"))
    one = {"p": {"S": "1"}, "s": {"S": "1"}, "g": {"S": "g"}, "m": {"M": {"l": {"L": [{"NS": ["1", "2"]}]}}}}
    other = {**one, "m": {"M": {"l": {"L": [{"NS": ["2", "1"]}]}}}}
    third = {**one, "m": {"M": {"l": {"L": [{"NS": ["2", "3"]}]}}}}
    images = [encode(item, item_size(item)) for item in (one, other, third)]
    assert not made.entry_changes(b"key", images[0], images[1])
    assert made.entry_changes(b"key", images[0], images[2])
