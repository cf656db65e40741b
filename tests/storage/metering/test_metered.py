"""The admission of one keyspace: what it reports, and what draining and filling its buckets does."""

import random

import pytest

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT, Policy
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.capacity.units import TokenBucket
from thermodynamo_storage.database import Database
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.metering.metered import Metered
from thermodynamo_storage.partitions.admission import UNMETERED, AdmissionReport
from thermodynamo_storage.partitions.heat import EXACT_WEIGHT, HeatMeter
from thermodynamo_storage.partitions.keyspace import ON_DEMAND_PARTITIONS, Keyspace
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput

NOW = 1_800_000_000.0
KEY = b"\x00" * 8 + b"key"
INDEX = IndexSchema("byB", True, KeySchema((KeyAttribute("b", "S"),)), Projection("ALL"), Throughput(3, 4))


def create(policy: Policy | None) -> Table:
    """A table of 10 read and 5 write units, with an index of 3 and 4."""
    database = Database(limits=Limits(policy) if policy is not None else None)
    key_schema = KeySchema((KeyAttribute("a", "S"),))
    schema = TableSchema("music", key_schema, {"a": "S", "b": "S"}, "PROVISIONED", Throughput(10, 5), (INDEX,))
    return database.create_table(("000000000000", "us-east-1"), "id", schema, NOW)


def report(keyspace: Keyspace) -> AdmissionReport:
    found = keyspace.admission.report(NOW)
    assert found is not None
    return found


def test_what_is_not_metered_has_no_report_and_nothing_to_drain() -> None:
    table = create(None)
    assert table.keyspace.admission is UNMETERED and table.indexes["byB"].keyspace.admission is UNMETERED
    assert UNMETERED.report(NOW) is None
    assert UNMETERED.drain(True, None, 1.0, NOW) is None and UNMETERED.fill(True, None, NOW) is None


def test_a_report_has_the_pools_and_changes_nothing() -> None:
    keyspace = create(Policy()).keyspace
    keyspace.admission.read(keyspace.partitions[0], KEY, 6, NOW)
    keyspace.admission.write(keyspace.partitions[0], KEY, 4, NOW)
    for _ in range(2):
        found = report(keyspace)
        assert (found.reads.limit, found.reads.rate, found.reads.depth) == ("ProvisionedThroughput", 20, 20 * 300)
        assert (found.reads.tokens, found.reads.total) == (20 * 300 - 6, 6)
        assert (found.writes.rate, found.writes.tokens, found.writes.total) == (10, 10 * 300 - 4, 4)
        assert found.refused == {} and found.refused_at == {} and found.policy == Policy()


def test_a_report_has_the_refusals_by_reason_and_when_each_limit_was_met() -> None:
    keyspace = create(Policy()).keyspace
    admission, partition = keyspace.admission, keyspace.partitions[0]
    assert admission.drain(True, None, 2.0, NOW) == -20
    with pytest.raises(Throttled) as refused:
        admission.write(partition, KEY, 2, NOW)
    assert refused.value.refusal.reason == "TableWriteProvisionedThroughputExceeded"
    found = report(keyspace)
    assert found.refused == {"TableWriteProvisionedThroughputExceeded": 1} and found.refused_filling == {}
    assert found.refused_at == {(True, "ProvisionedThroughput"): NOW}
    assert admission.fill(True, None, NOW) == 10 * 300
    admission.write(partition, KEY, 2, NOW)


def test_a_partition_is_drained_apart_from_the_pool() -> None:
    keyspace = create(Policy()).keyspace
    admission, partition = keyspace.admission, keyspace.partitions[0]
    served = 2 * PARTITION_THROUGHPUT.read_units
    assert admission.drain(False, partition, 1.0, NOW) == -served
    with pytest.raises(Throttled) as refused:
        admission.read(partition, KEY, 1, NOW)
    assert refused.value.refusal.limit == "KeyRangeThroughput"
    assert admission.fill(False, partition, NOW) == served
    admission.read(partition, KEY, 1, NOW)


def test_an_observing_keyspace_says_what_it_would_refuse_and_refuses_nothing() -> None:
    keyspace = create(Policy(is_enforced=False)).keyspace
    admission, partition = keyspace.admission, keyspace.partitions[0]
    admission.drain(True, None, 2.0, NOW)
    assert admission.admits(partition, KEY, True, NOW) is False
    assert admission.has_write_units(NOW) is False
    assert admission.refuse_write(partition, KEY, NOW) is False
    assert admission.partition_admits_write(partition, KEY, NOW) is True
    assert report(keyspace).refused == {"TableWriteProvisionedThroughputExceeded": 2}


