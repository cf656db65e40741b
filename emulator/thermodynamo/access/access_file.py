"""The access file: callers with their keys and policies, in TOML or JSON.

    [callers.alice]
    arn = "arn:aws:iam::111122223333:user/alice"
    policies = ["own-orders"]
    tags = { tenant = "a" }
    keys = [{ access_key_id = "AKIDALICE", secret_access_key = "secret" }]

    [policies.own-orders]
    Version = "2012-10-17"
    ...

A policy is IAM's JSON, written as tables of TOML, as an object of JSON, or as a string that holds JSON. An error names
the line. No error, and nothing that is logged, repeats a secret or a session token.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from thermodynamo.access import file_lines
from thermodynamo.access.identity import AccessKey, Identity, known_facts, parse_arn, user_id_of
from thermodynamo.api.policies import condition_keys, policy
from thermodynamo.api.policies.evaluation import BOUNDARY, IDENTITY, SESSION, Grants, PolicySet
from thermodynamo.api.policies.policy import Policy
from thermodynamo.api.policies.policy_error import Place, PolicyError
from thermodynamo.settings.clock import parse_instant

TOP_MEMBERS = {"callers", "policies", "regions"}
CALLER_MEMBERS = {
    "arn",
    "context",
    "keys",
    "permissions_boundary",
    "policies",
    "session_policies",
    "tags",
    "user_id",
}
KEY_MEMBERS = {"access_key_id", "expires", "secret_access_key", "session_token"}
ACCESS_KEY_CHARACTERS_MAX = 128


class AccessFileError(ValueError):
    """The file cannot be used; the message names it, the line where that is known, and the reason."""


@dataclass(frozen=True, slots=True)
class AccessFile:
    """What a file says. `regions` are those that a signature may be scoped to; None is all."""

    callers: Mapping[str, Identity]
    keys: Mapping[str, tuple[AccessKey, Identity]]
    regions: frozenset[str] | None

    def find(self, name: str) -> Identity | None:
        """The caller with a name or an ARN."""
        by_arn = (each for each in self.callers.values() if each.arn == name)
        return self.callers.get(name) or next(by_arn, None)


def load(path: Path) -> AccessFile:
    """Reads a file. Raises AccessFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AccessFileError(f"{path}: {error.strerror if isinstance(error, OSError) else 'is no UTF-8'}") from None
    return parse(text, str(path), is_json=path.suffix.lower() == ".json")


