"""Rules between a request's parameters, and for the two placeholder maps."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import placeholders

QUERY = ("FilterExpression", "KeyConditionExpression")
MIXED = (
    "Can not use both expression and non-expression parameters in the same request:"
    " Non-expression parameters: {%s} Expression parameters: {%s}"
)


def refused(request: dict[str, Any], expressions: tuple[str, ...] = ("FilterExpression",)) -> str:
    with pytest.raises(ApiError) as caught:
        placeholders.check(request, expressions)
        placeholders.check_maps(request)
    assert caught.value.message is not None
    return caught.value.message


@pytest.mark.parametrize(
    ("request_", "legacy", "expressions"),
    [
        ({"UpdateExpression": "x", "AttributeUpdates": {}}, "AttributeUpdates", "UpdateExpression"),
        (
            {
                "ConditionalOperator": "AND",
                "Expected": {},
                "AttributeUpdates": {},
                "ConditionExpression": "x",
                "UpdateExpression": "x",
            },
            "AttributeUpdates, Expected, ConditionalOperator",
            "UpdateExpression, ConditionExpression",
        ),
        (
            {
                "KeyConditions": {},
                "QueryFilter": {},
                "AttributesToGet": ["a"],
                "KeyConditionExpression": "x",
                "FilterExpression": "x",
                "ProjectionExpression": "x",
            },
            "AttributesToGet, QueryFilter, KeyConditions",
            "ProjectionExpression, FilterExpression, KeyConditionExpression",
        ),
    ],
)
def test_expressions_and_legacy_parameters_do_not_mix(request_: dict[str, Any], legacy: str, expressions: str) -> None:
    assert refused(request_) == MIXED % (legacy, expressions)


def test_key_conditions_go_with_a_filter_expression() -> None:
    placeholders.check({"KeyConditions": {}, "FilterExpression": "x"}, QUERY)


@pytest.mark.parametrize(
    ("request_", "expressions", "message"),
    [
        (
            {"ExpressionAttributeNames": {"#a": "a"}},
            (),
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"ExpressionAttributeValues": {":a": {"S": "a"}}},
            ("ConditionExpression",),
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
        ),
        (
            {"ExpressionAttributeValues": {":a": {"S": "a"}}, "ProjectionExpression": "a"},
            QUERY,
            "ExpressionAttributeValues can only be specified when using expressions:"
            " FilterExpression and KeyConditionExpression are null",
        ),
    ],
)
def test_placeholders_need_an_expression(request_: dict[str, Any], expressions: tuple[str, ...], message: str) -> None:
    assert refused(request_, expressions) == message


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({}, "ExpressionAttributeNames must not be empty"),
        ({"a": "a"}, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'),
        ({"#": "a"}, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#"'),
        ({"#a-b": "a"}, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"'),
        (
            {"": "a"},
            "ExpressionAttributeNames contains invalid key: The expression attribute map contains an empty key;",
        ),
        (
            {"#" + "a" * 255: "a"},
            "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too"
            " long; size of key: 256",
        ),
        ({"#a": ""}, "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a"),
        ({"#a": "b" * 65536}, "Attribute name is too large, must be less than 65536 bytes"),
    ],
)
def test_names(names: dict[str, str], message: str) -> None:
    assert refused({"FilterExpression": "x", "ExpressionAttributeNames": names}) == message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "ExpressionAttributeValues must not be empty"),
        ({"a": {"S": "a"}}, 'ExpressionAttributeValues contains invalid key: Syntax error; key: "a"'),
        (
            {":a": {}},
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        ),
        ({":a": {"N": "x"}, "b": {"S": "b"}}, 'ExpressionAttributeValues contains invalid key: Syntax error; key: "b"'),
        (
            {":a": {"N": "1E200"}},
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
    ],
)
def test_values(values: dict[str, Any], message: str) -> None:
    assert refused({"FilterExpression": "x", "ExpressionAttributeValues": values}) == message


def test_values_become_canonical() -> None:
    request = {"FilterExpression": "x", "ExpressionAttributeValues": {":a": {"N": "1.0"}}}
    placeholders.check_maps(request)
    assert request["ExpressionAttributeValues"] == {":a": {"N": "1"}}


def test_unused_placeholders_are_refused() -> None:
    request = {"ExpressionAttributeNames": {"#b": "b", "#a": "a"}, "ExpressionAttributeValues": {":a": {"S": "a"}}}
    placeholders.check_unused(request, {"#a", "#b"}, {":a"})
    for names, values, parameter, keys in (
        (set[str](), {":a"}, "Names", "{#a, #b}"),
        ({"#a", "#b"}, set[str](), "Values", "{:a}"),
        ({"#a"}, set[str](), "Names", "{#b}"),
    ):
        with pytest.raises(ApiError) as caught:
            placeholders.check_unused(request, names, values)
        expected = f"Value provided in ExpressionAttribute{parameter} unused in expressions: keys: {keys}"
        assert caught.value.message == expected
