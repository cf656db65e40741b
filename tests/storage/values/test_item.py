"""Item sizes against the developer guide, and the stored form of an item."""

import base64
import gc
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo_storage.values import item

GUIDE = "developer guide, CapacityUnitCalculations"
attribute_values = st.recursive(
    st.builds(lambda text: {"S": text}, st.text(max_size=6))
    | st.builds(lambda number: {"N": str(number)}, st.integers())
    | st.builds(lambda raw: {"B": base64.b64encode(raw).decode()}, st.binary(max_size=6))
    | st.sampled_from([{"BOOL": True}, {"NULL": True}, {"SS": ["a", "é"]}]),
    lambda inner: (
        st.builds(lambda members: {"L": members}, st.lists(inner, max_size=3))
        | st.builds(lambda entries: {"M": entries}, st.dictionaries(st.text(max_size=3), inner, max_size=3))
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "é"}, 2),
        ({"S": "\U0001f600"}, 4),
        ({"N": "42"}, 2),
        ({"B": ""}, 0),
        ({"B": "YQ=="}, 1),
        ({"B": "YWI="}, 2),
        ({"B": "YWJj"}, 3),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"BOOL": True}]}, 3 + (1 + 2) + (1 + 1)),
        ({"M": {"é": {"S": "ab"}}}, 3 + (1 + 2 + 2)),
        ({"M": {"a": {"L": [{"N": "1"}]}}}, 3 + (1 + 1 + 3 + (1 + 2))),
        ({"SS": ["a", "é"]}, 3),
        ({"NS": ["42", "-42"]}, 5),
        ({"BS": ["YQ==", "YWJj"]}, 4),
    ],
)
def test_value_sizes(value: item.AttributeValue, size: int) -> None:
    assert item.value_size(value) == size, GUIDE


def test_the_item_of_the_guide_is_23_bytes() -> None:
    assert item.item_size({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}) == 23


def test_names_count_in_utf8_bytes() -> None:
    assert item.item_size({"é": {"NULL": True}, "n": {"N": "7"}}) == (2 + 1) + (1 + 2)
    assert item.item_size({}) == 0


@given(st.dictionaries(st.text(max_size=5), attribute_values, max_size=5))
def test_an_item_is_decoded_as_it_was_encoded(attributes: item.Attributes) -> None:
    stored = item.encode(attributes, item.item_size(attributes))
    assert item.decode(stored) == attributes
    assert stored[1] == item.item_size(attributes)
    assert item.decode(stored) is not item.decode(stored)


@given(attribute_values)
def test_a_map_costs_its_item_size_and_the_overhead(value: item.AttributeValue) -> None:
    assert item.value_size({"M": {"a": value}}) == item.item_size({"a": value}) + 3 + 1
    assert item.value_size({"L": [value]}) == item.value_size(value) + 3 + 1


def test_stored_items_are_compact_json_in_the_order_given_and_free_for_the_collector() -> None:
    stored = item.encode({"b": {"S": "é"}, "a": {"N": "1"}}, 7)
    assert stored == ('{"b":{"S":"é"},"a":{"N":"1"}}'.encode(), 7)
    assert sys.getsizeof(stored[0]) == sys.getsizeof(b"") + len(stored[0])
    gc.collect()
    assert not gc.is_tracked(stored)


def test_items_with_the_same_attributes_in_another_order_are_the_same() -> None:
    one = stored({"a": {"SS": ["x", "y"]}, "m": {"M": {"n": {"NS": ["1", "2"]}, "l": {"L": [{"S": "q"}]}}}})
    other = stored({"m": {"M": {"l": {"L": [{"S": "q"}]}, "n": {"NS": ["2", "1"]}}}, "a": {"SS": ["y", "x"]}})
    assert one[0] != other[0] and item.same(one, other)


def test_items_of_the_same_size_and_letters_may_differ() -> None:
    assert not item.same(stored({"a": {"S": "xy"}}), stored({"a": {"S": "yx"}}))
    assert not item.same(stored({"a": {"L": [{"S": "x"}, {"S": "y"}]}}), stored({"a": {"L": [{"S": "y"}, {"S": "x"}]}}))
    assert not item.same(stored({"a": {"S": "x"}, "b": {"S": "y"}}), stored({"a": {"S": "y"}, "b": {"S": "x"}}))


def stored(attributes: item.Attributes) -> item.Item:
    return item.encode(attributes, item.item_size(attributes))


def test_items_of_one_size_share_the_integer() -> None:
    sizes = [int("1000"), int("1000")]
    one, other = (item.encode({}, size) for size in sizes)
    assert sizes[0] is not sizes[1] and one[1] is other[1]
    assert item.encode({}, 400_000)[1] == 400_000
