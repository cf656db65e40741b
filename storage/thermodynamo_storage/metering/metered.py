"""Admission with limits: whether a keyspace has tokens for a request, and the charge of what the request cost.

A keyspace has a pool of read and one of write units (provisioned units with their burst, or what is served on demand),
shared by its partitions, so that a partition may take more than its share while the pool lasts: adaptive capacity.
Each partition has buckets of its own besides. A request is admitted while tokens are left, and charged what it cost,
if need be into debt. The pool is asked before the partition; the first that refuses is the reason.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from thermodynamo_storage.capacity.on_demand import MINUTE_SECONDS
from thermodynamo_storage.capacity.policy import EVENTUAL_SHARE
from thermodynamo_storage.capacity.pool import Pool
from thermodynamo_storage.capacity.refusals import Limit, Refusal, Throttled, reason
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory
from thermodynamo_storage.capacity.units import TRACE, WRITE_UNIT_BYTES, TokenBucket
from thermodynamo_storage.metering.limits import DueGrowth, DueSplit, Limits
from thermodynamo_storage.metering.supply import Supply
from thermodynamo_storage.partitions.admission import Admission, AdmissionReport, PoolReport
from thermodynamo_storage.partitions.heat import EXACT_WEIGHT, WRITE_WEIGHT, HeatMeter
from thermodynamo_storage.partitions.keyspace import ON_DEMAND_PARTITIONS, Keyspace
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.schema import IndexSchema, TableSchema


class Owner(Protocol):
    """The table or the global index that a keyspace belongs to."""

    @property
    def schema(self) -> TableSchema | IndexSchema:
        """Replaced by another one whenever the throughput changes."""
        ...

    @property
    def transition(self) -> str | None:
        """CREATING of an index that is being filled."""
        ...


class Metered(Admission):
    """The admission of one keyspace: its pools, and the meters of its partitions."""

    __slots__ = (
        "buffer_half_units",
        "entries_pool",
        "has_chance",
        "keyspace",
        "limits",
        "listener",
        "minute_ends",
        "owner",
        "plain_schema",
        "policy",
        "reads",
        "refused",
        "refused_at",
        "refused_filling",
        "schema",
        "split_after",
        "supply",
        "writes",
    )

    def __init__(
        self, owner: Owner, keyspace: Keyspace, history: Callable[[], ThroughputHistory], limits: Limits
    ) -> None:
        """`history` gives the throughput history of the keyspace, which may not be there yet."""
        self.owner = owner
        self.keyspace = keyspace
        self.limits = limits
        self.listener = limits.listener
        self.policy = policy = limits.policy
        self.has_chance = policy.chance is not None
        self.split_after = policy.split_after(keyspace.name)
        self.schema: TableSchema | IndexSchema | None = None
        """The schema that the pools were set up by."""
        self.plain_schema: TableSchema | IndexSchema | None = None
        """The `schema` where no chance admits, else None: one look of a request tells that it is new and that it may.

        Reads and writes look at it and at their partition's second, and at nothing else, before they are charged.
        """
        self.minute_ends = 0.0
        """Minutes end with a second of the meters, so that no request of a later second misses it."""
        self.refused: Counter[str] = Counter()
        """Refusals by reason; those of the meters go with the partitions that are split."""
        self.refused_filling: Counter[str] = Counter()
        """Those among them of an index while it was being filled."""
        self.refused_at: dict[tuple[bool, Limit], float] = {}
        """When writes (True) or reads last met each limit."""
        is_index = keyspace.name.index_name is not None
        self.buffer_half_units = 2 * policy.index_buffer_bytes // WRITE_UNIT_BYTES if is_index else 0
        """How many half units an index may owe before it refuses its table's writes."""
        self.supply = supply = Supply(history, keyspace.served, policy, bool(self.buffer_half_units))
        self.reads = supply.reads
        self.writes = supply.writes
        self.entries_pool = self.writes if self.buffer_half_units and policy.is_enforced else None

    def report(self, now: float) -> AdmissionReport:
        return AdmissionReport(
            self.policy,
            _report(self.reads, now),
            _report(self.writes, now),
            self.buffer_half_units,
            self.refused,
            self.refused_filling,
            self.refused_at,
        )

    def read(self, partition: Partition, key: bytes, half_units: int, now: float, is_consistent: bool = True) -> None:
        """`admits` and `charge` in one step, for speed. Raises Throttled.

        Where there is no chance, what `TokenBucket.take_with` and `HeatMeter.read` do stands here once more: their
        calls were a fifth of what metering adds to a GetItem.
        """
        meter = partition.meter
        if meter is None or now >= meter.second_ends or self.owner.schema is not self.plain_schema:
            meter = self._meter(partition, now)
            if self.has_chance:
                return self._read_by_chance(partition, meter, key, half_units, now, is_consistent)
        pool = self.reads
        bucket, part = pool.bucket, partition.read_bucket
        supply, spent = (now - bucket.origin) * bucket.rate, bucket.spent
        part_supply, part_spent = (now - part.origin) * part.rate, part.spent
        if supply - spent <= TRACE:
            self._refuse(partition, key, False, pool.limit, bucket, now)
        elif part_supply - part_spent <= TRACE:
            self._refuse(partition, key, False, "KeyRangeThroughput", part, now)
        else:
            floor = part_supply - part.depth
            part.spent = (part_spent if part_spent > floor else floor) + half_units
            floor = supply - bucket.depth
            bucket.spent = (spent if spent > floor else floor) + half_units
        pool.total += half_units
        meter.read_half_units += half_units
        meter.left = left = meter.left - half_units
        if left < 0:
            meter.count(key, half_units)

    def _read_by_chance(
        self, partition: Partition, meter: HeatMeter, key: bytes, half_units: int, now: float, is_consistent: bool
    ) -> None:
        """A router of the pool admits the read or does not, and replicas share one that is eventually consistent."""
        pool = self.reads
        cost = half_units if is_consistent else half_units * EVENTUAL_SHARE
        refusing = pool.bucket.take_with(partition.read_bucket, half_units, cost, now)
        if refusing is not None:
            limit = pool.limit if refusing is pool.bucket else "KeyRangeThroughput"
            self._refuse(partition, key, False, limit, refusing, now)
        pool.total += half_units
        meter.read(key, half_units)
        if cost != half_units:
            meter.eventual_half_units += half_units

    def read_page(self, visits: Sequence[tuple[Partition, int, bytes]], now: float, is_consistent: bool = True) -> None:
        """Admits and charges a page: each partition visited pays the 4 KB blocks read in it. Raises Throttled."""
        per_block = 2 if is_consistent else 1
        if len(visits) == 1:
            partition, blocks, key = visits[0]
            # By this class: to a listener, a page is no read of an item.
            Metered.read(self, partition, key, blocks * per_block, now, is_consistent)
            return
        is_admitted = self._admits_page(visits, now)
        eventual_share = 1.0 if is_consistent or self.policy.chance is None else EVENTUAL_SHARE
        for partition, blocks, key in visits:
            half_units = blocks * per_block
            meter = self._meter(partition, now)
            if is_admitted:
                self.reads.bucket.charge(half_units, now)
                partition.read_bucket.charge(half_units * eventual_share, now)
            self.reads.total += half_units
            meter.read(key, half_units)
            if eventual_share != 1.0:
                meter.eventual_half_units += half_units

    def _admits_page(self, visits: Sequence[tuple[Partition, int, bytes]], now: float) -> bool:
        """Whether every limit that a page meets has tokens left: all are asked before any is charged."""
        first, _, key = visits[0]
        self._meter(first, now)
        pool = self.reads
        if not pool.bucket.has(now):
            return self._refuse(first, key, False, pool.limit, pool.bucket, now)
        for partition, _, key in visits:
            if not partition.read_bucket.has(now):
                return self._refuse(partition, key, False, "KeyRangeThroughput", partition.read_bucket, now)
        return True

    def write(self, partition: Partition, key: bytes, half_units: int, now: float) -> None:
        """`admits` and `charge` in one step, for speed, and written out as in `read`. Raises Throttled."""
        meter = partition.meter
        if meter is None or now >= meter.second_ends or self.owner.schema is not self.plain_schema:
            meter = self._meter(partition, now)
            if self.has_chance:
                return self._write_by_chance(partition, meter, key, half_units, now)
        pool = self.writes
        bucket, part = pool.bucket, partition.write_bucket
        supply, spent = (now - bucket.origin) * bucket.rate, bucket.spent
        part_supply, part_spent = (now - part.origin) * part.rate, part.spent
        if supply - spent <= TRACE:
            self._refuse(partition, key, True, pool.limit, bucket, now)
        elif part_supply - part_spent <= TRACE:
            self._refuse(partition, key, True, "KeyRangeThroughput", part, now)
        else:
            floor = part_supply - part.depth
            part.spent = (part_spent if part_spent > floor else floor) + half_units
            floor = supply - bucket.depth
            bucket.spent = (spent if spent > floor else floor) + half_units
        pool.total += half_units
        weight = WRITE_WEIGHT * half_units
        meter.write_half_units += half_units
        meter.left = left = meter.left - weight
        if left < 0:
            meter.count(key, weight)

    def _write_by_chance(self, partition: Partition, meter: HeatMeter, key: bytes, half_units: int, now: float) -> None:
        """A router of the pool admits the write or does not."""
        pool = self.writes
        refusing = pool.bucket.take_with(partition.write_bucket, half_units, half_units, now)
        if refusing is not None:
            limit = pool.limit if refusing is pool.bucket else "KeyRangeThroughput"
            self._refuse(partition, key, True, limit, refusing, now)
        pool.total += half_units
        meter.write(key, half_units)

    def admits(self, partition: Partition, key: bytes, is_write: bool, now: float) -> bool:
        self._meter(partition, now)
        pool = self.writes if is_write else self.reads
        bucket = partition.write_bucket if is_write else partition.read_bucket
        if not pool.bucket.has(now):
            return self._refuse(partition, key, is_write, pool.limit, pool.bucket, now)
        if not bucket.has(now):
            return self._refuse(partition, key, is_write, "KeyRangeThroughput", bucket, now)
        return True

    def has_write_units(self, now: float) -> bool:
        if self.owner.schema is not self.schema or now >= self.minute_ends:
            self.refresh(now)
        return self._has_left(self.writes.bucket, now)

    def _has_left(self, bucket: TokenBucket, now: float) -> bool:
        """Whether tokens are left for a write, those among them that an index may owe."""
        if not self.buffer_half_units:
            return bucket.has(now)
        return bucket.tokens(now) > TRACE - self.buffer_half_units

    def refuse_write(self, partition: Partition, key: bytes, now: float) -> bool:
        return self._refuse(partition, key, True, self.writes.limit, self.writes.bucket, now)

    def partition_admits_write(self, partition: Partition, key: bytes, now: float) -> bool:
        self._meter(partition, now)
        bucket = partition.write_bucket
        return self._has_left(bucket, now) or self._refuse(partition, key, True, "KeyRangeThroughput", bucket, now)

    def charge(
        self, partition: Partition, key: bytes, half_units: int, is_write: bool, now: float, is_admitted: bool = True
    ) -> None:
        pool = self.writes if is_write else self.reads
        if is_admitted:
            pool.bucket.charge(half_units, now)
            (partition.write_bucket if is_write else partition.read_bucket).charge(half_units, now)
        pool.total += half_units
        meter = self._meter(partition, now)
        (meter.write if is_write else meter.read)(key, half_units)

    def room(self, partition: Partition | None, is_write: bool, now: float) -> tuple[float, float]:
        """The half units left of the pool, or of a partition: at `now`, and with what flows in until a second later.

        Of an index, what it may owe is among what is left for writes. For a replay second by second, whose requests
        have no order within one.
        """
        if partition is not None:
            self._meter(partition, now)
        bucket = self._bucket(is_write, partition, now)
        tokens = bucket.tokens(now) + (self.buffer_half_units if is_write else 0)
        return max(0.0, tokens), max(0.0, tokens + bucket.rate)

    def charge_second(
        self, partition: Partition | None, key: bytes, half_units: int, is_write: bool, now: float,
        is_consistent: bool = True,
    ) -> None:  # fmt: skip
        """Charges a partition what a key is given in the second that begins with `now`; without one, the pool."""
        if partition is None:
            pool = self.writes if is_write else self.reads
            pool.bucket.charge(half_units, now)
            pool.total += half_units
            return
        share = self.partition_share(is_write or is_consistent)
        (partition.write_bucket if is_write else partition.read_bucket).charge(half_units * share, now)
        meter = self._meter(partition, now)
        meter.add(key, half_units, is_write)
        if share != 1:
            meter.eventual_half_units += half_units

    def partition_share(self, is_consistent: bool) -> float:
        """What a half unit takes of a partition's limit: less than one where replicas share the reads."""
        return 1 if is_consistent or self.policy.chance is None else EVENTUAL_SHARE

    def refresh_partition(self, partition: Partition, now: float) -> None:
        """Ends the last second of a partition, and finds the splits that are due."""
        self._meter(partition, now)

    def sample(self, partition: Partition, keys: Sequence[bytes], now: float) -> None:
        """Takes keys to stand for the load of a second, by what each was asked for."""
        self._meter(partition, now).samples.extend(keys)

    def refuse_some(self, partition: Partition | None, key: bytes, is_write: bool, count: int, now: float) -> str:
        """Counts so many refusals of a second, by the partition or, without one, by the pool; returns the reason."""
        limit: Limit = "KeyRangeThroughput"
        if partition is None:
            limit = (self.writes if is_write else self.reads).limit
        name = reason(self.keyspace.name.index_name is not None, is_write, limit)
        self.refused[name] += count
        self.refused_at[is_write, limit] = now
        located = partition if partition is not None else self.keyspace.locate(key)
        self._meter(located, now).add_refused(key, name, count)
        if limit == "KeyRangeThroughput":
            located.note_crowded(is_write)
        return name

    def drain(self, is_write: bool, partition: Partition | None, seconds: float, now: float) -> float:
        bucket = self._bucket(is_write, partition, now)
        bucket.set_tokens(-bucket.rate * seconds, now)
        return bucket.tokens(now)

    def fill(self, is_write: bool, partition: Partition | None, now: float) -> float:
        bucket = self._bucket(is_write, partition, now)
        bucket.set_tokens(bucket.depth, now)
        return bucket.tokens(now)

    def _bucket(self, is_write: bool, partition: Partition | None, now: float) -> TokenBucket:
        """The bucket of a partition, or of the pool, which follows the schema first."""
        if partition is not None:
            return partition.write_bucket if is_write else partition.read_bucket
        self.refresh(now)
        return (self.writes if is_write else self.reads).bucket

    def refresh(self, now: float) -> None:
        """Follows a changed schema, and once a minute the on-demand peaks."""
        schema = self.schema = self.owner.schema
        self.plain_schema = schema if self.policy.chance is None else None
        if now >= self.minute_ends:
            warmer = self.supply.end_minute(schema, self.minute_ends, now)
            if warmer is not None:
                self.limits.on_warm(self.keyspace.name, warmer, now)
            self.minute_ends = int(now) + MINUTE_SECONDS
        self.supply.follow(schema, len(self.keyspace.partitions), now)
        wanted = self.supply.partitions_wanted(schema)
        if wanted > len(self.keyspace.partitions):
            self.limits.due.append(DueGrowth(self.keyspace, wanted))

    def note_split(self, now: float) -> None:
        if self.schema is not None:
            self.supply.follow(self.schema, len(self.keyspace.partitions), now)

    def _meter(self, partition: Partition, now: float) -> HeatMeter:
        if self.owner.schema is not self.schema or now >= self.minute_ends:
            self.refresh(now)
        meter = partition.meter
        if meter is None:
            meter = partition.open_meter(now, len(self.owner.schema.key_schema.partition))
        elif now >= meter.second_ends:
            self._end_second(partition, meter, now)
        return meter

    def _end_second(self, partition: Partition, meter: HeatMeter, now: float) -> None:
        exact_weight = ON_DEMAND_PARTITIONS * EXACT_WEIGHT // len(self.keyspace.partitions)
        why = partition.end_second(
            meter, self.keyspace.served, self.policy.partition_bytes_max, self.split_after, exact_weight, now
        )
        if why is not None:
            self.limits.due.append(DueSplit(self.keyspace, partition, why))

    def _refuse(
        self, partition: Partition, key: bytes, is_write: bool, limit: Limit, bucket: TokenBucket, now: float
    ) -> bool:
        """Counts a refusal. Raises Throttled where limits are enforced, else returns False."""
        is_enforced = self.policy.is_enforced
        name = self.keyspace.name
        refusal = Refusal(
            time=now,
            operation=self.limits.throttles.operation,
            account=name.account,
            region=name.region,
            table_name=name.table_name,
            table_id=name.table_id,
            index_name=name.index_name,
            key_schema=self.owner.schema.key_schema,
            is_write=is_write,
            limit=limit,
            partition_id=partition.id,
            key=key,
            tokens=bucket.tokens(now),
            is_on_demand=not self.owner.schema.throughput.read_units,
            is_observed=not is_enforced,
        )
        why = refusal.reason
        self.refused[why] += 1
        if name.index_name is not None and self.owner.transition == "CREATING":
            self.refused_filling[why] += 1
        self.refused_at[is_write, limit] = now
        self._meter(partition, now).refuse(key, why)
        if limit == "KeyRangeThroughput":
            # On demand, the pool stands for this limit too: it is what all partitions serve.
            partition.note_crowded(is_write)
        self.limits.throttles.add(refusal)
        if is_enforced:
            raise Throttled(refusal)
        return False


def _report(pool: Pool, now: float) -> PoolReport:
    bucket = pool.bucket
    return PoolReport(pool.limit, bucket.rate, bucket.tokens(now), bucket.depth, pool.total)
