"""Projections: the parts of an item that paths select."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import projection

ITEM: dict[str, Any] = {
    "n": {"N": "5"},
    "l": {"L": [{"N": "1"}, {"S": "x"}, {"M": {"k": {"N": "2"}, "o": {"N": "3"}}}]},
    "m": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "d"}}}}},
    "status": {"S": "open"},
}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("n, #s", {"n": {"N": "5"}, "status": {"S": "open"}}),
        ("q, n.x, m.q, l[9], l[0].a, l[1][0]", {}),
        ("m.a", {"m": {"M": {"a": {"N": "1"}}}}),
        ("m.b.c, m.a", {"m": ITEM["m"]}),
        ("l[2], l[0]", {"l": {"L": [{"N": "1"}, ITEM["l"]["L"][2]]}}),
        ("l[2].k, l[1]", {"l": {"L": [{"S": "x"}, {"M": {"k": {"N": "2"}}}]}}),
        ("l[2147483647]", {}),
    ],
)
def test_selected_parts(text: str, selected: dict[str, Any]) -> None:
    assert projection.compile(text, {"#s": "status"}).apply(ITEM) == selected


@pytest.mark.parametrize(
    ("text", "relation", "one", "two"),
    [
        ("n, n", "overlap", "[n]", "[n]"),
        ("m, m.a", "overlap", "[m]", "[m, a]"),
        ("m.a, m", "overlap", "[m, a]", "[m]"),
        ("l[0], n, l", "overlap", "[l, [0]]", "[l]"),
        ("a, b, a.x, b.y", "overlap", "[b]", "[b, y]"),
        ("m.a, m[0]", "conflict", "[m, a]", "[m, [0]]"),
        ("a.b.c, a.b[1]", "conflict", "[a, b, c]", "[a, b, [1]]"),
    ],
)
def test_paths_that_cannot_stand_together(text: str, relation: str, one: str, two: str) -> None:
    with pytest.raises(ApiError) as caught:
        projection.compile(text, None)
    assert caught.value.message == (
        f"Invalid ProjectionExpression: Two document paths {relation} with each other;"
        f" must remove or rewrite one of these paths; path one: {one}, path two: {two}"
    )


def test_what_a_projection_uses() -> None:
    compiled = projection.compile("#a.b, c[0]", {"#a": "x"})
    assert compiled.names == {"#a"}
    assert compiled.roots == {"x", "c"}