def parse(text: str, name: str, is_json: bool) -> AccessFile:
    """What the text of a file says. Raises AccessFileError, which calls the file `name`."""
    reader: Callable[[str], Any] = _json if is_json else tomllib.loads
    try:
        tree = reader(text)
    except tomllib.TOMLDecodeError as error:
        last = len(text.splitlines())
        reason = str(error).replace("at end of document", f"at line {last}, the end of the document")
        raise AccessFileError(f"{name}: {reason}") from None
    except json.JSONDecodeError as error:
        raise AccessFileError(f"{name}: line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise AccessFileError(f"{name}: {error}") from None
    try:
        return _file(tree)
    except PolicyError as error:
        line = _line(text, reader, tree, error.place)
        where = f"line {line}: " if line is not None else ""
        raise AccessFileError(f"{name}: {where}{error}") from None


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; unlike the parser's own, no member may hide one of the same name."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has two members {twice}")
    return found


def _line(text: str, reader: Callable[[str], Any], tree: Any, place: Place) -> int | None:
    """The line of a place, which may lie inside a policy that is a string of JSON."""
    for end in range(1, len(place)):
        inner = file_lines.at(tree, place[:end])
        if isinstance(inner, str):
            begins_at = text.find(inner)
            line = file_lines.line_of(inner, _json, place[end:]) if begins_at >= 0 else None
            if line is not None:
                return text.count("\n", 0, begins_at) + line
            return file_lines.line_of(text, reader, place[:end])
    return file_lines.line_of(text, reader, place)


def _file(tree: Any) -> AccessFile:
    _members(tree, TOP_MEMBERS, ())
    policies = {name: _policy(given, name, ("policies", name)) for name, given in _table(tree, "policies", ()).items()}
    regions = _texts(tree["regions"], ("regions",)) if "regions" in tree else None
    callers: dict[str, Identity] = {}
    keys: dict[str, tuple[AccessKey, Identity]] = {}
    for name, given in _table(tree, "callers", ()).items():
        place: Place = ("callers", name)
        callers[name] = identity = _caller(given, name, policies, place)
        listed = given.get("keys", [])
        if not isinstance(listed, list):
            raise PolicyError((*place, "keys"), "must be a list of keys")
        for number, each in enumerate(listed):
            key = _key(each, (*place, "keys", number))
            if key.id in keys:
                raise PolicyError((*place, "keys", number, "access_key_id"), f"{key.id} is another key's id")
            keys[key.id] = (key, identity)
    return AccessFile(callers, keys, frozenset(regions) if regions is not None else None)


def _policy(given: Any, name: str, place: Place) -> Policy:
    if isinstance(given, str):
        try:
            given = _json(given)
        except json.JSONDecodeError as error:
            raise PolicyError(place, f"its line {error.lineno}: {error.msg}") from None
        except (ValueError, RecursionError) as error:
            raise PolicyError(place, str(error)) from None
    try:
        return policy.read(given, name)
    except PolicyError as error:
        raise error.within(place) from None


def _caller(given: Any, name: str, policies: Mapping[str, Policy], place: Place) -> Identity:
    _members(given, CALLER_MEMBERS, place)
    arn = _text(given, "arn", place)
    parts = parse_arn(arn) if arn is not None else None
    if parts is None or arn is None:
        reason = "is the ARN of no user, no session of a role, no federated user and no account's root"
        raise PolicyError((*place, "arn") if arn is not None else place, f"{arn} {reason}" if arn else "has no arn")
    boundary = _text(given, "permissions_boundary", place)
    limits = []
    if boundary is not None:
        limits.append(PolicySet(BOUNDARY, (_named(boundary, policies, (*place, "permissions_boundary")),)))
    if "session_policies" in given:
        limits.append(PolicySet(SESSION, _all_named(given, "session_policies", policies, place)))
    identity = PolicySet(IDENTITY, _all_named(given, "policies", policies, place))
    user_id = _text(given, "user_id", place) or user_id_of(parts)
    tags = {tag: _one_text(value, (*place, "tags", tag)) for tag, value in _table(given, "tags", place).items()}
    context = _table(given, "context", place)
    for key in context:
        if not condition_keys.is_of_context(key.lower()):
            raise PolicyError((*place, "context", key), f"{key} is no condition key that a caller can be given")
    values = {key: _texts(value, (*place, "context", key)) for key, value in context.items()}
    grants = Grants(parts.subject, identity, tuple(limits))
    known = known_facts(parts, user_id, tags, values)
    return Identity(name, arn, parts.subject.account, user_id, parts.subject, grants, known)


def _key(given: Any, place: Place) -> AccessKey:
    _members(given, KEY_MEMBERS, place)
    id, secret = _text(given, "access_key_id", place), _text(given, "secret_access_key", place)
    if not id or not secret:
        raise PolicyError(place, "a key needs access_key_id and secret_access_key")
    if not id.isascii() or not id.isalnum() or len(id) > ACCESS_KEY_CHARACTERS_MAX:
        raise PolicyError((*place, "access_key_id"), "must be letters and digits, 128 of them at most")
    expires = given.get("expires")
    expires_at = None
    if expires is not None:
        try:
            expires_at = _instant(expires)
        except (ValueError, TypeError):
            raise PolicyError((*place, "expires"), "must be a date in ISO 8601 or seconds of the epoch") from None
    return AccessKey(id, secret, _text(given, "session_token", place), expires_at)


def _instant(given: Any) -> float:
    if isinstance(given, datetime):
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()
    if isinstance(given, bool):
        raise ValueError(given)
    return parse_instant(given)


def _all_named(given: Any, member: str, policies: Mapping[str, Policy], place: Place) -> tuple[Policy, ...]:
    listed = given.get(member, [])
    if not isinstance(listed, list):
        raise PolicyError((*place, member), "must be a list of names of policies")
    return tuple(_named(name, policies, (*place, member, number)) for number, name in enumerate(listed))


def _named(name: Any, policies: Mapping[str, Policy], place: Place) -> Policy:
    if not isinstance(name, str) or name not in policies:
        raise PolicyError(place, f"{name} is no policy of this file")
    return policies[name]


def _members(given: Any, allowed: set[str], place: Place) -> None:
    if not isinstance(given, dict):
        raise PolicyError(place, "must be a table")
    for member in given:
        if member not in allowed:
            raise PolicyError((*place, member), f"is none of {', '.join(sorted(allowed))}")


def _table(given: Any, member: str, place: Place) -> dict[str, Any]:
    found = given.get(member, {})
    if not isinstance(found, dict):
        raise PolicyError((*place, member), "must be a table")
    return found


def _text(given: Any, member: str, place: Place) -> str | None:
    value = given.get(member)
    return None if value is None else _one_text(value, (*place, member))


def _one_text(value: Any, place: Place) -> str:
    if not isinstance(value, str):
        raise PolicyError(place, "must be a string")
    return value


def _texts(value: Any, place: Place) -> Sequence[str]:
    """A string, or several. Raises PolicyError."""
    listed = value if isinstance(value, list) else [value]
    return tuple(_one_text(each, place) for each in listed)
