"""A partition: one contiguous range of item keys, with the items in it and their number and bytes.

The range is `[low, high)`; `high` is None for the last partition of a keyspace. A partition of a table also holds the
entries of the table's local secondary indexes; a partition of a global one holds entries in place of items. Only
commits write here, through `storage/thermodynamo_storage/changes/commit.py`.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT, Policy
from thermodynamo_storage.capacity.units import TokenBucket
from thermodynamo_storage.partitions.heat import HeatMeter
from thermodynamo_storage.partitions.sorted_items import Piece, Run, SortedItems
from thermodynamo_storage.partitions.split_reasons import CALM, SplitReason, SplitReasons, is_near_limit
from thermodynamo_storage.values.schema import Throughput

if TYPE_CHECKING:
    from thermodynamo_storage.values.item import Item


@cache
def _half_units(served: Throughput) -> tuple[float, float]:
    """What a partition serves in a second, of reads and of writes.

    The same two floats serve all partitions: a request to one of a thousand finds them in the processor's cache.
    """
    return 2.0 * served.read_units, 2.0 * served.write_units


class Partition:
    """A range of item keys and the sorted items in it."""

    __slots__ = (
        "high",
        "id",
        "items",
        "local",
        "low",
        "meter",
        "parent",
        "read_bucket",
        "split_reasons",
        "write_bucket",
    )

    def __init__(
        self,
        id: int,
        low: bytes,
        high: bytes | None,
        parent: int | None = None,
        served: Throughput = PARTITION_THROUGHPUT,
    ) -> None:
        self.id = id
        self.low = low
        self.high = high
        self.parent = parent
        self.items = SortedItems()
        self.local: dict[str, SortedItems] = {}
        reads, writes = _half_units(served)
        self.read_bucket = TokenBucket(reads, reads)
        self.write_bucket = TokenBucket(writes, writes)
        self.meter: HeatMeter | None = None
        """Made with the first request that is metered."""
        self.split_reasons = CALM

    @property
    def size_bytes(self) -> int:
        """The bytes of the items."""
        return self.items.size_bytes

    @property
    def total_bytes(self) -> int:
        """The bytes of the items and of the local index entries beside them."""
        size_bytes = self.items.size_bytes
        if self.local:
            for entries in self.local.values():
                size_bytes += entries.size_bytes
        return size_bytes

    def entries(self, index_name: str | None) -> SortedItems:
        """The items, or the entries of a local index by its name."""
        if index_name is None:
            return self.items
        entries = self.local.get(index_name)
        if entries is None:
            entries = self.local[index_name] = SortedItems()
        return entries

    def drop_entries(self, index_name: str) -> None:
        """Takes the entries of a local index out."""
        del self.local[index_name]

    def range(
        self, low: bytes, high: bytes | None, is_reverse: bool = False, index_name: str | None = None
    ) -> Iterator[tuple[bytes, "Item"]]:
        """The keys and items of `[low, high)` that are here, in key order or backwards; or a local index's entries."""
        return self.entries(index_name).range(low, high, is_reverse)

    def pieces(self, low: bytes, high: bytes | None, is_reverse: bool, index_name: str | None) -> Iterator[Piece]:
        """The items or entries of `range` without their keys, in pieces that may be whole runs."""
        is_whole = low <= self.low and (high is None or (self.high is not None and self.high <= high))
        return self.entries(index_name).pieces(low, high, is_reverse, is_whole)

    def clip(self, low: bytes, high: bytes | None) -> tuple[bytes, bytes | None]:
        """The part of `[low, high)` that lies in this partition's range."""
        if high is None or (self.high is not None and self.high < high):
            high = self.high
        return max(low, self.low), high

    def put(self, key: bytes, old: "Item | None", new: "Item | None") -> None:
        """Replaces `old`, the item now at `key`, with `new`; None stands for no item."""
        replaced = self.items.put(key, new)
        assert replaced is old

    def put_entry(self, index_name: str | None, key: bytes, new: "Item | None") -> None:
        """Replaces whatever entry is at `key`; of a local index by its name, or of the global one this belongs to."""
        self.entries(index_name).put(key, new)

    def open_meter(self, now: float, partition_parts: int = 1) -> HeatMeter:
        self.meter = HeatMeter(now, partition_parts)
        return self.meter

    def end_second(
        self,
        meter: HeatMeter,
        served: Throughput,
        bytes_max: int,
        split_after: Callable[[], float],
        exact_weight: int,
        now: float,
    ) -> SplitReason | None:
        """Turns the meter to the second of `now`; returns why a split is due, if it is. See `SplitReasons`."""
        reasons, total_bytes = self.split_reasons, self.total_bytes
        if reasons is CALM:
            if total_bytes < bytes_max and not is_near_limit(meter.read_half_units, meter.write_half_units, served):
                meter.turn(now, exact_weight)
                return None
            reasons = self._own_reasons()
        return reasons.end_second(meter, total_bytes, served, bytes_max, split_after, exact_weight, now)

    def _own_reasons(self) -> SplitReasons:
        if self.split_reasons is CALM:
            self.split_reasons = SplitReasons()
        return self.split_reasons

    def note_crowded(self, is_write: bool) -> None:
        """The partition, or all of its keyspace together, serves no more: a write or a read was refused for it."""
        if is_write:
            self._own_reasons().writes_crowded = True
        else:
            self._own_reasons().reads_crowded = True

    def note_unsplit(self, reason: SplitReason, why: str) -> None:
        """Keeps why no point was found to split the partition at."""
        self._own_reasons().note_unsplit(reason, why, self.total_bytes)

    def why_unsplit(self, served: Throughput, policy: Policy, now: float) -> str | None:
        """Why the partition could not be split, as long as it is hot, or full."""
        return self.split_reasons.why_unsplit(self.meter, self.total_bytes, served, policy, now)

    def split(self, at: bytes, ids: tuple[int, int], served: Throughput, now: float) -> "tuple[Partition, Partition]":
        """Two partitions in place of this one, which meet at `at`; what is left in the buckets, each of them has.

        The items go over to them: this partition is not to be used any more.
        """
        assert self.low < at and (self.high is None or at < self.high)
        left = Partition(ids[0], self.low, at, self.id, served)
        right = Partition(ids[1], at, self.high, self.id, served)
        for child in (left, right):
            child.read_bucket, child.write_bucket = self.read_bucket.copy(), self.write_bucket.copy()
        left.items, right.items = self.items.split(at)
        for name, entries in self.local.items():
            left.local[name], right.local[name] = entries.split(at)
        return left, right

    def refill(self, items: SortedItems, local: dict[str, SortedItems]) -> None:
        """Puts the items and local entries in that it had when it was kept."""
        self.items, self.local = items, local

    def copy(self, served: Throughput) -> "Partition":
        """A partition of another keyspace with the items that are here now. Its buckets are full."""
        copied = Partition(self.id, self.low, self.high, self.parent, served)
        copied.items = self.items.copy()
        copied.local = {name: entries.copy() for name, entries in self.local.items()}
        return copied

    def drain(self) -> list[Run]:
        """Takes all items and entries out."""
        return [run for entries in (self.items, *self.local.values()) for run in entries.drain()]

    def check(self) -> None:
        """Asserts the invariants: every key in the range, and those of the items and entries."""
        for entries in (self.items, *self.local.values()):
            entries.check()
            assert all(self.low <= key and (self.high is None or key < self.high) for key in entries)
