"""Admission: whether a keyspace has tokens for a request, and the charge of what the request cost.

A keyspace has a pool of read and one of write units (provisioned units with their burst, or what is served on demand),
shared by its partitions, so that a partition may take more than its share while the pool lasts: adaptive capacity.
Each partition has buckets of its own besides. A request is admitted while tokens are left, and charged what it cost,
if need be into debt. The limits are asked in this order: quota, maximum or provisioned units; global indexes (of a
write); partition. The first that refuses is the reason.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from thermodynamo_storage.capacity.on_demand import MINUTE_SECONDS
from thermodynamo_storage.capacity.policy import Limits
from thermodynamo_storage.capacity.refusals import Limit, Refusal
from thermodynamo_storage.capacity.units import TokenBucket, write_half_units
from thermodynamo_storage.metering import index_limits
from thermodynamo_storage.metering.supply import Supply
from thermodynamo_storage.partitions.admission import Admission
from thermodynamo_storage.partitions.heat import EXACT_WEIGHT, HeatMeter
from thermodynamo_storage.partitions.keyspace import ON_DEMAND_PARTITIONS, Keyspace
from thermodynamo_storage.partitions.split_reasons import DueGrowth, DueSplit, end_second
from thermodynamo_storage.values.errors import Throttled
from thermodynamo_storage.values.schema import IndexSchema, TableSchema

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change
    from thermodynamo_storage.changes.index import EntryChange, SecondaryIndex
    from thermodynamo_storage.partitions.partition import Partition
    from thermodynamo_storage.tables.table import Table
    from thermodynamo_storage.values.item import Item

EVENTUAL_SHARE = 2 / 3
"""Replicas share eventually consistent reads: 4,500 units a second were measured on one key (AWS database blog)."""


class Owner(Protocol):
    """A table or a global index; its schema is replaced whenever its throughput changes."""

    @property
    def schema(self) -> TableSchema | IndexSchema: ...


class Metered(Admission):
    """The admission of one keyspace: its pools, and the meters of its partitions."""

    __slots__ = (
        "index_name",
        "keyspace",
        "limits",
        "minute_ends",
        "owner",
        "policy",
        "reads",
        "refused",
        "refused_at",
        "refused_filling",
        "schema",
        "supply",
        "table",
        "writes",
    )

    def __init__(
        self,
        table: "Table",
        owner: Owner,
        index_name: str | None,
        keyspace: Keyspace,
        limits: Limits,
    ) -> None:
        self.table = table
        self.owner = owner
        self.index_name = index_name
        self.keyspace = keyspace
        self.limits = limits
        self.policy = policy = limits.policy
        self.schema: TableSchema | IndexSchema | None = None
        """The schema that the pools were set up by."""
        self.minute_ends = 0.0
        self.refused: Counter[str] = Counter()
        """Refusals by reason; those of the meters go with the partitions that are split."""
        self.refused_filling: Counter[str] = Counter()
        """Those among them of an index while it was being filled."""
        self.refused_at: dict[tuple[bool, Limit], float] = {}
        """When writes (True) or reads last met each limit."""
        self.supply = supply = Supply(table, index_name, keyspace.served, policy)
        self.reads = supply.reads
        self.writes = supply.writes

    def of_index(self, index: "SecondaryIndex", keyspace: Keyspace) -> Admission:
        return Metered(self.table, index, index.schema.name, keyspace, self.limits)

    def read(self, partition: "Partition", key: bytes, half_units: int, now: float, is_consistent: bool = True) -> None:
        """`admits_item` and `charge_item` in one step, for speed. Raises Throttled."""
        if self.owner.schema is not self.schema or now >= self.minute_ends:
            self.refresh(now)
        meter = partition.meter
        if meter is None or now >= meter.second_ends:
            meter = self._meter(partition, now)
        pool = self.reads
        cost = half_units if is_consistent or self.policy.chance is None else half_units * EVENTUAL_SHARE
        if not pool.bucket.has(now):
            self._refuse(partition, key, False, pool.limit, pool.bucket, now)
        elif not partition.read_bucket.take(cost, now):
            self._refuse(partition, key, False, "KeyRangeThroughput", partition.read_bucket, now)
        else:
            pool.bucket.charge(half_units, now)
        pool.total += half_units
        meter.read(key, half_units)

    def read_page(
        self, visits: Sequence[tuple["Partition", int, bytes]], now: float, is_consistent: bool = True
    ) -> None:
        """Admits and charges a page: each partition visited pays the 4 KB blocks read in it. Raises Throttled."""
        per_block = 2 if is_consistent else 1
        if len(visits) == 1:
            partition, blocks, key = visits[0]
            self.read(partition, key, blocks * per_block, now, is_consistent)
            return
        is_admitted = self._admits_page(visits, now)
        eventual_share = 1.0 if is_consistent or self.policy.chance is None else EVENTUAL_SHARE
        for partition, blocks, key in visits:
            half_units = blocks * per_block
            if is_admitted:
                self.reads.bucket.charge(half_units, now)
                partition.read_bucket.charge(half_units * eventual_share, now)
            self.reads.total += half_units
            self._meter(partition, now).read(key, half_units)

    def _admits_page(self, visits: Sequence[tuple["Partition", int, bytes]], now: float) -> bool:
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

    def admits_write(self, change: "Change", now: float) -> bool:
        """Whether every limit that the write meets has tokens left. Raises Throttled, or returns False if observing.

        The first limit that has none is the reason. The others count as well: the item and its entry in each index are
        events of their own (developer guide, metrics-dimensions: four for a PutItem where there are three indexes).
        """
        try:
            is_admitted = self._admits_write(change, now)
        except Throttled as first:
            self._count_others(change, first.refusal.index_name, now)
            raise
        if not is_admitted:
            self._count_others(change, self.limits.throttles.last[-1].index_name, now)
        return is_admitted

    def _admits_write(self, change: "Change", now: float) -> bool:
        partition = change.partition
        self._meter(partition, now)
        if not self.writes.bucket.has(now):
            return self._refuse(partition, change.key, True, self.writes.limit, self.writes.bucket, now)
        if change.table.indexes and not index_limits.admit(change, now):
            return False
        if not partition.write_bucket.has(now):
            return self._refuse(partition, change.key, True, "KeyRangeThroughput", partition.write_bucket, now)
        return True

    def charge_write(self, change: "Change", now: float, factor: int = 1, is_admitted: bool = True) -> None:
        """Charges the table for the item and its local index entries, and each global index for its entries.

        A transaction pays the item by a `factor` of two. What observing would have refused is only counted.
        """
        half_units = factor * write_half_units(
            change.old[1] if change.old is not None else 0, change.new[1] if change.new is not None else 0
        )
        for entry in change.entries:
            if entry.index.schema.is_global:
                entry.index.keyspace.admission.charge_entry(entry, now, is_admitted)
            else:
                half_units += entry.half_units
        self.charge_item(change.partition, change.key, half_units, True, now, is_admitted)

    def write(self, change: "Change", now: float, factor: int = 1) -> None:
        """Admits and charges a write. Raises Throttled."""
        if change.table.indexes:
            self.charge_write(change, now, factor, self.admits_write(change, now))
            return
        old, new = change.old, change.new
        half_units = write_half_units(old[1] if old is not None else 0, new[1] if new is not None else 0)
        self._write_item(change.partition, change.key, factor * half_units, now)

    def fail_write(self, partition: "Partition", key: bytes, old: "Item | None", now: float) -> None:
        """Admits and charges a write whose condition is false, by the item as it stands. Raises Throttled."""
        self._write_item(partition, key, write_half_units(old[1] if old is not None else 0, 0), now)

    def admits_item(self, partition: "Partition", key: bytes, is_write: bool, now: float) -> bool:
        self._meter(partition, now)
        pool = self.writes if is_write else self.reads
        bucket = partition.write_bucket if is_write else partition.read_bucket
        if not pool.bucket.has(now):
            return self._refuse(partition, key, is_write, pool.limit, pool.bucket, now)
        if not bucket.has(now):
            return self._refuse(partition, key, is_write, "KeyRangeThroughput", bucket, now)
        return True

    def charge_item(
        self, partition: "Partition", key: bytes, half_units: int, is_write: bool, now: float, is_admitted: bool
    ) -> None:
        pool = self.writes if is_write else self.reads
        if is_admitted:
            pool.bucket.charge(half_units, now)
            (partition.write_bucket if is_write else partition.read_bucket).charge(half_units, now)
        pool.total += half_units
        meter = self._meter(partition, now)
        (meter.write if is_write else meter.read)(key, half_units)

    def _write_item(self, partition: "Partition", key: bytes, half_units: int, now: float) -> None:
        """The same in one step, for speed, of a write that touches no index."""
        if self.owner.schema is not self.schema or now >= self.minute_ends:
            self.refresh(now)
        meter = partition.meter
        if meter is None or now >= meter.second_ends:
            meter = self._meter(partition, now)
        pool = self.writes
        if not pool.bucket.has(now):
            self._refuse(partition, key, True, pool.limit, pool.bucket, now)
        elif not partition.write_bucket.take(half_units, now):
            self._refuse(partition, key, True, "KeyRangeThroughput", partition.write_bucket, now)
        else:
            pool.bucket.charge(half_units, now)
        pool.total += half_units
        meter.write(key, half_units)

    def admits_entry(self, entry: "EntryChange", now: float) -> bool:
        """Whether the partitions of an index that an entry's change touches have tokens left. Raises Throttled."""
        for side in (entry.old, entry.new):
            if side is not None:
                partition = self.keyspace.locate(side[0])
                self._meter(partition, now)
                if not partition.write_bucket.has(now):
                    return self._refuse(partition, side[0], True, "KeyRangeThroughput", partition.write_bucket, now)
        return True

    def charge_entry(self, entry: "EntryChange", now: float, is_admitted: bool = True) -> None:
        """Charges an entry's change: one that moves is paid where it was and where it goes."""
        old, new = entry.old, entry.new
        if old is not None and new is not None and old[0] != new[0]:
            left = self.keyspace.locate(old[0])
            self.charge_item(left, old[0], write_half_units(old[1][1], 0), True, now, is_admitted)
            old = None
        place = new if new is not None else old
        assert place is not None
        half_units = write_half_units(old[1][1] if old is not None else 0, new[1][1] if new is not None else 0)
        self.charge_item(self.keyspace.locate(place[0]), place[0], half_units, True, now, is_admitted)

    def has_write_units(self, now: float) -> bool:
        """Whether the pool of writes has tokens left."""
        if self.owner.schema is not self.schema or now >= self.minute_ends:
            self.refresh(now)
        return self.writes.bucket.has(now)

    def refuse_entry(self, key: bytes, now: float) -> bool:
        """Refuses a write of the table because this index's pool is exhausted."""
        partition = self.keyspace.locate(key)
        self._meter(partition, now)
        return self._refuse(partition, key, True, self.writes.limit, self.writes.bucket, now)

    def refresh(self, now: float) -> None:
        """Follows a changed schema, and once a minute the on-demand peaks."""
        schema = self.schema = self.owner.schema
        if now >= self.minute_ends:
            warmer = self.supply.end_minute(schema, self.minute_ends, now)
            if warmer is not None:
                self.limits.on_warm(self.table.id, self.index_name, warmer, now)
            self.minute_ends = now + MINUTE_SECONDS
        self.supply.follow(schema, now)
        wanted = self.supply.partitions_wanted(schema)
        if wanted > len(self.keyspace.partitions):
            self.limits.due.append(DueGrowth(self.table, self.keyspace, wanted))

    def _meter(self, partition: "Partition", now: float) -> HeatMeter:
        if self.owner.schema is not self.schema or now >= self.minute_ends:
            self.refresh(now)
        meter = partition.meter
        if meter is None:
            meter = partition.open_meter(now, len(self.owner.schema.key_schema.partition))
        elif now >= meter.second_ends:
            self._end_second(partition, meter, now)
        return meter

    def _end_second(self, partition: "Partition", meter: HeatMeter, now: float) -> None:
        exact_weight = ON_DEMAND_PARTITIONS * EXACT_WEIGHT // len(self.keyspace.partitions)
        reason = end_second(partition, meter, self.keyspace.served, self.policy, exact_weight, now)
        if reason is not None:
            self.limits.due.append(DueSplit(self.table, self.keyspace, partition, reason))

    def _count_others(self, change: "Change", refusing: str | None, now: float) -> None:
        """Counts the other refusals of a write that the table (None) or the index of that name has refused."""
        if refusing is not None:
            with suppress(Throttled):
                self.admits_item(change.partition, change.key, True, now)
        index_limits.count_others(change, refusing, now)

    def _refuse(
        self, partition: "Partition", key: bytes, is_write: bool, limit: Limit, bucket: TokenBucket, now: float
    ) -> bool:
        """Counts a refusal. Raises Throttled where limits are enforced, else returns False."""
        is_enforced = self.policy.is_enforced
        refusal = Refusal(
            time=now,
            operation=self.limits.throttles.operation,
            account=self.table.account,
            region=self.table.region,
            table_name=self.table.schema.name,
            table_id=self.table.id,
            index_name=self.index_name,
            key_schema=self.owner.schema.key_schema,
            is_write=is_write,
            limit=limit,
            partition_id=partition.id,
            key=key,
            tokens=bucket.tokens(now),
            is_on_demand=not self.owner.schema.throughput.read_units,
            is_observed=not is_enforced,
        )
        self.refused[refusal.reason] += 1
        if self.index_name is not None and self.table.indexes[self.index_name].transition == "CREATING":
            self.refused_filling[refusal.reason] += 1
        self.refused_at[is_write, limit] = now
        self._meter(partition, now).refuse(key, refusal.reason)
        self.limits.throttles.add(refusal)
        if is_enforced:
            raise Throttled(refusal)
        return False
