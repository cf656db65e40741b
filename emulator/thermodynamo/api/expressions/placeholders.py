"""Rules between a request's parameters: expressions against legacy parameters, and the placeholder maps.

`check` comes first of all, `check_maps` after the item or key of the request and before any expression is
read, `check_unused` after all have been. AWS's DynamoDB Local and dynalite agree on this order.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.values.canonical import canonicalise_value

Request = dict[str, Any]

NAMES = "ExpressionAttributeNames"
VALUES = "ExpressionAttributeValues"

PLACEHOLDER_BYTES_MAX = 255
ATTRIBUTE_NAME_BYTES_MAX = 65_535
MAP_BYTES_MAX = 2 * 1024 * 1024
"""Placeholders and what they stand for, in each map (developer guide, Constraints; AWS's DynamoDB Local)."""

VALUE_LEVEL = 0
"""The nesting level of a value outside of any item: it may nest one level deeper than one that an item has.

us-east-1 and 26 other regions take 33 levels (paritysuite/dynamodb-conformance pull request 90), and so does AWS's
DynamoDB Local, which refuses 34; what an update stores is looked at once more when it is carried out.
"""

# In the order in which the error message lists them.
_EXPRESSIONS = (
    "UpdateExpression",
    "ProjectionExpression",
    "FilterExpression",
    "ConditionExpression",
    "KeyConditionExpression",
    "SearchConditionExpression",
)
_LEGACY = (
    "AttributesToGet",
    "AttributeUpdates",
    "ScanFilter",
    "QueryFilter",
    "Expected",
    "ConditionalOperator",
    "KeyConditions",
)
_EXPRESSION_SET = frozenset(_EXPRESSIONS)
_LEGACY_SET = frozenset(_LEGACY)
_NAME = re.compile(f"#[A-Za-z0-9_]{{1,{PLACEHOLDER_BYTES_MAX - 1}}}")
_VALUE = re.compile(f":[A-Za-z0-9_]{{1,{PLACEHOLDER_BYTES_MAX - 1}}}")

KNOWN_MAX = 4096
_known_names: set[str] = set()
_known_values: set[str] = set()
"""Placeholders that were found to be written well. A program sends the same few again and again."""


def check(request: Request, expressions_with_values: tuple[str, ...] = ()) -> None:
    """Raises if the parameters cannot stand together, or placeholders come without an expression to use them.

    No parameter is null: the type check has taken those away.
    `expressions_with_values` names the operation's expressions that may use values, in the service's order.
    """
    if not _LEGACY_SET.isdisjoint(request):
        _check_not_mixed(request)
    if NAMES in request and _EXPRESSION_SET.isdisjoint(request):
        raise errors.validation(messages.NAMES_WITHOUT_EXPRESSION)
    if VALUES in request and request.keys().isdisjoint(expressions_with_values):
        listed = " and ".join(expressions_with_values)
        verb = "is" if len(expressions_with_values) == 1 else "are"
        raise errors.validation(messages.VALUES_WITHOUT_EXPRESSION.format(expressions=listed, verb=verb))


def check_together(parts: Iterable[Request]) -> None:
    """Raises if one part of a batch has expressions and another legacy parameters.

    Black-box evidence: DynamoDB Local, dynoxide and ministack refuse it before all else.
    """
    _check_not_mixed({name: entry for part in parts for name, entry in part.items() if entry is not None})


def check_maps(request: Request, level: int = VALUE_LEVEL) -> None:
    """Raises if a placeholder map is malformed; the values, at a nesting level, are canonicalised in place."""
    names = request.get(NAMES)
    if names is not None:
        _check_name_keys(names)
    values = request.get(VALUES)
    if values is not None:
        _check_values(values, level)
    if names is not None:
        _check_names(names)


def check_values(request: Request, level: int = VALUE_LEVEL) -> None:
    """As `check_maps`, of a request whose names are known to be good."""
    values = request.get(VALUES)
    if values is not None:
        _check_values(values, level)


def check_unused(request: Request, names: AbstractSet[str], values: AbstractSet[str]) -> None:
    """Raises if the request gives placeholders that none of its expressions used."""
    given: Request | None = request.get(NAMES)
    if given is not None and not given.keys() <= names:
        raise _unused(NAMES, given.keys() - names)
    given = request.get(VALUES)
    if given is not None:
        check_unused_values(given, values)


def check_unused_values(given: Request, used: AbstractSet[str]) -> None:
    """Raises if values are given that no expression used."""
    if not given.keys() <= used:
        raise _unused(VALUES, given.keys() - used)


def _unused(parameter: str, keys: AbstractSet[str]) -> ApiError:
    return errors.validation(messages.PLACEHOLDERS_UNUSED.format(parameter=parameter, keys=", ".join(sorted(keys))))


def _check_not_mixed(request: Request) -> None:
    legacy = [parameter for parameter in _LEGACY if request.get(parameter) is not None]
    expressions = [parameter for parameter in _EXPRESSIONS if request.get(parameter) is not None]
    # KeyConditions may stand beside a filter or projection expression, which are older than key condition
    # expressions, and is not named then: AWS's DynamoDB Local and dynalite.
    if "KeyConditions" in legacy and "KeyConditionExpression" not in expressions:
        legacy.remove("KeyConditions")
    if not legacy or not expressions:
        return
    raise errors.validation(
        messages.EXPRESSIONS_MIXED.format(legacy=", ".join(legacy), expressions=", ".join(expressions))
    )


def _check_name_keys(names: dict[str, str]) -> None:
    if not names:
        raise errors.validation(messages.PLACEHOLDERS_EMPTY.format(parameter=NAMES))
    if not names.keys() <= _known_names:
        # Not by `map`: other threads have their turn between two of half a million names.
        if not all(_NAME.fullmatch(name) for name in names):
            raise _invalid_key(NAMES, names, _NAME, messages.PLACEHOLDER_TOO_LONG)
        _remember(_known_names, names)


def _remember(known: set[str], placeholders: Iterable[str]) -> None:
    """Adds placeholders to the known ones, which are forgotten when there are too many."""
    if len(known) >= KNOWN_MAX:
        known.clear()
    known.update(islice(placeholders, KNOWN_MAX))


def _check_names(names: dict[str, str]) -> None:
    """What the placeholders stand for: AWS's DynamoDB Local and dynalite look at it after the values."""
    size_bytes = 0
    for key, name in names.items():
        if not name:
            raise _invalid_content(NAMES, key, messages.ATTRIBUTE_NAME_EMPTY)
        name_bytes = len(name) if name.isascii() else len(name.encode("utf-8", "surrogatepass"))
        if name_bytes > ATTRIBUTE_NAME_BYTES_MAX:
            raise errors.NameTooLarge()
        size_bytes += len(key) + name_bytes
    if size_bytes > MAP_BYTES_MAX:
        raise errors.validation(messages.PLACEHOLDERS_TOO_LARGE.format(parameter=NAMES))


def _check_values(values: dict[str, Any], level: int) -> None:
    if not values:
        raise errors.validation(messages.PLACEHOLDERS_EMPTY.format(parameter=VALUES))
    if not values.keys() <= _known_values:
        if not all(_VALUE.fullmatch(name) for name in values):
            raise _invalid_key(VALUES, values, _VALUE, messages.VALUE_PLACEHOLDER_TOO_LONG)
        _remember(_known_values, values)
    size_bytes = 0
    for key, value in values.items():
        size_bytes += len(key)
        if len(value) == 1 and "S" in value:
            text = value["S"]
            size_bytes += len(text) if text.isascii() else len(text.encode())
            continue
        try:
            size_bytes += canonicalise_value(value, level)
        except errors.NameTooLarge:
            raise
        except errors.NestingRefused as error:
            wrapped = messages.PLACEHOLDER_CONTENT_INVALID.format(parameter=VALUES, detail=error.earlier, key=key)
            raise errors.NestingRefused(error.is_read, wrapped) from None
        except errors.ValueRefused as error:
            # The operations that have new words for it name neither the map nor the key.
            wrapped = messages.PLACEHOLDER_CONTENT_INVALID.format(parameter=VALUES, detail=error.earlier, key=key)
            raise errors.ValueRefused(error.message or "", wrapped) from None
        except ApiError as error:
            raise _invalid_content(VALUES, key, error.message or "") from None
    if size_bytes > MAP_BYTES_MAX:
        raise errors.validation(messages.PLACEHOLDERS_TOO_LARGE.format(parameter=VALUES))


def _invalid_key(parameter: str, keys: Iterable[str], syntax: re.Pattern[str], too_long: str) -> ApiError:
    """What is wrong with the first key that is no placeholder."""
    key = next(key for key in keys if not syntax.fullmatch(key))
    size = len(key.encode("utf-8", "surrogatepass"))
    if not key:
        detail = messages.PLACEHOLDER_EMPTY
    elif size > PLACEHOLDER_BYTES_MAX:
        detail = too_long.format(size=size)
    else:
        detail = messages.PLACEHOLDER_SYNTAX.format(key=key)
    return errors.validation(messages.PLACEHOLDER_INVALID.format(parameter=parameter, detail=detail))


def _invalid_content(parameter: str, key: str, detail: str) -> ApiError:
    text = messages.PLACEHOLDER_CONTENT_INVALID.format(parameter=parameter, detail=detail, key=key)
    return errors.validation(text)
