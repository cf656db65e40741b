"""The history of a table's items: its segments, what it drops, and what it costs."""

import logging

import pytest

from thermodynamo_storage.changes.commit import Change, Commit
from thermodynamo_storage.followers import item_history
from thermodynamo_storage.followers.item_history import ItemHistory
from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.item import Item

PARTITION = Partition(0, b"", None)


def take(history: ItemHistory, now: float, old: Item | None = None, new: Item | None = (b"{}", 2)) -> None:
    change = Change("id", (), PARTITION, b"key", old, new)
    history.take(change, Commit(1, now, [change]))


def times(history: ItemHistory) -> list[float]:
    return [entry[0] for segment in history.segments for entry in segment.entries]


def test_a_segment_ends_after_so_many_entries_or_bytes() -> None:
    history = ItemHistory("Music")
    for number in range(item_history.SEGMENT_ENTRIES + 1):
        take(history, number)
    take(history, 1_000, (b"x" * item_history.SEGMENT_BYTES, 1))
    take(history, 1_000)
    history.check()
    assert [len(segment.entries) for segment in history.segments] == [item_history.SEGMENT_ENTRIES, 2, 1]


def test_nothing_that_was_nothing_before_is_kept() -> None:
    history = ItemHistory("Music")
    take(history, 1, None, None)
    assert not history.segments


def test_a_clock_that_goes_back_does_not_turn_the_order_round() -> None:
    history = ItemHistory("Music")
    for now in (5, 3, 6):
        take(history, now)
    history.check()
    assert times(history) == [5, 5, 6]


def test_a_copy_and_the_original_go_ways_of_their_own() -> None:
    history = ItemHistory("Music")
    take(history, 1)
    copied = history.copy()
    take(history, 2)
    take(copied, 3)
    assert (times(history), times(copied)) == ([1, 2], [1, 3])
    assert history.segments[0] is copied.segments[0]
    history.trim(10)
    history.check()
    copied.check()
    assert (times(history), times(copied)) == ([2], [1, 3])


def test_trimming_drops_one_segment_at_a_time_and_keeps_what_is_asked_for() -> None:
    history = ItemHistory("Music")
    for number in range(3 * item_history.SEGMENT_ENTRIES):
        take(history, number)
    assert [history.trim(2 * item_history.SEGMENT_ENTRIES) for _ in range(3)] == [True, True, False]
    assert times(history)[0] == 2 * item_history.SEGMENT_ENTRIES
    history.trim(10**6)
    take(history, 10**6)
    history.check()
    assert times(history) == [10**6] and history.complete_from() == 0


def test_beyond_its_bytes_the_oldest_part_goes_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    history = ItemHistory("Music", held_bytes_max=100_000)
    with caplog.at_level(logging.WARNING, "thermodynamo"):
        for number in range(10 * item_history.SEGMENT_ENTRIES):
            take(history, number + 0.5)
    history.check()
    assert history.held_bytes <= 100_000
    assert history.complete_from() == int(times(history)[0]) > 0
    (message,) = [record.getMessage() for record in caplog.records]
    assert "history of table Music" in message and "--recovery-bytes-max raises the limit" in message


def test_what_is_let_go_of_is_freed_in_steps() -> None:
    history, discards = ItemHistory("Music"), Discards()
    for number in range(2 * item_history.SEGMENTS_DISCARDED * item_history.SEGMENT_ENTRIES):
        take(history, number)
    history.discard(discards)
    history.check()
    assert [discards.step(), discards.step()] == [True, False]
