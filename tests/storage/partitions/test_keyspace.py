"""A keyspace: how many partitions it begins with, where a key belongs, and ranges across partitions."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from thermodynamo_storage.partitions.keyspace import Keyspace, partition_count, token_bound
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import Throughput


def filled(count: int, tokens: range) -> Keyspace:
    """A keyspace with an item at each of the first bytes."""
    keyspace = Keyspace(count)
    for first in tokens:
        key = bytes((first,)) + bytes(7)
        keyspace.locate(key).put(key, None, (b"{}", 2))
    return keyspace


@pytest.mark.parametrize(
    ("read_units", "write_units", "count"),
    [
        (0, 0, 4),
        (1, 1, 1),
        (3000, 1000, 1),
        (3001, 1, 2),
        (1, 1001, 2),
        (6000, 1000, 2),
        (3001, 2001, 3),
        (40_000, 1, 14),
        (1, 40_000, 40),
    ],
)
def test_throughput_decides_how_many_partitions_there_are(read_units: int, write_units: int, count: int) -> None:
    assert partition_count(Throughput(read_units, write_units)) == count


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 40, 1000, 1_000_000])
def test_bounds_divide_the_tokens_evenly_and_rise(count: int) -> None:
    assert token_bound(0, count) == b""
    sample = [token_bound(index, count) for index in range(0, count, max(1, count // 1000))]
    assert all(low < high for low, high in pairwise(sample))
    if count > 1:
        assert int.from_bytes(token_bound(1, count), "big") == 2**64 // count


@pytest.mark.parametrize("count", [1, 2, 4, 5, 40])
def test_every_key_belongs_to_the_one_partition_whose_range_holds_it(count: int) -> None:
    keyspace = Keyspace(count)
    keyspace.check()
    sample = [keys.item_key(keys.part("S", f"user-{number}")) for number in range(500)]
    edges = [edge for low in keyspace.lows for edge in (low, low + b"\x00")] + [b"\xff" * 40]
    for key in sample + edges:
        holders = [each for each in keyspace.partitions if each.low <= key and (each.high is None or key < each.high)]
        assert holders == [keyspace.locate(key)]


def test_hashed_keys_spread_over_all_partitions() -> None:
    keyspace = Keyspace(4)
    for number in range(1000):
        key = keys.item_key(keys.part("S", f"user-{number}"))
        keyspace.locate(key).put(key, None, (b"{}", 2))
    assert keyspace.item_count == 1000 and keyspace.size_bytes == 2000
    assert all(200 < len(partition.items) < 300 for partition in keyspace.partitions)
    keyspace.check()


def test_get_finds_only_what_is_there() -> None:
    keyspace = filled(4, range(0, 256, 16))
    assert keyspace.get(b"\x80" + bytes(7)) == (b"{}", 2)
    assert keyspace.get(b"\x80" + bytes(8)) is None


@pytest.mark.parametrize("count", [1, 2, 3, 4, 16])
@pytest.mark.parametrize(
    ("low", "high"),
    [(b"", None), (b"\x10", b"\xf0"), (b"\x40" + bytes(7), b"\x80" + bytes(7)), (b"\x41", b"\x42"), (b"\xf8", None)],
)
def test_a_range_is_half_open_in_key_order_and_does_not_see_partitions(
    count: int, low: bytes, high: bytes | None
) -> None:
    keyspace = filled(count, range(0, 256, 8))
    everything = [bytes((first,)) + bytes(7) for first in range(0, 256, 8)]
    expected = [key for key in everything if low <= key and (high is None or key < high)]
    assert [key for key, _ in keyspace.range(low, high)] == expected
    assert [key for key, _ in keyspace.range(low, high, is_reverse=True)] == expected[::-1]


@pytest.mark.parametrize(("low", "high"), [(b"\x80", b"\x80"), (b"\x90", b"\x20"), (b"\xff", b"")])
def test_an_empty_range_is_empty_both_ways(low: bytes, high: bytes) -> None:
    keyspace = filled(4, range(0, 256, 8))
    assert list(keyspace.range(low, high)) == list(keyspace.range(low, high, is_reverse=True)) == []


def test_check_finds_a_gap() -> None:
    keyspace = Keyspace(4)
    keyspace.partitions[1].high = b"\x70"
    with pytest.raises(AssertionError):
        keyspace.check()


class Told:
    """Keeps the splits that it is told of."""

    def __init__(self) -> None:
        self.splits: list[tuple[int, list[int], float]] = []

    def split(self, parent: Partition, children: Sequence[Partition], now: float) -> None:
        self.splits.append((parent.id, [child.id for child in children], now))


def test_what_follows_the_splits_of_a_keyspace_is_told_of_each() -> None:
    keyspace = Keyspace(1)
    told = Told()
    keyspace.followers = (told,)
    left, _ = keyspace.split(keyspace.partitions[0], b"m", 5.0, "manual")
    keyspace.split(left, b"c", 6.0, "manual")
    assert told.splits == [(0, [1, 2], 5.0), (1, [3, 4], 6.0)]
