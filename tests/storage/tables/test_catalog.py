"""The lists of what upkeep has to look at follow what definitions make of tables, and what waits in indexes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.recovery import PointInTimeRecovery
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.tables.catalog import Duties, in_turn
from thermodynamo_storage.tables.definition import (
    ChangeEnded,
    Definition,
    NamespaceForked,
    NamespacesCleared,
    RecoverySet,
    SnapshotRestored,
    SnapshotTaken,
    StreamEnabled,
    TableDeleted,
    TableDropped,
    TimeToLiveSet,
)
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import Item, encode, item_size
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput

NOW = 1_800_000_000.0
HERE, THERE = ("0", "r"), ("1", "r")
SCHEMA = TableSchema(
    "items",
    KeySchema((KeyAttribute("id", "S"),)),
    {"id": "S", "g": "S"},
    "PAY_PER_REQUEST",
    Throughput(0, 0),
    (IndexSchema("byG", True, KeySchema((KeyAttribute("g", "S"),)), Projection("ALL")),),
)
EXPIRING = TimeToLiveSet("id", TimeToLive("until", True, NOW))
RECOVERABLE = RecoverySet("id", PointInTimeRecovery(NOW, 35))


@pytest.fixture
def database() -> Database:
    made = Database()
    made.create_table(HERE, "id", SCHEMA, NOW)
    return made


def listed(database: Database, kind: str) -> list[str]:
    return list(getattr(database.catalog.duties, kind))


def write(database: Database, table: Table) -> None:
    attributes = {"id": {"S": "1"}, "g": {"S": "x"}}
    new = encode(attributes, item_size(attributes))

    def given(old: Item | None) -> Item:
        return new

    database.commit([table.plan_write(keys.item_key(keys.part("S", "1")), None, given)], NOW)


@pytest.mark.parametrize(
    ("kind", "begun", "ended"),
    [
        ("expiring", EXPIRING, replace(EXPIRING, setting=TimeToLive("until", False, NOW))),
        ("recoverable", RECOVERABLE, replace(RECOVERABLE, setting=None)),
        ("passing", TableDeleted("id", NOW + 5), TableDropped("id")),
        ("streaming", StreamEnabled("id", "KEYS_ONLY", "label", NOW), TableDropped("id")),
    ],
)
def test_a_table_is_listed_while_there_may_be_something_to_do(
    database: Database, kind: str, begun: Definition, ended: Definition
) -> None:
    assert listed(database, kind) == []
    database.define(begun, NOW)
    assert listed(database, kind) == ["id"]
    database.check()
    database.define(ended, NOW + 5)
    assert listed(database, kind) == []
    database.check()


def test_a_table_is_listed_no_more_when_its_passing_state_is_over(database: Database) -> None:
    created = replace(SCHEMA, name="other")
    table = database.create_table(HERE, "other", created, NOW)
    assert listed(database, "passing") == [] and table.status(NOW) == "ACTIVE"
    database.define(TableDeleted("other", NOW + 5), NOW)
    database.settle_tables(NOW + 1)
    assert listed(database, "passing") == ["other"]
    database.settle_tables(NOW + 5)
    assert listed(database, "passing") == [] and "other" not in database.catalog.by_id


def bare(database: Database) -> None:
    return


def snapshot(database: Database) -> None:
    database.define(SnapshotTaken("s", None, None), NOW)
    database.define(NamespacesCleared(None, None), NOW)
    assert not any(listed(database, kind) for kind in Duties.__slots__)
    database.define(SnapshotRestored("s"), NOW)


@pytest.mark.parametrize("brought", [bare, snapshot])
def test_a_change_that_waits_is_listed_and_one_that_is_shown_is_not(
    database: Database, brought: Callable[[Database], None]
) -> None:
    for definition in (EXPIRING, RECOVERABLE, StreamEnabled("id", "KEYS_ONLY", "label", NOW)):
        database.define(definition, NOW)
    brought(database)
    table = database.catalog.by_id["id"]
    assert all(listed(database, kind) == ["id"] for kind in ("expiring", "recoverable", "streaming"))
    write(database, table)
    assert listed(database, "behind") == []
    table.indexes["byG"].propagation.delay = lambda: 5.0
    database.commit([table.change_to(keys.item_key(keys.part("S", "1")), None)], NOW)
    assert listed(database, "behind") == ["id"]
    database.check()
    database.step_indexes(10, NOW + 1)
    assert listed(database, "behind") == ["id"]
    database.step_indexes(10, NOW + 6)
    assert listed(database, "behind") == []


def test_a_fork_has_lists_of_its_own(database: Database) -> None:
    database.define(EXPIRING, NOW)
    table = database.catalog.by_id["id"]
    table.indexes["byG"].propagation.delay = lambda: 5.0
    write(database, table)
    database.define(NamespaceForked(HERE, THERE, (("id", "forked"),)), NOW)
    assert listed(database, "expiring") == listed(database, "behind") == ["id", "forked"]
    database.check()
    database.define(NamespacesCleared(*HERE), NOW)
    assert listed(database, "expiring") == listed(database, "behind") == ["forked"]
    database.check()


def test_a_definition_leaves_no_second_entry(database: Database) -> None:
    database.define(EXPIRING, NOW)
    database.define(ChangeEnded("id"), NOW)
    assert listed(database, "expiring") == ["id"]


def test_tables_take_turns_from_a_place_on_and_round_again(database: Database) -> None:
    tables = {name: database.create_table(HERE, name, replace(SCHEMA, name=name), NOW) for name in "abcde"}

    def names(first: int, count_max: int | None) -> str:
        return "".join(table.id for table in in_turn(tables, first, count_max))

    assert [names(0, 2), names(2, 2), names(4, 2), names(6, 2), names(3, None), names(7, 9)] == [
        *("ab", "cd", "ea", "bc", "deabc", "cdeab"),
    ]
    assert in_turn({}, 3, 2) == []
