"""Conditions and filters: what they accept, and which items they match."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import condition

ITEM: dict[str, Any] = {
    "pk": {"S": "p"},
    "n": {"N": "5"},
    "s": {"S": "hello"},
    "b": {"B": "YWJj"},
    "t": {"BOOL": True},
    "z": {"NULL": True},
    "l": {"L": [{"N": "1"}, {"S": "x"}, {"M": {"k": {"N": "2"}}}]},
    "m": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "d"}}}}},
    "ss": {"SS": ["a", "b"]},
    "status": {"S": "open"},
}
VALUES: dict[str, Any] = {
    ":one": {"N": "1"},
    ":five": {"N": "5"},
    ":nine": {"N": "9"},
    ":a": {"S": "a"},
    ":d": {"S": "d"},
    ":he": {"S": "he"},
    ":x": {"S": "x"},
    ":z": {"S": "z"},
    ":N": {"S": "N"},
    ":ss": {"SS": ["b", "a"]},
    ":t": {"BOOL": True},
    ":l": {"L": []},
}


def matches(text: str, item: dict[str, Any] = ITEM) -> bool:
    compiled = condition.compile("FilterExpression", text, {"#s": "status"})
    compiled.check(VALUES)
    return compiled.matches(item, VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "n = :five",
        "n <> :one",
        "n < :nine AND n >= :five",
        "n BETWEEN :one AND :nine",
        "n IN (:one, :five)",
        "s BETWEEN :a AND :z",
        "#s > :a",
        "ss = :ss",
        "m.b.c = :d",
        "l[2].k > l[0]",
        "begins_with(s, :he)",
        "contains(l, :x)",
        "contains(ss, :a)",
        "attribute_exists(l[2].k)",
        "attribute_not_exists(l[3])",
        "attribute_not_exists(m.b.c.d)",
        "attribute_type(n, :N)",
        "size(s) = :five",
        "size(l) > size(ss)",
        "n = :one OR n = :five AND s = s1 OR #s <> :a",
        "NOT n = :one",
        "NOT NOT n = :five",
        "NOT (n = :one OR n = :nine)",
        ":five = n",
    ],
)
def test_true_conditions(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "n = :a",
        "s > :five",
        "n BETWEEN :a AND :z",
        "t = :ss",
        "begins_with(n, :he)",
        "contains(m, :a)",
        "size(n) > :one",
        "attribute_exists(m[0])",
        "attribute_exists(l.a)",
        "n = :one OR n = :nine AND n = :five",
        "NOT n = :five AND n = :five",
    ],
)
def test_false_conditions(text: str) -> None:
    assert not matches(text)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("q = :a", False),
        ("q <> :a", True),
        ("q <> r", True),
        ("q < :a", False),
        ("q IN (:a)", False),
        ("q BETWEEN :a AND :z", False),
        ("NOT q = :a", True),
        ("begins_with(q, :a)", False),
        ("contains(q, :a)", False),
        ("size(q) > :one", False),
        ("size(q) <> :one", True),
        ("attribute_type(q, :N)", False),
    ],
)
def test_a_missing_attribute_equals_nothing(text: str, held: bool) -> None:
    assert matches(text) is held
    assert matches(text, {}) is held


UNDEFINED = "An expression attribute value used in expression is not defined; attribute value: {}"
TYPE = "Incorrect operand type for operator or function; operator or function: {}, operand type: {}"
DISTINCT = (
    "The first operand must be distinct from the remaining operands for this operator or function;"
    " operator: {}, first operand: {}"
)
COUNT = "Incorrect number of operands for operator or function; operator or function: {}, number of operands: {}"
PATH = "Operator or function requires a document path; operator or function: {}"
TYPES = "{B,NS,SS,BS,BOOL,NULL,L,M,S,N}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n = :u", UNDEFINED.format(":u")),
        ("n = n", DISTINCT.format("=", "[n]")),
        ("l[0] IN (:one, l[0])", DISTINCT.format("IN", "[l, [0]]")),
        ("m.a BETWEEN :one AND m.a", DISTINCT.format("BETWEEN", "[m, a]")),
        ("contains(m.b.c, m.b.c)", DISTINCT.format("contains", "[m, b, c]")),
        ("begins_with(s, :one)", TYPE.format("begins_with", "N")),
        ("begins_with(s, size(n))", TYPE.format("begins_with", "N")),
        ("n < :t", TYPE.format("<", "BOOL")),
        ("n BETWEEN :l AND :l", TYPE.format("BETWEEN", "L")),
        ("size(:one) > :one", TYPE.format("size", "N")),
        ("size(size(n)) > :one", TYPE.format("size", "N")),
        ("attribute_type(n, :one)", TYPE.format("attribute_type", "N")),
        ("attribute_type(n, s)", TYPE.format("attribute_type", TYPES)),
        ("attribute_type(n, :a)", f"Invalid attribute type name found; type: a, valid types: {TYPES}"),
        ("begins_with(s)", COUNT.format("begins_with", 1)),
        ("attribute_exists(n, s)", COUNT.format("attribute_exists", 2)),
        ("attribute_exists(:a)", PATH.format("attribute_exists")),
        (
            "n BETWEEN :z AND :a",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound;"
            " lower bound operand: AttributeValue: {S:z}, upper bound operand: AttributeValue: {S:a}",
        ),
        (
            "n BETWEEN :a AND :one",
            "The BETWEEN operator requires same data type for lower and upper bounds;"
            " lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}",
        ),
    ],
)
def test_operands_that_do_not_suit_are_refused_without_an_item(text: str, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        condition.compile("FilterExpression", text, None).check(VALUES)
    assert caught.value.message == f"Invalid FilterExpression: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n = :u AND n = n", UNDEFINED.format(":u")),
        ("n = n AND n = :u", DISTINCT.format("=", "[n]")),
        ("begins_with(n, :one) AND n = :u", TYPE.format("begins_with", "N")),
        ("n = :u AND begins_with(n, :one)", UNDEFINED.format(":u")),
        (
            "n = :u OR #q = :a",
            UNDEFINED.format(":u"),
        ),
        (
            "#q = :u",
            "An expression attribute name used in the document path is not defined; attribute name: #q",
        ),
        ("attribute_exists(n, :u)", UNDEFINED.format(":u")),
        ("size(:one) > :u", TYPE.format("size", "N")),
    ],
)
def test_the_first_error_of_the_text_is_reported(text: str, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        condition.compile("FilterExpression", text, None).check(VALUES)
    assert caught.value.message == f"Invalid FilterExpression: {message}"


def test_what_a_condition_uses() -> None:
    compiled = condition.compile("ConditionExpression", "#a.#b = :v AND size(c) > :w", {"#a": "x", "#b": "y"})
    assert compiled.names == {"#a", "#b"}
    assert compiled.values == {":v", ":w"}
    assert compiled.paths == {"x", "c"}
