"""Time to live: the order of expiry, what is ignored, bounded steps."""

import random
from typing import Any

import pytest

from thermodynamo_storage.database import Database
from thermodynamo_storage.followers.expiry import AGE_SECONDS_MAX, TimeToLive
from thermodynamo_storage.tables.definition import StreamEnabled, TimeToLiveSet
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import encode, item_size
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput

START = 1_000_000_000.0


class World:
    def __init__(self, is_enabled: bool = True) -> None:
        self.database = Database()
        schema = TableSchema(
            "items", KeySchema((KeyAttribute("id", "S"),)), {"id": "S"}, "PAY_PER_REQUEST", Throughput(0, 0)
        )
        self.table = self.database.create_table(("0", "r"), "id", schema, START)
        if is_enabled:
            self.enable()

    def enable(self) -> None:
        self.database.define(TimeToLiveSet("id", TimeToLive("until", True, START)), START)

    def put(self, id: str, until: dict[str, Any] | None, now: float = START) -> None:
        attributes = {"id": {"S": id}, **({"until": until} if until is not None else {})}
        new = encode(attributes, item_size(attributes))
        change = self.table.plan_write(keys.item_key(keys.part("S", id)), None, lambda old: new)
        self.database.commit([change], now)

    def ids(self) -> set[str]:
        return {
            keys.split(key)[1][0].decode() for partition in self.table.keyspace.partitions for key in partition.items
        }

    def expire(self, now: float, delay_seconds: float = 0.0) -> None:
        while self.database.step_expiry(10, delay_seconds, now):
            pass
        self.database.check()


def at(seconds: float) -> dict[str, str]:
    return {"N": f"{START + seconds:.0f}"}


def test_items_are_removed_when_their_time_has_come_and_no_earlier() -> None:
    world = World()
    for number in range(30):
        world.put(str(number), at(number))
    world.expire(START + 9)
    assert world.ids() == {str(number) for number in range(10, 30)}
    assert world.database.next_removal_at(5.0, START + 9) == START + 15


def test_a_delay_keeps_expired_items() -> None:
    world = World()
    world.put("a", at(10))
    world.expire(START + 14.9, 5.0)
    assert world.ids() == {"a"}
    world.expire(START + 15, 5.0)
    assert world.ids() == set()


@pytest.mark.parametrize("delay_seconds", [0.1, 0.3, 1 / 3, 1e-9])
def test_a_delay_that_is_no_binary_fraction_comes_to_an_end(delay_seconds: float) -> None:
    world = World()
    world.put("a", at(10))
    due_at = world.database.next_removal_at(delay_seconds, START)
    assert due_at is not None
    world.expire(due_at, delay_seconds)
    assert world.ids() == set()


@pytest.mark.parametrize(
    "until",
    [None, {"S": "1"}, {"NULL": True}, {"N": f"{START - AGE_SECONDS_MAX - 1:.0f}"}, {"N": "0"}, {"N": "-5"}],
)
def test_items_without_a_recent_number_never_expire(until: dict[str, Any] | None) -> None:
    world = World()
    world.put("a", until)
    world.expire(START + 10**9)
    assert world.ids() == {"a"}


def test_the_oldest_expiry_that_counts_is_five_years_ago() -> None:
    world = World()
    world.put("a", {"N": f"{START - AGE_SECONDS_MAX:.0f}"})
    world.expire(START)
    assert world.ids() == set()


def test_a_later_expiry_saves_an_item_and_an_earlier_one_does_not() -> None:
    world = World()
    world.put("saved", at(10))
    world.put("saved", at(100))
    world.put("kept", at(10))
    world.put("kept", None)
    world.put("hastened", at(100))
    world.put("hastened", at(10))
    world.expire(START + 50)
    assert world.ids() == {"saved", "kept"}


def test_a_deleted_item_that_comes_back_has_its_new_expiry() -> None:
    world = World()
    world.put("a", at(10))
    change = world.table.plan_write(keys.item_key(keys.part("S", "a")), None, lambda old: None)
    world.database.commit([change], START)
    world.put("a", at(1000))
    world.expire(START + 50)
    assert world.ids() == {"a"}


def test_items_from_before_are_entered_in_bounded_steps() -> None:
    world = World(is_enabled=False)
    for number in range(100):
        world.put(str(number), at(number))
    world.enable()
    assert world.database.step_expiry(10, 0.0, START)
    queue = world.table.expiry_queue
    assert queue is not None and len(queue.expiries) <= 10
    world.put("50", at(1000))
    world.expire(START + 200)
    assert world.ids() == {"50"} and queue.cursor is None


def test_the_queue_forgets_what_it_has_outgrown() -> None:
    world = World()
    chance = random.Random(1)
    for _ in range(20_000):
        world.put(str(chance.randrange(50)), at(chance.randrange(1_000_000)))
    queue = world.table.expiry_queue
    assert queue is not None and len(queue.expiries) == 50 and len(queue.heap) < 2000
    world.expire(START + 1_000_000)
    assert world.ids() == set()


def test_a_removal_is_a_record_of_the_stream_that_says_so() -> None:
    world = World()
    world.database.define(StreamEnabled("id", "OLD_IMAGE", "label", START), START)
    stream = world.table.stream
    assert stream is not None
    world.put("a", at(1))
    world.expire(START + 2)
    records = [record for shard in stream.shards.values() for record in shard.records]
    assert [(record.event, record.is_expiry) for record in records] == [("INSERT", False), ("REMOVE", True)]


def test_states() -> None:
    enabling = TimeToLive("until", True, START)
    disabling = TimeToLive("until", False, START)
    assert [enabling.status(START - 1), enabling.status(START)] == ["ENABLING", "ENABLED"]
    assert [disabling.status(START - 1), disabling.status(START)] == ["DISABLING", "DISABLED"]


def test_nothing_expires_while_time_to_live_is_being_enabled() -> None:
    world = World(is_enabled=False)
    world.database.define(TimeToLiveSet("id", TimeToLive("until", True, START + 3600)), START)
    world.put("a", at(1))
    world.expire(START + 3599)
    assert world.ids() == {"a"}
    world.expire(START + 3600)
    assert world.ids() == set()


def test_an_item_that_a_transaction_holds_is_removed_when_it_is_let_go() -> None:
    world = World()
    for id in ("held", "free"):
        world.put(id, at(1))
    world.table.hold([keys.item_key(keys.part("S", "held"))], START, START + 60)
    world.expire(START + 10, 2.0)
    assert world.ids() == {"held"}
    assert world.database.next_removal_at(2.0, START + 10) == START + 60
    world.expire(START + 59, 2.0)
    assert world.ids() == {"held"}
    world.expire(START + 60, 2.0)
    assert world.ids() == set()
