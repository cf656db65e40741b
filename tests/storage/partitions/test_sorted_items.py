"""Sorted items against a plain dict, with runs so short that they are divided and joined all the time; and splits."""

from bisect import bisect_left
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermodynamo_storage.partitions import sorted_items
from thermodynamo_storage.partitions.sorted_items import RUN_ITEMS_MAX, Run, SortedItems

KEYS = st.binary(max_size=2)
SIZES = st.integers(1, 400)
WRITES = st.lists(st.tuples(KEYS, st.none() | SIZES), max_size=120)


@pytest.fixture(autouse=True, scope="module")
def short_runs() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_items, "RUN_ITEMS_MAX", 8)
        patch.setattr(sorted_items, "RUN_ITEMS_MIN", 2)
        patch.setattr(sorted_items, "JOINED_ITEMS_MAX", 6)
        yield


def written(writes: list[tuple[bytes, int | None]]) -> tuple[SortedItems, dict[bytes, tuple[bytes, int]]]:
    """Sorted items and the dict they must equal, after puts and removals (None)."""
    items = SortedItems()
    model: dict[bytes, tuple[bytes, int]] = {}
    for key, size_bytes in writes:
        new = (b"%d" % size_bytes, size_bytes) if size_bytes is not None else None
        assert items.put(key, new) is model.pop(key, None)
        if new is not None:
            model[key] = new
        items.check()
    return items, model


@settings(max_examples=150, deadline=None)
@given(WRITES, KEYS, st.none() | KEYS)
def test_they_are_a_map_in_key_order(writes: list[tuple[bytes, int | None]], low: bytes, high: bytes | None) -> None:
    items, model = written(writes)
    assert list(items) == sorted(model) and len(items) == len(model)
    assert items.size_bytes == sum(size_bytes for _, size_bytes in model.values())
    assert all(items.get(key) is item for key, item in model.items())
    assert items.get(low) is model.get(low)
    wanted = [(key, model[key]) for key in sorted(model) if low <= key and (high is None or key < high)]
    assert list(items.range(low, high)) == wanted
    assert list(items.range(low, high, is_reverse=True)) == wanted[::-1]


@settings(max_examples=150, deadline=None)
@given(WRITES, KEYS)
def test_a_split_leaves_each_side_what_belongs_there_and_writes_go_on(
    writes: list[tuple[bytes, int | None]], at: bytes
) -> None:
    items, model = written(writes)
    below, above = items.split(at)
    assert dict(below.range(b"", None)) == {key: item for key, item in model.items() if key < at}
    assert dict(above.range(b"", None)) == {key: item for key, item in model.items() if key >= at}
    for key in model:
        (below if key < at else above).put(key, None)
        below.check()
        above.check()
    assert len(below) == len(above) == below.size_bytes == above.size_bytes == 0


@settings(max_examples=150, deadline=None)
@given(WRITES)
def test_the_middle_is_where_half_of_the_bytes_are_reached(writes: list[tuple[bytes, int | None]]) -> None:
    items, model = written(writes)
    reached, sums = 0, []
    for key in sorted(model):
        reached += model[key][1]
        sums.append(reached)
    assert items.middle() == (sorted(model)[bisect_left(sums, reached / 2)] if model else None)
    if model:
        assert items.ends() == (min(model), max(model))


def test_runs_that_have_become_short_are_joined() -> None:
    items, model = written([(b"%03d" % number, 1) for number in range(200)])
    for key in sorted(model)[:-3]:
        items.put(key, None)
    assert len(items.runs) == 1


@pytest.mark.parametrize("breaks", ["count", "bytes", "order"])
def test_check_finds_what_is_wrong(breaks: str) -> None:
    items, _ = written([(b"%03d" % number, 1) for number in range(20)])
    if breaks == "count":
        items.count += 1
    elif breaks == "bytes":
        items.runs[0].size_bytes += 1
    else:
        items.lows.reverse()
    with pytest.raises(AssertionError):
        items.check()


@pytest.mark.parametrize("count", [2_000, 200_000])
def test_a_split_looks_at_the_items_of_one_run_alone(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_items, "RUN_ITEMS_MAX", RUN_ITEMS_MAX)
    items = SortedItems()
    for number in range(count):
        items.put(b"%08d" % number, (b"{}", 2))
    made: list[Run] = []

    def make(pairs: Any) -> Run:
        made.append(Run(pairs))
        return made[-1]

    monkeypatch.setattr(sorted_items, "Run", make)
    below, above = items.split(b"%08d" % (count // 2))
    assert (len(below), len(above)) == (count // 2, count // 2)
    assert sum(len(run.items) for run in made) <= RUN_ITEMS_MAX
    assert set(below.runs[:-1]) | set(above.runs[1:]) < set(items.runs)


@settings(max_examples=150, deadline=None)
@given(WRITES, WRITES, WRITES)
def test_a_copy_and_its_original_go_their_own_ways(
    before: list[tuple[bytes, int | None]],
    after: list[tuple[bytes, int | None]],
    elsewhere: list[tuple[bytes, int | None]],
) -> None:
    items, model = written(before)
    copied = items.copy()
    assert copied.runs == items.runs
    models = [dict(model), dict(model)]
    for each, writes, own in ((items, after, models[0]), (copied, elsewhere, models[1])):
        for key, size_bytes in writes:
            new = (b"%d" % size_bytes, size_bytes) if size_bytes is not None else None
            assert each.put(key, new) is own.pop(key, None)
            if new is not None:
                own[key] = new
    for each, own in ((items, models[0]), (copied, models[1])):
        each.check()
        assert dict(each.range(b"", None)) == own
