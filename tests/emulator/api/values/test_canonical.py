"""One walk makes values canonical, adds up the item size, and refuses what the service would not store."""

from typing import Any

import pytest

from thermodynamo.api import errors, messages
from thermodynamo.api.values.canonical import canonicalise, canonicalise_value, number
from thermodynamo_storage.values.item import item_size


def nested(levels: int, innermost: dict[str, Any], kind: str = "L") -> dict[str, Any]:
    """`innermost` inside so many lists or maps."""
    value = innermost
    for _ in range(levels):
        value = {"L": [value]} if kind == "L" else {"M": {"a": value}}
    return value


def refusal(attributes: dict[str, Any]) -> str | None:
    with pytest.raises(errors.ApiError) as caught:
        canonicalise(attributes)
    assert caught.value.name == "ValidationException"
    return caught.value.message


@pytest.mark.parametrize(
    ("value", "size_bytes"),
    [
        ({"S": ""}, 0),
        ({"S": "héé"}, 5),
        ({"N": "0"}, 1),
        ({"N": "42"}, 2),
        ({"N": "-42"}, 3),
        ({"B": ""}, 0),
        ({"B": "AA=="}, 1),
        ({"B": "AAA="}, 2),
        ({"B": "AAAA"}, 3),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "é"]}, 3),
        ({"NS": ["1", "-2"]}, 5),
        ({"BS": ["AA==", "AAAA"]}, 4),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"BOOL": True}]}, 3 + 1 + 2 + 1 + 1),
        ({"M": {}}, 3),
        ({"M": {"é": {"S": "ab"}}}, 3 + 1 + 2 + 2),
    ],
)
def test_sizes_are_the_service_s_and_agree_with_those_of_stored_items(value: dict[str, Any], size_bytes: int) -> None:
    assert canonicalise_value(value) == size_bytes
    assert canonicalise({"né": value}) == 3 + size_bytes == item_size({"né": value})


def test_the_developer_guide_s_example_is_23_bytes() -> None:
    assert canonicalise({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}) == 23


def test_numbers_become_canonical_wherever_they_are() -> None:
    item = {
        "n": {"N": "+01.50e1"},
        "set": {"NS": ["1e2", "-0.0"]},
        "deep": {"M": {"l": {"L": [{"N": "007"}]}}},
    }
    canonicalise(item)
    assert item == {"n": {"N": "15"}, "set": {"NS": ["0", "100"]}, "deep": {"M": {"l": {"L": [{"N": "7"}]}}}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", messages.NOT_A_NUMBER.format("")),
        ("1.2.3", messages.NOT_A_NUMBER.format("1.2.3")),
        ("0x1", messages.NOT_A_NUMBER.format("0x1")),
        ("1e126", messages.NUMBER_OVERFLOW),
        ("-1e126", messages.NUMBER_OVERFLOW),
        ("1e-131", messages.NUMBER_UNDERFLOW),
        ("1" * 39, messages.NUMBER_TOO_PRECISE),
    ],
)
def test_numbers_out_of_range_say_how(text: str, message: str) -> None:
    with pytest.raises(errors.ApiError) as caught:
        number(text)
    assert caught.value.message == message


@pytest.mark.parametrize("text", ["9" * 38, "9.9e125", "1e-130", "1" + "0" * 60])
def test_numbers_at_the_edges_pass(text: str) -> None:
    assert number(text) == number(number(text))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, messages.VALUE_EMPTY),
        ({"S": "a", "N": "1"}, messages.VALUE_WITH_MANY_TYPES),
        ({"NULL": False}, messages.NULL_NOT_TRUE),
        ({"SS": []}, messages.STRING_SET_EMPTY),
        ({"NS": []}, messages.NUMBER_SET_EMPTY),
        ({"BS": []}, messages.BINARY_SET_EMPTY),
        ({"SS": ["a", "b", "a"]}, messages.STRING_SET_DUPLICATES.format('"a", "b", "a"')),
        ({"BS": ["AA==", "AA=="]}, messages.BINARY_SET_DUPLICATES.format('"AA==","AA=="')),
        ({"NS": ["1", "1.0"]}, messages.NUMBER_SET_DUPLICATES),
        ({"M": {"": {"S": "a"}}}, messages.ATTRIBUTE_NAME_EMPTY),
        ({"M": {"a" * 65_536: {"S": "a"}}}, messages.ATTRIBUTE_NAME_TOO_LARGE),
    ],
)
def test_a_bad_value_is_refused_at_the_top_and_inside(value: dict[str, Any], message: str) -> None:
    assert refusal({"a": value}) == message
    assert refusal({"a": {"L": [{"S": "good"}, value]}}) == message
    assert refusal({"a": {"M": {"good": {"S": "x"}, "bad": value}}}) == message


@pytest.mark.parametrize(
    ("name", "message"), [("", messages.ATTRIBUTE_NAME_EMPTY), ("a" * 65_536, messages.ATTRIBUTE_NAME_TOO_LARGE)]
)
def test_attribute_names_have_1_to_65535_bytes(name: str, message: str) -> None:
    assert refusal({name: {"S": "a"}}) == message
    assert canonicalise({"a" * 65_535: {"S": ""}}) == 65_535


def test_the_first_bad_value_in_the_order_of_the_request_is_reported() -> None:
    assert refusal({"z": {"NULL": False}, "a": {"SS": []}}) == messages.NULL_NOT_TRUE
    assert refusal({"a": {"SS": []}, "z": {"NULL": False}}) == messages.STRING_SET_EMPTY


@pytest.mark.parametrize("kind", ["L", "M"])
@pytest.mark.parametrize(
    "innermost", [{"S": "a"}, {"N": "1"}, {"B": "AA=="}, {"BOOL": True}, {"NULL": True}, {"L": []}, {"M": {}}]
)
def test_values_nest_to_32_levels(kind: str, innermost: dict[str, Any]) -> None:
    canonicalise({"a": nested(31, dict(innermost), kind)})
    assert refusal({"a": nested(32, dict(innermost), kind)}) == messages.NESTING_TOO_DEEP
