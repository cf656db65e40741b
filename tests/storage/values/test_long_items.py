"""Long items decoded, values measured and compared in steps: what comes of it is what comes of doing so at once."""

from collections.abc import Generator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermodynamo_storage.values import long_items
from thermodynamo_storage.values.item import encode, item_size, same_value, value_size
from thermodynamo_storage.values.long_items import decode_in_steps, measure_in_steps, same_in_steps

TEXTS = st.text(st.sampled_from('a{}[]",:\\\n\u00e9'), max_size=12)
NAMES = TEXTS.filter(bool)
SCALARS = st.one_of(
    st.builds(lambda text: {"S": text}, TEXTS),
    st.integers().map(lambda number: {"N": str(number)}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
    st.lists(TEXTS, min_size=1, max_size=5, unique=True).map(lambda members: {"SS": members}),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6).map(lambda members: {"L": members}),
        st.dictionaries(TEXTS, inner, max_size=6).map(lambda members: {"M": members}),
    ),
    max_leaves=20,
)


def finished(steps: Generator[None, Any, Any]) -> tuple[Any, int]:
    """What comes of steps, and their number."""
    count = 1
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, count
        count += 1


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_items, "PART_BYTES", 8)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_items, "STEP_VALUES", 2)


def turned(value: Any) -> Any:
    """A value that is the same, with the members of its maps and sets the other way round."""
    ((kind, content),) = value.items()
    if kind == "M":
        return {kind: {name: turned(each) for name, each in reversed(content.items())}}
    if kind == "L":
        return {kind: [turned(each) for each in content]}
    return {kind: content[::-1]} if kind == "SS" else value


@pytest.mark.usefixtures("small_steps")
@settings(max_examples=200)
@given(one=VALUES, other=VALUES)
def test_values_compared_in_steps_are_the_same_as_at_once(one: Any, other: Any) -> None:
    assert finished(same_in_steps(one, other))[0] == same_value(one, other)
    pair = {"L": [one, other, one]}
    assert finished(same_in_steps(pair, turned(pair)))[0]
    assert finished(same_in_steps(pair, {"L": [one, other, other]}))[0] == same_value(one, other)


def test_long_lists_are_compared_a_part_at_a_time() -> None:
    alike = {"L": [{"SS": ["a", "b"]}] * 5 * long_items.STEP_VALUES}
    steps_of_list, steps_of_members = 5, 6
    assert finished(same_in_steps(alike, turned(alike))) == (True, steps_of_list + steps_of_members + 1)


@pytest.mark.usefixtures("small_parts")
@settings(max_examples=100)
@given(attributes=st.dictionaries(NAMES, VALUES, min_size=1, max_size=6))
def test_an_item_decoded_in_parts_is_the_item(attributes: dict[str, Any]) -> None:
    item = encode(attributes, item_size(attributes))
    decoded, _ = finished(decode_in_steps(item))
    assert orjson.dumps(decoded) == item[0], "with its members in their order"


@pytest.mark.parametrize(
    "attributes",
    [
        {"a": {"L": [{"NULL": True}] * 190_000}},
        {"a": {"M": {str(number): {"M": {"b": {"L": []}}} for number in range(40_000)}}, "b": {"S": "c"}},
        {"a": {"NS": [str(number) for number in range(100_000)]}},
        {
            "a": {"L": [{"L": [{"L": [{"S": "{"}] * 50_000}, {"S": "}"}]}, {"S": "]"}]},
            "b": {"L": [{"N": "1"}] * 50_000},
        },
    ],
    ids=["list", "map", "set", "nested"],
)
def test_a_step_decodes_a_bounded_part(attributes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    item = encode(attributes, item_size(attributes))
    lengths: list[int] = []
    loads = orjson.loads

    def counted(text: bytes) -> Any:
        lengths.append(len(text))
        return loads(text)

    monkeypatch.setattr(orjson, "loads", counted)
    decoded, count = finished(decode_in_steps(item))
    assert decoded == loads(item[0])
    assert count == len(lengths) > len(item[0]) // (3 * long_items.PART_BYTES)
    assert max(lengths) < 2 * long_items.PART_BYTES + 1_000


def test_a_text_cannot_be_cut() -> None:
    attributes = {"a": {"S": '"},' * 100_000}, "b": {"S": "c"}}
    item = encode(attributes, item_size(attributes))
    assert finished(decode_in_steps(item)) == (attributes, 1)


def test_a_short_item_is_decoded_at_once() -> None:
    attributes = {"a": {"S": "b"}}
    assert finished(decode_in_steps(encode(attributes, 2))) == (attributes, 1)


@settings(max_examples=100)
@given(value=VALUES)
def test_a_value_measured_in_steps_has_its_size(value: dict[str, Any]) -> None:
    assert finished(measure_in_steps(value))[0] == (value_size(value), levels(value))


def levels(value: dict[str, Any]) -> int:
    members = value.get("L", ()) or value.get("M", {}).values()
    return 1 + max(map(levels, members), default=0)


def test_a_step_measures_few_values() -> None:
    value = {"L": [{"L": [{"NULL": True}] * 10}] * 10_000}
    assert finished(measure_in_steps(value)) == ((value_size(value), 3), 1 + 1 + 2 + 13)


def test_a_step_measures_few_members_of_a_set() -> None:
    value = {"NS": [str(number) for number in range(30_000)]}
    assert finished(measure_in_steps(value)) == ((value_size(value), 1), 1 + 3 + 1)
