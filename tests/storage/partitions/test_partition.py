"""A partition counts the bytes of what it holds, and its check finds what breaks its invariants."""

import pytest

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.partitions.partition import Partition


def item(size_bytes: int) -> tuple[bytes, int]:
    return b"{}", size_bytes


def filled(*keys: bytes, low: bytes = b"", high: bytes | None = None) -> Partition:
    """A partition with an item of ten bytes at each key."""
    partition = Partition(0, low, high)
    for key in keys:
        partition.put(key, None, item(10))
    return partition


@pytest.mark.parametrize(
    ("new", "count", "size_bytes"),
    [(item(4), 2, 14), (item(10), 2, 20), (item(25), 2, 35), (None, 1, 10)],
)
def test_replacing_and_removing_keep_the_bytes_right(
    new: tuple[bytes, int] | None, count: int, size_bytes: int
) -> None:
    partition = filled(b"a", b"b")
    partition.put(b"a", partition.items.get(b"a"), new)
    assert (len(partition.items), partition.size_bytes) == (count, size_bytes)
    partition.check()


def test_removing_what_is_not_there_changes_nothing() -> None:
    partition = filled(b"a")
    partition.put(b"b", None, None)
    assert (list(partition.items), partition.size_bytes) == ([b"a"], 10)


def test_entries_of_local_indexes_are_counted_apart_from_the_items() -> None:
    partition = filled(b"a")
    partition.put_entry("ByYear", b"y", item(3))
    partition.put_entry("ByYear", b"y", item(5))
    partition.put_entry("ByName", b"n", item(7))
    assert (partition.size_bytes, partition.total_bytes) == (10, 22)
    partition.put_entry("ByYear", b"y", None)
    partition.put_entry("ByYear", b"never there", None)
    assert partition.total_bytes == 17
    assert list(partition.entries("ByName")) == [b"n"]
    assert list(partition.entries("ByYear")) == list(partition.entries("Unknown")) == []
    partition.check()


def test_entries_of_a_global_index_are_its_items() -> None:
    partition = Partition(0, b"", None)
    partition.put_entry(None, b"a", item(3))
    partition.put_entry(None, b"a", item(8))
    assert partition.entries(None) is partition.items
    assert partition.size_bytes == 8
    partition.put_entry(None, b"a", None)
    assert partition.size_bytes == 0
    partition.check()


@pytest.mark.parametrize(
    ("low", "high", "key"), [(b"b", None, b"a"), (b"", b"b", b"b"), (b"", b"b", b"c"), (b"b", b"c", b"a\xff")]
)
def test_check_finds_a_key_out_of_range(low: bytes, high: bytes | None, key: bytes) -> None:
    with pytest.raises(AssertionError):
        filled(key, low=low, high=high).check()


@pytest.mark.parametrize("key", [b"b", b"b\x00", b"bz"])
def test_the_lower_bound_belongs_to_the_range(key: bytes) -> None:
    filled(key, low=b"b", high=b"c").check()


def test_check_finds_bytes_that_do_not_add_up() -> None:
    partition = filled(b"a")
    partition.items.size_bytes += 1
    with pytest.raises(AssertionError):
        partition.check()


def test_a_split_hands_on_what_is_left_in_the_buckets_and_what_they_owe() -> None:
    """Whoever splits a throttled partition does not fill it."""
    partition = filled(b"a", b"b", b"c")
    now = 1_000_000.0
    partition.read_bucket.charge(6_000 - 250, now)
    partition.write_bucket.charge(2_000 + 700, now)
    for child in partition.split(b"b", (1, 2), PARTITION_THROUGHPUT, now):
        assert (child.read_bucket.tokens(now), child.write_bucket.tokens(now)) == (250, -700)
        assert (child.read_bucket.tokens(now + 60), child.write_bucket.tokens(now + 60)) == (6_000, 2_000)


def test_partitions_share_the_numbers_of_their_limits() -> None:
    """So that of a thousand partitions each finds them in the processor's cache."""
    first, second = Partition(0, b"", b"m"), Partition(1, b"m", None)
    for left, right in ((first.read_bucket, second.read_bucket), (first.write_bucket, second.write_bucket)):
        assert left.rate is right.rate and left.depth is right.depth
    assert (first.read_bucket.rate, first.write_bucket.depth) == (6_000, 2_000)
