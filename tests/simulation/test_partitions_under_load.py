"""Seeded load on hundreds of partitions under a virtual clock: buckets keep what they promise, splits lose no key.

Conservation: whatever the load, no partition and no table serves more in any window of time than what its bucket held
plus what flowed in, plus the debt of the one request that found a last token.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

import pytest

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT, Policy
from thermodynamo_storage.capacity.pool import BURST_SECONDS
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.database import Database
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.errors import CannotSplit
from thermodynamo_storage.values.item import encode, item_size
from thermodynamo_storage.values.keyspace_name import KeyspaceName
from thermodynamo_storage.values.schema import BillingMode, KeyAttribute, KeySchema, TableSchema, Throughput

SEEDS = range(4)
WRITE_UNITS_MAX = 20
KEY_SCHEMA = KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),))


def after_three_seconds(name: KeyspaceName) -> Callable[[], float]:
    return lambda: 3.0


def create(throughput: Throughput, policy: Policy) -> tuple[Database, Table]:
    database = Database(limits=Limits(policy))
    mode: BillingMode = "PROVISIONED" if throughput.read_units else "PAY_PER_REQUEST"
    schema = TableSchema("load", KEY_SCHEMA, {"pk": "S", "sk": "N"}, mode, throughput)
    return database, database.create_table(("account", "region"), "id", schema, 0.0)


def key_of(pk: str, sk: int) -> bytes:
    return keys.item_key(keys.part("S", pk), keys.part("N", str(sk)))


class Load:
    """Writes and reads with a skew that moves about; remembers what was admitted, where and when."""

    def __init__(self, database: Database, table: Table, seed: int) -> None:
        self.database = database
        self.table = table
        self.chance = random.Random(seed)
        self.items: dict[bytes, tuple[bytes, int]] = {}
        self.writes: dict[int, list[tuple[float, int]]] = defaultdict(list)
        self.reads: dict[int, list[tuple[float, int]]] = defaultdict(list)
        self.all_writes: list[tuple[float, int]] = []
        self.all_reads: list[tuple[float, int]] = []
        self.refused = 0
        self.refused_reads = 0

    def step(self, now: float, hot: str) -> None:
        self.database.carry_out_splits(now)
        pk = hot if self.chance.random() < 0.6 else f"user{int(self.chance.paretovariate(0.4)) % 5_000}"
        sk = self.chance.randrange(2_000)
        if self.chance.random() < 0.7:
            self.write(pk, sk, now)
        else:
            self.read(pk, sk, now)

    def write(self, pk: str, sk: int, now: float) -> None:
        attributes = {"pk": {"S": pk}, "sk": {"N": str(sk)}, "x": {"S": "x" * self.chance.randrange(18_000)}}
        key, new = key_of(pk, sk), encode(attributes, item_size(attributes))
        partition = self.table.keyspace.locate(key)
        old = partition.items.get(key)
        change = self.table.plan_write(key, None, lambda old: new)
        try:
            write_admission.write(self.table, change, now)
        except Throttled:
            self.refused += 1
            assert partition.items.get(key) is old
            return
        self.database.commit([change], now)
        self.items[key] = new
        half_units = 2 * max(1, -(-max(new[1], old[1] if old else 0) // 1024))
        self.writes[partition.id].append((now, half_units))
        self.all_writes.append((now, half_units))

    def read(self, pk: str, sk: int, now: float) -> None:
        key = key_of(pk, sk)
        partition = self.table.keyspace.locate(key)
        item = partition.items.get(key)
        assert item == self.items.get(key)
        half_units = 2 * max(1, -(-(item[1] if item else 0) // 4096))
        try:
            self.table.keyspace.admission.read(partition, key, half_units, now)
        except Throttled:
            self.refused += 1
            self.refused_reads += 1
            return
        self.reads[partition.id].append((now, half_units))
        self.all_reads.append((now, half_units))


def most_in_any_window(admitted: list[tuple[float, int]], rate: float) -> float:
    """The most half units that any window served beyond what flowed in during it."""
    served, least, most = 0.0, float("inf"), 0.0
    for time, half_units in admitted:
        least = min(least, served - rate * time)
        served += half_units
        most = max(most, served - rate * time - least)
    return most


@pytest.mark.parametrize("seed", SEEDS)
def test_no_window_serves_more_than_the_buckets_allow(seed: int) -> None:
    units = Throughput(60_000, 200_000)
    policy = Policy(split_after=after_three_seconds, partition_bytes_max=2_000_000)
    database, table = create(units, policy)
    assert len(table.keyspace.partitions) == 200
    load = Load(database, table, seed)
    now = 1_000_000.0
    for moment in range(25_000):
        now += load.chance.expovariate(900)
        load.step(now, f"hot{moment // 9_000}")
    check(load, units)
    assert load.refused > 100, "the load must meet the limits"
    assert len(table.keyspace.closed) > 0, "the load must split partitions"


def check(load: Load, units: Throughput) -> None:
    """Conservation for every partition that ever was and for the table; every key in exactly one partition."""
    for per_partition, served in (
        (load.writes, PARTITION_THROUGHPUT.write_units),
        (load.reads, PARTITION_THROUGHPUT.read_units),
    ):
        for admitted in per_partition.values():
            debt = max(half_units for _, half_units in admitted)
            assert most_in_any_window(admitted, 2 * served) <= 2 * served + debt
    for admitted, rate in ((load.all_writes, 2 * units.write_units), (load.all_reads, 2 * units.read_units)):
        assert most_in_any_window(admitted, rate) <= BURST_SECONDS * rate + 2 * WRITE_UNITS_MAX
    keyspace = load.table.keyspace
    keyspace.check()
    check_every_key_is_once(keyspace, load.items)
    for partition in keyspace.partitions:
        if partition.meter is not None:
            partition.meter.check()


def check_every_key_is_once(keyspace: Keyspace, items: dict[bytes, tuple[bytes, int]]) -> None:
    found: dict[bytes, tuple[bytes, int]] = {}
    for partition in keyspace.partitions:
        assert not found.keys() & set(partition.items)
        found.update(partition.range(b"", None))
    assert found == items
    assert list(keyspace.range(b"", None)) == sorted(items.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_pool_shared_by_many_partitions_is_never_overspent(seed: int) -> None:
    """Provisioned for far less than its partitions could serve: the pools count, of reads and of writes."""
    units = Throughput(2, 40)
    database, table = create(units, Policy())
    for _ in range(7):
        for partition in list(table.keyspace.partitions):
            database.split(table.keyspace, partition, split_points.by_range(partition, False), "manual", 0.0)
    assert len(table.keyspace.partitions) == 128
    load = Load(database, table, seed)
    now = 1_000_000.0
    for _ in range(15_000):
        now += load.chance.expovariate(40)
        load.step(now, "hot")
    check(load, units)
    assert load.refused > 1_000 and load.refused_reads > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_every_key_is_in_exactly_one_partition_after_any_splits(seed: int) -> None:
    database, table = create(Throughput(0, 0), Policy())
    load = Load(database, table, seed)
    chance = load.chance
    now = 1_000_000.0
    for _ in range(3_000):
        now += 0.01
        load.step(now, "hot")
        if chance.random() < 0.1:
            partition = chance.choice(table.keyspace.partitions)
            rule = chance.choice((split_points.by_load, split_points.by_size, split_points.by_range))
            try:
                at = rule(partition, False)
            except CannotSplit:
                continue
            children = database.split(table.keyspace, partition, at, "manual", now)
            assert [child.parent for child in children] == [partition.id, partition.id]
    table.keyspace.check()
    check_every_key_is_once(table.keyspace, load.items)
    assert len(table.keyspace.partitions) == 4 + len(table.keyspace.closed) > 50
    ids = [each.id for each in table.keyspace.partitions] + [each.id for each in table.keyspace.closed]
    assert len(set(ids)) == len(ids)


def test_the_same_seed_gives_the_same_admissions() -> None:
    runs = []
    for _ in range(2):
        database, table = create(Throughput(300, 400), Policy(split_after=after_three_seconds))
        load = Load(database, table, 7)
        now = 1_000_000.0
        for _ in range(3_000):
            now += load.chance.expovariate(1_500)
            load.step(now, "hot")
        runs.append((load.all_writes, load.all_reads, load.refused, table.keyspace.lows))
    assert runs[0] == runs[1]


def test_a_thousand_partitions_tile_the_keyspace() -> None:
    keyspace = Keyspace(1_000)
    keyspace.check()
    assert len(keyspace.partitions) == 1_000
    for left, right in pairwise(keyspace.partitions):
        assert keyspace.locate(left.low) is left and keyspace.locate(right.low) is right
