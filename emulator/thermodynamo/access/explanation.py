"""Why a request is allowed or denied: each thing that it needs, and what every statement about it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thermodynamo.access import requirements
from thermodynamo.access.decisions import decide, resource_policy_of
from thermodynamo.access.identity import Identity
from thermodynamo.access.requirement import Requirement, Transport
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.api.policies.evaluation import RESOURCE, Decision, PolicySet
from thermodynamo.api.policies.policy import Statement


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a request is allowed, and why, as lines of text."""

    is_allowed: bool
    lines: tuple[str, ...]


def explain(identity: Identity, operation: Operation, request: Any, namespace: Namespace, now: float) -> Explanation:
    """Why an identity may send a request to a namespace, or may not. The request may be changed.

    Raises ApiError for one that means nothing.
    """
    operation.check(request)
    operation.validate(request)
    transport = Transport(identity.known, namespace.account, namespace.region, now)
    lines: list[str] = []
    refused = 0
    for requirement in requirements.of(operation.asked_as, request, namespace, transport):
        decision = decide(identity, requirement)
        refused += not decision.is_allowed
        verdict = "allowed" if decision.is_allowed else "DENIED"
        lines.append(f"{requirement.action} on {requirement.resource}: {verdict} by {_decided_by(decision)}")
        lines += _statements(identity, requirement)
    lines.append(f"The request is {'denied' if refused else 'allowed'} for {identity.arn}.")
    return Explanation(not refused, tuple(lines))


def _decided_by(decision: Decision) -> str:
    if decision.statement is None and not decision.is_allowed:
        return f"default: no {decision.kind} allows it"
    return decision.decided_by


def _statements(identity: Identity, requirement: Requirement) -> Iterator[str]:
    sets = [] if identity.subject.is_root else [*identity.grants.sets]
    attached = resource_policy_of(requirement)
    if attached is not None:
        sets.append(PolicySet(RESOURCE, (attached,)))
    for each in sets:
        denies, allows = each.about(requirement.action)
        for decision in (*denies, *allows):
            assert decision.policy is not None and decision.statement is not None
            effect = "Allow" if decision.statement.is_allow else "Deny"
            yield f"  {each.kind} {decision.policy.name}: {decision.statement.label}, {effect}"
            yield from _elements(identity, decision.statement, requirement)
        if not denies and not allows:
            yield f"  {each.kind}: no statement is about {requirement.action}"


def _elements(identity: Identity, statement: Statement, requirement: Requirement) -> Iterator[str]:
    """What of a statement applies, and what does not."""
    if statement.principals is not None and statement.principals.match(identity.subject) is None:
        yield f"    Principal does not name {identity.arn}"
    name = "NotResource" if statement.excludes_resources else "Resource"
    written = ", ".join(pattern.written for pattern in statement.resources)
    verb = "covers" if statement.covers(requirement.resource, requirement) else "does not cover"
    yield f"    {name} {written} {verb} it"
    for condition in statement.conditions:
        yield f"    {condition.explain(requirement)}"
