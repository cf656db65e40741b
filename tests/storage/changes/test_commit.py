"""Commits: all their changes at one point of the sequence, on record before they happen."""

from functools import partial

import pytest

from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.database import Database
from thermodynamo_storage.tables.definition import Defined
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import Item, encode
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput

NOW = 1_800_000_000.0
NAMESPACE = ("000000000000", "us-east-1")


class Journal:
    """A sink that keeps the commits, with what their partitions held when each was recorded; or refuses them."""

    def __init__(self) -> None:
        self.commits: list[Commit] = []
        self.item_counts: list[int] = []
        self.defined: list[Defined] = []
        self.is_full = False

    def record(self, commit: Commit) -> None:
        if self.is_full:
            raise OSError("no space left")
        self.commits.append(commit)
        partitions = {change.partition for change in commit.changes}
        self.item_counts.append(sum(len(partition.items) for partition in partitions))

    def record_definitions(self, defined: Defined) -> None:
        if self.is_full:
            raise OSError("no space left")
        self.defined.append(defined)


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def database(journal: Journal) -> Database:
    return Database(journal)


@pytest.fixture
def table(database: Database) -> Table:
    schema = TableSchema(
        name="Music",
        key_schema=KeySchema((KeyAttribute("a", "S"),)),
        attribute_kinds={"a": "S"},
        billing_mode="PAY_PER_REQUEST",
        throughput=Throughput(0, 0),
    )
    return database.create_table(NAMESPACE, "id", schema, NOW)


def of_size(size: int | None, old: Item | None) -> Item | None:
    return encode({}, size) if size is not None else None


def write(database: Database, table: Table, contents: dict[bytes, int | None]) -> None:
    """Commits an item of the given size at each key together; None removes."""
    changes = [table.plan_write(key, None, partial(of_size, size)) for key, size in contents.items()]
    database.commit(changes, NOW)


def test_all_changes_of_a_commit_happen(database: Database, table: Table) -> None:
    write(database, table, {b"\x00": 3, b"\x50": 4, b"\xf0": 5})
    assert (table.keyspace.item_count, table.keyspace.size_bytes) == (3, 12)
    write(database, table, {b"\x00": None, b"\x50": 40, b"\x51": None})
    assert (table.keyspace.item_count, table.keyspace.size_bytes) == (2, 45)
    assert table.keyspace.get(b"\x00") is None
    database.check()


def test_a_commit_is_on_record_before_it_happens(database: Database, table: Table, journal: Journal) -> None:
    write(database, table, {b"a": 1, b"b": 1})
    write(database, table, {b"a": None})
    assert journal.item_counts == [0, 2]
    assert [len(commit.changes) for commit in journal.commits] == [2, 1]


def test_a_change_names_its_table_and_does_not_hold_it(database: Database, table: Table, journal: Journal) -> None:
    write(database, table, {b"a": 1})
    ((change,),) = [commit.changes for commit in journal.commits]
    assert change.table_id == table.id
    assert not hasattr(change, "table") and not change.followers


def test_sequence_numbers_rise_by_one_and_carry_the_time(database: Database, table: Table, journal: Journal) -> None:
    for size in (1, 2, 3):
        write(database, table, {b"a": size})
    assert [commit.sequence for commit in journal.commits] == [3, 4, 5]
    assert [defined.sequence for defined in journal.defined] == [1, 2], "the table was created, and that was over"
    assert {commit.now for commit in journal.commits} == {NOW}


def test_a_commit_that_cannot_be_recorded_does_not_happen(database: Database, table: Table, journal: Journal) -> None:
    write(database, table, {b"a": 1})
    journal.is_full = True
    with pytest.raises(OSError, match="no space left"):
        write(database, table, {b"a": None, b"b": 7})
    assert (table.keyspace.item_count, table.keyspace.size_bytes) == (1, 1)
    database.check()
