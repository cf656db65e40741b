"""Runs of items and stream records as bytes and back, and how long the pieces are."""

from hypothesis import given
from hypothesis import strategies as st

from thermodynamo_storage.durability import parts
from thermodynamo_storage.followers.item_history import Replaced
from thermodynamo_storage.followers.shard import StreamRecord
from thermodynamo_storage.followers.stream import FIRST_NUMBER

ITEMS = st.tuples(st.binary(max_size=9), st.integers(0, 2**40))


@given(st.lists(st.tuples(st.binary(max_size=9), ITEMS), min_size=1))
def test_items_are_read_as_they_were_written(entries: list[tuple[bytes, tuple[bytes, int]]]) -> None:
    assert list(parts.items_of(parts.items_bytes(entries))) == entries


RECORDS = st.builds(
    StreamRecord,
    st.integers(FIRST_NUMBER, FIRST_NUMBER + 2**60),
    st.floats(0, 2**40),
    st.sampled_from(("INSERT", "MODIFY", "REMOVE")),
    st.binary(max_size=9),
    st.none() | ITEMS,
    st.none() | ITEMS,
    st.booleans(),
)


@given(st.lists(RECORDS))
def test_stream_records_are_read_as_they_were_written(records: list[StreamRecord]) -> None:
    assert parts.records_of(parts.records_bytes(records)) == records


@given(st.lists(st.integers(0, 400 * 1024)))
def test_pieces_have_everything_once_and_are_no_longer_than_one_thing_more(sizes: list[int]) -> None:
    found = list(parts.pieces(sizes))
    assert [position for start, end in found for position in range(start, end)] == list(range(len(sizes)))
    assert all(sum(sizes[start : end - 1]) < parts.PART_BYTES for start, end in found)


@given(st.lists(st.tuples(st.floats(0, 2**40), st.binary(max_size=9), st.none() | ITEMS)))
def test_histories_are_read_as_they_were_written(entries: list[Replaced]) -> None:
    assert list(parts.history_of(parts.history_bytes(entries))) == entries
