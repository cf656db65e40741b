"""What a resource policy may say, how it is told, and which texts mean the same (ack-api-quirks, October 2026)."""

import json
from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations.policies import policy_text
from thermodynamo.api.operations.policies.policy_text import Holder

Json = dict[str, Any]
ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Orders"
STREAM = f"{TABLE}/stream/2026-03-01T00:00:00.000"


def statement(**members: Any) -> Json:
    given = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "dynamodb:GetItem", "Resource": TABLE, **members}
    return {name: value for name, value in given.items() if value is not None}


def text(*statements: Json, **members: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **members})


def told(given: str) -> Json:
    found: Json = json.loads(policy_text.check(given, "table").told)
    return found


def refusal(given: str, holder: Holder = "table") -> str:
    with pytest.raises(ApiError) as caught:
        policy_text.check(given, holder)
    assert caught.value.name == "ValidationException"
    return str(caught.value.message).removeprefix("One or more parameter values were invalid: ")


def test_a_policy_is_told_without_blanks_in_one_order() -> None:
    given = json.dumps(
        {
            "Statement": [dict(reversed(statement(Sid="s", Action=["dynamodb:GetItem"]).items()))],
            "Version": "2012-10-17",
        },
        indent=4,
    )
    expected = (
        '{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"AWS":"ROOT"},'
        '"Action":"dynamodb:GetItem","Resource":"TABLE"}]}'
    )
    assert policy_text.check(given, "table").told == expected.replace("ROOT", ROOT).replace("TABLE", TABLE)


@pytest.mark.parametrize(
    ("member", "given", "expected"),
    [
        ("Action", ["dynamodb:GetItem"], "dynamodb:GetItem"),
        ("Action", ["dynamodb:Query", "dynamodb:GetItem"], ["dynamodb:Query", "dynamodb:GetItem"]),
        ("Action", "dynamodb:getitem", "dynamodb:getitem"),
        ("Resource", [TABLE], TABLE),
        ("Resource", f"{TABLE}/index/*", f"{TABLE}/index/*"),
        ("Resource", "*", "*"),
        ("Principal", {"AWS": ACCOUNT}, {"AWS": ROOT}),
        ("Principal", {"AWS": [ACCOUNT, ROOT]}, {"AWS": ROOT}),
        ("Effect", "allow", "Allow"),
        (
            "Condition",
            {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT]}},
            {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
        ),
    ],
)
def test_how_an_element_is_told(member: str, given: Any, expected: Any) -> None:
    assert told(text(statement(**{member: given})))["Statement"][0][member] == expected


def test_one_statement_is_told_as_a_list_and_a_missing_version_as_the_first() -> None:
    found = told(json.dumps({"Statement": statement()}))
    assert found["Version"] == "2008-10-17" and len(found["Statement"]) == 1
    assert "Sid" not in found["Statement"][0]


def same(one: str, two: str) -> bool:
    return policy_text.check(one, "table").compared == policy_text.check(two, "table").compared


def test_which_texts_mean_the_same() -> None:
    plain = text(statement())
    assert same(plain, json.dumps(json.loads(plain), indent=2))
    assert same(plain, text(statement(Action=["dynamodb:GetItem"], Principal={"AWS": [ACCOUNT]})))
    assert same(plain, policy_text.check(plain, "table").told)
    assert not same(plain, text(statement(Action="dynamodb:Query")))
    without_version = json.dumps({"Statement": [statement()]})
    assert same(without_version, without_version)
    assert not same(without_version, policy_text.check(without_version, "table").told)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("{not json", "Invalid policy document: This policy contains invalid Json"),
        ("", "Invalid policy document: This policy contains invalid Json"),
        ("[]", "Invalid policy document: This policy contains invalid Json"),
        ("[" * 20_000, "Invalid policy document: This policy contains invalid Json"),
        ('{"Statement": [5]}', "Invalid policy document: This policy contains invalid Json"),
        ('{"Id": "\\ud800", ' + text(statement())[1:], "Invalid policy document: This policy contains invalid Json"),
        ('{"Version": "2012-10-17"}', "Invalid policy document: Missing required field Statement"),
        (text(), "Invalid policy document: Could not parse the policy: Statement is empty!"),
        (text(statement(Resource=None)), "Invalid policy document: Missing required field Resource"),
        (text(statement(Principal=None)), "Invalid policy document: Missing required field Principal"),
        (
            text(statement(Sid="a"), statement(Sid="a")),
            "Invalid policy document: The Statement Ids in the policy are not unique",
        ),
        (
            text(statement(Action=["dynamodb:GetRecords", "dynamodb:Query", "dynamodb:DescribeStream"])),
            "Invalid policy document: The following action names are invalid: "
            '"dynamodb:GetRecords", "dynamodb:DescribeStream"',
        ),
        (
            text(statement(Action="s3:GetObject")),
            'Invalid policy document: The following action names are invalid: "s3:GetObject"',
        ),
        (
            text(statement(Resource=STREAM)),
            f'Invalid policy document: The relative-id "table/Orders/stream/2026-03-01T00:00:00.000" is invalid '
            f'for ARN "{STREAM}"',
        ),
        (text(statement(Principal={"AWS": "arn:aws:iam::1:root"})), "Invalid principal in policy document."),
        (
            '{"Statement": [\n {"Principal": "111122223333", "Effect": "Allow", "Action": "*", "Resource": "*"}]}',
            "Invalid policy document: Syntax error at position (2,16)",
        ),
        (text(statement(), Extra="x"), "Invalid policy document: Extra: is no element of a policy"),
        (
            text(statement(Condition={"StringEquals": {"aws:Nothing": "x"}})),
            "Invalid policy document: Statement[0].Condition.StringEquals.aws:Nothing: aws:Nothing is no condition key "
            "that is evaluated here",
        ),
        (" " * 20_480 + text(statement()), "Maximum policy size of 20480 bytes exceeded"),
    ],
    ids=lambda each: str(each)[:60],
)
def test_what_is_refused(given: str, reason: str) -> None:
    assert refusal(given) == reason


def test_blanks_count() -> None:
    plain = text(statement())
    assert policy_text.check(" " * (20_480 - len(plain)) + plain, "table")
    assert refusal(" " * (20_481 - len(plain)) + plain) == "Maximum policy size of 20480 bytes exceeded"


UNBOUNDED = "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure "


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": [ROOT, "*"]}])
def test_nothing_is_allowed_to_everyone(principal: Any) -> None:
    assert refusal(text(statement(Principal=principal))).startswith(UNBOUNDED)
    assert policy_text.check(text(statement(Principal=principal, Effect="Deny")), "table")
    bounded = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
    assert policy_text.check(text(statement(Principal=principal, Condition=bounded)), "table")


def test_a_stream_has_actions_and_resources_of_its_own() -> None:
    given = text(statement(Action=["dynamodb:GetRecords", "dynamodb:DescribeStream"], Resource=STREAM))
    assert policy_text.check(given, "stream").policy.statements
    assert "action names are invalid" in refusal(text(statement(Resource=STREAM)), "stream")
    assert 'The relative-id "table/Orders" is invalid' in refusal(
        text(statement(Action="dynamodb:GetRecords")), "stream"
    )
