"""Equalities in the bytes of items: a fragment decides as decoding the item does, whatever the item holds."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo.api.expressions import condition
from thermodynamo.api.operations.pages.evaluation import evaluate, wanted_of
from thermodynamo.api.slices import finish
from thermodynamo.api.values.fragments import is_plain
from thermodynamo_storage.values.item import encode

NAMES = ["a", "M", "S", "b\\", 'x"a', "ab"]
TEXTS = ["", "x", "M", '"a":{"S":"x"}', "\\", ',"a":{"S":"x"}', '{"M":{', "é"]
SCALARS: list[dict[str, Any]] = [
    *({"S": text} for text in TEXTS),
    {"N": "1"},
    {"N": "10"},
    {"B": "eA=="},
    {"BOOL": True},
    {"BOOL": False},
    {"NULL": True},
]
VALUES = st.recursive(
    st.sampled_from([*SCALARS, {"SS": ["x", "y"]}, {"NS": ["1"]}]),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=2).map(lambda members: {"M": members}),
        st.lists(inner, max_size=2).map(lambda members: {"L": members}),
    ),
    max_leaves=4,
)
ITEMS = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES), max_size=5)


def kept(items: list[dict[str, Any]], text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    names = {f"#{number}": name for number, name in enumerate(NAMES)}
    filter = condition.compile("FilterExpression", text, names)
    blobs, _ = finish(evaluate([encode(each, 1) for each in items], wanted_of({}, filter, None, values)))
    return [orjson.loads(blob) for blob in blobs]


@given(items=ITEMS, number=st.integers(0, len(NAMES) - 1), value=VALUES)
def test_an_equality_keeps_the_items_that_are_equal(items: list[dict[str, Any]], number: int, value: Any) -> None:
    wanted = [each for each in items if each.get(NAMES[number]) == value]
    assert kept(items, f"#{number} = :value", {":value": value}) == wanted


@given(items=ITEMS, one=VALUES, other=VALUES)
def test_equalities_with_other_tests_keep_what_all_of_them_keep(
    items: list[dict[str, Any]], one: Any, other: Any
) -> None:
    values = {":one": one, ":other": other}
    both = [each for each in items if each.get("a") == one and each.get("S") == other]
    assert kept(items, "#0 = :one AND #2 = :other", values) == both
    assert kept(items, "(#0 = :one AND attribute_exists(#2)) AND #2 = :other", values) == both
    either = [each for each in items if each.get("a") == one or each.get("S") == other]
    assert kept(items, "#0 = :one OR #2 = :other", values) == either
    assert kept(items, "NOT #0 = :one", values) == [each for each in items if each.get("a") != one]


@pytest.mark.parametrize(
    "item",
    [
        {"b": {"M": {"a": {"S": "x"}}}},
        {"b": {"L": [{"M": {"a": {"S": "x"}}}]}},
        {'"a': {"S": "x"}},
        {'x,"a': {"S": "x"}},
        {"b": {"S": '"a":{"S":"x"}'}},
        {"ba": {"S": "x"}},
        {"a": {"S": "x "}},
        {"a": {"B": "x"}},
    ],
)
def test_what_looks_like_the_attribute_is_not_it(item: dict[str, Any]) -> None:
    assert kept([item, {"a": {"S": "x"}}], "#0 = :value", {":value": {"S": "x"}}) == [{"a": {"S": "x"}}]


def test_a_set_is_equal_in_any_order() -> None:
    items = [{"a": {"SS": ["x", "y"]}}]
    assert kept(items, "#0 = :value", {":value": {"SS": ["y", "x"]}}) == items


def test_an_item_with_a_map_or_an_escape_is_not_plain() -> None:
    assert is_plain(orjson.dumps({"Map": {"S": "M"}}))
    assert not is_plain(orjson.dumps({"a": {"M": {}}}))
    assert not is_plain(orjson.dumps({"a": {"S": '"'}}))
