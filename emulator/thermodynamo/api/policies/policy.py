"""A policy in IAM's JSON, read once into tests (IAM user guide, reference_policies_elements).

Whatever is not evaluated is refused when a policy is read, with its place. A statement about other services alone
decides nothing here: its resources and conditions are left unread.
"""

import re
from typing import Any, Literal

from thermodynamo.api.policies import actions, arns, conditions, principals
from thermodynamo.api.policies.actions import Matches
from thermodynamo.api.policies.arns import ArnPattern
from thermodynamo.api.policies.conditions import Condition
from thermodynamo.api.policies.facts import Facts
from thermodynamo.api.policies.policy_error import Place, PolicyError, spelled
from thermodynamo.api.policies.principals import Principals
from thermodynamo_storage.values.dataclass import dataclass

VERSIONS = ("2008-10-17", "2012-10-17")
MEMBERS = {"Version", "Id", "Statement"}
STATEMENT_MEMBERS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
PRINCIPAL_MEMBERS = {"Principal", "NotPrincipal"}
_SID = re.compile(r"[A-Za-z0-9]*").fullmatch


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement. `excludes_actions` and `excludes_resources` are those of NotAction and NotResource."""

    number: int
    sid: str | None
    is_allow: bool
    actions: tuple[Matches, ...]
    excludes_actions: bool
    resources: tuple[ArnPattern, ...]
    excludes_resources: bool
    conditions: tuple[Condition, ...]
    principals: Principals | None

    @property
    def label(self) -> str:
        """How a person finds the statement in its policy."""
        place = spelled(("Statement", self.number))
        return f"{place} ({self.sid})" if self.sid else place

    def is_about(self, action: str) -> bool:
        """Whether the statement speaks of an action, given in lower case."""
        return any(matches(action) for matches in self.actions) is not self.excludes_actions

    def covers(self, resource: str, facts: Facts) -> bool:
        """Whether it speaks of a resource, given by its ARN."""
        for pattern in self.resources:
            if pattern.matches(resource, facts):
                return not self.excludes_resources
        return self.excludes_resources

    def applies(self, resource: str, facts: Facts) -> bool:
        """Whether it decides a request for an action that it is about."""
        if not self.covers(resource, facts):
            return False
        for condition in self.conditions:  # noqa: SIM110  # a generator costs more than most conditions
            if not condition.holds(facts):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Policy:
    """`statements` are those that can decide something here."""

    name: str
    version: str
    statements: tuple[Statement, ...]


def read(policy: Any, name: str, kind: Literal["identity", "resource"] = "identity") -> Policy:
    """The policy in JSON that is parsed already. Raises PolicyError."""
    if not isinstance(policy, dict):
        raise PolicyError((), "a policy is an object with Version and Statement")
    for member in policy:
        if member not in MEMBERS:
            raise PolicyError((member,), "is no element of a policy")
    version = policy.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        raise PolicyError(("Version",), f"must be one of {', '.join(VERSIONS)}")
    if "Statement" not in policy:
        raise PolicyError((), "the policy has no Statement")
    listed = policy["Statement"]
    is_list = isinstance(listed, list)
    statements = listed if is_list else [listed]
    if not statements:
        raise PolicyError(("Statement",), "is empty")
    found = []
    sids: set[str] = set()
    for number, statement in enumerate(statements):
        place: Place = ("Statement", number) if is_list else ("Statement",)
        made = _statement(statement, number, version == VERSIONS[1], kind, place)
        if made.sid:
            if made.sid in sids:
                raise PolicyError((*place, "Sid"), f"{made.sid} names two statements")
            sids.add(made.sid)
        found.append(made)
    return Policy(name, version, tuple(each for each in found if each.actions))


def _statement(statement: Any, number: int, has_variables: bool, kind: str, place: Place) -> Statement:
    if not isinstance(statement, dict):
        raise PolicyError(place, "must be an object")
    for member in statement:
        if member not in STATEMENT_MEMBERS and (kind != "resource" or member not in PRINCIPAL_MEMBERS):
            reason = (
                "stands in resource policies only" if member in PRINCIPAL_MEMBERS else "is no element of a statement"
            )
            raise PolicyError((*place, member), reason)
    sid = statement.get("Sid")
    if sid is not None and (not isinstance(sid, str) or (kind == "identity" and not _SID(sid))):
        raise PolicyError((*place, "Sid"), "must be letters and digits")
    effect = statement.get("Effect")
    if kind == "resource" and isinstance(effect, str):
        effect = effect.capitalize()  # ack-api-quirks, DDB-TABLE-355, October 2026: `allow` is taken
    if effect not in ("Allow", "Deny"):
        raise PolicyError((*place, "Effect") if "Effect" in statement else place, "Effect must be Allow or Deny")
    excludes_actions, written, there = _one_of(statement, "Action", "NotAction", place)
    matchers = [actions.read(text, (*there, *at)) for at, text in _listed(written, there)]
    known = tuple(matches for matches in matchers if matches is not None)
    if not known and excludes_actions:
        known = (lambda action: False,)
    excludes_resources, written, there = _one_of(statement, "Resource", "NotResource", place)
    resources = _listed(written, there)
    condition = statement.get("Condition", {})
    return Statement(
        number=number,
        sid=sid,
        is_allow=effect == "Allow",
        actions=known,
        excludes_actions=excludes_actions,
        resources=tuple(arns.read(text, has_variables, (*there, *at)) for at, text in resources) if known else (),
        excludes_resources=excludes_resources,
        conditions=conditions.read(condition, has_variables, (*place, "Condition")) if known else (),
        principals=_principals(statement, place) if kind == "resource" else None,
    )


def _one_of(statement: dict[str, Any], name: str, negated: str, place: Place) -> tuple[bool, Any, Place]:
    """Whether the negated member is given, its value, and its place; exactly one of the two must be."""
    given = [each for each in (name, negated) if each in statement]
    if len(given) != 1:
        reason = f"has both {name} and {negated}" if given else f"has neither {name} nor {negated}"
        raise PolicyError(place, reason)
    return given[0] == negated, statement[given[0]], (*place, given[0])


def _listed(written: Any, place: Place) -> list[tuple[Place, str]]:
    """The texts of a string or a list of strings, each with its place in the list."""
    listed = written if isinstance(written, list) else [written]
    if not listed or not all(isinstance(text, str) for text in listed):
        raise PolicyError(place, "must be a string or a list of strings")
    return [((number,) if isinstance(written, list) else (), text) for number, text in enumerate(listed)]


def _principals(statement: dict[str, Any], place: Place) -> Principals:
    is_negated, written, there = _one_of(statement, "Principal", "NotPrincipal", place)
    return principals.read(written, is_negated, there)
