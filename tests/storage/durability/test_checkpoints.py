"""Checkpoints: an image takes the place of the journal while writes go on, and whatever stops it loses nothing."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.replay.state import difference, settle, state_of
from tests.storage.tables.test_restoring import HERE, NOW, SCHEMA, music, put
from thermodynamo_storage.database import Database
from thermodynamo_storage.durability import checkpoints
from thermodynamo_storage.durability.checkpoints import Checkpoints
from thermodynamo_storage.durability.file import File, FileError
from thermodynamo_storage.durability.loading import Loader
from thermodynamo_storage.durability.sqlite_journal import SqliteJournal
from thermodynamo_storage.tables.definition import SnapshotDeleted, SnapshotRestored, SnapshotTaken, StreamEnabled
from thermodynamo_storage.tables.restoring import copied
from thermodynamo_storage.tables.table import Table

Open = Callable[[], "Kept"]


class Kept:
    """A database in a folder."""

    def __init__(self, folder: Path) -> None:
        self.file = File(folder)
        self.database = Database()
        loader = Loader(self.file, self.database.catalog, self.database.replay)
        for _ in loader.load():
            pass
        self.database.sequence = loader.sequence
        self.database.durability = self.journal = SqliteJournal(self.file)
        self.journal.bytes_since_image = loader.replayed_bytes
        self.checkpoints = Checkpoints(
            self.journal, self.database.catalog, loader.image_ids, self.database.copies_ahead
        )

    def step(self, is_due: bool = False) -> bool:
        return self.checkpoints.step(self.database.sequence, NOW, is_due)

    def checkpoint(self) -> int:
        """One whole checkpoint; returns how many steps it took."""
        steps = 1
        self.step(is_due=True)
        while self.step():
            steps += 1
        return steps

    def put(self, *numbers: int, **attributes: Any) -> None:
        for number in numbers:
            put(self.database, music(self.database), number, **attributes)
        self.journal.flush()

    def state(self) -> dict[str, Any]:
        settle(self.database, NOW)
        return state_of(self.database, NOW)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path)
    made.database.create_table(HERE, "id", SCHEMA, NOW)
    made.database.define(StreamEnabled("id", "NEW_AND_OLD_IMAGES", "label", NOW), NOW)
    made.put(*range(3_000))
    return made


def reopened(kept: Kept) -> Kept:
    """The database of the folder as the next server finds it; equal to this one."""
    before = kept.state()
    kept.journal.flush()
    kept.file.close()
    found = Kept(kept.file.path.parent)
    found.database.check()
    assert difference(found.state(), before) is None
    return found


def test_an_image_takes_the_place_of_the_journal(kept: Kept) -> None:
    assert kept.checkpoint() > 5
    assert not list(kept.file.records(0)) and kept.journal.bytes_since_image == 0
    kept.put(1, 5_000)
    found = reopened(kept)
    assert found.journal.bytes_since_image == kept.journal.bytes_since_image > 0
    found.put(2)
    reopened(found).file.close()


def test_writes_and_deleted_snapshots_meanwhile_are_not_in_the_image_but_in_the_journal(kept: Kept) -> None:
    kept.database.define(SnapshotTaken("s", None, None), NOW)
    kept.put(1, x={"S": "before"})
    kept.step(is_due=True)  # Copies ahead.
    kept.step()
    number = 10_000
    kept.database.define(SnapshotDeleted("s"), NOW)
    while kept.step():
        kept.put(number, number - 9_000, x={"S": "meanwhile"})
        number += 1
    assert number > 10_010
    reopened(kept).file.close()


def test_a_second_image_writes_only_the_runs_that_have_changed(kept: Kept) -> None:
    kept.checkpoint()
    first = set(kept.checkpoints.image_ids)
    kept.put(7)
    kept.checkpoint()
    second = kept.checkpoints.image_ids
    assert len(first & second) > len(_runs(music(kept.database))) / 2 and set(kept.file.sizes) == second
    reopened(kept).file.close()


def _runs(table: Table) -> list[Any]:
    return [run for partition in table.keyspace.partitions for run in partition.items.runs if run.items]


def test_snapshots_and_tables_share_parts(kept: Kept) -> None:
    kept.checkpoint()
    alone = kept.checkpoints.image_bytes
    for name in "abc":
        kept.database.define(SnapshotTaken(name, None, None), NOW)
    kept.journal.flush()
    kept.checkpoint()
    stream_bytes = sum(shard.held_bytes for stream in music(kept.database).streams for shard in stream.shards.values())
    assert kept.checkpoints.image_bytes < alone + 4 * stream_bytes + 500_000
    found = reopened(kept)
    (table,) = found.database.catalog.snapshots["b"].namespaces[HERE].tables
    assert {*map(id, _runs(table))} == {*map(id, _runs(music(found.database)))}
    found.put(1, x={"S": "after"})
    found.database.define(SnapshotRestored("b"), NOW)
    reopened(found).file.close()


@pytest.mark.parametrize("steps", [1, 2, 5, 15, 40])
def test_a_server_that_ends_in_the_middle_has_lost_nothing(kept: Kept, steps: int) -> None:
    kept.checkpoint()
    kept.put(*range(500), x={"S": "new"})
    kept.step(is_due=True)
    for number in range(steps):
        kept.step()
        kept.put(number, x={"S": "newer"})
    found = reopened(kept)
    found.checkpoint()
    assert set(found.file.sizes) == found.checkpoints.image_ids
    reopened(found).file.close()


def test_a_disk_that_is_full_in_the_middle_loses_nothing(kept: Kept) -> None:
    kept.checkpoint()
    kept.put(*range(3_000), x={"S": "new"})
    connection = kept.file.parts
    connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0] + 40}")
    with pytest.raises(sqlite3.Error, match="full"):
        kept.checkpoint()
    assert not kept.database.catalog.is_pinned
    kept.put(1, x={"S": "newer"})
    connection.execute("PRAGMA max_page_count=1000000")
    kept.checkpoint()
    reopened(kept).file.close()


def test_an_image_is_due_when_the_journal_is_half_as_long(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "JOURNAL_BYTES_MIN", 1_000)
    assert kept.checkpoints.is_due()
    while kept.step():
        pass
    most = 0.0
    for round in range(30):
        kept.put(*range(200), x={"S": str(round) * 900})
        while kept.step():
            if kept.file.log_pages > 100:
                kept.file.copy_log()
                kept.file.end_log()
        kept.file.copy_log()
        kept.file.end_log()
        most = max(most, os.path.getsize(kept.file.path) / kept.checkpoints.image_bytes)
    assert most <= 3
    reopened(kept).file.close()


def test_damage_in_an_image_is_found_and_named(kept: Kept) -> None:
    kept.checkpoint()
    id = min(kept.checkpoints.image_ids)
    kept.file.connection.execute("UPDATE part SET body = substr(body, 1, 100) WHERE id = ?", (id,))
    kept.file.close()
    with pytest.raises(FileError, match=f"part {id} of its image has another checksum"):
        Kept(kept.file.path.parent)


def test_every_slot_of_a_table_is_in_its_copy(kept: Kept) -> None:
    """A copy that forgot a slot would share it, or lack it: this names the slots that copies may share."""
    table = music(kept.database)
    (other,) = copied(kept.database.catalog, HERE, NOW).tables
    shared = {name for name in Table.__slots__ if getattr(other, name) is getattr(table, name)}
    assert not {
        name
        for name in shared
        if name != "discards" and isinstance(getattr(table, name), dict | list | set) and getattr(table, name)
    }
