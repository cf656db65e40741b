"""A keyspace: the ordered partitions of a table or an index, which together cover every item key exactly once.

Keys begin with an 8-byte token, so a new keyspace divides the 64-bit token space evenly. Routing is a binary search
over the lower bounds; where there are many, a directory comes before it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Protocol

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.partitions.admission import UNMETERED, Admission
from thermodynamo_storage.partitions.directory import PARTITIONS_MIN, Directory, directory, enter_split
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.sorted_items import Run
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.keys import TOKEN_BYTES
from thermodynamo_storage.values.keyspace_name import NAMELESS, KeyspaceName
from thermodynamo_storage.values.schema import Throughput

if TYPE_CHECKING:
    from thermodynamo_storage.partitions.heat import HeatMeter
    from thermodynamo_storage.values.item import Item

TOKENS = 1 << 64
CLOSED_METERS_MAX = 64
"""Of so many partitions split last, the heat before the split is kept."""
ON_DEMAND_PARTITIONS = 4
"""A new on-demand table serves 4,000 writes and 12,000 reads a second: four partitions' worth (developer guide,
on-demand-capacity-mode)."""


def partition_count(throughput: Throughput, served: Throughput = PARTITION_THROUGHPUT) -> int:
    """How many partitions a new keyspace starts with; zero throughput means billed per request."""
    if not throughput.read_units and not throughput.write_units:
        return ON_DEMAND_PARTITIONS
    share = max(throughput.read_units / served.read_units, throughput.write_units / served.write_units)
    return max(1, ceil(share))


def token_bound(index: int, count: int) -> bytes:
    """The lowest key bytes of the `index`-th of `count` even divisions of the token space; none below the first."""
    return (index * TOKENS // count).to_bytes(TOKEN_BYTES, "big") if index else b""


@dataclass(frozen=True, slots=True)
class ClosedPartition:
    """A partition that was split. `meter` has what it served before."""

    id: int
    parent: int | None
    low: bytes
    high: bytes | None
    closed_at: float
    reason: str
    meter: "HeatMeter | None"


class SplitFollower(Protocol):
    """What follows the splits of a keyspace: a stream, whose shards belong to partitions."""

    def split(self, parent: Partition, children: Sequence[Partition], now: float) -> None:
        """Takes notice that `children` have just taken the place of `parent`."""
        ...


class Keyspace:
    """The partitions of a table or an index in key order. Partitions are split, never merged."""

    __slots__ = (
        "admission",
        "closed",
        "directory",
        "followers",
        "keeps_collections",
        "lows",
        "name",
        "next_id",
        "partitions",
        "served",
    )

    def __init__(
        self,
        count: int,
        served: Throughput = PARTITION_THROUGHPUT,
        keeps_collections: bool = False,
        name: KeyspaceName = NAMELESS,
    ) -> None:
        """`served` is what each partition serves in a second.

        `keeps_collections` says that no split may divide an item collection.
        """
        self.name = name
        self.keeps_collections = keeps_collections
        self.followers: tuple[SplitFollower, ...] = ()
        """What follows each split."""
        self.served = served
        bounds = [token_bound(index, count) for index in range(count)]
        highs: list[bytes | None] = [*bounds[1:], None]
        ranges = enumerate(zip(bounds, highs, strict=True))
        self._hold([Partition(id, low, high, None, served) for id, (low, high) in ranges])
        self.next_id = count
        self.closed: list[ClosedPartition] = []
        """The lineage: every partition that was split, in the order of the splits."""
        self.admission: Admission = UNMETERED

    def _hold(self, partitions: list[Partition]) -> None:
        """Takes the partitions in, which are all of them in key order."""
        self.partitions = partitions
        self.lows = [partition.low for partition in partitions]
        self.directory: Directory | None = directory(partitions) if len(partitions) >= PARTITIONS_MIN else None

    def locate(self, key: bytes) -> Partition:
        """The partition whose range holds `key`: an item key, or the lower bound of a partition."""
        if self.directory is not None and key:
            partition = self.directory[key[0] << 8 | key[1]]
            if partition is not None:
                return partition
        return self.partitions[bisect_right(self.lows, key) - 1]

    def between(self, low: bytes, high: bytes | None) -> list[Partition]:
        """The partitions that `[low, high)` touches, at least one."""
        first = bisect_right(self.lows, low) - 1
        return self.partitions[first : len(self.lows) if high is None else max(first + 1, bisect_left(self.lows, high))]

    def get(self, key: bytes) -> "Item | None":
        """The item at `key`, or None."""
        return self.locate(key).items.get(key)

    def range(
        self, low: bytes, high: bytes | None, is_reverse: bool = False, index_name: str | None = None
    ) -> Iterator[tuple[bytes, "Item"]]:
        """The keys and items in `[low, high)` in key order, or backwards; `high` None means to the end.

        With the name of a local index, its entries in place of the items.
        """
        partitions = self.between(low, high)
        for partition in reversed(partitions) if is_reverse else partitions:
            yield from partition.range(low, high, is_reverse, index_name)

    def meters(self, since: float) -> "Iterator[HeatMeter]":
        """The meters of the partitions, then of those that were split after `since`."""
        for partition in self.partitions:
            if partition.meter is not None:
                yield partition.meter
        yield from self.closed_meters(since)

    def closed_meters(self, since: float) -> "Iterator[HeatMeter]":
        """The meters of the partitions that were split after `since`, as far as they are kept."""
        for closed in reversed(self.closed):
            if closed.closed_at <= since:
                return
            if closed.meter is not None:
                yield closed.meter

    def split(self, partition: Partition, at: bytes, now: float, reason: str) -> tuple[Partition, Partition]:
        """Replaces a partition by two that meet at `at`, which the followers are told; returns the two."""
        place = bisect_right(self.lows, partition.low) - 1
        assert self.partitions[place] is partition
        children = partition.split(at, (self.next_id, self.next_id + 1), self.served, now)
        self.next_id += 2
        self.partitions[place : place + 1] = children
        self.lows.insert(place + 1, at)
        if self.directory is not None:
            enter_split(self.directory, *children)
        elif len(self.partitions) >= PARTITIONS_MIN:
            self.directory = directory(self.partitions)
        self.closed.append(
            ClosedPartition(partition.id, partition.parent, partition.low, partition.high, now, reason, partition.meter)
        )
        if len(self.closed) > CLOSED_METERS_MAX:
            oldest = len(self.closed) - CLOSED_METERS_MAX - 1
            self.closed[oldest] = replace(self.closed[oldest], meter=None)
        self.admission.note_split(now)
        for follower in self.followers:
            follower.split(partition, children, now)
        return children

    def refill(self, partitions: list[Partition], next_id: int, closed: list[ClosedPartition]) -> None:
        """Puts the partitions and the lineage in that it had when it was kept."""
        self._hold(partitions)
        self.next_id, self.closed = next_id, closed

    def copy(self, name: KeyspaceName, served: Throughput) -> "Keyspace":
        """A keyspace of that name with these partitions, their lineage, and the items that are in them now.

        Nothing is metered in it, or follows its splits, until that is set.
        """
        copied = Keyspace(1, served, self.keeps_collections, name)
        copied._hold([partition.copy(served) for partition in self.partitions])
        copied.next_id = self.next_id
        copied.closed = [replace(closed, meter=None) for closed in self.closed]
        return copied

    @property
    def item_count(self) -> int:
        return sum(len(partition.items) for partition in self.partitions)

    @property
    def size_bytes(self) -> int:
        return sum(partition.size_bytes for partition in self.partitions)

    def drain(self) -> list[Run]:
        """Takes everything out of all partitions, and the limits away, which refer back to the table."""
        self.admission = UNMETERED
        return [run for partition in self.partitions for run in partition.drain()]

    def check(self) -> None:
        """Asserts that the partitions tile the key space without gap or overlap, and each one's own invariants."""
        assert self.lows == [partition.low for partition in self.partitions]
        if self.directory is not None:
            assert self.directory == directory(self.partitions)
        assert self.partitions[0].low == b"" and self.partitions[-1].high is None
        for left, right in zip(self.partitions, self.partitions[1:], strict=False):
            assert left.high == right.low and left.low < right.low
        for partition in self.partitions:
            partition.check()