def test_an_index_is_metered_by_its_own_units_and_named_in_its_refusals() -> None:
    table = create(Policy())
    keyspace = table.indexes["byB"].keyspace
    keyspace.admission.drain(True, None, 1.0, NOW)
    with pytest.raises(Throttled) as refused:
        keyspace.admission.write(keyspace.partitions[0], KEY, 2, NOW)
    refusal = refused.value.refusal
    assert (refusal.table_name, refusal.table_id, refusal.index_name) == ("music", "id", "byB")
    assert (refusal.account, refusal.region, refusal.key_schema) == ("000000000000", "us-east-1", INDEX.key_schema)
    assert report(keyspace).writes.rate == 8 and report(table.keyspace).refused == {}


@pytest.mark.parametrize("is_realistic", [False, True])
def test_the_meter_tells_the_reads_that_replicas_share(is_realistic: bool) -> None:
    """What is refused was served by none. Where chance has no part, replicas share nothing."""
    keyspace = create(Policy(chance=(lambda: 0.5) if is_realistic else None)).keyspace
    admission, partition = keyspace.admission, keyspace.partitions[0]
    admission.read(partition, KEY, 2, NOW, is_consistent=True)
    admission.read(partition, KEY, 1, NOW, is_consistent=False)
    admission.read_page([(partition, 3, KEY), (partition, 4, KEY)], NOW, is_consistent=False)
    admission.drain(False, partition, 1.0, NOW)
    with pytest.raises(Throttled):
        admission.read(partition, KEY, 1, NOW, is_consistent=False)
    meter = partition.meter
    assert meter is not None
    assert (meter.read_half_units, meter.eventual_half_units) == (10, 8 if is_realistic else 0)
    meter.turn(NOW + 1)
    assert (meter.read_half_units, meter.eventual_half_units) == (0, 0)


def test_no_request_misses_the_end_of_a_minute_though_it_only_looks_at_its_second() -> None:
    keyspace = create(Policy()).keyspace
    admission, (partition,) = keyspace.admission, keyspace.partitions
    assert isinstance(admission, Metered)
    for tenth in range(7, 130 * 10):
        now = NOW + tenth / 10
        (admission.write if tenth % 2 else admission.read)(partition, KEY, 1, now)
        assert now < admission.minute_ends


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("is_write", [False, True])
def test_what_is_written_out_for_speed_is_what_buckets_and_meters_do(is_write: bool, seed: int) -> None:
    chance = random.Random(seed)
    keyspace = create(Policy(partition_throughput=Throughput(14, 7))).keyspace
    admission, (partition,) = keyspace.admission, keyspace.partitions
    rate, served = (10, 14) if is_write else (20, 28)
    pool, part = TokenBucket(rate, rate * 300), TokenBucket(served, served)
    admission.drain(is_write, None, 0.0, NOW)
    pool.set_tokens(0.0, NOW)
    meter = HeatMeter(NOW)
    ask = admission.write if is_write else admission.read
    count = meter.write if is_write else meter.read
    now, met = NOW, set()
    for _ in range(3_000):
        now += chance.choice((0.0, 0.0, 0.001, 0.05, 0.3, 1.0))
        key = keys.item_key(keys.part("S", str(chance.randrange(200))))
        half_units = chance.choice((1, 2, 2, 6, 40))
        if now >= meter.second_ends:
            meter.turn(now, ON_DEMAND_PARTITIONS * EXACT_WEIGHT)
        refusing = pool.take_with(part, half_units, half_units, now)
        limit = {id(pool): "ProvisionedThroughput", id(part): "KeyRangeThroughput"}.get(id(refusing))
        met.add(limit)
        if limit is None:
            ask(partition, key, half_units, now)
            count(key, half_units)
            continue
        with pytest.raises(Throttled) as refused:
            ask(partition, key, half_units, now)
        assert refused.value.refusal.limit == limit
        meter.refuse(key, refused.value.refusal.reason)
    assert met == {None, "ProvisionedThroughput", "KeyRangeThroughput"}
    found = admission.report(now)
    assert found is not None and (found.writes if is_write else found.reads).tokens == pool.tokens(now)
    assert (partition.write_bucket if is_write else partition.read_bucket).tokens(now) == part.tokens(now)
    assert partition.meter is not None and partition.meter.lines(now, 300) == meter.lines(now, 300)
    assert partition.meter.heaviest(now) == meter.heaviest(now)
    assert partition.meter.samples == meter.samples
