"""Key conditions: their shape, and how they fit a key schema."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import key_condition
from thermodynamo.api.expressions.key_condition import KeyCondition, SortCondition

VALUES: dict[str, Any] = {
    ":p": {"S": "p"},
    ":a": {"S": "a"},
    ":z": {"S": "z"},
    ":n": {"N": "1"},
}
INVALID = "Invalid KeyConditionExpression: KeyConditionExpressions "
TYPES = {"pk": "S", "sk": "S", "p2": "S", "s2": "N"}


def bound(text: str, partition: tuple[str, ...] = ("pk",), sort: tuple[str, ...] = ("sk",)) -> KeyCondition:
    compiled = key_condition.compile(text, {"#pk": "pk"})
    compiled.check(VALUES)
    return key_condition.bind(compiled, VALUES, partition, sort, TYPES)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("pk = :p", ()),
        ("(#pk = :p)", ()),
        (":p = pk", ()),
        ("pk = :p AND sk = :a", (SortCondition("=", ({"S": "a"},)),)),
        ("(sk > :a) AND (pk = :p)", (SortCondition(">", ({"S": "a"},)),)),
        ("pk = :p AND :a < sk", (SortCondition(">", ({"S": "a"},)),)),
        ("pk = :p AND :a >= sk", (SortCondition("<=", ({"S": "a"},)),)),
        ("pk = :p AND sk BETWEEN :a AND :z", (SortCondition("BETWEEN", ({"S": "a"}, {"S": "z"})),)),
        ("pk = :p AND begins_with(sk, :a)", (SortCondition("begins_with", ({"S": "a"},)),)),
    ],
)
def test_key_conditions(text: str, sort: tuple[SortCondition, ...]) -> None:
    assert bound(text) == KeyCondition(({"S": "p"},), sort)


def test_keys_of_several_attributes() -> None:
    partition, sort = ("pk", "p2"), ("sk", "s2")
    assert bound("pk = :p AND p2 = :a", partition, sort) == KeyCondition(({"S": "p"}, {"S": "a"}), ())
    assert bound("s2 > :n AND sk = :z AND pk = :p AND p2 = :a", partition, sort).sort == (
        SortCondition("=", ({"S": "z"},)),
        SortCondition(">", ({"N": "1"},)),
    )
    with pytest.raises(ApiError, match="missed key schema element: p2"):
        bound("pk = :p AND sk = :a", partition, sort)
    with pytest.raises(ApiError, match=r"RANGE key attributes sk must have equality .* on key attribute s2"):
        bound("pk = :p AND p2 = :a AND s2 = :n", partition, sort)
    with pytest.raises(ApiError, match=r"RANGE key attributes sk must have equality .* on key attribute s2"):
        bound("pk = :p AND p2 = :a AND sk > :z AND s2 = :n", partition, sort)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pk = :p OR sk = :a", "Invalid operator used in KeyConditionExpression: OR"),
        ("pk = :p AND NOT sk = :a", "Invalid operator used in KeyConditionExpression: NOT"),
        ("pk <> :p", "Invalid operator used in KeyConditionExpression: <>"),
        ("pk IN (:p)", "Invalid operator used in KeyConditionExpression: IN"),
        ("pk = :p AND contains(sk, :a)", "Invalid operator used in KeyConditionExpression: contains"),
        ("pk = :p AND pk = :p", f"{INVALID}must only contain one condition per key"),
        ("pk = :p AND sk > :a AND sk < :z", f"{INVALID}must only contain one condition per key"),
        ("pk = :p AND size(sk) > :n", f"{INVALID}cannot contain nested operations"),
        (":p = :p", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        ("pk = sk", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"),
        (
            "pk = :p AND begins_with(:a, sk)",
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its"
            " first operand",
        ),
        (
            "pk.a = :p",
            f"{INVALID}cannot have conditions on nested attributes",
        ),
        (
            "pk = :p AND sk = :a AND n = :n",
            "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
        ),
        ("sk = :a", "Query condition missed key schema element: pk"),
        ("pk = :p AND n = :n", "Query condition missed key schema element: sk"),
        ("pk > :p", "Query key condition not supported"),
        ("pk > :p AND n = :n", "Query key condition not supported"),
        (
            "pk = :n",
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            "pk = :n AND n = :a",
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
    ],
)
def test_key_conditions_that_do_not_fit(text: str, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        bound(text)
    assert caught.value.message == message


def test_a_table_without_sort_key_takes_one_condition() -> None:
    with pytest.raises(
        ApiError, match=r"query conditions \(2\) exceeds the number of key attributes defined in the schema \(1\)"
    ):
        bound("pk = :p AND n = :n", sort=())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pk = :u", "An expression attribute value used in expression is not defined; attribute value: :u"),
        (
            "pk = :p OR begins_with(sk, :n)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
    ],
)
def test_values_are_checked_before_the_shape(text: str, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        key_condition.compile(text, None).check(VALUES)
    assert caught.value.message == f"Invalid KeyConditionExpression: {message}"
