"""Whether policies allow an action on a resource, and which statement decides.

The order is IAM's (user guide, reference_policies_evaluation-logic): a Deny anywhere; then, within one account, an
Allow of the resource policy that names the caller itself, or an Allow of an identity policy within the permissions
boundary and the session policies; across accounts, both.
"""

from dataclasses import dataclass, field
from typing import Literal

from thermodynamo.api.policies.facts import Facts
from thermodynamo.api.policies.policy import Policy, Statement
from thermodynamo.api.policies.principals import Match, Subject, closest

Kind = Literal["identity-based policy", "permissions boundary", "session policy", "resource-based policy"]
IDENTITY: Kind = "identity-based policy"
BOUNDARY: Kind = "permissions boundary"
SESSION: Kind = "session policy"
RESOURCE: Kind = "resource-based policy"
ARTICLES: dict[Kind, str] = {
    kind: "an" if kind == IDENTITY else "a" for kind in (IDENTITY, BOUNDARY, SESSION, RESOURCE)
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`kind` is of the policy that decided: that allowed or denied, or that lacked an Allow.

    `statement` and `policy` are None where none decided: nothing allowed the request, or the caller is a root.
    """

    is_allowed: bool
    kind: Kind
    policy: Policy | None = None
    statement: Statement | None = None

    def reason(self, action: str) -> str:
        """How the service ends its sentence about a refusal (IAM user guide, troubleshoot_access-denied)."""
        if self.statement is not None:
            return f"with an explicit deny in {ARTICLES[self.kind]} {self.kind}"
        return f"because no {self.kind} allows the {action} action"

    @property
    def decided_by(self) -> str:
        """The statement that decided, or what was missing."""
        if self.policy is None or self.statement is None:
            return "the account's root" if self.is_allowed else f"no {self.kind} allows it"
        return f"{self.kind} {self.policy.name}: {self.statement.label}"


Found = tuple[Policy, Statement]


class PolicySet:
    """Policies of one kind of which any may allow, with their statements sorted by action once."""

    __slots__ = ("_by_action", "kind", "policies")

    def __init__(self, kind: Kind, policies: tuple[Policy, ...]) -> None:
        self.kind = kind
        self.policies = policies
        self._by_action: dict[str, tuple[tuple[Found, ...], tuple[Found, ...]]] = {}

    def denial(self, action: str, resource: str, facts: Facts) -> Found | None:
        """The first Deny that applies."""
        return _first(self._of(action)[0], resource, facts)

    def allowance(self, action: str, resource: str, facts: Facts) -> Found | None:
        """The first Allow that applies."""
        return _first(self._of(action)[1], resource, facts)

    def about(self, action: str) -> tuple[Found, ...]:
        """All statements about an action, Deny before Allow."""
        denies, allows = self._of(action)
        return denies + allows

    def _of(self, action: str) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
        found = self._by_action.get(action)
        if found is None:
            lower = action.lower()
            about = [
                (policy, statement)
                for policy in self.policies
                for statement in policy.statements
                if statement.is_about(lower)
            ]
            found = (
                tuple(each for each in about if not each[1].is_allow),
                tuple(each for each in about if each[1].is_allow),
            )
            self._by_action[action] = found
        return found


def _first(statements: tuple[Found, ...], resource: str, facts: Facts) -> Found | None:
    for found in statements:
        if found[1].applies(resource, facts):
            return found
    return None


@dataclass(frozen=True, slots=True)
class Grants:
    """The policies of one subject. `limits` are its permissions boundary and its session policies, if any.

    Each limit is a set of which one policy must allow what any identity policy allows.
    """

    subject: Subject
    identity: PolicySet
    limits: tuple[PolicySet, ...] = ()
    sets: tuple[PolicySet, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sets", (self.identity, *self.limits))


def decide(
    grants: Grants, resource_policy: Policy | None, owner: str, action: str, resource: str, facts: Facts
) -> Decision:
    """The decision on an action, such as dynamodb:GetItem, on a resource of the account `owner`."""
    subject = grants.subject
    if not subject.is_root:
        for each in grants.sets:
            denial = each.denial(action, resource, facts)
            if denial is not None:
                return Decision(False, each.kind, *denial)
    match, granted = None, None
    if resource_policy is not None:
        named = _naming(resource_policy, subject, action, resource, facts)
        for _, statement in named:
            if not statement.is_allow:
                return Decision(False, RESOURCE, resource_policy, statement)
        match, granted = _granted(named)
    is_own = owner == subject.account
    if granted is None and subject.is_root:
        return Decision(is_own, IDENTITY if is_own else RESOURCE)
    if granted is not None and (subject.is_root or (is_own and match == "session")):
        return Decision(True, RESOURCE, resource_policy, granted)
    allowance = grants.identity.allowance(action, resource, facts)
    if allowance is None and not (is_own and match in ("identity", "everyone")):
        return Decision(False, IDENTITY)
    for limit in grants.limits:
        if limit.allowance(action, resource, facts) is None:
            return Decision(False, limit.kind)
    if not is_own and granted is None:
        return Decision(False, RESOURCE)
    if allowance is None:
        return Decision(True, RESOURCE, resource_policy, granted)
    return Decision(True, IDENTITY, *allowance)


def _naming(
    policy: Policy, subject: Subject, action: str, resource: str, facts: Facts
) -> list[tuple[Match, Statement]]:
    """The statements of a resource policy that apply and name the subject, with how they name it."""
    found = []
    for statement in policy.statements:
        match = statement.principals.match(subject) if statement.principals is not None else None
        if match is not None and statement.is_about(action.lower()) and statement.applies(resource, facts):
            found.append((match, statement))
    return found


def _granted(named: list[tuple[Match, Statement]]) -> tuple[Match | None, Statement | None]:
    """The closest of the Allows, by how it names the subject."""
    match = closest([match for match, _ in named])
    return match, next((statement for each, statement in named if each == match), None)
