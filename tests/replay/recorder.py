"""A sink that keeps every commit and definition as a plain value, and what shows that they are the whole truth.

`every_database_replays` lets each database of a test record; afterwards all records, in order, are replayed into an
empty database, which must be equal. A conftest.py that imports it says so for the tests of its folder.
"""

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.replay.state import difference, settle, state_of
from thermodynamo.upkeep import Upkeep
from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.database import Database
from thermodynamo_storage.durability import record_codec, table_image
from thermodynamo_storage.durability.file import File
from thermodynamo_storage.durability.image import Image
from thermodynamo_storage.durability.loading import Loader
from thermodynamo_storage.durability.records import Record, record_of
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.followers.item_history import Segment
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.partitions.sorted_items import Run
from thermodynamo_storage.tables.definition import Defined
from thermodynamo_storage.tables.table import Table

ATOMS = (str, int, float, bytes, bool, type(None))


class Recorder:
    """Everything that a database was told to keep, in order."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def record(self, commit: Commit) -> None:
        record = record_of(commit)
        assert list(record_codec.decode(record_codec.encode_commit(commit))) == [record]
        self.records.append(record)

    def record_definitions(self, defined: Defined) -> None:
        assert list(record_codec.decode(record_codec.encode_defined(defined))) == [defined]
        self.records.append(defined)

    def kinds(self) -> set[type]:
        """The kinds of definitions there were."""
        defined = [record for record in self.records if isinstance(record, Defined)]
        return {type(definition) for each in defined for definition in each.definitions}


def refuse_unless_plain(value: Any, path: str) -> None:
    """A journal has to write it down: atoms, tuples, maps by text, and frozen dataclasses of these."""
    if isinstance(value, ATOMS):
        return
    if dataclasses.is_dataclass(value):
        params = getattr(value, "__dataclass_params__")  # noqa: B009
        assert params.frozen, f"{path} is a {type(value).__name__}, which is not frozen"
        for field in dataclasses.fields(value):
            refuse_unless_plain(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, Mapping):
        for name, each in value.items():
            assert isinstance(name, str), f"{path} has the key {name!r}"
            refuse_unless_plain(each, f"{path}[{name!r}]")
    else:
        assert isinstance(value, tuple), f"{path} is a {type(value).__name__}"
        for position, each in enumerate(value):
            refuse_unless_plain(each, f"{path}[{position}]")


def replayed(database: Database, records: list[Record]) -> Database:
    """A new database with the same settings, and with nothing but the records."""
    limits = Limits(database.limits.policy) if database.limits is not None else None
    copy = Database(None, limits, database.catalog.settings)
    for record in records:
        copy.replay(record)
    return copy


def check(database: Database, recorder: Recorder, now: float = 0.0) -> None:
    """The database is sound, its records are plain and in order, and their replay gives its equal.

    Nothing has looked at the database later than at `now`, or the time of the last record.
    """
    now = max(now, *(record.now for record in recorder.records), 0.0)
    settle(database, now)
    database.check()
    assert [record.sequence for record in recorder.records] == list(range(1, len(recorder.records) + 1))
    for record in recorder.records:
        refuse_unless_plain(record, type(record).__name__)
    copy = replayed(database, recorder.records)
    settle(copy, now)
    copy.check()
    assert copy.sequence == database.sequence == len(recorder.records)
    why = difference(state_of(copy, now), state_of(database, now))
    assert why is None, f"after the replay of {len(recorder.records)} records: {why}"
    copy = kept(database, now)
    settle(copy, now)
    copy.check()
    why = difference(state_of(copy, now), as_kept(state_of(database, now)))
    assert why is None, f"from an image: {why}"


def kept(database: Database, now: float) -> Database:
    """A new database with the same settings, and with what an image of this one has."""
    limits = Limits(database.limits.policy) if database.limits is not None else None
    copy = Database(None, limits, database.catalog.settings)
    with tempfile.TemporaryDirectory() as folder:
        for run in runs_of(database):
            run.saved_as = None
        for segment in segments_of(database):
            segment.saved_as = None
        file = File(Path(folder))
        for _ in Image(file, database.catalog, database.sequence, now, 1).write():
            pass
        file.close()
        file = File(Path(folder))
        loader = Loader(file, copy.catalog, copy.replay)
        for _ in loader.load():
            pass
        file.close()
    assert loader.sequence == database.sequence
    for snapshot in copy.catalog.snapshots.values():
        for table in [table for kept in snapshot.namespaces.values() for table in kept.tables]:
            # Else they are filled where the snapshot is brought back.
            for _ in vector_indexes.fill_hollow(table.vector_indexes.values(), table.keyspace):
                pass
    return copy


def runs_of(database: Database) -> Iterator[Run]:
    """All runs of all tables, of the snapshots too: of which another file of the test may have some."""
    for table in every_table(database):
        for items in table_image.every_items(table):
            yield from items.runs


def segments_of(database: Database) -> Iterator[Segment]:
    """All segments of the histories of all tables, likewise."""
    for table in every_table(database):
        for history in (table.item_history, table.undoing):
            if history is not None:
                yield from history.segments


def every_table(database: Database) -> Iterator[Table]:
    """All tables, those of snapshots and backups too."""
    yield from database.tables_of_all()
    for backups in database.catalog.backups.values():
        yield from (backup.table for backup in backups.values())
    for snapshot in database.catalog.snapshots.values():
        for kept in snapshot.namespaces.values():
            yield from kept.tables
            yield from (backup.table for backup in kept.backups.values())


def as_kept(state: dict[str, Any]) -> dict[str, Any]:
    """A state without what an image does not have: what lagging reads find, and how many items were removed."""
    for table in state["tables"].values():
        if table["lagging reads"] is not None:
            table["lagging reads"] = {}
    return state


@pytest.fixture(autouse=True)
def every_database_replays(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Database, Recorder]]]:
    """Records every database that the test makes without a sink of its own; at its end each is checked.

    Gives the databases made so far, with what they have recorded.
    """
    found: list[tuple[Database, Recorder]] = []
    upkeeps: list[Upkeep] = []
    make, keep_up = Database.__init__, Upkeep.__init__

    def recording(self: Database, durability: Any = None, *rest: Any, **named: Any) -> None:
        recorder = Recorder()
        make(self, durability or recorder, *rest, **named)
        if durability is None:
            found.append((self, recorder))

    def watching(self: Upkeep, *rest: Any) -> None:
        keep_up(self, *rest)
        upkeeps.append(self)

    monkeypatch.setattr(Database, "__init__", recording)
    monkeypatch.setattr(Upkeep, "__init__", watching)
    yield found
    monkeypatch.undo()
    for database, recorder in found:
        clocks = [upkeep.clock for upkeep in upkeeps if upkeep.database is database]
        check(database, recorder, max((clock.now() for clock in clocks), default=0.0))
