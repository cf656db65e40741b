"""Decisions: the order of policies by hand, and any policies against the plain evaluator."""

from collections.abc import Sequence
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.api.policies import plain_evaluator
from thermodynamo.api.policies import evaluation, policy
from thermodynamo.api.policies.evaluation import BOUNDARY, IDENTITY, RESOURCE, SESSION, Grants, PolicySet
from thermodynamo.api.policies.facts import KnownFacts
from thermodynamo.api.policies.principals import Subject

Json = dict[str, Any]
OWN, OTHER = "111122223333", "444455556666"
TABLE = f"arn:aws:dynamodb:us-east-1:{OWN}:table/T"
USER = f"arn:aws:iam::{OWN}:user/alice"
ROLE = f"arn:aws:iam::{OWN}:role/app"
SESSION_ARN = f"arn:aws:sts::{OWN}:assumed-role/app/s"
FOREIGN = f"arn:aws:iam::{OTHER}:user/eve"
ACTION = "dynamodb:GetItem"
ALICE = Subject(USER, OWN)


def text(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(effect: str = "Allow", **members: Any) -> Json:
    return {"Effect": effect, "Action": "dynamodb:*", "Resource": "*", **members}


NOTHING = allow(Action="dynamodb:ListTables")


def grants_of(
    subject: Subject, identity: list[Json], boundary: Sequence[Json] = (), session: Sequence[Json] = ()
) -> Grants:
    sets = [
        PolicySet(kind, tuple(policy.read(each, f"p{number}") for number, each in enumerate(policies)))
        for kind, policies in ((IDENTITY, identity), (BOUNDARY, boundary), (SESSION, session))
    ]
    return Grants(subject, sets[0], tuple(limit for limit in sets[1:] if limit.policies))


def decide(
    identity: list[Json],
    boundary: Sequence[Json] = (),
    session: Sequence[Json] = (),
    resource: Json | None = None,
    subject: Subject = ALICE,
    owner: str = OWN,
) -> evaluation.Decision:
    grants = grants_of(subject, identity, boundary, session)
    attached = policy.read(resource, "r", "resource") if resource else None
    return evaluation.decide(grants, attached, owner, ACTION, TABLE, KnownFacts({}))


def principal(who: Any, effect: str = "Allow") -> Json:
    return text(allow(effect, Principal=who if who == "*" else {"AWS": who}))


@pytest.mark.parametrize(
    ("arguments", "is_allowed", "reason"),
    [
        ({"identity": []}, False, "because no identity-based policy allows the dynamodb:GetItem action"),
        ({"identity": [text(allow())]}, True, ""),
        ({"identity": [text(NOTHING)]}, False, "because no identity-based policy allows"),
        ({"identity": [text(allow(), allow("Deny"))]}, False, "with an explicit deny in an identity-based policy"),
        ({"identity": [text(allow()), text(allow("Deny"))]}, False, "with an explicit deny in an identity-based"),
        ({"identity": [text(allow())], "boundary": [text(NOTHING)]}, False, "because no permissions boundary allows"),
        ({"identity": [], "boundary": [text(allow())]}, False, "because no identity-based policy allows"),
        ({"identity": [text(allow())], "boundary": [text(allow("Deny"))]}, False, "deny in a permissions boundary"),
        ({"identity": [text(allow())], "session": [text(NOTHING)]}, False, "because no session policy allows"),
        ({"identity": [text(allow())], "session": [text(NOTHING), text(allow())]}, True, ""),
        ({"identity": [], "resource": principal(USER)}, True, ""),
        ({"identity": [], "boundary": [text(NOTHING)], "resource": principal(USER)}, True, ""),
        ({"identity": [], "resource": principal(OWN)}, False, "because no identity-based policy allows"),
        ({"identity": [text(allow())], "resource": principal(OWN)}, True, ""),
        ({"identity": [], "resource": principal("*")}, True, ""),
        ({"identity": [text(allow())], "resource": principal("*", "Deny")}, False, "deny in a resource-based policy"),
        ({"identity": [text(allow())], "resource": principal(FOREIGN, "Deny")}, True, ""),
    ],
)
def test_within_one_account(arguments: Json, is_allowed: bool, reason: str) -> None:
    decision = decide(**arguments)
    assert decision.is_allowed is is_allowed
    assert is_allowed or reason in decision.reason(ACTION)


@pytest.mark.parametrize(
    ("named", "is_allowed"), [(SESSION_ARN, True), (ROLE, False), (OWN, False), ("*", False)], ids=str
)
def test_only_the_session_itself_escapes_its_limits(named: str, is_allowed: bool) -> None:
    session = Subject(SESSION_ARN, OWN, ROLE)
    found = decide([], session=[text(NOTHING)], resource=principal(named), subject=session)
    assert found.is_allowed is is_allowed
    assert decide([], resource=principal(ROLE), subject=session).is_allowed


@pytest.mark.parametrize("named", [FOREIGN, OTHER, "*"])
def test_another_account_needs_both_policies(named: str) -> None:
    eve = Subject(FOREIGN, OTHER)
    assert decide([text(allow())], resource=principal(named), subject=eve).is_allowed
    lacking = decide([], resource=principal(named), subject=eve)
    assert lacking.kind == IDENTITY and not lacking.is_allowed
    lacking = decide([text(allow())], subject=eve)
    assert lacking.kind == RESOURCE and not lacking.is_allowed


def test_the_root_of_an_account_may_do_all_that_no_resource_policy_denies() -> None:
    root = Subject(f"arn:aws:iam::{OWN}:root", OWN)
    assert decide([], subject=root).is_allowed
    assert not decide([], resource=principal("*", "Deny"), subject=root).is_allowed
    assert not decide([], subject=root, owner=OTHER).is_allowed
    assert decide([], resource=principal(OWN), subject=root, owner=OTHER).is_allowed


def test_a_decision_names_its_statement() -> None:
    assert decide([text(NOTHING, allow(Sid="All"))]).decided_by == "identity-based policy p0: Statement[1] (All)"
    assert decide([]).decided_by == "no identity-based policy allows it"


ACTIONS = st.sampled_from(["dynamodb:GetItem", "dynamodb:Get*", "dynamodb:PutItem", "dynamodb:*Item", "*", "s3:Get*"])
RESOURCES = st.sampled_from(
    [
        "*",
        TABLE,
        f"{TABLE}/index/*",
        "arn:aws:dynamodb:*:*:table/${aws:username}",
        "arn:aws:dynamodb",
        "arn:aws:dynamodb:us-*:1*3:table/?",
        "arn:aws:s3:::b",
    ]
)
STRINGS = st.sampled_from(["a", "b", "a*", "${aws:username}", "?", "T", "x-${aws:username}"])
STRING_OPERATORS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]
OPERATORS = st.sampled_from(
    [
        prefix + name + suffix
        for name in STRING_OPERATORS
        for prefix in ("", "ForAllValues:", "ForAnyValue:")
        for suffix in ("", "IfExists")
    ]
)


