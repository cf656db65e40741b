"""Where a partition is split, and when it is not: by load, by size, or in the middle of its range.

A split helps when neither side would carry nearly the whole load. So there is none for a single hot key; none for keys
that only ever rise or fall, as the next ones would all go to one side; and none inside an item collection of a table
that has a local secondary index, as those stay whole (developer guide, burst-adaptive-capacity).
"""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from thermodynamo_storage.values import keys
from thermodynamo_storage.values.errors import CannotSplit
from thermodynamo_storage.values.keys import TOKEN_BYTES

if TYPE_CHECKING:
    from thermodynamo_storage.partitions.partition import Partition
    from thermodynamo_storage.partitions.split_reasons import SplitReason

SAMPLES_MIN = 32
SHARE_MAX = 0.8
"""A side that would have more of the load than this is as hot as before."""
TREND_SHARE = 0.9
"""So many of the later keys beyond all the earlier ones make a trend."""


def for_reason(reason: "SplitReason", partition: "Partition", keeps_collections: bool, now: float) -> bytes:
    """Where a partition is split: for heat by load, for size by size, otherwise as it grows. Raises CannotSplit."""
    if reason == "heat":
        return by_load(partition, keeps_collections)
    if reason == "size":
        return by_size(partition, keeps_collections)
    return for_growth(partition, keeps_collections, now)


def for_growth(partition: "Partition", keeps_collections: bool, now: float) -> bytes:
    """Where its load is halved, if that is well known and can be; else the middle of its range. Raises CannotSplit.

    The point is chosen by the keys that the partition is asked for (Elhemali et al., USENIX ATC 2022, section 4.4): a
    table with ten hot keys grew to 20,000 units a second and 56 partitions (ForcePartitionSplit, a sample of AWS).
    """
    if partition.meter is not None and partition.meter.knows_load(now):
        with suppress(CannotSplit):
            return by_load(partition, keeps_collections)
    return by_range(partition, keeps_collections)


def by_load(partition: "Partition", keeps_collections: bool) -> bytes:
    """Where the load that the partition's meter sampled is halved. Raises CannotSplit."""
    samples = [key for key in partition.meter.samples if _holds(partition, key)] if partition.meter is not None else []
    if len(samples) < SAMPLES_MIN:
        raise CannotSplit("too little load to split by")
    if _has_trend(samples):
        raise CannotSplit("keys rise or fall steadily: one side of any split would get all of the next ones")
    in_order = sorted(samples)
    median = in_order[len(in_order) // 2]
    point, share = _best(partition, in_order, _edges(median, keeps_collections))
    if point is None or share > SHARE_MAX:
        if keeps_collections and len(set(in_order)) > 1:
            raise CannotSplit("one item collection has the load, and a local secondary index keeps it whole")
        raise CannotSplit("one key has the load: no split can share it out")
    return point


def by_size(partition: "Partition", keeps_collections: bool) -> bytes:
    """Where the bytes of the items are halved, with items on both sides. Raises CannotSplit."""
    middle = partition.items.middle()
    if middle is None:
        raise CannotSplit("it has no items")
    first, last = partition.items.ends()
    for point in _edges(middle, keeps_collections):
        if first < point <= last:
            return point
    raise CannotSplit("one item collection fills it" if keeps_collections else "one item fills it")


def by_range(partition: "Partition", keeps_collections: bool) -> bytes:
    """The middle of the partition's tokens; the middle item where it has but one token. Raises CannotSplit."""
    low = int.from_bytes(partition.low[:TOKEN_BYTES].ljust(TOKEN_BYTES, b"\x00"), "big")
    high = 1 << 64
    if partition.high is not None:
        high = int.from_bytes(partition.high[:TOKEN_BYTES].ljust(TOKEN_BYTES, b"\x00"), "big")
    point = ((low + high) // 2).to_bytes(TOKEN_BYTES, "big")
    return point if _divides(partition, point) else by_size(partition, keeps_collections)


def _edges(key: bytes, keeps_collections: bool) -> tuple[bytes, bytes]:
    """The points before and after the key, or its whole item collection."""
    if not keeps_collections:
        return key, key + b"\x00"
    collection = keys.collection_of(key)
    return collection, keys.after(collection)


def _holds(partition: "Partition", key: bytes) -> bool:
    return partition.low <= key and (partition.high is None or key < partition.high)


def _divides(partition: "Partition", point: bytes) -> bool:
    return partition.low < point and (partition.high is None or point < partition.high)


def _has_trend(samples: Sequence[bytes]) -> bool:
    """Whether nearly all later samples lie beyond all the earlier ones, on the same side."""
    half = len(samples) // 2
    earlier, later = samples[:half], samples[half:]
    least, greatest = min(earlier), max(earlier)
    beyond = max(sum(key > greatest for key in later), sum(key < least for key in later))
    return beyond >= TREND_SHARE * len(later)


def _best(partition: "Partition", in_order: Sequence[bytes], points: Sequence[bytes]) -> tuple[bytes | None, float]:
    """The point that leaves the lighter of the heavier sides, and the share of the load on that side."""
    best, best_share = None, 1.0
    for point in points:
        if _divides(partition, point):
            left = bisect_left(in_order, point) / len(in_order)
            if (share := max(left, 1 - left)) < best_share:
                best, best_share = point, share
    return best, best_share
