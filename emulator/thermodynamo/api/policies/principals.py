"""Whom a statement of a resource policy means: `Principal` and `NotPrincipal`."""

import re
from dataclasses import field
from typing import Any, Literal

from thermodynamo.api.policies.policy_error import Place, PolicyError
from thermodynamo_storage.values.dataclass import dataclass

EVERYONE = "*"
KINDS = ("AWS", "CanonicalUser", "Federated", "Service")
is_account = re.compile(r"[0-9]{12}").fullmatch
_ROOT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):root").fullmatch
_IDENTITY = re.compile(
    r"arn:aws[a-z-]*:(?:iam::[0-9]{12}:(?:user|role)/[!-~]+|sts::[0-9]{12}:(?:assumed-role|federated-user)/[!-~]+)"
).fullmatch

Match = Literal["session", "identity", "account", "everyone"]
"""How closely a principal names a subject: the session or user itself, its role, its account, or everyone."""
_CLOSEST: tuple[Match, ...] = ("session", "identity", "account", "everyone")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, as policies see it. `role` is the ARN of the role of a session, None for a user or an account's root.

    The root of an account is `arn:aws:iam::<account>:root`.
    """

    arn: str
    account: str
    role: str | None = None
    is_root: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_root", _ROOT(self.arn) is not None)

    @property
    def principal(self) -> str:
        """`aws:PrincipalArn`."""
        return self.role or self.arn


@dataclass(frozen=True, slots=True)
class Principals:
    """The AWS principals of a statement; `is_negated` for NotPrincipal. Those of other kinds ask nothing here."""

    accounts: frozenset[str]
    identities: frozenset[str]
    is_everyone: bool
    is_negated: bool = False

    def match(self, subject: Subject) -> Match | None:
        """How the statement names a subject, or None where it does not."""
        found = self._named(subject)
        if self.is_negated:
            return "everyone" if found is None else None
        return found

    def _named(self, subject: Subject) -> Match | None:
        if subject.arn in self.identities:
            return "session"
        if subject.role is not None and subject.role in self.identities:
            return "identity"
        if subject.account in self.accounts:
            return "session" if subject.is_root else "account"
        return "everyone" if self.is_everyone else None


def closest(matches: list[Match]) -> Match | None:
    return min(matches, key=_CLOSEST.index, default=None)


def read(principal: Any, is_negated: bool, place: Place) -> Principals:
    """Raises PolicyError for what names no principal."""
    if principal == EVERYONE:
        return Principals(frozenset(), frozenset(), True, is_negated)
    if not isinstance(principal, dict) or not principal:
        raise PolicyError(place, 'must be "*" or an object such as {"AWS": "111122223333"}')
    accounts: set[str] = set()
    identities: set[str] = set()
    is_everyone = False
    for kind, given in principal.items():
        if kind not in KINDS:
            raise PolicyError((*place, kind), f"is no kind of principal: those are {', '.join(KINDS)}")
        for text in given if isinstance(given, list) else [given]:
            if not isinstance(text, str) or not text:
                raise PolicyError((*place, kind), "must be a string or a list of strings")
            if kind != "AWS":
                continue
            root = _ROOT(text)
            if text == EVERYONE:
                is_everyone = True
            elif is_account(text):
                accounts.add(text)
            elif root is not None:
                accounts.add(root[1])
            elif _IDENTITY(text):
                identities.add(text)
            else:
                raise PolicyError((*place, kind), f"{text} is no account, user, role or session")
    return Principals(frozenset(accounts), frozenset(identities), is_everyone, is_negated)
