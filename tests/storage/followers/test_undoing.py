"""What is left to be taken back: the latest first, in steps of any size."""

from hypothesis import given
from hypothesis import strategies as st

from thermodynamo_storage.followers.item_history import Replaced, Segment
from thermodynamo_storage.followers.undoing import Undoing


def entry(number: int) -> Replaced:
    return float(number), str(number).encode(), None


@given(st.lists(st.integers(1, 9), max_size=5), st.lists(st.integers(1, 12)))
def test_everything_is_taken_once_and_backwards(lengths: list[int], counts: list[int]) -> None:
    numbers = iter(range(1_000))
    segments = [
        Segment((float(number := next(numbers)), str(number).encode(), None) for _ in range(length))
        for length in lengths
    ]
    undoing = Undoing(segments, 0.0)
    found: list[float] = []
    for count in counts:
        taken = list(undoing.copy().take(count))
        upcoming = [key for (key, _), _ in zip(undoing.upcoming(), range(count), strict=False)]
        assert upcoming == [key for _, key, _ in taken]
        assert list(undoing.take(count)) == taken and len(taken) <= count
        found += [changed_at for changed_at, _, _ in taken]
        if undoing.segments:
            undoing.check()
            assert len(taken) == count
    expected = list(range(sum(lengths)))[::-1]
    assert found == expected[: len(found)] and len(found) == min(sum(counts), len(expected))
