"""Constraints that an operation reports alone, whatever else a request breaks.

The operations on single items, BatchGetItem and Query look at these members one by one before they collect the rest. A
bound is said with the member as the request spells it and without its value; an enumeration without member and value.
Recorded in October 2026, in us-east-1 among others; eu-west-2 has stopped so since June (nubo-db/dynoxide issue 83).
"""

from collections.abc import Callable
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """A member, whether a value of it is refused, and the whole message."""

    member: str
    refuses: Callable[[Any], bool]
    message: str


def _bound(member: str, refuses: Callable[[Any], bool], text: str) -> Stop:
    return Stop(member, refuses, messages.ONE_CONSTRAINT.format(messages.CONSTRAINT_AS_SENT.format(member, text)))


def _enumeration(member: str, values: str, shown: str, envelope: str) -> Stop:
    """`shown` is how the service spells the values."""
    allowed = frozenset(values.split())
    return Stop(member, lambda value: value not in allowed, envelope + messages.ENUM_ALONE.format(shown))


_TABLE_NAME = _bound("TableName", lambda value: value == "", messages.LENGTH_MIN.format(1))
_LIMIT = _bound("Limit", lambda value: value < 1, messages.VALUE_MIN.format(1))
_RETURN_VALUES = _enumeration(
    "ReturnValues",
    "NONE ALL_OLD UPDATED_OLD ALL_NEW UPDATED_NEW",
    "ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE",
    messages.ONE_ERROR,
)
_WRITE = (_TABLE_NAME, _RETURN_VALUES, _enumeration("ConditionalOperator", "AND OR", "ALL, OR", messages.ONE_ERROR))

STOPS: dict[str, tuple[Stop, ...]] = {
    "PutItemInput": _WRITE,
    "UpdateItemInput": _WRITE,
    "DeleteItemInput": _WRITE,
    "GetItemInput": (_TABLE_NAME,),
    "QueryInput": (_TABLE_NAME, _LIMIT, _enumeration("ConditionalOperator", "AND OR", "ALL, OR", "")),
}
"""By the name of the operation's input, in the order in which they are looked at."""


def check(stops: tuple[Stop, ...], request: dict[str, Any]) -> None:
    """Raises ValidationException for the first member that stops the operation."""
    for stop in stops:
        value = request.get(stop.member)
        if value is not None and stop.refuses(value):
            raise errors.validation(stop.message)
