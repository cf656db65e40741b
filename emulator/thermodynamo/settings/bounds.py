"""What a setting, an option or a member of a request can be: a bound decides, and says in words what it allows."""

import json
import re
from collections.abc import Callable
from math import inf
from typing import Any

import orjson

from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """The values that `allows` is true of; `wanted` completes "it must be"."""

    allows: Callable[[Any], bool]
    wanted: str


EXPONENT = re.compile(r'("(?:[^"\\]|\\.)*")|([0-9])e\+').sub
"""Finds texts, which stay as they are, and the signs of exponents."""
PROFILE = "profile"
"""The value of a setting that the profile decides."""
ANYTHING = Bound(lambda value: True, "anything")


def is_number(value: object) -> bool:
    """Whether a value read from JSON is a number: Python takes true and false for numbers as well."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: object) -> str:
    """A value that came as JSON, as JSON again: `true`, `null`, `1e308`."""
    text = orjson.dumps(value).decode()
    if not isinstance(value, str):
        text = EXPONENT(lambda found: found[1] or f"{found[2]}e", text)
    return text if text.isprintable() else json.dumps(value)


def at_least(low: int) -> Bound:
    """A number from `low` on. Neither infinity nor what is not a number is one."""
    return Bound(lambda value: low <= value < inf, f"{low} or more")


def more_than(low: int) -> Bound:
    return Bound(lambda value: low < value < inf, f"more than {low}")


def between(low: float, high: float) -> Bound:
    """A number from `low` to `high`, both included."""
    return Bound(lambda value: low <= value <= high, f"from {low} to {high}")


def one_of(choices: tuple[str, ...]) -> Bound:
    return Bound(lambda value: value in choices, f"one of {', '.join(choices)}")


def or_by_profile(bound: Bound) -> Bound:
    """What the bound allows, or the word that leaves a setting to the profile."""
    return Bound(lambda value: value == PROFILE or bound.allows(value), f"{PROFILE}, or {bound.wanted}")


def readable(read: Callable[[str], object], wanted: str) -> Bound:
    """A text that `read` understands, which raises ValueError for any other."""

    def allows(text: str) -> bool:
        try:
            read(text)
        except ValueError:
            return False
        return True

    return Bound(allows, wanted)
