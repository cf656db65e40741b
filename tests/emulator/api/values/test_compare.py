"""Equality, order and the functions over attribute values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo.api.values.compare import begins_with, compare, contains, equal, size
from thermodynamo_storage.values.numbers import canonical

Value = dict[str, Any]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"S": "a"}, {"S": "a"}, True),
        ({"S": "1"}, {"N": "1"}, False),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"SS": ["a"]}, {"SS": ["a", "b"]}, False),
        ({"L": [{"NS": ["1", "2"]}]}, {"L": [{"NS": ["2", "1"]}]}, True),
        ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}, False),
        ({"M": {"a": {"SS": ["x", "y"]}}}, {"M": {"a": {"SS": ["y", "x"]}}}, True),
        ({"M": {"a": {"S": "x"}}}, {"M": {"b": {"S": "x"}}}, False),
        ({"NULL": True}, {"NULL": True}, True),
        ({"BOOL": True}, {"BOOL": False}, False),
    ],
)
def test_equality_is_deep_and_ignores_the_order_of_sets(left: Value, right: Value, same: bool) -> None:
    assert equal(left, right) is same
    assert equal(right, left) is same


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"S": "a"}, {"S": "b"}),
        ({"S": "Z"}, {"S": "a"}),
        ({"S": "\uffff"}, {"S": "\U00010000"}),
        ({"N": "-2"}, {"N": "-1.5"}),
        ({"N": "9"}, {"N": "10"}),
        ({"N": "0.1"}, {"N": "0.11"}),
        ({"B": "fw=="}, {"B": "gA=="}),
    ],
)
def test_strings_numbers_and_binaries_are_ordered(left: Value, right: Value) -> None:
    assert (compare(left, right) or 0) < 0 < (compare(right, left) or 0)
    assert compare(left, left) == 0


@pytest.mark.parametrize(
    ("left", "right"), [({"S": "1"}, {"N": "1"}), ({"BOOL": True}, {"BOOL": True}), ({"SS": ["a"]}, {"SS": ["a"]})]
)
def test_other_values_have_no_order(left: Value, right: Value) -> None:
    assert compare(left, right) is None


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=5),
    st.decimals(allow_nan=False, allow_infinity=False, places=5),
)
def test_numbers_compare_as_numbers(one: Any, two: Any) -> None:
    if max(len(one.as_tuple().digits), len(two.as_tuple().digits)) <= 38:
        left, right = {"N": canonical(str(one))}, {"N": canonical(str(two))}
        assert compare(left, right) == (one > two) - (one < two)
        assert equal(left, right) == (one == two)


@pytest.mark.parametrize(
    ("container", "operand", "held"),
    [
        ({"S": "hello"}, {"S": "ell"}, True),
        ({"S": "5"}, {"N": "5"}, False),
        ({"B": "YWJj"}, {"B": "YmM="}, True),
        ({"SS": ["a", "b"]}, {"S": "b"}, True),
        ({"NS": ["1"]}, {"S": "1"}, False),
        ({"NS": ["1"]}, {"N": "1"}, True),
        ({"SS": ["a"]}, {"SS": ["a"]}, False),
        ({"L": [{"SS": ["a", "b"]}]}, {"SS": ["b", "a"]}, True),
        ({"M": {"a": {"S": "a"}}}, {"S": "a"}, False),
        ({"N": "55"}, {"N": "5"}, False),
    ],
)
def test_contains(container: Value, operand: Value, held: bool) -> None:
    assert contains(container, operand) is held


def test_begins_with() -> None:
    assert begins_with({"S": "hello"}, {"S": "he"})
    assert begins_with({"B": "YWJj"}, {"B": "YQ=="})
    assert not begins_with({"S": "hello"}, {"B": "aGU="})
    assert not begins_with({"N": "12"}, {"N": "1"})


@pytest.mark.parametrize(
    ("value", "units"),
    [
        ({"S": "hé€"}, 3),
        ({"S": "\U0001f600"}, 2),
        ({"B": "YWJj"}, 3),
        ({"B": "YQ=="}, 1),
        ({"SS": ["a", "b"]}, 2),
        ({"L": []}, 0),
        ({"M": {"a": {"S": ""}}}, 1),
        ({"N": "123"}, None),
        ({"BOOL": True}, None),
    ],
)
def test_size(value: Value, units: int | None) -> None:
    assert size(value) == units
