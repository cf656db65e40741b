"""The access file: what it may say, and which line an error names."""

import json
from pathlib import Path

import pytest

from thermodynamo.access import access_file
from thermodynamo.access.access_file import AccessFileError
from thermodynamo.access.identity import parse_arn, user_id_of

GOOD = """\
regions = ["us-east-1", "eu-west-1"]

[callers.alice]
arn = "arn:aws:iam::111122223333:user/team/alice"
policies = ["own", "more"]
permissions_boundary = "own"
tags = { tenant = "a" }
context = { "www.amazon.com:user_id" = "amzn1.alice" }
keys = [
  { access_key_id = "AKIDALICE", secret_access_key = "s3cret" },
  { access_key_id = "ASIAALICE", secret_access_key = "s3cret", session_token = "t0ken", expires = 2026-12-01 00:00:00 },
]

[callers.app]
arn = "arn:aws:sts::111122223333:assumed-role/app/session"
session_policies = ["more"]

[policies.own]
Version = "2012-10-17"

[[policies.own.Statement]]
Effect = "Allow"
Action = ["dynamodb:GetItem", "dynamodb:Query"]
Resource = "arn:aws:dynamodb:*:*:table/Orders"

[policies.own.Statement.Condition."ForAllValues:StringEquals"]
"dynamodb:LeadingKeys" = ["${aws:PrincipalTag/tenant}"]

[policies]
more = '''
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "dynamodb:PutItem",
      "Resource": "*"
    }
  ]
}
'''
"""


def read(text: str, is_json: bool = False) -> access_file.AccessFile:
    return access_file.parse(text, "access.toml", is_json)


def test_callers_keys_and_policies() -> None:
    found = read(GOOD)
    alice = found.callers["alice"]
    assert alice.account == "111122223333" and alice.known["aws:username"] == ("alice",)
    assert alice.known["aws:principaltag/tenant"] == ("a",)
    assert alice.known["www.amazon.com:user_id"] == ("amzn1.alice",)
    assert [policy.name for policy in alice.grants.identity.policies] == ["own", "more"]
    assert [limit.kind for limit in alice.grants.limits] == ["permissions boundary"]
    key, owner = found.keys["ASIAALICE"]
    assert owner is alice and key.session_token == "t0ken" and key.expires_at == 1_796_083_200
    app = found.callers["app"]
    assert app.subject.role == "arn:aws:iam::111122223333:role/app"
    assert app.known["aws:principaltype"] == ("AssumedRole",) and "aws:username" not in app.known
    assert found.regions == frozenset(("us-east-1", "eu-west-1"))


def test_json_says_the_same() -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    text = {
        "policies": {"p": policy, "q": json.dumps(policy)},
        "callers": {"x": {"arn": "arn:aws:iam::1" + "0" * 11 + ":root"}},
    }
    assert read(json.dumps(text), is_json=True).callers["x"].subject.is_root


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            'arn = "arn:aws:iam::111122223333:user/team/alice"',
            'arn = "alice"',
            4,
            "callers.alice.arn: alice is the ARN of no",
        ),
        ('policies = ["own", "more"]', 'policies = ["own", "moor"]', 5, "policies[1]: moor is no policy of this file"),
        ('permissions_boundary = "own"', 'permissions_boundary = "won"', 6, "won is no policy"),
        ('permissions_boundary = "own"', 'boundary = "own"', 6, "callers.alice.boundary: is none of"),
        ('tags = { tenant = "a" }', "tags = { tenant = 5 }", 7, "tags.tenant: must be a string"),
        ("www.amazon.com:user_id", "aws:username", 8, "no condition key that a caller can be given"),
        ('"ASIAALICE"', '"AKIDALICE"', 11, "AKIDALICE is another key's id"),
        ('"AKIDALICE"', '"AKID ALICE"', 10, "must be letters and digits"),
        (', secret_access_key = "s3cret" }', " }", 10, "a key needs access_key_id and secret_access_key"),
        ("expires = 2026-12-01 00:00:00", "expires = true", 11, "must be a date"),
        ('Version = "2012-10-17"\n\n[[', 'Version = "2012"\n\n[[', 19, "policies.own.Version: must be one of"),
        ('"dynamodb:Query"', '"dynamodb:Quarry"', 23, "Action[1]: dynamodb:Quarry matches no action"),
        ('"ForAllValues:StringEquals"', '"ForAllValues:StringEqualz"', 26, "is no condition operator"),
        ('"dynamodb:LeadingKeys"', '"dynamodb:LeadingKey"', 27, "is no condition key"),
        ('"Action": "dynamodb:PutItem"', '"Action": "dynamodb:PutItm"', 36, "dynamodb:PutItm matches no action"),
        ('"Effect": "Allow"', '"Effect": "Permit"', 35, "Effect must be Allow or Deny"),
        ('regions = ["us-east-1", "eu-west-1"]', "regions = [5]", 1, "regions: must be a string"),
        ('regions = ["us-east-1", "eu-west-1"]', 'regoins = ["us-east-1"]', 1, "regoins: is none of"),
    ],
)
def test_an_error_names_the_line(old: str, new: str, line: int, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(AccessFileError) as caught:
        read(GOOD.replace(old, new, 1))
    assert f"access.toml: line {line}: " in str(caught.value) and reason in str(caught.value)
    assert "s3cret" not in str(caught.value) and "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "is_json", "reason"),
    [
        ("callers = =", False, "at line 1"),
        ('regions = []\ncallers = "', False, "at line 2, the end of the document"),
        ('{"callers": \n{,}}', True, "line 2"),
        ('{"callers": {}, "callers": {}}', True, "two members callers"),
        ("[" * 100_000, True, "access.toml: "),
        ("[]", True, "must be a table"),
        ('{"callers": []}', True, "callers: must be a table"),
        ('{"policies": {"p": "{"}}', True, "policies.p: its line 1"),
    ],
)
def test_what_is_no_access_file(text: str, is_json: bool, reason: str) -> None:
    with pytest.raises(AccessFileError) as caught:
        read(text, is_json)
    assert reason in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AccessFileError, match="No such file"):
        access_file.load(tmp_path / "access.toml")


def test_secrets_are_not_shown() -> None:
    shown = repr(read(GOOD))
    assert "s3cret" not in shown and "t0ken" not in shown


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:iam::1:user/a",
        "arn:aws:sts::111122223333:assumed-role/app",
        "arn:aws:sts::111122223333:federated-user/a/b",
        "arn:aws:iam::111122223333:group/g",
        "",
    ],
)
def test_what_is_no_caller(arn: str) -> None:
    assert parse_arn(arn) is None


def test_ids_look_like_those_of_iam() -> None:
    assert user_id("iam", "user/a").startswith("AIDA") and len(user_id("iam", "user/a")) == 21
    assert user_id("sts", "assumed-role/r/s").startswith("AROA") and user_id("sts", "assumed-role/r/s").endswith(":s")
    assert user_id("sts", "federated-user/f") == "111122223333:f"
    assert user_id("iam", "root") == "111122223333"


def user_id(service: str, name: str) -> str:
    parts = parse_arn(f"arn:aws:{service}::111122223333:{name}")
    assert parts is not None
    return user_id_of(parts)
