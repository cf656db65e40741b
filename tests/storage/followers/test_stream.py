"""Streams: records of changes, shards that follow partitions, trimming."""

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.database import Database
from thermodynamo_storage.followers import stream as stream_module
from thermodynamo_storage.followers.shard import Shard, StreamRecord
from thermodynamo_storage.followers.stream import RECORDS_DISCARDED, RETENTION_SECONDS, Stream, StreamLimits
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.tables import table_stream
from thermodynamo_storage.tables.definition import TableDeleted
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import Item, encode, item_size
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput, ViewType

SCHEMA = KeySchema((KeyAttribute("id", "S"),))
START = 1_000_000_000.0


def given(new: Item | None, old: Item | None) -> Item | None:
    """The new item that is given, whatever the old one is."""
    return new


class World:
    """One table with a stream, written to directly."""

    def __init__(self, view_type: ViewType = "NEW_AND_OLD_IMAGES", limits: StreamLimits | None = None) -> None:
        self.database = Database()
        schema = TableSchema("items", SCHEMA, {"id": "S"}, "PAY_PER_REQUEST", Throughput(0, 0))
        self.table: Table = self.database.create_table(("0", "r"), "id", schema, START)
        self.stream: Stream = table_stream.enable(self.table, view_type, "label", START, limits or StreamLimits())
        self.now = START

    def write(self, *changes: tuple[str, dict[str, Any] | None]) -> None:
        """One commit: an id with its new attributes, None to delete."""
        planned = []
        for id, attributes in changes:
            key = keys.item_key(keys.part("S", id))
            new = None
            if attributes is not None:
                whole = {"id": {"S": id}, **attributes}
                new = encode(whole, item_size(whole))
            planned.append(self.table.plan_write(key, None, partial(given, new)))
        self.database.commit(planned, self.now)
        self.stream.check()

    def split(self, partition: Partition, at: bytes) -> None:
        """Divides a partition at a key, which the stream follows."""
        self.database.split(self.table.keyspace, partition, at, "manual", self.now)
        self.table.keyspace.check()
        self.stream.check()

    def records(self) -> list[StreamRecord]:
        return sorted(record for shard in self.stream.shards.values() for record in shard.records)


def value(number: int) -> dict[str, Any]:
    return {"v": {"N": str(number)}}


def test_each_changed_item_leaves_one_record() -> None:
    world = World()
    world.write(("a", value(1)), ("b", value(1)))
    world.write(("a", value(2)), ("b", value(1)), ("c", None))
    world.write(("a", None))
    records = world.records()
    assert [record.event for record in records] == ["INSERT", "INSERT", "MODIFY", "REMOVE"]
    assert all(len(str(record.number)) == 21 for record in records)
    modified, removed = records[2:]
    assert (
        modified.old is not None
        and modified.new is not None
        and b'"1"' in modified.old[0]
        and b'"2"' in modified.new[0]
    )
    assert removed.new is None and removed.old == modified.new


@pytest.mark.parametrize(
    ("view_type", "has_old", "has_new"),
    [("KEYS_ONLY", 0, 0), ("NEW_IMAGE", 0, 1), ("OLD_IMAGE", 1, 0), ("NEW_AND_OLD_IMAGES", 1, 1)],
)
def test_a_record_holds_only_the_images_of_its_view_type(view_type: ViewType, has_old: bool, has_new: bool) -> None:
    world = World(view_type)
    world.write(("a", value(1)))
    world.write(("a", value(2)))
    record = world.records()[1]
    assert (record.old is not None, record.new is not None) == (has_old, has_new)


def test_images_are_the_stored_items_themselves() -> None:
    world = World()
    world.write(("a", value(1)))
    key = keys.item_key(keys.part("S", "a"))
    assert world.records()[0].new is world.table.keyspace.get(key)


def test_the_shards_of_a_new_stream_are_the_partitions_of_its_table() -> None:
    world = World()
    assert list(world.stream.open) == [partition.id for partition in world.table.keyspace.partitions] == [0, 1, 2, 3]


