"""The callers of an access file: who they are, which keys they sign with, and which policies bind them."""

import re
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from thermodynamo.api.policies.evaluation import Grants
from thermodynamo.api.policies.principals import Subject

_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam::(?P<account>[0-9]{12}):(?:(?P<root>root)|user/(?P<user>[!-~]+))"
    r"|sts::(?P<session_account>[0-9]{12}):(?P<kind>assumed-role|federated-user)/(?P<name>[^/]+)(?:/(?P<session>[!-~]+))?)"
).fullmatch
_ID_CHARACTERS = 17


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key pair. `expires_at` is in seconds of the epoch; a key with a session token is used with it alone."""

    id: str
    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller. `known` are the condition keys that it gives every request of its own, in lower case."""

    name: str
    arn: str
    account: str
    user_id: str
    subject: Subject
    grants: Grants
    known: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ArnParts:
    """What the ARN of a caller says. `kind` is the value of aws:PrincipalType."""

    subject: Subject
    kind: str
    user_name: str | None
    session_name: str | None


def parse_arn(arn: str) -> ArnParts | None:
    """The caller of an ARN: of an account's root, a user, a session of a role or a federated user; else None."""
    found = _ARN(arn)
    if found is None:
        return None
    account = found["account"] or found["session_account"]
    if found["root"]:
        return ArnParts(Subject(arn, account), "Account", None, None)
    if found["user"]:
        return ArnParts(Subject(arn, account), "User", found["user"].rsplit("/", 1)[-1], None)
    if (found["kind"] == "assumed-role") != bool(found["session"]):
        return None
    if not found["session"]:
        return ArnParts(Subject(arn, account), "FederatedUser", None, found["name"])
    partition = arn.split(":", 2)[1]
    role = f"arn:{partition}:iam::{account}:role/{found['name']}"
    return ArnParts(Subject(arn, account, role), "AssumedRole", None, found["session"])


def user_id_of(parts: ArnParts) -> str:
    """A unique id as aws:userid shows it, for a caller that has none of its own: always that of the same ARN."""
    subject = parts.subject
    if parts.kind == "Account":
        return subject.account
    digest = b32encode(sha256(subject.principal.encode()).digest()).decode()[:_ID_CHARACTERS]
    if parts.kind == "FederatedUser":
        return f"{subject.account}:{parts.session_name}"
    return f"AROA{digest}:{parts.session_name}" if parts.session_name else f"AIDA{digest}"


def known_facts(
    parts: ArnParts, user_id: str, tags: Mapping[str, str], context: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    """The values of the condition keys that a caller gives its requests."""
    known: dict[str, Sequence[str]] = {
        "aws:principalaccount": (parts.subject.account,),
        "aws:principalarn": (parts.subject.principal,),
        "aws:principaltype": (parts.kind,),
        "aws:userid": (user_id,),
    }
    if parts.user_name is not None:
        known["aws:username"] = (parts.user_name,)
    known |= {f"aws:principaltag/{name.lower()}": (value,) for name, value in tags.items()}
    return known | {name.lower(): values for name, values in context.items()}
