"""The attributes that a SELECT returns."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions.nodes import Path
from thermodynamo.api.partiql.selection import build

ITEM: dict[str, dict[str, Any]] = {
    "a": {"S": "x"},
    "l": {"L": [{"N": "1"}, {"L": [{"N": "2"}]}, {"M": {"a": {"N": "3"}}}]},
    "m": {"M": {"a": {"M": {"b": {"N": "4"}}}}},
}


@pytest.mark.parametrize(
    ("paths", "wanted"),
    [
        ([("a",)], {"a": {"S": "x"}}),
        ([("m", "a", "b"), ("m", "a")], {"b": {"N": "4"}, "a": {"M": {"b": {"N": "4"}}}}),
        ([("l", 0)], {"l[0]": {"N": "1"}}),
        ([("l", 1, 0)], {"l[1][0]": {"N": "2"}}),
        ([("a",), ("l", 0)], {"a": {"S": "x"}, "l[0]": {"N": "1"}}),
        ([("l", 9), ("none",), ("a", "b")], {}),
    ],
)
def test_attributes_and_their_names(paths: list[tuple[str | int, ...]], wanted: object) -> None:
    assert build([Path(path) for path in paths], {}).apply(ITEM) == wanted


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        ([("a",), ("a",)], "a"),
        ([("a",), ("l", 2, "a")], "a"),
        ([("m", "a", "b"), ("c", "b"), ("a",)], "b"),
        ([("l", 0), ("m", "l", 0)], "l[0]"),
        ([("#0",), ("m", "#1")], "#odd"),
    ],
)
def test_no_two_paths_give_the_same_name(paths: list[tuple[str | int, ...]], name: str) -> None:
    with pytest.raises(ApiError) as refused:
        build([Path(path) for path in paths], {"#0": "#odd", "#1": "#odd"})
    assert refused.value.message == f"Duplicate identifiers in select clause: {name}"


def test_what_must_be_read_for_it() -> None:
    selected = build([Path(("m", "a")), Path(("#0", 1)), Path(("m",))], {"#0": "#odd"})
    assert selected.projection.roots == {"m", "#odd"}
