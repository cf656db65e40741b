"""The attributes that a SELECT returns."""

from typing import Any

import pytest

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
        ([("a",), ("l", 2, "a")], {"a": {"N": "3"}}),
        ([("l", 9), ("none",), ("a", "b")], {}),
    ],
)
def test_attributes_and_their_names(paths: list[tuple[str | int, ...]], wanted: object) -> None:
    assert build([Path(path) for path in paths], {}).apply(ITEM) == wanted


def test_what_must_be_read_for_it() -> None:
    selected = build([Path(("m", "a")), Path(("#0", 1)), Path(("m",))], {"#0": "#odd"})
    assert selected.projection.roots == {"m", "#odd"}
