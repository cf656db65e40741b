"""Snapshots of namespaces: brought back, forked and cleared, with everything that is in them."""

from copy import deepcopy
from typing import Any

import pytest

from tests.replay.recorder import Recorder, check
from tests.replay.state import settle, state_of
from thermodynamo.settings.delays import Delay
from thermodynamo_storage.changes.request_tokens import RequestToken
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.holds import Holds
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.partitions.sorted_items import RUN_ITEMS_MAX
from thermodynamo_storage.tables.definition import (
    IndexAdded,
    NamespaceForked,
    NamespacesCleared,
    SnapshotDeleted,
    SnapshotRestored,
    SnapshotTaken,
    StreamEnabled,
    TableDeleted,
    TagsSet,
    TimeToLiveSet,
)
from thermodynamo_storage.tables.settings import TableSettings
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import encode, item_size
from thermodynamo_storage.values.keys import item_key, part
from thermodynamo_storage.values.schema import (
    IndexSchema,
    KeyAttribute,
    KeySchema,
    Projection,
    TableSchema,
    Throughput,
)

NOW = 1_800_000_000.0
HERE, THERE = ("000000000000", "us-east-1"), ("111111111111", "eu-west-1")
ON_DEMAND = Throughput(0, 0)
KEY = KeySchema((KeyAttribute("a", "S"),), (KeyAttribute("n", "N"),))
INDEXES = (
    IndexSchema("by-g", True, KeySchema((KeyAttribute("g", "S"),)), Projection("ALL")),
    IndexSchema(
        "local", False, KeySchema((KeyAttribute("a", "S"),), (KeyAttribute("g", "S"),)), Projection("KEYS_ONLY")
    ),
)
SCHEMA = TableSchema("Music", KEY, {"a": "S", "n": "N", "g": "S"}, "PAY_PER_REQUEST", ON_DEMAND, INDEXES)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def database(recorder: Recorder) -> Database:
    made = Database(recorder)
    made.create_table(HERE, "id", SCHEMA, NOW)
    made.define(TimeToLiveSet("id", TimeToLive("until", True, NOW)), NOW)
    made.define(StreamEnabled("id", "NEW_AND_OLD_IMAGES", "label", NOW), NOW)
    for number in range(20):
        put(made, music(made), number)
    return made


def music(database: Database, namespace: tuple[str, str] = HERE) -> Table:
    return database.tables(namespace)["Music"]


def put(database: Database, table: Table, number: int, now: float = NOW, **attributes: Any) -> None:
    given = {"a": {"S": f"a{number % 3}"}, "n": {"N": str(number)}, "g": {"S": "g"}, "until": {"N": str(int(NOW) + 9)}}
    attributes = {**given, **attributes}
    key = item_key(part("S", given["a"]["S"]), part("N", str(number)))
    change = table.plan_write(key, None, lambda old: encode(attributes, item_size(attributes)))
    database.commit([change], now)


def tables_of(database: Database, namespace: tuple[str, str] = HERE) -> dict[str, Any]:
    settle(database, NOW)
    found: dict[str, Any] = state_of(database, NOW)["tables"]
    return deepcopy({path: state for path, state in found.items() if path.startswith("/".join(namespace))})


def test_a_restore_brings_back_all_that_was_there(database: Database, recorder: Recorder) -> None:
    before = tables_of(database)
    database.define(SnapshotTaken("s", None, None), NOW)
    put(database, music(database), 5, g={"S": "other"})
    put(database, music(database), 99)
    database.define(TagsSet("id", {"k": "v"}, NOW), NOW)
    database.split(music(database).keyspace, music(database).keyspace.partitions[0], b"\x10", "manual", NOW)
    assert tables_of(database) != before
    for _ in range(2):
        database.define(SnapshotRestored("s"), NOW)
        assert tables_of(database) == before
        put(database, music(database), 7, x={"S": "y"})
    check(database, recorder, NOW)


def test_a_restore_brings_back_a_table_that_was_dropped_and_takes_away_a_later_one(database: Database) -> None:
    before = tables_of(database)
    database.define(SnapshotTaken("s", None, None), NOW)
    database.define(TableDeleted("id", NOW), NOW)
    database.settle(NOW)
    database.create_table(THERE, "later", SCHEMA, NOW)
    database.define(SnapshotRestored("s"), NOW)
    assert tables_of(database) == before and not database.tables(THERE)
    assert not database.catalog.retired_streams.get(HERE)


def test_a_snapshot_of_one_account_leaves_others_alone(database: Database) -> None:
    database.create_table(THERE, "other", SCHEMA, NOW)
    database.define(SnapshotTaken("s", HERE[0], None), NOW)
    put(database, music(database, THERE), 1)
    before = tables_of(database, THERE)
    put(database, music(database), 99)
    database.define(SnapshotRestored("s"), NOW)
    assert music(database).keyspace.item_count == 20 and tables_of(database, THERE) == before
    database.define(NamespacesCleared(None, HERE[1]), NOW)
    assert not database.tables(HERE) and tables_of(database, THERE) == before


