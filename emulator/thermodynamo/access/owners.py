"""Whose tables a request names: those of its caller, or by their ARNs those of another account.

A request is one account's. One that names the tables of several finds those of its caller alone.
"""

from collections.abc import Iterator
from typing import Any

from thermodynamo.access import data_paths
from thermodynamo.api import arn
from thermodynamo.api.errors import ApiError
from thermodynamo.api.partiql import compiled

MEMBERS = ("TableName", "TableArn", "StreamArn", "ShardIterator", "ResourceArn", "SourceTableArn", "BackupArn")
LISTS = ("TransactItems", "Statements", "TransactStatements")
ACCOUNT_PART = 4
ARN_PARTS = 6


def other_account(operation: str, request: Any, account: str) -> str | None:
    """The account whose tables a request names, where that is not `account`. The request may be any JSON."""
    if not isinstance(request, dict) or operation in data_paths.OWN_ONLY:
        return None
    name = request.get("TableName")
    if isinstance(name, str) and ":" not in name:
        return None
    found = {_account(name) or account for name in _names(request)}
    other = found.pop() if len(found) == 1 else account
    return other if other != account else None


def is_own(name: Any, account: str) -> bool:
    """Whether a name or an ARN means something of an account."""
    return not isinstance(name, str) or _account(name) in (None, account)


def _names(request: dict[str, Any]) -> Iterator[str]:
    for member in MEMBERS:
        if isinstance(name := request.get(member), str):
            yield name
    if isinstance(items := request.get("RequestItems"), dict):
        yield from items
    if isinstance(text := request.get("Statement"), str):
        yield from _of_statement(text)
    for member in LISTS:
        parts = request.get(member)
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                yield from _of_part(part)


def _of_part(part: dict[str, Any]) -> Iterator[str]:
    """The tables of a member of a transaction or of a batch of statements."""
    if isinstance(text := part.get("Statement"), str):
        yield from _of_statement(text)
    for kind in data_paths.MEMBER_KINDS:
        action = part.get(kind)
        if isinstance(action, dict) and isinstance(name := action.get("TableName"), str):
            yield name


def _of_statement(text: str) -> Iterator[str]:
    if "arn:" in text:
        try:
            yield compiled.compile(text).source.table_name
        except ApiError:
            return


def _account(name: str) -> str | None:
    """The account in an ARN; None for a name."""
    parts = name.split(":", ARN_PARTS - 1)
    return parts[ACCOUNT_PART] if arn.is_arn(name) and len(parts) == ARN_PARTS else None
