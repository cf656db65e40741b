"""Projections: the parts of an item that paths select."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import projection
from thermodynamo.api.expressions.nodes import LiteralPath

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


def test_very_many_names_are_not_looked_for_one_by_one() -> None:
    """What takes a step for each name is told by a map that counts how often it is asked."""

    class Asked(dict[str, Any]):
        count = 0

        def get(self, name: str, default: Any = None) -> Any:
            Asked.count += 1
            return super().get(name, default)

    names = [LiteralPath(f"n{number}") for number in range(projection.NAMES_MAX + 1)]
    built = projection.build(names, None)
    assert built.path_count == len(names)
    item = Asked({"x": {"S": "x"}, "n7": {"S": "7"}, "n3": {"S": "3"}})
    assert built.apply(item) == {"n7": {"S": "7"}, "n3": {"S": "3"}}
    assert Asked.count == 2
    few = projection.build(names[:-1], None)
    assert list(few.apply(item)) == ["n3", "n7"]


@pytest.mark.parametrize(("text", "count"), [("a", 1), ("a, b.c, b.d[0], b.d[1]", 4)])
def test_a_projection_knows_how_many_paths_it_has(text: str, count: int) -> None:
    assert projection.compile(text, {}).path_count == count