def test_a_split_closes_the_shard_and_opens_two_children() -> None:
    world = World()
    partition = world.table.keyspace.partitions[1]
    parent = world.stream.open[partition.id]
    world.split(partition, b"\x55" + bytes(7))
    children = [shard for shard in world.stream.shards.values() if shard.parent_id == parent.id]
    assert parent.end is not None and parent.closed_at == world.now
    assert [child.partition_id for child in children] == [4, 5]
    assert all(child.start > parent.end and child.id > parent.id for child in children)


def lineage(stream: Stream) -> Iterator[Shard]:
    """Every shard, parents before children."""
    done: set[str] = set()
    waiting = list(stream.shards.values())
    while waiting:
        for shard in list(waiting):
            if shard.parent_id is None or shard.parent_id in done:
                done.add(shard.id)
                waiting.remove(shard)
                yield shard


def test_the_records_of_an_item_are_in_order_across_splits_and_rollovers_when_parents_are_read_first() -> None:
    world = World(limits=StreamLimits(rollover_seconds=100))
    for number in range(300):
        world.write((f"item{number % 40}", value(number)))
        world.now += 1
        if number % 60 == 59:
            partition = max(world.table.keyspace.partitions, key=lambda partition: len(partition.items))
            world.split(partition, list(partition.items)[len(partition.items) // 2])
    seen: dict[bytes, list[int]] = {}
    for shard in lineage(world.stream):
        for record in shard.records:
            seen.setdefault(record.key, []).append(record.number)
    assert sum(map(len, seen.values())) == 300
    assert all(numbers == sorted(numbers) for numbers in seen.values())


def test_an_old_shard_is_continued_by_one_child_when_it_is_next_looked_at() -> None:
    world = World(limits=StreamLimits(rollover_seconds=100))
    first = world.stream.open[0]
    world.now += 250
    world.stream.settle(world.now)
    second = next(shard for shard in world.stream.shards.values() if shard.parent_id == first.id)
    third = next(shard for shard in world.stream.shards.values() if shard.parent_id == second.id)
    assert first.closed_at == second.opened_at == START + 100
    assert third is world.stream.open[0] and third.opened_at == START + 200
    world.stream.check()


def test_a_long_time_of_nothing_leaves_few_shards() -> None:
    world = World(limits=StreamLimits(rollover_seconds=4 * 3600))
    world.now += 10 * 365 * 24 * 3600
    world.stream.settle(world.now)
    assert len(world.stream.shards) <= 4 * 8
    world.stream.check()


def test_records_and_closed_shards_are_trimmed_after_a_day() -> None:
    world = World(limits=StreamLimits(rollover_seconds=10**9))
    for number in range(10):
        world.write((str(number), value(number)))
        world.now += 3600
    world.split(world.table.keyspace.partitions[0], b"\x01" + bytes(7))
    world.stream.settle(START + RETENTION_SECONDS + 3 * 3600)
    world.stream.check()
    assert len(world.records()) == 6
    assert len(world.stream.shards) == 6
    world.stream.settle(START + RETENTION_SECONDS + 10 * 3600)
    assert world.records() == [] and len(world.stream.shards) == 5
    assert world.stream.held_bytes == 0


def test_what_is_trimmed_is_freed_in_steps() -> None:
    world = World()
    for number in range(2 * RECORDS_DISCARDED + 1):
        change = world.table.plan_write(b"%d" % number, None, partial(given, (b"{}", 2)))
        world.stream.take(change, Commit(number, world.now, [change]))
    world.stream.settle(START + RETENTION_SECONDS)
    world.stream.check()
    assert world.records() == [] and world.stream.held_bytes == 0
    assert [world.database.step_discards() for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize("trimmed", [1, 4, 5, 6, 9, 10])
def test_a_trimmed_shard_holds_the_bytes_of_the_records_that_are_left(trimmed: int) -> None:
    shard = Shard("shardId", None, 0, 0, START)
    records = [StreamRecord(number, START, "INSERT", b"x" * number, None, None, False) for number in range(1, 13)]
    assert sum(map(shard.append, records[:10])) == shard.held_bytes
    assert shard.trim(0) == []
    assert shard.trim(trimmed) == records[:trimmed]
    shard.check()
    for record in records[10:]:
        shard.append(record)
    shard.check()
    assert shard.records == records[trimmed:]


def test_the_oldest_records_make_room_when_the_stream_holds_too_much(caplog: pytest.LogCaptureFixture) -> None:
    world = World(limits=StreamLimits(held_bytes_max=100_000))
    with caplog.at_level(logging.WARNING):
        for number in range(200):
            world.write((str(number), {"text": {"S": "x" * 1000}}))
    records = world.records()
    assert 60 < len(records) < 100 and world.stream.held_bytes <= 100_000
    assert [record.number for record in records] == [record.number for record in world.records()]
    newest = {keys.item_key(keys.part("S", str(number))) for number in range(200 - len(records), 200)}
    assert {record.key for record in records} == newest
    assert "the stream of table items holds more than 100000 bytes" in caplog.text


def test_making_room_takes_few_records_at_a_time_and_does_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    world = World("KEYS_ONLY", StreamLimits(held_bytes_max=1_000_000))
    stream = world.stream
    most = before = 0
    with caplog.at_level(logging.WARNING):
        for number in range(10_000):
            key = keys.item_key(keys.part("S", str(number)))
            change = world.table.plan_write(key, None, partial(given, (b"{}", 2)))
            stream.take(change, Commit(number, world.now, [change]))
            most = max(most, stream.overflow_count - before)
            before = stream.overflow_count
    stream.check()
    assert 1 <= most <= 10
    assert 2 <= len(caplog.records) <= 30


def test_shards_that_fell_behind_together_are_rolled_in_the_order_of_their_ids(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = []

    def counted(shard: Shard) -> float:
        looks.append(shard.id)
        return shard.opened_at

    monkeypatch.setattr(stream_module, "_opened_at", counted)
    world = World(limits=StreamLimits(rollover_seconds=60))
    world.now += RETENTION_SECONDS
    world.stream.settle(world.now)
    world.stream.check()
    assert len(world.stream.shards) > 5000
    assert len(looks) == len(set(looks)) > 5000, "each shard is sorted once, when it is due"


def test_reading_on_costs_the_same_at_the_end_of_a_long_shard_as_at_its_beginning() -> None:
    class Counted(list[StreamRecord]):
        """Counts how often one of its records is looked at."""

        looks = 0

        def __getitem__(self, place: Any) -> Any:
            Counted.looks += 1
            return super().__getitem__(place)

        def __iter__(self) -> Iterator[StreamRecord]:
            raise AssertionError("it would be gone through from its beginning")

    shard = Shard("shardId", None, 0, 0, START)
    shard.records = Counted(StreamRecord(n, START, "INSERT", b"", None, None, False) for n in range(1, 300_001))
    for after in (0, 1, 150_000, 299_000, 299_999):
        Counted.looks = 0
        assert next(shard.read(after)).number == after + 1
        assert 2 <= Counted.looks <= 21, "the binary logarithm of their number, and the record itself"


def test_a_disabled_stream_takes_no_more_records_and_is_gone_after_a_day() -> None:
    world = World()
    world.write(("a", value(1)))
    table_stream.disable(world.table, world.now, world.now)
    assert world.table.stream is None and world.table.followers == ()
    assert world.stream.status(world.now) == "DISABLED" and not world.stream.open
    world.write(("a", value(2)))
    assert len(world.records()) == 1
    assert world.database.streams(("0", "r"), world.now + RETENTION_SECONDS - 1) == [world.stream]
    assert world.database.streams(("0", "r"), world.now + RETENTION_SECONDS) == []


def test_the_stream_of_a_dropped_table_is_found_for_a_day() -> None:
    world = World()
    world.database.define(TableDeleted("id", world.now), world.now)
    world.database.settle_tables(world.now)
    assert world.database.stream(("0", "r"), "items", "label", world.now + 100) is world.stream
    assert world.database.stream(("0", "r"), "items", "label", world.now + RETENTION_SECONDS) is None


def test_time_to_live_marks_its_records() -> None:
    world = World()
    world.write(("a", value(1)))
    key = keys.item_key(keys.part("S", "a"))
    change = world.table.plan_write(key, None, lambda old: None)
    world.database.commit([change], world.now, is_expiry=True)
    assert [record.is_expiry for record in world.records()] == [False, True]
