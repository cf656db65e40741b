"""Backups, and tables restored from them and to seconds of the past: what they hold, beside tables made anew."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.replay.recorder import Recorder, check
from tests.storage.tables.test_restoring import HERE, INDEXES, NOW, SCHEMA, THERE, put
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory, warm_throughput
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.backup_label import BackupLabel
from thermodynamo_storage.facets.origin import Origin
from thermodynamo_storage.facets.recovery import DAY_SECONDS, PointInTimeRecovery
from thermodynamo_storage.followers import item_collections
from thermodynamo_storage.partitions.sorted_items import RUN_ITEMS_MAX
from thermodynamo_storage.tables import restoration
from thermodynamo_storage.tables.definition import (
    BackupCreated,
    BackupDeleted,
    NamespaceForked,
    NamespacesCleared,
    RecoverySet,
    RestoreBegun,
    SnapshotDeleted,
    SnapshotRestored,
    SnapshotTaken,
    TableCreated,
    TableDeleted,
)
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.keys import item_key, part
from thermodynamo_storage.values.schema import IndexSchema, Throughput

LABEL = BackupLabel("01800000000000-00000001", "first", "USER", NOW, NOW, None)


class World:
    """A database with one table whose recovery is on; `check` replays all that it records."""

    def __init__(self, indexes: tuple[IndexSchema, ...] = INDEXES) -> None:
        self.recorder = Recorder()
        self.database = Database(self.recorder)
        self.database.create_table(HERE, "id", replace(SCHEMA, indexes=indexes), NOW)
        self.database.define(RecoverySet("id", PointInTimeRecovery(NOW, 35)), NOW)
        self.last_at = NOW

    def table(self, name: str = "Music", place: tuple[str, str] = HERE) -> Table:
        return self.database.tables(place)[name]

    def put(self, number: int, now: float, **attributes: Any) -> None:
        put(self.database, self.table(), number, now, **attributes)
        self.last_at = max(self.last_at, now)

    def delete(self, number: int, now: float) -> None:
        key = item_key(part("S", f"a{number % 3}"), part("N", str(number)))
        self.database.commit([self.table().plan_write(key, None, lambda old: None)], now)
        self.last_at = max(self.last_at, now)

    def back_up(self, label: BackupLabel = LABEL, now: float = NOW) -> None:
        self.database.define(BackupCreated("id", label), now)

    def restore(
        self,
        target: str,
        instant: float,
        label: BackupLabel | None = None,
        indexes: tuple[IndexSchema, ...] = INDEXES,
        index_names: tuple[tuple[str, str], ...] = (("by-g", "by-g"), ("local", "local")),
        place: tuple[str, str] = HERE,
    ) -> None:
        schema = replace(SCHEMA, name=target, indexes=indexes)
        units = Throughput(0, 0)
        histories = tuple((owner, ThroughputHistory(warm_throughput(units))) for owner in schema.throughputs)
        counts = tuple((owner, 1) for owner in schema.throughputs)
        created = TableCreated(target, *place, schema, histories, counts, self.last_at, {})
        origin = Origin(*HERE, "Music", label.id if label is not None else None, instant)
        self.database.define_all((created, RestoreBegun(target, origin, index_names)), self.last_at)

    def finish(self, changes_max: int = 7) -> int:
        """Takes back all that is left; returns how many steps it took."""
        steps = 1
        while self.database.step_restores(changes_max, self.last_at):
            steps += 1
        self.database.settle_tables(self.last_at)
        return steps

    def check(self) -> None:
        check(self.database, self.recorder, self.last_at)


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.check()


def contents(table: Table) -> dict[str | None, list[Any]]:
    """The items and the entries of each index, by its name, and the sizes of the collections."""
    found: dict[str | None, list[Any]] = {None: list(table.keyspace.range(b"", None))}
    for name, index in table.indexes.items():
        found[name] = list(index.range(b"", None))
    if table.collections is not None:
        found["collections"] = list(table.collections.sizes.range(b"", None))
    return found


WRITES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 5), st.sampled_from(("g", "h", None, "gone"))), max_size=40
)


@given(WRITES, st.integers(0, 20), st.integers(1, 60), st.booleans())
def test_a_table_is_restored_to_any_second(
    writes: list[tuple[int, int, str | None]], second: int, changes_max: int, is_checked: bool
) -> None:
    """What is restored is what a table would hold that had no writes since then."""
    world, expected = World(), World()
    now = NOW
    for waited, number, g in writes:
        now += waited
        for each in (world, expected) if now < NOW + second else (world,):
            if g == "gone":
                each.delete(number, now)
            else:
                each.put(number, now, g={"S": g or "x" * 20})
    world.restore("Past", NOW + second)
    if is_checked:
        world.check()
    world.database.step_restores(changes_max, world.last_at)
    world.put(9, world.last_at + 1)
    world.finish(changes_max)
    assert contents(world.table("Past")) == contents(expected.table())
    assert not world.table("Past").is_being_restored
    if is_checked:
        world.check()


def test_a_restore_of_the_past_goes_in_steps_and_is_not_over_before(world: World) -> None:
    for number in range(30):
        world.put(number, NOW + 1)
    world.restore("Past", NOW)
    world.database.settle_tables(world.last_at)
    assert world.table("Past").status(world.last_at) == "CREATING"
    world.check()
    world.database.step_restores(7, world.last_at)
    world.check()
    assert world.finish(7) >= 4
    assert world.table("Past").status(world.last_at) == "ACTIVE" and not contents(world.table("Past"))[None]


@pytest.mark.parametrize("label", [LABEL, None], ids=["backup", "past"])
def test_collections_are_measured_in_steps_where_a_local_index_is_left_out(
    label: BackupLabel | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_collections, "MEASURED_ITEMS", 7)
    expected, world = World(), World((*INDEXES, replace(INDEXES[1], name="second")))
    for each in (expected, world):
        for number in range(30):
            each.put(number, NOW, g={"S": "g" * number or "none"})
    world.back_up()
    for number in range(0, 30, 4):
        world.put(number, NOW + 2, g={"S": "later" * number or "none"})
    world.restore("Part", NOW + 1, label)
    part = world.table("Part")
    assert part.collections is not None
    steps = []
    while part.collections.measuring is not None:
        world.database.settle_tables(world.last_at)
        assert part.status(world.last_at) == "CREATING"
        measuring = part.collections.measuring
        steps.append((len(measuring.index_names), measuring.position))
        world.database.step_restores(64, world.last_at)
    # Of 30 items and as many entries the first seven were measured when the restore began.
    assert len(steps) == len(set(steps)) == 8
    world.finish()
    for each in (expected, world):
        put(each.database, each.table("Music" if each is expected else "Part"), 7, NOW + 3, g={"S": "another"})
    assert part.status(world.last_at) == "ACTIVE"
    assert contents(part) == contents(expected.table())
    world.check()


def test_what_reads_the_sizes_of_collections_finds_all_of_them_measured(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_collections, "MEASURED_ITEMS", 7)
    for number in range(30):
        world.put(number, NOW)
    collections = world.table().collections
    assert collections is not None
    expected = list(collections.sizes.range(b"", None))
    collections.measure(world.table().keyspace, ("local",))
    assert collections.measuring is not None
    assert list(collections.copy(collections.local_indexes).sizes.range(b"", None)) == expected
    assert collections.measuring is None and list(collections.sizes.range(b"", None)) == expected


def test_a_step_copies_few_runs_that_are_shared(world: World) -> None:
    """Where every change is in a run of its own at first, a step takes back few of them, and more once they are own."""
    for number in range(40 * RUN_ITEMS_MAX // 4):
        world.put(number, NOW)
    for _ in range(2):
        for number in range(0, 40 * RUN_ITEMS_MAX // 4, RUN_ITEMS_MAX // 4):
            world.put(number, NOW + 1, g={"S": str(number)})
    world.restore("Past", NOW + 1)
    counts = []
    while world.table("Past").undoing is not None:
        counts.append(restoration.next_count(world.table("Past"), 64))
        world.database.step_restores(64, world.last_at)
    world.database.settle_tables(world.last_at)
    assert counts[0] < 20 < max(counts) and sum(counts) == 80


def test_a_backup_outlives_its_table_and_what_becomes_of_it(world: World) -> None:
    for number in range(9):
        world.put(number, NOW)
    before = contents(world.table())
    world.back_up()
    world.put(1, NOW, g={"S": "other"})
    world.database.define(TableDeleted("id", NOW), NOW)
    world.database.settle_tables(NOW)
    assert "Music" not in world.database.tables(HERE)
    world.restore("Again", NOW, LABEL)
    world.restore("Elsewhere", NOW, LABEL, place=THERE)
    world.finish()
    assert contents(world.table("Again")) == contents(world.table("Elsewhere", THERE)) == before
    assert world.table("Again").status(NOW) == "ACTIVE"
    put(world.database, world.table("Again"), 2, g={"S": "third"})
    world.restore("Third", NOW, LABEL)
    world.finish()
    assert contents(world.table("Third")) == before


def test_indexes_are_left_out_and_renamed(world: World) -> None:
    for number in range(9):
        world.put(number, NOW)
    world.back_up()
    before = contents(world.table())
    world.restore("Bare", NOW, LABEL, (), ())
    by_g, local = (replace(index, name=f"new-{index.name}") for index in INDEXES)
    world.restore("Renamed", NOW, LABEL, (by_g, local), (("new-by-g", "by-g"), ("new-local", "local")))
    world.restore("Local", NOW, LABEL, (local,), (("new-local", "local"),))
    world.restore("Global", NOW, LABEL, (by_g,), (("new-by-g", "by-g"),))
    world.finish()
    assert contents(world.table("Bare")) == {None: before[None]}
    renamed = contents(world.table("Renamed"))
    assert (renamed["new-by-g"], renamed["new-local"]) == (before["by-g"], before["local"])
    assert renamed["collections"] == before["collections"] == contents(world.table("Local"))["collections"]
    assert contents(world.table("Global")).keys() == {None, "new-by-g"}
    put(world.database, world.table("Renamed"), 1, g={"S": "moved"})
    assert contents(world.table("Renamed"))["new-local"] != before["local"]


def test_a_table_with_recovery_leaves_a_backup_of_the_systems_for_35_days(world: World) -> None:
    world.put(1, NOW)
    before = contents(world.table())
    world.database.define(TableDeleted("id", NOW + 5), NOW)
    world.database.settle_tables(NOW + 5)
    world.last_at = NOW + 5
    ((key, backup),) = world.database.catalog.backups[HERE].items()
    assert key == ("Music", "01800000005000-00000000")
    assert (backup.label.name, backup.label.type) == ("Music$DeletedTableBackup", "SYSTEM")
    world.restore("Again", NOW + 5, backup.label)
    world.finish()
    assert contents(world.table("Again")) == before
    expires_at = NOW + 5 + 35 * DAY_SECONDS
    assert backup.label.expires_at == expires_at and not backup.is_expired(expires_at - 1)
    for _ in world.database.settle(expires_at):
        pass
    world.last_at = expires_at
    assert not world.database.catalog.backups[HERE]


def test_no_backup_is_left_where_recovery_was_turned_off_meanwhile(world: World) -> None:
    world.database.define(TableDeleted("id", NOW + 5), NOW)
    world.database.define(RecoverySet("id", None), NOW + 1)
    world.database.settle_tables(NOW + 5)
    world.last_at = NOW + 5
    assert not world.database.catalog.backups


def test_snapshots_and_forks_have_the_backups_and_what_is_being_restored(world: World) -> None:
    for number in range(20):
        world.put(number, NOW + 1)
    world.back_up()
    world.restore("Past", NOW)
    world.database.step_restores(5, world.last_at)
    world.database.define(SnapshotTaken("s", None, None), world.last_at)
    world.database.define(NamespaceForked(HERE, THERE, (("id", "id2"), ("Past", "past2"))), world.last_at)
    world.finish()
    assert contents(world.table("Past", THERE)) == contents(world.table("Past"))
    before = contents(world.table())
    world.database.define(NamespacesCleared(None, None), world.last_at)
    assert not world.database.catalog.backups
    world.database.define(SnapshotRestored("s"), world.last_at)
    world.database.define(SnapshotDeleted("s"), world.last_at)
    while world.database.step_discards():
        pass
    world.finish()
    assert contents(world.table("Past"))[None] == []
    world.restore("Again", NOW, LABEL)
    world.finish()
    assert contents(world.table("Again")) == before


def test_a_backup_that_is_deleted_is_freed_in_steps_and_stays_in_snapshots(world: World) -> None:
    for number in range(3 * RUN_ITEMS_MAX):
        world.put(number, NOW)
    world.back_up()
    before = contents(world.table())
    world.database.define(SnapshotTaken("s", None, None), NOW)
    world.database.define(BackupDeleted(*HERE, "Music", LABEL.id), NOW)
    assert world.database.step_discards()
    while world.database.step_discards():
        pass
    world.database.define(SnapshotRestored("s"), NOW)
    world.restore("Again", NOW, LABEL)
    world.finish()
    assert contents(world.table("Again")) == before