def test_a_fork_has_ids_of_its_own_and_goes_its_own_way(database: Database, recorder: Recorder) -> None:
    database.define(NamespaceForked(HERE, THERE, (("id", "copy"),)), NOW)
    fork = music(database, THERE)
    assert (fork.id, fork.account, fork.region, fork.keyspace.name.table_id) == ("copy", *THERE, "copy")
    assert [stream.table_id for stream in fork.streams] == ["copy"]
    before = tables_of(database)
    put(database, fork, 99)
    assert tables_of(database) == before and fork.keyspace.item_count == 21
    assert fork.stream is not None and fork.stream.last_number == before_number(database) + 1
    assert sum(len(partition.items) for partition in fork.indexes["by-g"].keyspace.partitions) == 21
    check(database, recorder, NOW)


def before_number(database: Database) -> int:
    stream = music(database).stream
    assert stream is not None
    return stream.last_number


def test_a_fork_takes_the_place_of_what_was_there(database: Database) -> None:
    database.create_table(THERE, "old", SCHEMA, NOW)
    database.define(NamespaceForked(HERE, THERE, (("id", "copy"),)), NOW)
    assert set(database.catalog.by_id) == {"id", "copy"}
    database.check()


def test_the_filling_of_an_index_goes_on_in_what_is_restored(database: Database, recorder: Recorder) -> None:
    table = music(database)
    added = IndexSchema("by-n", True, KeySchema((KeyAttribute("n", "N"),)), Projection("ALL"))
    history = table.throughput_history["by-g"]
    database.define(IndexAdded("id", added, {"a": "S", "n": "N", "g": "S"}, history, 1), NOW)
    database.step_backfill(7, NOW)
    database.define(SnapshotTaken("s", None, None), NOW)
    database.define(NamespacesCleared(None, None), NOW)
    assert not database.catalog.backfills
    database.define(SnapshotRestored("s"), NOW)
    assert [backfill.item_count for backfill in database.catalog.backfills] == [7]
    while database.step_backfill(7, NOW):
        pass
    assert music(database).indexes["by-n"].keyspace.item_count == 20
    check(database, recorder, NOW)


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_what_was_due_stays_so_when_the_clock_is_turned_back(is_looked_at: bool) -> None:
    recorder = Recorder()
    database = Database(recorder, None, TableSettings(index_delay=lambda *_: Delay(5, 5).sampler("seed")))
    database.create_table(HERE, "id", SCHEMA, NOW)
    table = music(database)
    key = item_key(part("S", "a0"), part("N", "0"))
    token = RequestToken(*HERE, "token", b"", b"[]", NOW)
    attributes = {"a": {"S": "a0"}, "n": {"N": "0"}, "g": {"S": "g"}}
    change = table.plan_write(key, None, lambda old: encode(attributes, item_size(attributes)))
    table.holds = Holds()
    database.commit_transaction([change], NOW, token, [(table, key)], NOW + 2)
    later = NOW + 1_000
    if is_looked_at:
        table.indexes["by-g"].catch_up(later)
        table.holds.end(key, later)
        database.tokens(HERE).find("token", later)
    database.define(SnapshotTaken("account", HERE[0], None), later)
    database.define(SnapshotRestored("account"), NOW + 1)
    restored = music(database)
    restored.indexes["by-g"].catch_up(NOW + 1)
    assert restored.indexes["by-g"].keyspace.item_count == 1
    assert restored.holds is not None and not restored.holds.is_held(key, NOW + 1)
    assert database.tokens(HERE).find("token", NOW + 1) is None
    database.define(SnapshotTaken("earlier", None, None), NOW + 1)
    check(database, recorder, NOW + 1)


def test_expired_items_of_a_restored_table_are_removed(database: Database) -> None:
    database.define(SnapshotTaken("s", None, None), NOW)
    database.define(SnapshotRestored("s"), NOW)
    while database.step_expiry(7, 0, NOW + 60):
        pass
    assert music(database).keyspace.item_count == 0
    assert [each.keyspace.item_count for each in database.catalog.snapshots["s"].tables] == [20]


def test_copies_share_runs_until_one_is_written(database: Database) -> None:
    table = music(database)
    for number in range(3 * RUN_ITEMS_MAX):
        put(database, table, number)
    database.define(SnapshotTaken("s", None, None), NOW)
    (kept,) = database.catalog.snapshots["s"].namespaces[HERE].tables

    def runs(of: Table) -> set[int]:
        return {id(run) for partition in of.keyspace.partitions for run in partition.items.runs}

    assert runs(kept) == runs(table)
    put(database, table, 1)
    assert len(runs(kept) - runs(table)) == 1


def test_what_is_let_go_is_freed_in_steps(database: Database) -> None:
    database.define(SnapshotTaken("s", None, None), NOW)
    while database.step_discards():
        pass
    database.define(NamespacesCleared(None, None), NOW)
    assert database.catalog.discards.wholes and "s" in database.catalog.snapshots
    while database.step_discards():
        pass
    database.define(SnapshotDeleted("s"), NOW)
    assert database.catalog.discards.wholes and not database.catalog.snapshots
