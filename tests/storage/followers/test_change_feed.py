"""Change feeds: what they hold until it is delivered, and what they let go of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.replay.recorder import Recorder, check
from thermodynamo_storage.database import Database
from thermodynamo_storage.followers.kinesis_destination import KinesisDestination
from thermodynamo_storage.followers.stream import StreamLimits
from thermodynamo_storage.tables.definition import ChangesDelivered, DestinationSet, TableDeleted
from thermodynamo_storage.tables.settings import TableSettings
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import encode, item_size
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput

NOW = 1_800_000_000.0
ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/plays"
ENABLED = KinesisDestination(ARN, "ENABLING", NOW)


class World:
    """A database with one table; all that it records is replayed at the end."""

    def __init__(self, held_bytes_max: int = 1_000_000) -> None:
        self.recorder = Recorder()
        self.database = Database(self.recorder, settings=TableSettings(StreamLimits(held_bytes_max=held_bytes_max)))
        schema = TableSchema(
            "Music", KeySchema((KeyAttribute("id", "S"),)), {"id": "S"}, "PAY_PER_REQUEST", Throughput(0, 0)
        )
        self.table = self.database.create_table(("000000000000", "us-east-1"), "id", schema, NOW)

    def set(self, destination: KinesisDestination) -> None:
        self.database.define(DestinationSet("id", destination), NOW)

    def write(self, id: str, value: str | None) -> None:
        attributes = {"id": {"S": id}, "v": {"S": value or ""}}
        new = encode(attributes, item_size(attributes)) if value is not None else None
        self.database.commit([self.table.plan_write(keys.item_key(keys.part("S", id)), None, lambda old: new)], NOW)

    def delivered(self, through: int) -> None:
        self.database.define(ChangesDelivered("id", ARN, through), NOW)

    def events(self) -> list[tuple[int, str]]:
        feed = self.database.catalog.feeds.get(("id", ARN))
        return [(record.number, record.event) for record in feed.pending] if feed is not None else []


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    check(world.database, world.recorder, NOW)


def test_changes_are_held_in_order_until_they_are_delivered(world: World) -> None:
    world.write("before", "1")
    world.set(ENABLED)
    for value in ("1", "1", "2", None, None):
        world.write("a", value)
    assert world.events() == [(1, "INSERT"), (2, "MODIFY"), (3, "REMOVE")]
    world.delivered(2)
    assert world.events() == [(3, "REMOVE")]


def test_what_is_disabled_takes_nothing_more_and_still_owes_what_it_has(world: World) -> None:
    world.set(ENABLED)
    world.write("a", "1")
    world.set(replace(ENABLED, passing="DISABLING"))
    world.write("a", "2")
    assert world.events() == [(1, "INSERT")]
    world.delivered(1)
    assert not world.database.catalog.feeds


def test_what_is_enabled_again_is_sent_after_what_is_still_owed(world: World) -> None:
    world.set(ENABLED)
    world.write("a", "1")
    world.set(replace(ENABLED, passing="DISABLING"))
    world.set(ENABLED)
    world.write("a", "2")
    assert world.events() == [(1, "INSERT"), (2, "MODIFY")]


def test_a_destination_that_fails_owes_nothing(world: World) -> None:
    world.set(replace(ENABLED, is_checked=False))
    world.write("a", "1")
    feed = world.database.catalog.feeds["id", ARN]
    assert feed.pending and not feed.is_ready(NOW)
    world.set(replace(ENABLED, failure="gone"))
    assert not world.database.catalog.feeds
    assert world.table.destinations[ARN].status(NOW) == "ENABLE_FAILED"


def test_a_feed_outlives_its_table_until_all_is_delivered(world: World) -> None:
    world.set(ENABLED)
    world.write("a", "1")
    world.database.define(TableDeleted("id", NOW), NOW)
    world.database.settle_tables(NOW)
    assert not list(world.database.tables_of_all()) and world.events() == [(1, "INSERT")]
    world.delivered(1)
    assert not world.database.catalog.feeds


def test_delivery_waits_for_the_destination_to_be_active(world: World) -> None:
    world.set(replace(ENABLED, settled_at=NOW + 5))
    world.write("a", "1")
    feed = world.database.catalog.feeds["id", ARN]
    assert not feed.is_ready(NOW + 4) and feed.is_ready(NOW + 5)


def test_the_oldest_go_where_more_is_owed_than_may_be_held(caplog: pytest.LogCaptureFixture) -> None:
    world = World(held_bytes_max=2_000)
    world.set(ENABLED)
    for number in range(20):
        world.write("a", f"{number:0100d}")
    numbers = [number for number, _ in world.events()]
    assert 1 < len(numbers) < 10 and numbers[-1] == 20
    assert "are lost; --stream-bytes-max raises the limit" in caplog.text
    check(world.database, world.recorder, NOW)
