"""Filter patterns: which records of a stream are for a handler, in the language of event filtering.

A pattern is an object like a record, with a list of conditions at each leaf; a record matches when every leaf of the
pattern has a condition that holds. Conditions: a scalar or null (equal), and objects with one of `prefix`, `suffix`,
`equals-ignore-case`, `anything-but`, `exists`, `numeric`; `$or` takes a list of patterns. Numbers inside items are
texts in a record, so `numeric` does not apply to them (Lambda developer guide, invocation-eventfiltering).
"""

import json
from collections.abc import Callable
from typing import Any

from thermodynamo.settings.bounds import is_number

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}
_ABSENT = object()


class FilterError(ValueError):
    """A pattern that breaks the language; the message says where."""


class Filter:
    """One pattern, given as an object or as its JSON."""

    __slots__ = ("pattern",)

    def __init__(self, pattern: str | dict[str, Any]) -> None:
        if isinstance(pattern, str):
            try:
                pattern = json.loads(pattern)
            except ValueError as error:
                raise FilterError(f"{pattern!r} is not JSON: {error}") from None
        if not isinstance(pattern, dict):
            raise FilterError(f"{shown(pattern)} must be an object")
        _check(pattern, "")
        self.pattern: dict[str, Any] = pattern

    def matches(self, record: dict[str, Any]) -> bool:
        return _matches(self.pattern, record)


def shown(value: object) -> str:
    """A value of JSON or TOML, as JSON; a text as messages quote it."""
    if isinstance(value, str):
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False, default=str)


def _check(pattern: dict[str, Any], path: str) -> None:
    for name, inner in pattern.items():
        place = f"{path}.{name}" if path else name
        if name == "$or":
            if not isinstance(inner, list) or not all(isinstance(choice, dict) for choice in inner):
                raise FilterError(f"{place} must be a list of objects")
            for choice in inner:
                _check(choice, path)
        elif isinstance(inner, dict):
            _check(inner, place)
        elif isinstance(inner, list) and inner:
            for condition in inner:
                _check_condition(condition, place)
        else:
            raise FilterError(f"{place} must be an object or a list of conditions")


def _check_condition(condition: Any, place: str) -> None:
    if isinstance(condition, list):
        raise FilterError(f"{place}: a list is no condition")
    if not isinstance(condition, dict):
        return
    if len(condition) != 1:
        raise FilterError(f"{place}: a condition has one operator")
    operator, operand = next(iter(condition.items()))
    if operator in ("prefix", "suffix", "equals-ignore-case"):
        is_right = isinstance(operand, str)
    elif operator == "exists":
        is_right = isinstance(operand, bool)
    elif operator == "numeric":
        is_right = _is_numeric(operand)
    elif operator == "anything-but":
        is_right = True
        if isinstance(operand, dict):
            is_right = len(operand) == 1 and next(iter(operand)) in ("prefix", "suffix", "equals-ignore-case")
    else:
        raise FilterError(f"{place}: unknown operator {operator}")
    if not is_right:
        raise FilterError(f"{place}: {operator} cannot have {shown(operand)}")


def _is_numeric(operand: Any) -> bool:
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        return False
    return all(
        operand[place] in COMPARISONS and isinstance(operand[place + 1], int | float)
        for place in range(0, len(operand), 2)
    )


def _matches(pattern: dict[str, Any], content: Any) -> bool:
    for name, inner in pattern.items():
        if name == "$or":
            if not any(_matches(choice, content) for choice in inner):
                return False
            continue
        value = content.get(name, _ABSENT) if isinstance(content, dict) else _ABSENT
        if isinstance(inner, dict):
            if not _matches(inner, value):
                return False
        elif not any(_holds(condition, value) for condition in inner):
            return False
    return True


def _holds(condition: Any, value: Any) -> bool:
    if isinstance(condition, dict) and "exists" in condition:
        return bool(condition["exists"]) == (value is not _ABSENT and not isinstance(value, dict))
    if value is _ABSENT:
        return False
    if isinstance(value, list):
        return any(_holds(condition, element) for element in value)
    if not isinstance(condition, dict):
        return bool(condition == value) and isinstance(condition, bool) == isinstance(value, bool)
    operator, operand = next(iter(condition.items()))
    if operator == "anything-but":
        if isinstance(operand, dict):
            return isinstance(value, str) and not _holds(operand, value)
        return value not in (operand if isinstance(operand, list) else [operand])
    if operator == "numeric":
        if not is_number(value):
            return False
        return all(COMPARISONS[operand[place]](value, operand[place + 1]) for place in range(0, len(operand), 2))
    if not isinstance(value, str):
        return False
    if operator == "prefix":
        return value.startswith(operand)
    if operator == "suffix":
        return value.endswith(operand)
    return value.lower() == str(operand).lower()
