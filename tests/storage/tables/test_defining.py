"""Definitions: on record before they happen, all of a group or none, and what time brings at its own instant."""

import pytest

from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.database import Database
from thermodynamo_storage.tables.definition import (
    ChangeEnded,
    Defined,
    StreamEnabled,
    StreamSettled,
    TableDeleted,
    TableDropped,
    TagsSet,
)
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput

NOW = 1_800_000_000.0
NAMESPACE = ("000000000000", "us-east-1")
HOUR_SECONDS = 3_600


class Journal:
    """A sink that keeps definitions with the tags that the table had when each was recorded; or refuses them."""

    def __init__(self) -> None:
        self.defined: list[Defined] = []
        self.is_full = False

    def record(self, commit: Commit) -> None:
        raise AssertionError("nothing is written here")

    def record_definitions(self, defined: Defined) -> None:
        if self.is_full:
            raise OSError("no space left")
        self.defined.append(defined)

    def kinds(self) -> list[type]:
        return [type(definition) for defined in self.defined for definition in defined.definitions]


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def database(journal: Journal) -> Database:
    return Database(journal)


@pytest.fixture
def table(database: Database, journal: Journal) -> Table:
    key_schema = KeySchema((KeyAttribute("a", "S"),))
    schema = TableSchema("Music", key_schema, {"a": "S"}, "PAY_PER_REQUEST", Throughput(0, 0))
    made = database.create_table(NAMESPACE, "id", schema, NOW)
    journal.defined.clear()
    return made


def test_a_definition_that_cannot_be_recorded_does_not_happen(
    database: Database, table: Table, journal: Journal
) -> None:
    journal.is_full = True
    with pytest.raises(OSError, match="no space left"):
        database.define_all((TagsSet("id", {"a": "b"}, NOW), StreamEnabled("id", "KEYS_ONLY", "label", NOW)), NOW)
    assert table.tags == {} and not table.streams


def test_definitions_of_one_request_share_a_place_in_the_sequence(
    database: Database, table: Table, journal: Journal
) -> None:
    database.define_all((TagsSet("id", {"a": "b"}, NOW), StreamEnabled("id", "KEYS_ONLY", "label", NOW + 5)), NOW)
    database.define(TagsSet("id", {}, NOW + 1), NOW + 1)
    assert [(each.sequence, each.now, len(each.definitions)) for each in journal.defined] == [
        (3, NOW, 2),
        (4, NOW + 1, 1),
    ]
    assert table.tags == {} and table.streams[0].settled_at == NOW + 5


def test_what_was_given_to_a_definition_is_not_what_the_table_keeps(database: Database, table: Table) -> None:
    tags = {"a": "b"}
    database.define(TagsSet("id", tags, NOW), NOW)
    tags["a"] = "c"
    assert table.tags == {"a": "b"}


def test_the_end_of_a_passing_state_is_defined_once(database: Database, table: Table, journal: Journal) -> None:
    database.define(TableDeleted("id", NOW + 5), NOW)
    database.settle_tables(NOW + 4)
    assert journal.kinds() == [TableDeleted] and table.status(NOW + 4) == "DELETING"
    for _ in range(2):
        database.settle_tables(NOW + 6)
    assert journal.kinds() == [TableDeleted, TableDropped] and not database.tables(NAMESPACE)
    database.check()


def test_the_stream_of_a_dropped_table_ends_when_the_deletion_was_over(database: Database, table: Table) -> None:
    database.define(StreamEnabled("id", "KEYS_ONLY", "label", NOW), NOW)
    database.define(TableDeleted("id", NOW + 5), NOW)
    (stream,) = database.streams(NAMESPACE, NOW + 9)
    assert stream.disabled_at == NOW + 5
    assert {shard.closed_at for shard in stream.shards.values()} == {NOW + 5}


def test_a_look_at_a_stream_defines_what_is_due_and_nothing_else(
    database: Database, table: Table, journal: Journal
) -> None:
    database.define(StreamEnabled("id", "KEYS_ONLY", "label", NOW), NOW)
    journal.defined.clear()
    for hours in (1, 3, 5, 6, 9):
        database.stream(NAMESPACE, "Music", "label", NOW + hours * HOUR_SECONDS)
    assert journal.kinds() == [StreamSettled, StreamSettled]
    assert [each.now for each in journal.defined] == [NOW + 5 * HOUR_SECONDS, NOW + 9 * HOUR_SECONDS]


def test_replaying_records_nothing(database: Database, table: Table, journal: Journal) -> None:
    sink = Journal()
    copy = Database(sink)
    copy.replay(Defined(7, NOW, ()))
    assert copy.sequence == 7 and not sink.defined


def test_a_change_ends_only_as_a_definition(database: Database, table: Table, journal: Journal) -> None:
    table.begin("UPDATING", NOW, NOW + 5)
    assert table.status(NOW + 6) == "ACTIVE" and table.transition == "UPDATING"
    assert database.settle_table(table, NOW + 6)
    assert table.transition is None and journal.kinds() == [ChangeEnded]
