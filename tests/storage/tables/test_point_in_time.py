"""Point-in-time recovery of a table: when its history begins and ends, how far it reaches, and that it is kept."""

from collections.abc import Iterator

import pytest

from tests.replay.recorder import Recorder, check
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.recovery import DAY_SECONDS, LAG_SECONDS, PointInTimeRecovery
from thermodynamo_storage.followers import item_history
from thermodynamo_storage.followers.past_items import PastChanges, PastItems
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.definition import NamespaceForked, RecoverySet, SnapshotRestored, SnapshotTaken
from thermodynamo_storage.tables.settings import TableSettings
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import Item, decode, encode, item_size
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput

NOW = 1_800_000_000.0
HERE = ("000000000000", "us-east-1")
THERE = ("000000000000", "eu-west-1")
SCHEMA = TableSchema("Music", KeySchema((KeyAttribute("id", "S"),)), {"id": "S"}, "PAY_PER_REQUEST", Throughput(0, 0))


class World:
    """A database with one table that can be restored to a point in time; all that it records is replayed by `check`."""

    def __init__(self, history_bytes_max: int = 1_000_000_000) -> None:
        self.recorder = Recorder()
        self.database = Database(self.recorder, settings=TableSettings(history_bytes_max=history_bytes_max))
        self.database.create_table(HERE, "id", SCHEMA, NOW)
        self.last_at = NOW
        self.recover(PointInTimeRecovery(NOW, 35))

    @property
    def table(self) -> Table:
        return self.database.tables(HERE)["Music"]

    def recover(self, setting: PointInTimeRecovery | None, now: float = NOW) -> None:
        self.database.define(RecoverySet("id", setting), now)

    @staticmethod
    def key(id: str) -> bytes:
        return keys.item_key(keys.part("S", id))

    @staticmethod
    def read(item: Item) -> tuple[str, str]:
        attributes = decode(item)
        return attributes["id"]["S"], attributes["v"]["S"]

    def write(self, id: str, value: str | None, now: float) -> None:
        attributes = {"id": {"S": id}, "v": {"S": value or ""}}
        new = encode(attributes, item_size(attributes)) if value is not None else None
        self.database.commit([self.table.plan_write(self.key(id), None, lambda old: new)], now)
        self.last_at = max(self.last_at, now)

    def items_at(self, second: float) -> PastItems:
        return point_in_time.items_at(self.table, second)

    def changes_between(self, start: float, end: float) -> PastChanges:
        return point_in_time.changes_between(self.table, start, end)

    def found_at(self, second: float, table: Table | None = None) -> dict[str, str]:
        past = point_in_time.items_at(table or self.table, second)
        while past.step():
            pass
        return dict(self.read(item) for _, item in past.items())

    def check(self) -> None:
        check(self.database, self.recorder, self.last_at)


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.check()


def test_recovery_that_is_turned_off_and_on_begins_anew(world: World) -> None:
    world.write("a", "1", NOW + 1)
    world.recover(None, NOW + 2)
    assert world.table.item_history is None and point_in_time.bounds(world.table, NOW + 2) is None
    world.write("a", "2", NOW + 2)
    world.recover(PointInTimeRecovery(NOW + 3, 35), NOW + 3)
    world.write("a", "3", NOW + 4)
    assert point_in_time.bounds(world.table, NOW + 4) == (NOW + 3, NOW + 3)
    assert world.found_at(NOW + 3) == {"a": "2"}


def test_another_period_keeps_what_there_is(world: World) -> None:
    world.write("a", "1", NOW + 1)
    world.recover(PointInTimeRecovery(NOW, 7), NOW + 2)
    world.write("a", "2", NOW + 2)
    assert world.found_at(NOW + 2) == {"a": "1"}


def test_the_history_is_trimmed_to_the_period_in_steps(world: World) -> None:
    world.recover(PointInTimeRecovery(NOW, 1))
    for number in range(3 * item_history.SEGMENT_ENTRIES):
        world.write("a", str(number), NOW + number)
    now = world.last_at = NOW + DAY_SECONDS + 2 * item_history.SEGMENT_ENTRIES
    assert [world.database.step_histories(now) for _ in range(3)] == [True, True, False]
    bounds = point_in_time.bounds(world.table, now)
    assert bounds is not None and bounds == (now - DAY_SECONDS, now - LAG_SECONDS)
    assert world.found_at(bounds[0]) == {"a": str(2 * item_history.SEGMENT_ENTRIES - 1)}


def test_a_history_that_is_full_reaches_less_far_back() -> None:
    world = World(history_bytes_max=60_000)
    for number in range(2 * item_history.SEGMENT_ENTRIES):
        world.write("a", str(number), NOW + number)
    later = NOW + 1_000
    bounds = point_in_time.bounds(world.table, later)
    assert bounds is not None and bounds == (NOW + item_history.SEGMENT_ENTRIES, later - LAG_SECONDS)
    assert world.found_at(bounds[0]) == {"a": str(item_history.SEGMENT_ENTRIES - 1)}
    assert point_in_time.bounds(world.table, NOW + 300) == (bounds[0], bounds[0])
    world.check()


def test_snapshots_and_forks_have_the_history(world: World) -> None:
    world.write("a", "1", NOW + 1)
    world.database.define(SnapshotTaken("s", None, None), NOW + 2)
    world.write("a", "2", NOW + 3)
    world.database.define(NamespaceForked(HERE, THERE, (("id", "fork"),)), NOW + 4)
    world.write("a", "3", NOW + 5)
    fork = world.database.tables(THERE)["Music"]
    assert world.found_at(NOW + 2, fork) == {"a": "1"} and world.found_at(NOW + 4, fork) == {"a": "2"}
    world.database.define(SnapshotRestored("s"), NOW + 6)
    world.write("a", "4", NOW + 7)
    assert world.found_at(NOW + 1) == {} and world.found_at(NOW + 5) == {"a": "1"}
    assert world.found_at(NOW + 8) == {"a": "4"}


@pytest.mark.parametrize("is_trimmed", [True, False])
def test_a_clock_that_is_turned_back_does_not_regain_what_the_period_gave_up(
    world: World, is_trimmed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_history, "SEGMENT_ENTRIES", 1)
    for day in range(10):
        world.write("a", str(day), NOW + day * DAY_SECONDS)
    later = NOW + 40 * DAY_SECONDS
    while is_trimmed and world.database.step_histories(later):
        pass
    world.database.define(SnapshotTaken("s", HERE[0], None), later)
    world.database.define(SnapshotRestored("s"), NOW + 12 * DAY_SECONDS)
    bounds = point_in_time.bounds(world.table, NOW + 12 * DAY_SECONDS)
    assert bounds is not None and bounds[0] == NOW + 5 * DAY_SECONDS
    assert world.found_at(bounds[0]) == {"a": "4"}
    world.database.define(SnapshotTaken("earlier", None, None), NOW + 12 * DAY_SECONDS)


def test_what_was_asked_for_does_not_change_with_the_table(world: World) -> None:
    world.write("a", "1", NOW + 1)
    past = world.items_at(NOW + 2)
    world.write("a", "2", NOW + 3)
    world.recover(None, NOW + 4)
    while past.step():
        pass
    assert [world.read(item) for _, item in past.items()] == [("a", "1")]
