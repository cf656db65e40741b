"""Whether policies allow an action on a resource, and which statement decides.

The order is IAM's (user guide, reference_policies_evaluation-logic): a Deny anywhere; then, within one account, an
Allow of the resource policy that names the caller itself, or an Allow of an identity policy within the permissions
boundary and the session policies; across accounts, both.
"""

from dataclasses import field
from typing import Literal

from thermodynamo.api.policies.facts import Facts
from thermodynamo.api.policies.policy import Policy, Statement
from thermodynamo.api.policies.principals import Match, Subject, closest
from thermodynamo_storage.values.dataclass import dataclass

Kind = Literal["identity-based policy", "permissions boundary", "session policy", "resource-based policy"]
IDENTITY: Kind = "identity-based policy"
BOUNDARY: Kind = "permissions boundary"
SESSION: Kind = "session policy"
RESOURCE: Kind = "resource-based policy"


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
            return f"with an explicit deny in {'an' if self.kind == IDENTITY else 'a'} {self.kind}"
        return f"because no {self.kind} allows the {action} action"

    @property
    def decided_by(self) -> str:
        """The statement that decided, or what was missing."""
        if self.policy is None or self.statement is None:
            return "the account's root" if self.is_allowed else f"no {self.kind} allows it"
        return f"{self.kind} {self.policy.name}: {self.statement.label}"


_MISSING: dict[Kind, Decision] = {kind: Decision(False, kind) for kind in (IDENTITY, BOUNDARY, SESSION, RESOURCE)}


class PolicySet:
    """Policies of one kind of which any may allow, with their statements sorted by action once.

    Each statement comes as the decision that it makes where it applies.
    """

    __slots__ = ("_by_action", "kind", "policies")

    def __init__(self, kind: Kind, policies: tuple[Policy, ...]) -> None:
        self.kind = kind
        self.policies = policies
        self._by_action: dict[str, tuple[tuple[Decision, ...], tuple[Decision, ...]]] = {}

    def denial(self, action: str, resource: str, facts: Facts) -> Decision | None:
        """That of the first Deny that applies."""
        denies = self.about(action)[0]
        return _first(denies, resource, facts) if denies else None

    def allowance(self, action: str, resource: str, facts: Facts) -> Decision | None:
        """That of the first Allow that applies."""
        return _first(self.about(action)[1], resource, facts)

    def about(self, action: str) -> tuple[tuple[Decision, ...], tuple[Decision, ...]]:
        """The statements about an action: every Deny, and every Allow."""
        found = self._by_action.get(action)
        if found is None:
            lower = action.lower()
            decisions = [
                Decision(statement.is_allow, self.kind, policy, statement)
                for policy in self.policies
                for statement in policy.statements
                if statement.is_about(lower)
            ]
            denies = tuple(each for each in decisions if not each.is_allowed)
            found = self._by_action[action] = (denies, tuple(each for each in decisions if each.is_allowed))
        return found


def _first(decisions: tuple[Decision, ...], resource: str, facts: Facts) -> Decision | None:
    for decision in decisions:
        statement = decision.statement
        if statement is not None and statement.applies(resource, facts):
            return decision
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
    is_root = subject.is_root
    if not is_root:
        for each in grants.sets:
            denial = each.denial(action, resource, facts)
            if denial is not None:
                return denial
    match, granted = None, None
    if resource_policy is not None:
        named = _naming(resource_policy, subject, action, resource, facts)
        for _, statement in named:
            if not statement.is_allow:
                return Decision(False, RESOURCE, resource_policy, statement)
        match, granted = _granted(named)
    is_own = owner == subject.account
    if granted is None and is_root:
        return Decision(True, IDENTITY) if is_own else _MISSING[RESOURCE]
    if granted is not None and (is_root or (is_own and match == "session")):
        return Decision(True, RESOURCE, resource_policy, granted)
    allowance = grants.identity.allowance(action, resource, facts)
    if allowance is None and not (is_own and match in ("identity", "everyone")):
        return _MISSING[IDENTITY]
    for limit in grants.limits:
        if limit.allowance(action, resource, facts) is None:
            return _MISSING[limit.kind]
    if not is_own and granted is None:
        return _MISSING[RESOURCE]
    return allowance if allowance is not None else Decision(True, RESOURCE, resource_policy, granted)


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
