"""The order of sets."""

import pytest

from thermodynamo.api.values import sets


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
