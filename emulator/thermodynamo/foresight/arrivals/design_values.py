"""Values of a design out of JSON: what is missing or cannot be is said with its place."""

from collections.abc import Mapping, Sequence
from typing import Any

from thermodynamo.foresight.sources.source_values import SIZE_MAX
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.settings.bounds import shown

RATE_MAX = 1e9
COUNT_MAX = 1 << 50
MISSING = "missing"
Given = Mapping[str, Any]


def objects(value: Any, place: str) -> Sequence[Given]:
    """A list of objects. Raises TraceError."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise TraceError(f"{place} is no list of objects")
    return value


def text(given: Given, name: str, place: str) -> str:
    """A text that is not empty. Raises TraceError."""
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise TraceError(f"{place}: {name} is {_shown(given, name)}: it must be a text")
    return value


def rate(given: Given, name: str, place: str) -> float:
    """Requests a second, from 0 on. Raises TraceError."""
    value = given.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= RATE_MAX:
        raise TraceError(f"{place}: {name} is {_shown(given, name)}: it must be a number of requests a second")
    return float(value)


def share(given: Given, name: str, place: str) -> float:
    """A number from 0 to 1; 0 where it is not given. Raises TraceError."""
    value = given.get(name, 0.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise TraceError(f"{place}: {name} is {_shown(given, name)}: it must be from 0 to 1")
    return float(value)


def size(given: Given, name: str, place: str, default: int | None = None) -> int:
    """A size of an item in bytes. Raises TraceError."""
    return whole(given, name, place, default, SIZE_MAX)


def whole(given: Given, name: str, place: str, default: int | None = None, most: int = COUNT_MAX) -> int:
    """A whole number from 1 on. Raises TraceError."""
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise TraceError(f"{place}: {name} is {_shown(given, name)}: it must be a whole number from 1 to {most:,}")
    return value


def _shown(given: Given, name: str) -> str:
    return shown(given[name])[:60] if name in given else MISSING
