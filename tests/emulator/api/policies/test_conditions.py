"""Every operator with values that it holds of and does not hold of, and what it makes of a missing key."""

from typing import Any

import pytest

from thermodynamo.api.policies import conditions
from thermodynamo.api.policies.facts import KnownFacts
from thermodynamo.api.policies.policy_error import PolicyError

NAME = "aws:username"
KEYS = "dynamodb:LeadingKeys"


def holds(operator: str, texts: Any, *values: str, key: str = NAME, **known: str) -> bool:
    facts = KnownFacts({key: values, **{name.replace("_", ":"): [value] for name, value in known.items()}})
    (condition,) = conditions.read({operator: {key: texts}}, True, ())
    return condition.holds(facts)


@pytest.mark.parametrize(
    ("operator", "texts", "value", "expected"),
    [
        ("StringEquals", "alice", "alice", True),
        ("StringEquals", ["bob", "alice"], "alice", True),
        ("StringEquals", "alice", "Alice", False),
        ("StringEquals", "al*", "alice", False),
        ("StringEquals", "al*", "al*", True),
        ("StringNotEquals", ["bob", "alice"], "alice", False),
        ("StringNotEquals", ["bob", "carol"], "alice", True),
        ("StringEqualsIgnoreCase", "ALICE", "alice", True),
        ("StringNotEqualsIgnoreCase", "ALICE", "alice", False),
        ("StringLike", "al?c*", "alice", True),
        ("StringLike", "a*e", "a\nlice", True),
        ("StringLike", "a*x", "alice", False),
        ("StringLike", "*", "", True),
        ("StringNotLike", "al*", "alice", False),
        ("StringNotLike", "bo*", "alice", True),
        ("NumericEquals", "5", "5.0", True),
        ("NumericEquals", 5, "5", True),
        ("NumericNotEquals", "5", "6", True),
        ("NumericLessThan", "5", "4.9", True),
        ("NumericLessThan", "5", "5", False),
        ("NumericLessThanEquals", "5", "5", True),
        ("NumericGreaterThan", "5", "5", False),
        ("NumericGreaterThanEquals", "5", "5", True),
        ("NumericGreaterThan", "5", "alice", False),
        ("NumericNotEquals", "5", "alice", True),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", False),
        ("DateEquals", "1767225600", "2026-01-01T00:00:00Z", True),
        ("DateNotEquals", "2026-01-01", "2026-01-02", True),
        ("DateLessThanEquals", "2026-01-01", "2026-01-01", True),
        ("DateGreaterThanEquals", "2026-01-02", "2026-01-01", False),
        ("Bool", "true", "true", True),
        ("Bool", True, "TRUE", True),
        ("Bool", "false", "true", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
        ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.7", False),
        ("NotIpAddress", "203.0.113.0/24", "203.0.114.7", True),
        ("ArnEquals", "arn:aws:iam::*:user/alice", "arn:aws:iam::111122223333:user/alice", True),
        ("ArnLike", "arn:aws:iam::1*:role/*", "arn:aws:iam::111122223333:role/a/b", True),
        ("ArnLike", "arn:aws:*:role/alice", "arn:aws:iam::111122223333:role/alice", False),
        ("ArnNotEquals", "arn:aws:iam::*:user/bob", "arn:aws:iam::111122223333:user/alice", True),
        ("ArnNotLike", "arn:aws:iam::*:user/*", "arn:aws:iam::111122223333:user/alice", False),
    ],
)
def test_an_operator_holds_of_a_value(operator: str, texts: Any, value: str, expected: bool) -> None:
    assert holds(operator, texts, value) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("NumericLessThan", False),
        ("NumericLessThanIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
def test_what_an_operator_makes_of_a_missing_key(operator: str, expected: bool) -> None:
    assert holds(operator, "5") is expected


def test_null_asks_whether_a_key_is_missing() -> None:
    assert holds("Null", "true") and not holds("Null", "false")
    assert holds("Null", False, "alice") and not holds("Null", True, "alice")


@pytest.mark.parametrize(
    ("operator", "texts", "values", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
        ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "d"), True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "a"), False),
        ("ForAnyValue:StringEquals", ["a", "b"], ("c", "a"), True),
        ("ForAnyValue:StringEquals", ["a", "b"], ("c", "d"), False),
        ("ForAnyValue:StringNotEquals", ["a"], ("a", "c"), True),
        ("ForAnyValue:StringNotEquals", ["a"], ("a",), False),
        ("StringEquals", ["a"], ("c", "a"), True),
        ("StringNotEquals", ["a"], ("c", "a"), False),
    ],
)
def test_keys_with_several_values(operator: str, texts: list[str], values: tuple[str, ...], expected: bool) -> None:
    assert holds(operator, texts, *values, key=KEYS) is expected


def test_a_policy_variable_stands_for_a_value_of_the_request() -> None:
    assert holds("StringEquals", "t-${aws:userid}", "t-7", aws_userid="7")
    assert not holds("StringEquals", "t-${aws:userid}", "t-8", aws_userid="7")
    assert holds("StringEquals", "${aws:userid, 'nobody'}", "nobody")
    assert holds("StringLike", "${aws:userid}*", "*1", aws_userid="*")
    assert not holds("StringLike", "${aws:userid}*", "x1", aws_userid="*")
    assert holds("StringLike", "a${*}b", "a*b") and not holds("StringLike", "a${*}b", "axb")
    assert holds("NumericLessThan", "${aws:userid}", "6", aws_userid="7")


def test_a_variable_without_a_value_matches_nothing() -> None:
    assert not holds("StringEquals", "${aws:userid}", "${aws:userid}")
    assert not holds("StringLike", "${aws:userid}*", "anything")
    assert holds("StringNotEquals", "${aws:userid}", "anything")


def test_variables_are_plain_text_in_the_first_version() -> None:
    (condition,) = conditions.read({"StringEquals": {NAME: "${aws:userid}"}}, False, ())
    assert condition.holds(KnownFacts({NAME: ["${aws:userid}"], "aws:userid": ["7"]}))


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"StringEqual": {NAME: "a"}}, "StringEqual: StringEqual is no condition operator"),
        ({"ForSome:StringEquals": {NAME: "a"}}, "ForSome is none of"),
        ({"NullIfExists": {NAME: "true"}}, "NullIfExists is no condition operator"),
        ({"StringEquals": {"dynamodb:LeadingKey": "a"}}, "StringEquals.dynamodb:LeadingKey: dynamodb:LeadingKey is no"),
        ({"StringEquals": {NAME: []}}, "has no values"),
        ({"StringEquals": {NAME: [{"a": 1}]}}, "[0]: must be a string, a number or a truth value"),
        ({"StringEquals": {NAME: ["a", "${aws:nothing}"]}}, "[1]: ${aws:nothing} is no policy variable"),
        ({"StringEquals": {NAME: f"${{{KEYS}}}"}}, "has several values"),
        ({"StringEquals": "a"}, "must be an object of condition keys"),
        ("a", "must be an object of operators"),
        ({"NumericEquals": {NAME: "five"}}, "'five' is no number"),
        ({"NumericEquals": {NAME: "NaN"}}, "'NaN' is no number"),
        ({"DateEquals": {NAME: "soon"}}, "'soon' is no date"),
        ({"IpAddress": {NAME: "10.0.0.0/99"}}, "is no IP address"),
        ({"Bool": {NAME: "yes"}}, "is no truth value"),
        ({"ArnLike": {NAME: "table/T"}}, "neither an ARN"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(condition: Any, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        conditions.read(condition, True, ())
    assert reason in str(caught.value)
