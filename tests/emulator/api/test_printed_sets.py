"""Sets of names as Java prints them."""

import pytest

from thermodynamo.api import printed_sets


def test_both_sets_of_a_message_of_the_service() -> None:
    """ack-api-quirks, DDB-TABLE-127, October 2026."""
    assert printed_sets.sized(["pk", "sk", "a", "b", "c"]) == "sk, a, b, pk, c"
    assert printed_sets.grown(["pk", "sk", "a"]) == "a, sk, pk"


@pytest.mark.parametrize("names", [[], ["a"], ["a", "a"]])
def test_few_names(names: list[str]) -> None:
    assert printed_sets.grown(names) == printed_sets.sized(names) == ", ".join(dict.fromkeys(names))


def test_names_beyond_the_basic_plane_count_as_two_characters() -> None:
    assert printed_sets.grown(["\N{GRINNING FACE}", "a"]) == "a, \N{GRINNING FACE}"


def test_many_names_need_more_buckets() -> None:
    names = [f"n{number}" for number in range(40)]
    assert sorted(printed_sets.grown(names).split(", ")) == sorted(names)
