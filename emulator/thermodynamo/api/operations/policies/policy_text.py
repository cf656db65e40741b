"""The text of a resource policy: what it may be, what GetResourcePolicy tells of it, and when two mean the same.

The rules are those of live probes (ack-api-quirks, DDB-TABLE-207 to 211 and 351 to 356, October 2026). A text is told
without blanks, its elements in one order, lists of one as their only element, an account as the ARN of its root.
"""

import json
from typing import Any, Literal

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.policies import actions, policy, principals
from thermodynamo.api.policies.policy import Policy
from thermodynamo.api.policies.policy_error import PolicyError
from thermodynamo_storage.values.dataclass import dataclass

Json = dict[str, Any]
Holder = Literal["table", "stream"]
"""What a policy is attached to."""
POLICY_BYTES_MAX = 20_480
"""Blanks count."""
NAME = "resource policy"
ELEMENTS = ("Version", "Id", "Statement")
STATEMENT_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
REQUIRED = (("Effect",), ("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
OF_STREAMS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
OF_BOTH = ("dynamodb:DeleteResourcePolicy", "dynamodb:GetResourcePolicy", "dynamodb:PutResourcePolicy")
OF_NEITHER = (
    "dynamodb:CreateGlobalTable",
    "dynamodb:DeleteBackup",
    "dynamodb:DescribeBackup",
    "dynamodb:DescribeEndpoints",
    "dynamodb:DescribeExport",
    "dynamodb:DescribeGlobalTable",
    "dynamodb:DescribeGlobalTableSettings",
    "dynamodb:DescribeImport",
    "dynamodb:DescribeLimits",
    "dynamodb:ListBackups",
    "dynamodb:ListContributorInsights",
    "dynamodb:ListExports",
    "dynamodb:ListGlobalTables",
    "dynamodb:ListImports",
    "dynamodb:ListStreams",
    "dynamodb:ListTables",
    "dynamodb:UpdateGlobalTable",
    "dynamodb:UpdateGlobalTableSettings",
)
"""Actions on no table and no stream (service authorization reference)."""
BOUNDING = ("aws:principal", "aws:source", "aws:userid", "aws:username")
"""Beginnings of the condition keys that bound whom a statement about everyone allows."""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy that was checked: as it is told, what it is compared by, and what it means."""

    told: str
    compared: str
    policy: Policy


def check(text: str, holder: Holder) -> PolicyText:
    """Raises ValidationException."""
    if len(text.encode("utf-8", "surrogatepass")) > POLICY_BYTES_MAX:
        raise errors.validation(messages.POLICY_TOO_LONG)
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise _invalid(messages.POLICY_JSON_INVALID) from None
    if given is None:
        raise _invalid(messages.POLICY_NULL)
    if not isinstance(given, dict):
        raise _invalid(messages.POLICY_JSON_INVALID)
    if not given:
        raise _invalid(_syntax_error(text, len(text)))
    statements = _statements(given)
    for statement in statements:
        _check_statement(statement, holder, text)
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if len(set(map(str, sids))) < len(sids):
        raise _invalid(messages.POLICY_SIDS_NOT_UNIQUE)
    try:
        read = policy.read(given, NAME, "resource")
    except PolicyError as error:
        raise _invalid(str(error)) from None
    for made in read.statements:
        _refuse_unbounded(made)
    told = _told({"Version": policy.VERSIONS[0], **given}, statements)
    has_version = "Version" in given
    written = _written(told)
    try:
        written.encode()
    except UnicodeEncodeError:
        raise _invalid(messages.POLICY_JSON_INVALID) from None
    return PolicyText(written, json.dumps([has_version, told], sort_keys=True), read)


def parse(told: str) -> Policy:
    """What a text means that was checked before."""
    return policy.read(json.loads(told), NAME, "resource")


def _invalid(reason: str) -> ApiError:
    return errors.validation(messages.POLICY_INVALID.format(reason))


def _statements(given: Json) -> list[Json]:
    if "Statement" not in given:
        raise _invalid(messages.POLICY_ELEMENT_MISSING.format("Statement"))
    statements = given["Statement"] if isinstance(given["Statement"], list) else [given["Statement"]]
    if not statements:
        raise _invalid(messages.POLICY_STATEMENT_EMPTY)
    if not all(isinstance(statement, dict) for statement in statements):
        raise _invalid(messages.POLICY_JSON_INVALID)
    return statements


def _check_statement(statement: Json, holder: Holder, text: str) -> None:
    for names in REQUIRED:
        if not any(name in statement for name in names):
            raise _invalid(messages.POLICY_ELEMENT_MISSING.format(names[0]))
    for element in ("Principal", "NotPrincipal"):
        principal = statement.get(element, principals.EVERYONE)
        if isinstance(principal, str) and principal != principals.EVERYONE:
            raise _invalid(_syntax_error(text, _place_of(text, principal)))
        try:
            principals.read(principal, False, ())
        except PolicyError:
            raise errors.validation(messages.POLICY_PRINCIPAL_INVALID) from None
    wrong = [f'"{name}"' for name in _texts(statement, "Action", "NotAction") if not _is_action(name, holder)]
    if wrong:
        raise _invalid(messages.POLICY_ACTIONS_INVALID.format(", ".join(wrong)))
    for resource in _texts(statement, "Resource", "NotResource"):
        relative = resource.split(":", 5)[-1]
        if resource != "*" and ("/stream/" in relative) is not (holder == "stream"):
            raise _invalid(messages.POLICY_RELATIVE_ID_INVALID.format(relative, resource))


def _place_of(text: str, value: str) -> int:
    """Where a string stands that is no element's value."""
    return max(text.find(json.dumps(value, ensure_ascii=False)), 0)


def _syntax_error(text: str, at: int) -> str:
    """Names the line and the character, both from 1, of a place in the text."""
    line = text.count("\n", 0, at) + 1
    return messages.POLICY_SYNTAX.format(line, at - (text.rfind("\n", 0, at) + 1) + 1)


def _texts(statement: Json, *names: str) -> list[str]:
    """The strings of an element, under whichever name it stands."""
    found = [statement[name] for name in names if name in statement]
    listed = found[0] if found and isinstance(found[0], list) else found
    return [text for text in listed if isinstance(text, str)]


def _is_action(written: str, holder: Holder) -> bool:
    """Whether a policy of a table, or of a stream, may name an action or a pattern of actions."""
    try:
        matches = actions.read(written, ())
    except PolicyError:
        return False
    if matches is None:
        return False
    return any(matches(action) for action in _actions(holder))


def _actions(holder: Holder) -> set[str]:
    """The actions, in lower case, that can be done to what holds a policy."""
    named = set(map(str.lower, (*OF_STREAMS, *OF_BOTH)))
    if holder == "stream":
        return named
    others = set(map(str.lower, (*OF_STREAMS, *OF_NEITHER)))
    return {action for action in actions.known() if action.startswith(actions.PREFIX)} - others


def _refuse_unbounded(statement: policy.Statement) -> None:
    """Everyone may be denied something, and allowed nothing unless a condition says who it is."""
    named = statement.principals
    if not statement.is_allow or named is None or not (named.is_everyone or named.is_negated):
        return
    for condition in statement.conditions:
        if condition.key.startswith(BOUNDING) and not condition.operator.is_negated and not condition.holds_if_missing:
            return
    raise errors.validation(messages.POLICY_UNBOUNDED)


def _told(given: Json, statements: list[Json]) -> Json:
    told = {name: given[name] for name in ELEMENTS if name in given}
    told["Statement"] = [_statement_told(statement) for statement in statements]
    return told


def _statement_told(statement: Json) -> Json:
    told: Json = {}
    for name in STATEMENT_ELEMENTS:
        if name not in statement:
            continue
        value = statement[name]
        if name == "Effect":
            value = str(value).capitalize()
        elif name in ("Principal", "NotPrincipal"):
            value = _principal_told(value)
        elif name == "Condition":
            value = {
                operator: {key: _single(texts) for key, texts in tests.items()} for operator, tests in value.items()
            }
        else:
            value = _single(value)
        told[name] = value
    return told


def _principal_told(principal: Any) -> Any:
    if not isinstance(principal, dict):
        return principal
    told = {}
    for kind, given in principal.items():
        listed = given if isinstance(given, list) else [given]
        roots = [f"arn:aws:iam::{each}:root" if principals.is_account(each) else each for each in listed]
        told[kind] = _single(list(dict.fromkeys(roots)))
    return told


def _single(value: Any) -> Any:
    """A list of one as its only element."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _written(told: Json) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)
