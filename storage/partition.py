"""A partition: one contiguous range of item keys, with the items in it and their number and bytes.

The range is `[low, high)`; `high` is None for the last partition of a keyspace. A partition of a table also holds the
entries of the table's local secondary indexes; a partition of a global one holds entries in place of items. Only
commits write here, through `storage/commit.py`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sortedcontainers import SortedDict

from storage.capacity import TokenBucket
from storage.heat import HeatMeter
from storage.schema import Throughput

if TYPE_CHECKING:
    from storage.item import Item

PARTITION_THROUGHPUT = Throughput(3000, 1000)
"""What one partition serves in a second, reads and writes apart (developer guide, burst-adaptive-capacity)."""


class Partition:
    """A range of item keys and the sorted items in it."""

    __slots__ = (
        "high",
        "id",
        "items",
        "local",
        "local_bytes",
        "low",
        "meter",
        "parent",
        "read_bucket",
        "size_bytes",
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
        self.items: SortedDict[bytes, Item] = SortedDict()
        self.size_bytes = 0
        self.local: dict[str, SortedDict[bytes, Item]] = {}
        self.local_bytes: dict[str, int] = {}
        self.read_bucket = TokenBucket(2 * served.read_units, 2 * served.read_units)
        self.write_bucket = TokenBucket(2 * served.write_units, 2 * served.write_units)
        self.meter: HeatMeter | None = None
        """Made with the first request that is metered."""

    @property
    def total_bytes(self) -> int:
        """The bytes of the items and of the local index entries beside them."""
        return self.size_bytes + sum(self.local_bytes.values())

    def entries(self, index_name: str | None) -> "SortedDict[bytes, Item]":
        """The items, or the entries of a local index by its name."""
        if index_name is None:
            return self.items
        entries = self.local.get(index_name)
        if entries is None:
            entries = self.local[index_name] = SortedDict()
            self.local_bytes[index_name] = 0
        return entries

    def range(
        self, low: bytes, high: bytes | None, is_reverse: bool = False, index_name: str | None = None
    ) -> Iterator[tuple[bytes, "Item"]]:
        """The keys and items of `[low, high)` that are here, in key order or backwards; or a local index's entries."""
        items = self.entries(index_name)
        for key in items.irange(low, high, (True, False), is_reverse):
            yield key, items[key]

    def clip(self, low: bytes, high: bytes | None) -> tuple[bytes, bytes | None]:
        """The part of `[low, high)` that lies in this partition's range."""
        if high is None or (self.high is not None and self.high < high):
            high = self.high
        return max(low, self.low), high

    def put(self, key: bytes, old: "Item | None", new: "Item | None") -> None:
        """Replaces `old`, the item now at `key`, with `new`; None stands for no item."""
        assert self.items.get(key) is old
        if new is None:
            if old is not None:
                del self.items[key]
                self.size_bytes -= old[1]
            return
        self.items[key] = new
        self.size_bytes += new[1] if old is None else new[1] - old[1]

    def put_entry(self, index_name: str | None, key: bytes, new: "Item | None") -> None:
        """Replaces whatever entry is at `key`; of a local index by its name, or of the global one this belongs to."""
        entries = self.entries(index_name)
        old = entries.get(key)
        if new is not None:
            entries[key] = new
        elif old is not None:
            del entries[key]
        grown_bytes = (new[1] if new is not None else 0) - (old[1] if old is not None else 0)
        if index_name is None:
            self.size_bytes += grown_bytes
        else:
            self.local_bytes[index_name] += grown_bytes

    def open_meter(self, now: float, partition_parts: int = 1) -> HeatMeter:
        self.meter = HeatMeter(now, partition_parts)
        return self.meter

    def split(self, at: bytes, ids: tuple[int, int], served: Throughput, now: float) -> "tuple[Partition, Partition]":
        """Two partitions in place of this one, which meet at `at`; what is left in the buckets, each of them has."""
        assert self.low < at and (self.high is None or at < self.high)
        left = Partition(ids[0], self.low, at, self.id, served)
        right = Partition(ids[1], at, self.high, self.id, served)
        for child in (left, right):
            child.read_bucket.set_tokens(self.read_bucket.tokens(now), now)
            child.write_bucket.set_tokens(self.write_bucket.tokens(now), now)
            child.items, child.size_bytes = _share(self.items, child)
            for name, entries in self.local.items():
                child.local[name], child.local_bytes[name] = _share(entries, child)
        return left, right

    def check(self) -> None:
        """Asserts the invariants: every key in the range, sorted, and the bytes adding up."""
        for entries, size_bytes in [
            (self.items, self.size_bytes),
            *((self.local[name], self.local_bytes[name]) for name in self.local),
        ]:
            keys = list(entries)
            assert keys == sorted(set(keys))
            assert all(self.low <= key and (self.high is None or key < self.high) for key in keys)
            assert size_bytes == sum(size for _, size in entries.values())


def _share(entries: "SortedDict[bytes, Item]", child: Partition) -> "tuple[SortedDict[bytes, Item], int]":
    """What of `entries` belongs to `child`, and its bytes."""
    share: SortedDict[bytes, Item] = SortedDict(
        (key, entries[key]) for key in entries.irange(child.low, child.high, (True, False))
    )
    return share, sum(size_bytes for _, size_bytes in share.values())
