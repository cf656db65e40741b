"""Compare a reply with the expected one: exact, but for `...` wildcards and what is marked any-order."""

import re
from typing import Any

from tests.golden.script import Expected
from tests.golden.wire import Reply

WILDCARD = "..."
CAPTURE = re.compile(r"\.\.\. as (\w+)")
"""A string that may be any, and is known from then on by the name."""
ATTRIBUTE_VALUES = ("L", "SS", "NS", "BS")
CORAL_SERVICE = "com.amazon.coral.service#"
PREFIXES = {
    "ValidationException": "com.amazon.coral.validate#",
    "SerializationException": CORAL_SERVICE,
    "UnknownOperationException": CORAL_SERVICE,
    "MissingAuthenticationTokenException": CORAL_SERVICE,
    "IncompleteSignatureException": CORAL_SERVICE,
    "AccessDeniedException": CORAL_SERVICE,
}
MODEL = "com.amazonaws.dynamodb.v20120810#"
BARE_TYPES = "application/x-amz-json-1.1"
"""What Application Auto Scaling speaks, whose errors have no prefix."""


def difference(expected: Expected, reply: Reply) -> str | None:
    """Why the reply is not the expected one; None when it is."""
    if reply.status != expected.status:
        return f"status {reply.status} instead of {expected.status}"
    for name, value in expected.headers:
        got = reply.headers.get(name)
        if got is None or not _like(value, got):
            return f"header {name}: {got!r} instead of {value!r}"
    if expected.text is not None and not _like(expected.text, reply.body.decode("utf-8", "replace")):
        return "another body"
    if expected.error is not None:
        is_bare = reply.headers.get("content-type") == BARE_TYPES
        return _error_difference(expected, reply.json(), is_bare)
    if expected.body is not None:
        return body_difference(expected.body, reply.json(), expected.any_order)
    return None


def _error_difference(expected: Expected, body: Any, is_bare: bool = False) -> str | None:
    if not isinstance(body, dict):
        return "the body is not a JSON object"
    name = expected.error or ""
    wire_type = name if is_bare else PREFIXES.get(name, MODEL) + name
    if body.get("__type") != wire_type:
        return f"__type {body.get('__type')!r} instead of {wire_type!r}"
    members = {member for member in body if member != "__type"}
    message = body.get("message", body.get("Message"))
    if expected.message is None:
        return "a message where none is expected" if members else None
    if not isinstance(message, str) or not _like(expected.message, message):
        return "another message"
    further = members - {"message", "Message"}
    return f"further members: {sorted(further)}" if further else None


def body_difference(expected: Any, got: Any, any_order: bool = False, path: str = "$") -> str | None:
    """The first place where two JSON values differ, as a path and what is there."""
    if expected == WILDCARD or (isinstance(expected, str) and CAPTURE.fullmatch(expected) and isinstance(got, str)):
        return None
    if isinstance(expected, dict) and isinstance(got, dict):
        return _object_difference(expected, got, any_order, path)
    if isinstance(expected, list) and isinstance(got, list):
        if any_order and path.rpartition(".")[2] not in ATTRIBUTE_VALUES:
            return _bag_difference(expected, got, any_order, path)
        if len(expected) != len(got):
            return f"{path}: {len(got)} elements instead of {len(expected)}"
        pairs = enumerate(zip(expected, got, strict=True))
        return next((d for i, (e, g) in pairs if (d := body_difference(e, g, any_order, f"{path}[{i}]"))), None)
    if isinstance(expected, str) and isinstance(got, str):
        return None if _like(expected, got) else f"{path}: {got!r} instead of {expected!r}"
    same = expected == got and isinstance(expected, bool) == isinstance(got, bool)
    return None if same else f"{path}: {got!r} instead of {expected!r}"


def captured(expected: Any, got: Any) -> dict[str, str]:
    """What a reply that is as expected has in the places of `... as name`, by name."""
    if isinstance(expected, dict):
        pairs = [(value, got[name]) for name, value in expected.items() if name in got]
    elif isinstance(expected, list):
        pairs = list(zip(expected, got, strict=True))
    else:
        name = CAPTURE.fullmatch(expected) if isinstance(expected, str) else None
        return {name[1]: got} if name else {}
    return {name: text for pair in pairs for name, text in captured(*pair).items()}


def _object_difference(expected: dict[str, Any], got: dict[str, Any], any_order: bool, path: str) -> str | None:
    open_ended = WILDCARD in expected
    for name, value in expected.items():
        if name == WILDCARD:
            continue
        if name not in got:
            return f"{path}.{name} is missing"
        if found := body_difference(value, got[name], any_order, f"{path}.{name}"):
            return found
    surplus = [name for name in got if name not in expected]
    return f"{path}.{surplus[0]} is not expected" if surplus and not open_ended else None


def _bag_difference(expected: list[Any], got: list[Any], any_order: bool, path: str) -> str | None:
    left = list(got)
    for wanted in expected:
        match = next((g for g in left if body_difference(wanted, g, any_order, path + "[]") is None), None)
        if match is None:
            return f"{path}: no element {wanted!r}"
        left.remove(match)
    return f"{path}: surplus element {left[0]!r}" if left else None


def _like(pattern: str, text: str) -> bool:
    """Equal, where `...` in the pattern stands for any text."""
    if pattern == text:
        return True
    if WILDCARD not in pattern:
        return False
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split(WILDCARD)), text, re.DOTALL) is not None
