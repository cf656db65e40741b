"""The parameters that expressions replaced."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import key_condition, legacy
from thermodynamo.api.expressions.key_condition import KeyCondition, SortCondition

ITEM: dict[str, Any] = {"n": {"N": "5"}, "s": {"S": "hello"}, "ss": {"SS": ["a", "b"]}, "l": {"L": [{"N": "1"}]}}
INVALID = "One or more parameter values were invalid: "


def by(operator: str, *arguments: dict[str, Any]) -> dict[str, Any]:
    return {"ComparisonOperator": operator, "AttributeValueList": list(arguments)}


@pytest.mark.parametrize(
    ("name", "entry", "held"),
    [
        ("n", by("EQ", {"N": "5.0"}), True),
        ("n", by("NE", {"N": "5"}), False),
        ("q", by("NE", {"N": "5"}), True),
        ("n", by("LT", {"N": "6"}), True),
        ("n", by("LE", {"N": "5"}), True),
        ("n", by("GT", {"N": "5"}), False),
        ("n", by("GE", {"N": "5"}), True),
        ("n", by("LT", {"S": "x"}), False),
        ("n", by("IN", {"N": "1"}, {"N": "5"}), True),
        ("n", by("BETWEEN", {"N": "5"}, {"N": "6"}), True),
        ("q", by("NULL"), True),
        ("n", {"ComparisonOperator": "NOT_NULL"}, True),
        ("ss", by("CONTAINS", {"S": "a"}), True),
        ("s", by("NOT_CONTAINS", {"S": "zz"}), True),
        ("n", by("NOT_CONTAINS", {"S": "zz"}), True),
        ("q", by("NOT_CONTAINS", {"S": "zz"}), False),
        ("s", by("BEGINS_WITH", {"S": "he"}), True),
        ("ss", by("EQ", {"SS": ["b", "a"]}), True),
    ],
)
def test_every_operator(name: str, entry: dict[str, Any], held: bool) -> None:
    for compiled in (legacy.scan_filter({"ScanFilter": {name: entry}}), legacy.expected({"Expected": {name: entry}})):
        assert compiled is not None
        compiled.check(None)
        assert compiled.matches(ITEM, None) is held


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (by("EQ"), INVALID + "Invalid number of argument(s) for the EQ ComparisonOperator"),
        (by("NULL", {"N": "1"}), INVALID + "Invalid number of argument(s) for the NULL ComparisonOperator"),
        (by("BETWEEN", {"N": "1"}), INVALID + "Invalid number of argument(s) for the BETWEEN ComparisonOperator"),
        (by("IN"), INVALID + "Invalid number of argument(s) for the IN ComparisonOperator"),
        (by("LT", {"BOOL": True}), INVALID + "ComparisonOperator LT is not valid for BOOL AttributeValue type"),
        (by("IN", {"L": []}), INVALID + "ComparisonOperator IN is not valid for L AttributeValue type"),
        (
            by("BEGINS_WITH", {"N": "1"}),
            INVALID + "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type",
        ),
        (
            by("CONTAINS", {"SS": ["a"]}),
            INVALID + "ComparisonOperator CONTAINS is not valid for SS AttributeValue type",
        ),
        (by("IN", {"N": "1"}, {"S": "a"}), INVALID + "AttributeValues inside AttributeValueList must be of same type"),
        (
            by("BETWEEN", {"N": "2"}, {"N": "1"}),
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        ),
    ],
)
def test_arguments_that_do_not_suit_an_operator(entry: dict[str, Any], message: str) -> None:
    for read, parameter in (
        (legacy.scan_filter, "ScanFilter"),
        (legacy.query_filter, "QueryFilter"),
        (legacy.expected, "Expected"),
        (legacy.key_conditions, "KeyConditions"),
    ):
        with pytest.raises(ApiError) as caught:
            read({parameter: {"n": entry}})
        assert caught.value.message == message


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "Value must be provided when Exists is null for Attribute: n"),
        ({"Exists": True}, "Value must be provided when Exists is true for Attribute: n"),
        ({"Exists": False, "Value": {"N": "1"}}, "Value cannot be used when Exists is false for Attribute: n"),
        (
            {"ComparisonOperator": "EQ"},
            "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: n",
        ),
        (
            {"Value": {"N": "1"}, **by("EQ", {"N": "1"})},
            "Value and AttributeValueList cannot be used together for Attribute: n",
        ),
        (
            {"Exists": True, **by("EQ", {"N": "1"})},
            "Exists and ComparisonOperator cannot be used together for Attribute: n",
        ),
        (
            {"AttributeValueList": [{"N": "1"}]},
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: n",
        ),
    ],
)
def test_members_of_expected_that_cannot_stand_together(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ApiError) as caught:
        legacy.expected({"Expected": {"n": entry}})
    assert caught.value.message == INVALID + message


@pytest.mark.parametrize(
    ("entry", "held"),
    [
        ({"Value": {"N": "5"}}, True),
        ({"Exists": True, "Value": {"N": "6"}}, False),
        ({"Exists": False}, False),
        ({"ComparisonOperator": "GT", "Value": {"N": "4"}}, True),
    ],
)
def test_expected_with_values(entry: dict[str, Any], held: bool) -> None:
    compiled = legacy.expected({"Expected": {"n": entry}})
    assert compiled is not None
    assert compiled.matches(ITEM, None) is held


def test_conditional_operator() -> None:
    one, two = {"n": by("EQ", {"N": "5"})}, {"n": by("EQ", {"N": "5"}), "s": by("EQ", {"S": "x"})}
    either = legacy.scan_filter({"ScanFilter": two, "ConditionalOperator": "OR"})
    both = legacy.scan_filter({"ScanFilter": two})
    assert either is not None
    assert both is not None
    assert either.matches(ITEM, None)
    assert not both.matches(ITEM, None)
    with pytest.raises(ApiError, match="can only be used when Filter or Expected has two or more elements"):
        legacy.check_conditional_operator({"ScanFilter": one, "ConditionalOperator": "AND"}, "ScanFilter")
    with pytest.raises(ApiError, match="cannot be used without Filter or Expected"):
        legacy.check_conditional_operator({"ConditionalOperator": "AND"}, "Expected")


def test_names_are_literal() -> None:
    compiled = legacy.expected({"Expected": {"#a.name": {"Value": {"N": "1"}}}})
    assert compiled is not None
    assert compiled.matches({"#a.name": {"N": "1"}}, None)
    assert compiled.paths == {"#a.name"}
    assert not compiled.names


def test_key_conditions() -> None:
    types = {"pk": "S", "sk": "S"}

    def bound(**conditions: dict[str, Any]) -> KeyCondition:
        compiled = legacy.key_conditions({"KeyConditions": conditions})
        assert compiled is not None
        compiled.check(None)
        return key_condition.bind(compiled, None, ("pk",), ("sk",), types)

    pk = by("EQ", {"S": "p"})
    assert bound(pk=pk) == KeyCondition(({"S": "p"},), ())
    assert bound(sk=by("BEGINS_WITH", {"S": "a"}), pk=pk).sort == (SortCondition("begins_with", ({"S": "a"},)),)
    for conditions, message in (
        ({}, "Conditions can be of length 1 or 2 only"),
        ({"pk": by("NE", {"S": "p"})}, "Query key condition not supported"),
        ({"pk": pk, "sk": by("IN", {"S": "a"})}, "Attempted conditional constraint is not an indexable operation"),
        ({"pk": by("EQ", {"N": "1"})}, "Condition parameter type does not match schema type"),
    ):
        with pytest.raises(ApiError, match=message):
            bound(**conditions)


@pytest.mark.parametrize(
    ("name", "entry", "after"),
    [
        ("n", {"Value": {"N": "1.0"}}, {"N": "1"}),
        ("q", {"Action": "PUT", "Value": {"S": "x"}}, {"S": "x"}),
        ("n", {"Action": "DELETE"}, None),
        ("n", {"Action": "ADD", "Value": {"N": "1"}}, {"N": "6"}),
        ("q", {"Action": "ADD", "Value": {"N": "1"}}, {"N": "1"}),
        ("ss", {"Action": "ADD", "Value": {"SS": ["b", "c"]}}, {"SS": ["a", "b", "c"]}),
        ("ss", {"Action": "DELETE", "Value": {"SS": ["b", "c"]}}, {"SS": ["a"]}),
        ("l", {"Action": "ADD", "Value": {"L": [{"N": "2"}]}}, {"L": [{"N": "1"}, {"N": "2"}]}),
    ],
)
def test_attribute_updates(name: str, entry: dict[str, Any], after: dict[str, Any] | None) -> None:
    compiled = legacy.attribute_updates({"AttributeUpdates": {name: entry}})
    assert compiled is not None
    compiled.check(None)
    assert compiled.apply(ITEM, None).get(name) == after


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, INVALID + "Only DELETE action is allowed when no attribute value is specified"),
        ({"Action": "ADD", "Value": {"S": "a"}}, INVALID + "ADD action is not supported for the type S"),
        (
            {"Action": "DELETE", "Value": {"N": "1"}},
            INVALID + "DELETE action with value is not supported for the type N",
        ),
        ({"Action": "ADD", "Value": {"SS": ["a"]}}, "Type mismatch for attribute to update"),
        ({"Action": "DELETE", "Value": {"SS": ["a"]}}, "Type mismatch for attribute to update"),
    ],
)
def test_attribute_updates_that_do_not_fit(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ApiError) as caught:
        compiled = legacy.attribute_updates({"AttributeUpdates": {"n": entry}})
        assert compiled is not None
        compiled.apply(ITEM, None)
    assert caught.value.message == message


def test_attributes_to_get() -> None:
    compiled = legacy.attributes_to_get({"AttributesToGet": ["n", "q", "name"]})
    assert compiled is not None
    assert compiled.apply({**ITEM, "name": {"S": "x"}}) == {"n": {"N": "5"}, "name": {"S": "x"}}
    with pytest.raises(ApiError, match="Duplicate value in attribute name: n"):
        legacy.attributes_to_get({"AttributesToGet": ["n", "n"]})


def test_absent_parameters() -> None:
    assert legacy.expected({"Expected": {}}) is None
    assert legacy.scan_filter({}) is None
    assert legacy.attribute_updates({}) is None
    assert legacy.key_conditions({}) is None
    assert legacy.attributes_to_get({}) is None
