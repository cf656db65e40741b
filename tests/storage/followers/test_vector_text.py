"""A vector that is cut out of a stored item is the one that reading the whole item finds, or it is left to that."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo_storage.followers import vector_text
from thermodynamo_storage.followers.vector_index import vector_of
from thermodynamo_storage.values.item import Attributes, AttributeValue, Item, encode

texts = st.sampled_from(("", "x", '"v":{"L":[{"N":"', '"}]', "]}", "{}:N", "é\n\\"))
numbers = st.one_of(
    st.sampled_from(("0", "-1", "1E+100", "-1E-130", "0.5", "123456789012345678901234567890", "1E+39")),
    st.integers(-(10**6), 10**6).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: f"{number:.6f}"),
)
plain: st.SearchStrategy[AttributeValue] = st.one_of(
    numbers.map(lambda text: {"N": text}),
    texts.map(lambda text: {"S": text}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    st.lists(numbers, min_size=1, unique=True).map(lambda members: {"NS": members}),
    st.lists(numbers.map(lambda text: {"N": text})).map(lambda members: {"L": members}),
)
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner).map(lambda members: {"L": members}),
        st.dictionaries(st.sampled_from(("v", "w")), inner).map(lambda members: {"M": members}),
    ),
    max_leaves=8,
)


def item_of(attributes: Attributes) -> Item:
    return encode(attributes, 0)


@given(st.dictionaries(st.sampled_from(("id", "v", "w", 'v"')), values))
def test_it_is_what_the_whole_item_says(attributes: Attributes) -> None:
    found = vector_text.read(item_of(attributes), "v", vector_text.opening("v"))
    elements = attributes.get("v", {}).get("L")
    is_plain = bool(elements) and all("N" in element for element in elements or ())
    if found is None:
        return
    assert is_plain and elements is not None
    vector, rest = found
    numpy.testing.assert_array_equal(vector, vector_of([element["N"] for element in elements]))
    assert rest == {**attributes, "v": {"L": None}}


def test_a_usual_item_is_cut() -> None:
    item = item_of({"id": {"S": "1"}, "v": {"L": [{"N": "1"}, {"N": "-0.25"}, {"N": "1E+39"}]}, "t": {"S": "x"}})
    found = vector_text.read(item, "v", vector_text.opening("v"))
    assert found is not None
    vector, rest = found
    assert vector.tolist() == [1.0, -0.25, float("inf")] and vector.dtype == numpy.float32
    assert rest == {"id": {"S": "1"}, "v": {"L": None}, "t": {"S": "x"}}


@pytest.mark.parametrize(
    "attributes",
    [
        {"id": {"S": "1"}},
        {"v": {"L": []}},
        {"v": {"L": [{"N": "1"}, {"S": "2"}]}},
        {"v": {"L": [{"N": "1"}, {"L": [{"N": "2"}]}]}},
        {"v": {"L": []}, "m": {"M": {"v": {"L": [{"N": "1"}]}}}},
        {"v": {"L": [{"N": "1"}]}, "m": {"M": {"v": {"L": [{"N": "1"}]}}}},
    ],
)
def test_anything_else_is_left_alone(attributes: Attributes) -> None:
    assert vector_text.read(item_of(attributes), "v", vector_text.opening("v")) is None
