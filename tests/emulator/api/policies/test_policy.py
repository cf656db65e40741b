"""What a policy may consist of, and what each of its elements means."""

from typing import Any

import pytest

from thermodynamo.api.policies import policy
from thermodynamo.api.policies.facts import KnownFacts
from thermodynamo.api.policies.policy_error import PolicyError

TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/Orders"
FACTS = KnownFacts({"aws:username": ["alice"]})


def statement(**members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": TABLE, **members}


def read(*statements: Any, **members: Any) -> policy.Policy:
    return policy.read({"Version": "2012-10-17", "Statement": list(statements), **members}, "p")


def covers(pattern: str, resource: str = TABLE) -> bool:
    (made,) = read(statement(Resource=pattern)).statements
    return made.covers(resource, FACTS)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        (TABLE, True),
        (TABLE + "/*", False),
        ("arn:aws:dynamodb:*:*:table/Or*", True),
        ("arn:aws:dynamodb:*:*:table/or*", False),
        ("arn:aws:dynamodb:us-????-1:111122223333:table/Orders", True),
        ("arn:aws:dynamodb:*:table/Orders", False),
        ("arn:aws:dynamodb", True),
        ("arn:aws:s3", False),
        ("arn:*:*:*:*:*", True),
        ("arn:aws:dynamodb:*:*:table/${aws:username}", False),
        ("arn:aws:dynamodb:*:*:table/${aws:userid}", False),
    ],
)
def test_a_resource_is_matched_part_by_part(pattern: str, expected: bool) -> None:
    assert covers(pattern) is expected


def test_a_variable_in_a_resource() -> None:
    assert covers("arn:aws:dynamodb:*:*:table/${aws:username}-*", TABLE.replace("Orders", "alice-1"))


@pytest.mark.parametrize(
    ("action", "about"),
    [
        ("dynamodb:GetItem", True),
        ("DynamoDB:getitem", True),
        ("dynamodb:*Item", True),
        ("dynamodb:Get?tem", True),
        ("*", True),
        ("dynamodb:PutItem", False),
    ],
)
def test_actions_are_patterns_in_any_case(action: str, about: bool) -> None:
    (made,) = read(statement(Action=action)).statements
    assert made.is_about("dynamodb:getitem") is about


def test_not_action_and_not_resource_mean_everything_else() -> None:
    excluding = {"Effect": "Allow", "NotAction": "dynamodb:Delete*", "NotResource": TABLE + "*"}
    (made,) = read(excluding).statements
    assert made.is_about("dynamodb:getitem") and not made.is_about("dynamodb:deletetable")
    assert made.covers(TABLE.replace("Orders", "Others"), FACTS) and not made.covers(TABLE, FACTS)
    (others,) = read({**excluding, "NotAction": "s3:*"}).statements
    assert others.is_about("dynamodb:getitem")


def test_a_statement_about_other_services_decides_nothing() -> None:
    foreign = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    conditional = {**foreign, "Condition": {"StringEquals": {"s3:prefix": "a"}}}
    assert [each.number for each in read(foreign, statement(), conditional).statements] == [1]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ([], "a policy is an object"),
        ({}, "the policy has no Statement"),
        ({"Statement": []}, "Statement: is empty"),
        ({"Version": "2020-01-01", "Statement": statement()}, "Version: must be one of"),
        ({"Statement": [statement()], "Comment": "x"}, "Comment: is no element of a policy"),
        ({"Statement": ["x"]}, "Statement[0]: must be an object"),
        ({"Statement": statement(Effect="Permit")}, "Statement.Effect: Effect must be Allow or Deny"),
        ({"Statement": {"Action": "*", "Resource": "*"}}, "Statement: Effect must be Allow or Deny"),
        ({"Statement": [statement(), statement(Actoin="x")]}, "Statement[1].Actoin: is no element"),
        ({"Statement": [statement(NotAction="*")]}, "Statement[0]: has both Action and NotAction"),
        ({"Statement": [{"Effect": "Allow", "Action": "*"}]}, "Statement[0]: has neither Resource nor NotResource"),
        ({"Statement": [statement(Action=[])]}, "Action: must be a string or a list of strings"),
        ({"Statement": [statement(Action=["dynamodb:GetItm"])]}, "Action[0]: dynamodb:GetItm matches no action"),
        ({"Statement": [statement(Action="GetItem")]}, "is no action"),
        ({"Statement": [statement(Resource="Orders")]}, 'Resource: Orders is neither an ARN nor "*"'),
        ({"Statement": [statement(Resource=["*", "x"])]}, "Statement[0].Resource[1]: x is neither"),
        ({"Statement": [statement(Sid="a b")]}, "Sid: must be letters and digits"),
        ({"Statement": [statement(Sid="a"), statement(Sid="a")]}, "Statement[1].Sid: a names two statements"),
        ({"Statement": [statement(Principal="*")]}, "Principal: stands in resource policies only"),
    ],
)
def test_what_means_nothing_is_refused_with_its_place(wrong: Any, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policy.read(wrong, "p")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "principal",
    ["*", {"AWS": "111122223333"}, {"AWS": ["arn:aws:iam::111122223333:role/x/y"]}, {"Service": "s3.amazonaws.com"}],
)
def test_a_resource_policy_has_principals(principal: Any) -> None:
    made = policy.read({"Statement": statement(Principal=principal)}, "p", "resource")
    assert made.statements[0].principals is not None


@pytest.mark.parametrize("principal", ["x", {}, {"AWS": "x"}, {"AWS": 5}, {"Aws": "*"}, None, []])
def test_what_is_no_principal(principal: Any) -> None:
    with pytest.raises(PolicyError):
        policy.read({"Statement": statement(Principal=principal)}, "p", "resource")


def test_a_pattern_with_thousands_of_wildcards_is_soon_matched() -> None:
    """A search that tries every place for every `*` would not end."""
    assert not covers("arn:aws:dynamodb:*:*:table/" + "*a" * 4000 + "b", TABLE + "a" * 5000)
    with pytest.raises(PolicyError, match="matches no action of DynamoDB"):
        read(statement(Action="dynamodb:" + "*e" * 900))


def test_deeply_nested_json_is_refused() -> None:
    nested: Any = "x"
    for _ in range(500):
        nested = [nested]
    with pytest.raises(PolicyError):
        policy.read({"Statement": nested}, "p")
