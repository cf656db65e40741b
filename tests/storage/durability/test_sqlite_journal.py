"""The journal: turns, a full disk, and what goes on meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from thermodynamo_storage.database import Database
from thermodynamo_storage.durability import record_codec
from thermodynamo_storage.durability.file import File
from thermodynamo_storage.durability.sqlite_journal import SqliteJournal
from thermodynamo_storage.tables.definition import Defined, TableDropped, TagsSet
from thermodynamo_storage.values.errors import JournalStalled


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    file = File(tmp_path)
    yield SqliteJournal(file)
    file.close()


def define(journal: SqliteJournal, sequence: int) -> None:
    journal.record_definitions(Defined(sequence, 0.0, (TagsSet("id", {"k": "x" * 9_000}, 0.0),)))


def sequences(journal: SqliteJournal) -> list[int]:
    return [record.sequence for _, body in journal.file.records(0) for record in record_codec.decode(body)]


def fill_disk(journal: SqliteJournal) -> None:
    """SQLite says what it says where the file system has no room."""
    (pages,) = journal.file.connection.execute("PRAGMA page_count").fetchone()
    journal.file.connection.execute(f"PRAGMA max_page_count={pages}")


def free_disk(journal: SqliteJournal) -> None:
    journal.file.connection.execute("PRAGMA max_page_count=1000000")


def test_one_turn_is_one_batch(journal: SqliteJournal) -> None:
    begun: list[int] = []
    journal.on_first = lambda: begun.append(journal.sequence)
    for sequence in (1, 2, 3):
        define(journal, sequence)
    assert journal.is_open and begun == [0] and sequences(journal) == []
    journal.flush()
    assert not journal.is_open and [number for number, _ in journal.file.records(0)] == [3]
    define(journal, 4)
    journal.flush()
    assert sequences(journal) == [1, 2, 3, 4] and begun == [0, 3]


def test_a_full_disk_refuses_what_comes_and_loses_nothing(journal: SqliteJournal) -> None:
    define(journal, 1)
    journal.flush()
    fill_disk(journal)
    define(journal, 2)
    with pytest.raises(JournalStalled, match="full"):
        journal.flush()
    assert not journal.is_open
    with pytest.raises(JournalStalled):
        define(journal, 3)
    journal.record_definitions(Defined(4, 0.0, (TableDropped("id"),)))
    assert sequences(journal) == [1]
    free_disk(journal)
    define(journal, 5)
    journal.flush()
    assert sequences(journal) == [1, 2, 4, 5] and journal.fault is None


def test_what_could_not_be_recorded_does_not_happen(journal: SqliteJournal) -> None:
    from tests.storage.tables.test_restoring import HERE, SCHEMA, put

    database = Database(journal)
    database.create_table(HERE, "id", SCHEMA, 0.0)
    table = database.tables(HERE)["Music"]
    put(database, table, 1)
    journal.flush()
    fill_disk(journal)
    put(database, table, 2, x={"S": "x" * 90_000})
    with pytest.raises(JournalStalled):
        journal.flush()
    with pytest.raises(JournalStalled):
        put(database, table, 3)
    assert table.keyspace.item_count == 2
    free_disk(journal)
    put(database, table, 4)
    journal.flush()
    copy = Database()
    for _, body in journal.file.records(0):
        for record in record_codec.decode(body):
            copy.replay(record)
    assert list(copy.tables(HERE)["Music"].keyspace.range(b"", None)) == list(table.keyspace.range(b"", None))
    assert table.keyspace.item_count == 3


def test_what_another_thread_writes_is_open_until_it_has_ended(journal: SqliteJournal) -> None:
    define(journal, 1)
    batch = journal.begin()
    assert batch is not None and journal.is_open and journal.begin() is None
    define(journal, 2)
    journal.end(journal.write(batch))
    assert sequences(journal) == [1] and journal.is_open
    journal.flush()
    assert sequences(journal) == [1, 2]


def test_a_batch_that_could_not_be_written_keeps_its_place(journal: SqliteJournal) -> None:
    fill_disk(journal)
    define(journal, 1)
    batch = journal.begin()
    assert batch is not None
    define(journal, 2)
    journal.end(journal.write(batch))
    assert journal.fault is not None
    free_disk(journal)
    journal.flush()
    assert sequences(journal) == [1, 2]
