"""Where partitions are split, and when they are not."""

import pytest

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.partitions.heat import GENERATION_SECONDS, SAMPLES_MAX
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.errors import CannotSplit


def loaded(sampled: list[bytes]) -> Partition:
    partition = Partition(0, b"", None)
    partition.open_meter(0.0).samples.extend(sampled)
    return partition


def key_of(pk: str, sk: str = "") -> bytes:
    return keys.item_key(keys.part("S", pk), keys.part("S", sk) if sk else b"")


def scattered(count: int) -> list[int]:
    return [number * 7_919 % count for number in range(count)]


def test_the_load_median_halves_the_load_not_the_range() -> None:
    sampled = [key_of(f"k{number}") for number in scattered(100)]
    point = split_points.by_load(loaded(sampled), False)
    assert sum(key < point for key in sampled) == 50


def test_a_dominant_key_is_put_at_the_edge_where_that_helps() -> None:
    keys_of = [key_of(f"k{number}") for number in scattered(40)]
    hot = sorted(keys_of)[10]
    sampled = [each for key in keys_of for each in (key, hot)]
    point = split_points.by_load(loaded(sampled), False)
    assert point in (hot, hot + b"\x00")


@pytest.mark.parametrize(
    ("sampled", "keeps_collections", "why"),
    [
        ([key_of("k")] * 100, False, "one key has the load"),
        ([key_of("k")] * 90 + [key_of("other")] * 10, False, "one key has the load"),
        ([key_of("log", f"{n:04}") for n in range(100)], False, "rise or fall"),
        ([key_of("log", f"{n:04}") for n in range(100, 0, -1)], False, "rise or fall"),
        ([key_of("c", f"{n:04}") for n in scattered(100)], True, "local secondary index"),
        ([key_of("c")] * 100, True, "one key has the load"),
        ([key_of(f"k{n}") for n in scattered(20)], False, "too little load"),
    ],
)
def test_no_split_where_none_helps(sampled: list[bytes], keeps_collections: bool, why: str) -> None:
    with pytest.raises(CannotSplit, match=why):
        split_points.by_load(loaded(sampled), keeps_collections)


def test_a_collection_is_split_by_its_sort_keys_unless_a_local_index_keeps_it() -> None:
    sampled = [key_of("c", f"{n:04}") for n in scattered(100)]
    collection = keys.collection_of(sampled[0])
    assert split_points.by_load(loaded(sampled), False).startswith(collection)
    both = [key_of(pk, f"{n:04}") for n in scattered(100) for pk in ("c", "d")]
    point = split_points.by_load(loaded(both), True)
    assert point in {edge for pk in "cd" for edge in (key_of(pk), keys.after(key_of(pk)))}


@pytest.mark.parametrize("keeps_collections", [True, False])
def test_by_size_leaves_no_side_empty(keeps_collections: bool) -> None:
    partition = Partition(0, b"", None)
    first, second, third = sorted(key_of(f"k{number}", "s") for number in range(3))
    partition.put(first, None, (b"{}", 1_000))
    with pytest.raises(CannotSplit):
        split_points.by_size(partition, keeps_collections)
    partition.put(second, None, (b"{}", 10))
    partition.put(third, None, (b"{}", 10))
    assert first < split_points.by_size(partition, keeps_collections) <= second


def test_by_size_halves_the_bytes_and_by_range_the_tokens() -> None:
    partition = Partition(0, b"", None)
    with pytest.raises(CannotSplit, match="no items"):
        split_points.by_size(partition, False)
    assert split_points.by_range(partition, False) == b"\x80" + bytes(7)
    for number in range(100):
        partition.put(key_of("c", f"{number:04}"), None, (b"{}", 1_000 if number < 10 else 10))
    point = split_points.by_size(partition, False)
    assert sum(key < point for key in partition.items) in range(5, 7)
    left, right = partition.split(point, (1, 2), PARTITION_THROUGHPUT, 0.0)
    assert left.size_bytes + right.size_bytes == partition.size_bytes
    left.check()
    right.check()
    with pytest.raises(CannotSplit, match="item collection"):
        split_points.by_size(left, True)


@pytest.mark.parametrize(
    ("count", "age_seconds", "is_by_load"),
    [(SAMPLES_MAX, 0, True), (SAMPLES_MAX - 1, 0, False), (SAMPLES_MAX, 2 * GENERATION_SECONDS, False)],
)
def test_a_table_that_grows_is_split_by_the_load_of_the_last_minutes_if_it_has_much(
    count: int, age_seconds: int, is_by_load: bool
) -> None:
    partition = loaded([key_of("c", f"{n:04}") for n in scattered(count)])
    expected = split_points.by_load if is_by_load else split_points.by_range
    point = split_points.for_reason("throughput", partition, False, age_seconds)
    assert point == expected(partition, False)
    assert point.startswith(key_of("c")) == is_by_load


def test_a_table_that_grows_is_split_by_range_where_no_point_halves_the_load() -> None:
    """Raised throughput takes its partitions whatever the load is."""
    partition = loaded([key_of("k")] * SAMPLES_MAX)
    assert split_points.for_reason("throughput", partition, False, 0.0) == b"\x80" + bytes(7)
    with pytest.raises(CannotSplit):
        split_points.for_reason("heat", partition, False, 0.0)
