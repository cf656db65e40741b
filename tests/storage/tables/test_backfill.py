"""Filling a new index: in bounded steps, with writes in between, and what may happen to the index meanwhile."""

from dataclasses import replace
from typing import Any

import pytest

from thermodynamo_storage.capacity.throughput_history import ThroughputHistory, warm_throughput
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.change_times import ChangeTimes
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.backfill import Backfill
from thermodynamo_storage.tables.definition import IndexAdded, IndexDeleted, TableDeleted, TableUpdated
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import STEP_BYTES_MAX, decode, encode, item_size
from thermodynamo_storage.values.schema import (
    IndexSchema,
    KeyAttribute,
    KeySchema,
    Projection,
    ScalarKind,
    TableSchema,
    Throughput,
)

NAMESPACE = ("000000000000", "us-east-1")
KINDS: dict[str, ScalarKind] = {"p": "S", "g": "S"}
INDEX = IndexSchema("by-g", True, KeySchema((KeyAttribute("g", "S"),)), Projection("KEYS_ONLY"))
Attributes = dict[str, Any]


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def table(database: Database) -> Table:
    schema = TableSchema(
        name="items",
        key_schema=KeySchema((KeyAttribute("p", "S"),)),
        attribute_kinds={"p": "S"},
        billing_mode="PAY_PER_REQUEST",
        throughput=Throughput(0, 0),
    )
    made = database.create_table(NAMESPACE, "id", schema, 0.0)
    for number in range(10):
        put(database, made, str(number), {"g": {"S": f"g{number}"}, "x": {"S": "x"}})
    return made


def put(database: Database, table: Table, partition: str, contents: Attributes | None, now: float = 0.0) -> None:
    item = {"p": {"S": partition}, **contents} if contents is not None else None
    new = encode(item, item_size(item)) if item is not None else None
    database.commit([table.plan_write(keys.item_key(keys.part("S", partition)), None, lambda old: new)], now)


def begin(database: Database, table: Table, settled_at: float = 0.0, filled_at: float = 0.0) -> Backfill:
    history = ThroughputHistory(warm_throughput(INDEX.throughput))
    schema = replace(table.schema, attribute_kinds=KINDS, indexes=(INDEX,))
    histories = (*table.throughput_history.items(), (INDEX.name, history))
    jobs = (
        Job("index creation", INDEX.name, 0.0, settled_at),
        Job("index filling", INDEX.name, settled_at, max(settled_at, filled_at)),
    )
    database.define_all(
        (
            IndexAdded(table.id, INDEX, KINDS, history, 4),
            TableUpdated(table.id, schema, histories, jobs, ChangeTimes()),
        ),
        0.0,
    )
    return database.catalog.backfills[-1]


def entries(table: Table) -> dict[str, str]:
    """The index as it is: from the table's key to the index's."""
    found = [decode(item) for _, item in table.indexes["by-g"].range(b"", None)]
    return {each["p"]["S"]: each["g"]["S"] for each in found}


def test_a_step_ends_with_the_item_that_reaches_its_bytes(database: Database, table: Table) -> None:
    for number in range(10):
        put(database, table, str(number), {"g": {"S": f"g{number}"}, "x": {"S": "x" * STEP_BYTES_MAX}})
    backfill = begin(database, table)
    assert database.step_backfill(64, 0.0)
    assert backfill.item_count == 1
    while database.step_backfill(64, 0.0):
        pass
    assert len(entries(table)) == 10


def test_a_step_is_bounded(database: Database, table: Table) -> None:
    backfill = begin(database, table)
    assert database.step_backfill(4, 0.0)
    assert len(entries(table)) == backfill.item_count == 4
    assert database.step_backfill(4, 0.0)
    assert not database.step_backfill(4, 0.0)
    assert entries(table) == {str(number): f"g{number}" for number in range(10)}
    assert table.indexes["by-g"].transition is None and not database.catalog.backfills
    database.check()


def test_nothing_is_filled_before_the_index_has_its_resources(database: Database, table: Table) -> None:
    backfill = begin(database, table, settled_at=5.0)
    assert not database.step_backfill(100, 4.0)
    assert backfill.item_count == 0 and table.status(4.0) == "UPDATING"
    assert not database.step_backfill(100, 5.0)
    assert len(entries(table)) == 10 and table.status(5.0) == "ACTIVE"


def test_an_index_goes_on_being_filled_for_as_long_as_it_was_given(database: Database, table: Table) -> None:
    begin(database, table, settled_at=5.0, filled_at=9.0)
    assert database.step_backfill(4, 5.0)
    while database.step_backfill(4, 8.0):
        pass
    assert table.indexes["by-g"].transition == "CREATING" and table.status(8.0) == "ACTIVE"
    assert not database.step_backfill(4, 9.0)
    assert table.indexes["by-g"].transition is None and len(entries(table)) == 10


def test_items_that_do_not_fit_are_left_out(database: Database, table: Table) -> None:
    put(database, table, "0", {"g": {"N": "1"}})
    put(database, table, "1", {"g": {"S": ""}})
    put(database, table, "2", {"g": {"S": "x" * 2049}})
    put(database, table, "3", {})
    begin(database, table)
    database.step_backfill(100, 0.0)
    assert entries(table).keys() == {"4", "5", "6", "7", "8", "9"}


@pytest.mark.parametrize("steps_before", range(6))
def test_writes_meanwhile_are_neither_lost_nor_undone(database: Database, table: Table, steps_before: int) -> None:
    begin(database, table)
    for _ in range(steps_before):
        database.step_backfill(2, 0.0)
    for number in range(10):
        put(database, table, str(number), {"g": {"S": "moved"}} if number % 2 else None)
    put(database, table, "new", {"g": {"S": "g"}})
    while database.step_backfill(2, 0.0):
        pass
    assert entries(table) == {"1": "moved", "3": "moved", "5": "moved", "7": "moved", "9": "moved", "new": "g"}
    database.check()


def test_with_a_delay_entries_never_go_backwards(database: Database, table: Table) -> None:
    begin(database, table)
    index = table.indexes["by-g"]
    delays = iter([5.0] * 3 + [0.0] * 100)
    index.propagation.delay = lambda: next(delays)
    put(database, table, "0", {"g": {"S": "second"}}, 0.0)
    put(database, table, "0", {"g": {"S": "third"}}, 0.0)
    while database.step_backfill(3, 0.0):
        pass
    assert entries(table) == {}
    index.catch_up(5.0)
    assert entries(table)["0"] == "third" and len(entries(table)) == 10


def test_an_index_that_is_deleted_meanwhile_is_filled_no_further(database: Database, table: Table) -> None:
    begin(database, table)
    database.step_backfill(2, 0.0)
    histories = tuple(table.throughput_history.items())
    jobs = (Job("index deletion", "by-g", 0.0, 1.0),)
    definitions = (IndexDeleted(table.id, "by-g"), TableUpdated(table.id, table.schema, histories, jobs, ChangeTimes()))
    database.define_all(definitions, 0.0)
    put(database, table, "0", {"g": {"BOOL": True}}, 0.5)
    database.settle_tables(1.0)
    assert not database.step_backfill(2, 1.0)
    assert not database.catalog.backfills and not table.indexes
    assert table.schema.indexes == () and table.schema.attribute_kinds == {"p": "S"}


def test_a_table_that_is_deleted_meanwhile_ends_it(database: Database, table: Table) -> None:
    begin(database, table)
    database.step_backfill(2, 0.0)
    database.define(TableDeleted(table.id, 1.0), 0.5)
    assert not database.step_backfill(2, 0.5)
    assert not database.catalog.backfills
