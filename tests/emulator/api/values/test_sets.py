"""The order of sets."""

from collections.abc import Iterable
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermodynamo.api.values import sets
from thermodynamo_storage.values import numbers


@pytest.mark.parametrize(
    ("kind", "members", "ordered"),
    [
        ("SS", ["b", "", "a", "Z", "é", "😀", "～"], ["", "Z", "a", "b", "é", "～", "😀"]),
        ("NS", ["10", "9", "-1", "2.5", "-20", "0"], ["-20", "-1", "0", "2.5", "9", "10"]),
        ("BS", ["/w==", "AA==", "AQI="], ["AA==", "AQI=", "/w=="]),
    ],
)
def test_members_are_sorted_by_their_bytes_or_by_value(kind: str, members: list[str], ordered: list[str]) -> None:
    assert sets.in_order(kind, members) == ordered
    assert sets.united(kind, ordered[:2], members) == ordered


def test_members_that_repeat_others_are_listed_last() -> None:
    assert sets.duplicates_last("SS", ["b", "a", "b", "a", "c"]) == ["a", "b", "c", "b", "a"]


@given(st.data())
@settings(max_examples=60)
def test_a_union_is_what_sorting_all_members_gives(data: st.DataObject) -> None:
    """Some numbers differ in their last digits alone, where floats do not."""
    close = st.integers(10**37, 10**37 + 99).map(str)
    members = st.one_of(st.integers(-(10**6), 10**6).map(str), close)
    old = data.draw(st.lists(members, unique=True, max_size=150))
    added = data.draw(st.lists(members, unique=True, max_size=data.draw(st.sampled_from([2, 150]))))
    for kind in ("SS", "NS"):
        first, second = sets.in_order(kind, old), sets.in_order(kind, added)
        assert sets.united(kind, first, second) == sets.in_order(kind, list({*old, *added}))


def test_a_member_added_to_a_large_set_is_put_into_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def order(member: str) -> bytes:
        looked_at.append(member)
        return numbers.order_bytes(member)

    monkeypatch.setitem(sets._ORDERS, "NS", order)
    large = [str(number) for number in range(0, 40_000, 2)]
    assert sets.united("NS", large, ["-1", "7", "8"]) == ["-1", "0", "2", "4", "6", "7", *large[4:]]
    assert len(looked_at) < 100


@given(st.lists(st.integers(0, 30).map(str), max_size=30))
def test_members_are_distinct_where_no_two_are_equal(members: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        for members_max in (0, 100):
            patched.setattr(sets, "MEMBERS_MAX", members_max)
            patched.setattr(sets, "RUN_MEMBERS", 1)
            assert sets.are_distinct(members) == (len(set(members)) == len(members))


def test_no_large_set_is_made_of_more_members_than_an_item_has(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[set[str]] = []

    class Watched(set[str]):
        def __init__(self, *given: list[str]) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(sets, "set", Watched, raising=False)
    members = [str(number) for number in range(sets.MEMBERS_MAX + 1)]
    assert sets.are_distinct(members) and sum(map(len, made)) == len(members)
    assert max(map(len, made)) <= 2 * sets.RUN_MEMBERS
    assert not sets.are_distinct([*members, "7"])


class Separator(str):
    """A separator that keeps how many texts it was put between at once."""

    counts: ClassVar[list[int]] = []

    def join(self, texts: Iterable[str]) -> str:
        made = list(texts)
        self.counts.append(len(made))
        return super().join(made)


@pytest.mark.parametrize("count", [0, 1, sets.RUN_MEMBERS, sets.RUN_MEMBERS + 1, 5 * sets.RUN_MEMBERS])
def test_texts_are_joined_a_run_at_a_time(count: int) -> None:
    Separator.counts.clear()
    texts = list(map(str, range(count)))
    assert sets.joined(Separator(", "), iter(texts)) == ", ".join(texts)
    assert max(Separator.counts) <= sets.RUN_MEMBERS


def test_many_duplicates_are_found_without_a_large_set(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Watched(set[str]):
        def add(self, member: str) -> None:
            super().add(member)
            sizes.append(len(self))

    monkeypatch.setattr(sets, "set", Watched, raising=False)
    members = [str(number) for number in range(100_000)]
    found = sets.duplicates_last("SS", [*members, "7", "7", "99999"])
    assert found == [*sorted(members), "7", "7", "99999"]
    assert len(sizes) == len(members) and max(sizes) < 2 * sets.RUN_MEMBERS
