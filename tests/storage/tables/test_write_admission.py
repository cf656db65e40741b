"""What a write costs each index (the table of the developer guide), and which keyspaces are asked in which order."""

from functools import partial
from typing import Any

import pytest

from thermodynamo_storage.capacity.policy import Policy
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.database import Database
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import Item, encode, item_size
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput

Attributes = dict[str, Any]
KEY = keys.item_key(keys.part("S", "1"), keys.part("S", "1"))
PARTITION = KeyAttribute("p", "S")


def given(new: Item | None, old: Item | None) -> Item | None:
    """The new item that is given, whatever the old one is."""
    return new


def database(is_global: bool, projection: Projection, policy: Policy | None = None) -> tuple[Database, Table]:
    """A table with one index, whose sort key is g."""
    index_key = KeySchema((PARTITION,), (KeyAttribute("g", "S"),))
    schema = TableSchema(
        name="items",
        key_schema=KeySchema((PARTITION,), (KeyAttribute("s", "S"),)),
        attribute_kinds={"p": "S", "s": "S", "g": "S"},
        billing_mode="PAY_PER_REQUEST",
        throughput=Throughput(0, 0),
        indexes=(IndexSchema("index", is_global, index_key, projection),),
    )
    made = Database(limits=Limits(policy) if policy is not None else None)
    return made, made.create_table(("000000000000", "us-east-1"), "id", schema, 0.0)


def half_units(is_global: bool, projection: Projection, before: Attributes | None, after: Attributes | None) -> int:
    """What the second of two writes of one item costs the index."""
    made, table = database(is_global, projection)
    change = None
    for contents in (before, after):
        item = {"p": {"S": "1"}, "s": {"S": "1"}, **contents} if contents is not None else None
        new = encode(item, item_size(item)) if item is not None else None
        change = table.plan_write(KEY, None, partial(given, new))
        made.commit([change], 0.0)
    assert change is not None
    made.check()
    return sum(entry.half_units for entry in change.entries)


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
    assert half_units(is_global, Projection("INCLUDE", ("n",)), before, after) == 2 * units


def test_a_number_set_inside_a_map_has_no_order_either() -> None:
    def nested(*numbers: str) -> Attributes:
        return {"g": {"S": "g"}, "m": {"M": {"l": {"L": [{"NS": list(numbers)}]}}}}

    assert half_units(True, Projection("ALL"), nested("1", "2"), nested("2", "1")) == 0
    assert half_units(True, Projection("ALL"), nested("1", "2"), nested("2", "3")) == 2


def planned(table: Table) -> Change:
    """A new item that has an entry in the index."""
    item = {"p": {"S": "1"}, "s": {"S": "1"}, "g": text(1)}
    return table.plan_write(KEY, None, lambda old: encode(item, item_size(item)))


@pytest.mark.parametrize(
    ("drained", "refusing"),
    [
        ("pool of the table, index, partition", [None, "index"]),
        ("pool of the index, partition", ["index", None]),
        ("partition of the index, partition", ["index", None]),
        ("partition", [None]),
    ],
)
def test_limits_are_asked_in_order_and_the_others_count_as_well(drained: str, refusing: list[str | None]) -> None:
    made, table = database(True, Projection("ALL"), Policy())
    index = table.indexes["index"].keyspace
    change = planned(table)
    entry_key = change.entries[0].new
    assert entry_key is not None
    if "pool of the table" in drained:
        table.keyspace.admission.drain(True, None, 1.0, 0.0)
    if "pool of the index" in drained or ", index," in drained:
        index.admission.drain(True, None, 1.0, 0.0)
    if "partition of the index" in drained:
        index.admission.drain(True, index.locate(entry_key[0]), 1.0, 0.0)
    if drained.endswith("partition"):
        table.keyspace.admission.drain(True, change.partition, 1.0, 0.0)
    with pytest.raises(Throttled) as refused:
        write_admission.write(table, change, 0.0)
    assert refused.value.refusal.index_name == refusing[0]
    assert made.limits is not None
    assert [refusal.index_name for refusal in made.limits.throttles.last] == refusing
    for keyspace in (table.keyspace, index):
        report = keyspace.admission.report(0.0)
        assert report is not None and report.writes.total == 0, "nothing is charged"


@pytest.mark.parametrize(("is_global", "units"), [(True, (1, 1)), (False, (2, None))], ids=["global", "local"])
def test_the_table_pays_for_local_entries_and_global_indexes_pay_for_theirs(
    is_global: bool, units: tuple[int, int | None]
) -> None:
    _, table = database(is_global, Projection("ALL"), Policy())
    write_admission.write(table, planned(table), 0.0)
    keyspaces = [table.keyspace] + ([table.indexes["index"].keyspace] if is_global else [])
    reports = [keyspace.admission.report(0.0) for keyspace in keyspaces]
    assert [report.writes.total for report in reports if report is not None] == [2 * each for each in units if each]