def one_or_more(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return strategy | st.lists(strategy, min_size=1, max_size=3)


CONDITIONS = st.dictionaries(
    OPERATORS,
    st.dictionaries(st.sampled_from(["dynamodb:LeadingKeys", "aws:username"]), one_or_more(STRINGS), min_size=1),
    max_size=2,
) | st.sampled_from(
    [
        {"Null": {"dynamodb:LeadingKeys": "true"}},
        {"Null": {"aws:username": ["false"]}},
        {"Bool": {"dynamodb:FullTableScan": "true"}},
        {"BoolIfExists": {"dynamodb:FullTableScan": "false"}},
        {"NumericLessThan": {"aws:EpochTime": "5"}},
        {"NumericNotEquals": {"aws:EpochTime": ["5", "6"]}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}},
        {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
    ]
)


@st.composite
def statements(draw: st.DrawFn, kind: Literal["identity", "resource"]) -> Json:
    made: Json = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    made[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(one_or_more(ACTIONS))
    made[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(one_or_more(RESOURCES))
    if draw(st.booleans()):
        made["Condition"] = draw(CONDITIONS)
    if kind == "resource":
        who = draw(st.sampled_from(["*", USER, ROLE, SESSION_ARN, OWN, FOREIGN, OTHER]))
        made["Principal"] = who if who == "*" else {"AWS": who}
    return made


def policies(kind: Literal["identity", "resource"] = "identity") -> st.SearchStrategy[Json]:
    return st.lists(statements(kind), min_size=1, max_size=3).map(lambda listed: text(*listed))


KEYS = st.fixed_dictionaries(
    {},
    optional={
        "dynamodb:LeadingKeys": st.lists(st.sampled_from(["a", "b", "x-T", "T"]), min_size=1, max_size=3),
        "aws:username": st.sampled_from([["T"], ["a"], ["*"]]),
        "dynamodb:FullTableScan": st.sampled_from([["true"], ["false"]]),
        "aws:EpochTime": st.sampled_from([["4"], ["5"], ["x"]]),
        "aws:PrincipalArn": st.sampled_from([[USER], [ROLE]]),
    },
)


@settings(max_examples=400, deadline=None)
@given(
    identity=st.lists(policies(), max_size=2),
    boundary=st.lists(policies(), max_size=1),
    session=st.lists(policies(), max_size=2),
    resource=st.none() | policies("resource"),
    subject=st.sampled_from([Subject(USER, OWN), Subject(SESSION_ARN, OWN, ROLE), Subject(FOREIGN, OTHER)]),
    keys=KEYS,
    action=st.sampled_from(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"]),
    target=st.sampled_from([TABLE, f"{TABLE}/index/I"]),
)
def test_any_policies_are_decided_as_by_the_plain_evaluator(
    identity: list[Json],
    boundary: list[Json],
    session: list[Json],
    resource: Json | None,
    subject: Subject,
    keys: Json,
    action: str,
    target: str,
) -> None:
    grants = grants_of(subject, identity, boundary, session)
    attached = policy.read(resource, "r", "resource") if resource else None
    decision = evaluation.decide(grants, attached, OWN, action, target, KnownFacts(keys))
    request = {
        "action": action,
        "resource": target,
        "keys": keys,
        "arn": subject.arn,
        "role": subject.role,
        "account": subject.account,
        "owner": OWN,
    }
    assert decision.is_allowed == plain_evaluator.is_allowed(identity, boundary, session, resource, request)
