"""A fault rule: which requests it is for, what happens to them, how likely, and how often at most.

In JSON a rule is an object of these members, with one action: `{"operation": "PutItem", "drop": "after", "count": 3}`.
"""

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Literal

from thermodynamo.api.operations import OPERATIONS
from thermodynamo.faults.injected_errors import ERRORS, full_name
from thermodynamo.settings.bounds import Bound, is_number, shown
from thermodynamo_storage.values.dataclass import dataclass

Moment = Literal["before", "after"]
ACTIONS = ("error", "delay_ms", "drop", "unprocessed")


class FaultError(ValueError):
    """A rule that cannot be; `hint` says what can."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(text)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A rule that has been checked; None stands for what it leaves open. One of `ACTIONS` is given."""

    operation: str | None = None
    """A pattern with `*` and `?`, as for tables and keys. A key is compared with the partition key, and with
    `partition key/sort key`."""
    table: str | None = None
    key: str | None = None
    error: str | None = None
    """The full name of an error among `ERRORS`."""
    delay_ms: float | None = None
    drop: Moment | None = None
    """When the connection is closed: before the write, or after it."""
    unprocessed: int | None = None
    """How many members of a batch are left, the last of those that the rule is for."""
    probability: float | None = None
    seed: int | str | None = None
    count: int | None = None

    def describe(self) -> dict[str, Any]:
        """The rule in JSON, as it was given."""
        members = {member.name: getattr(self, member.name) for member in fields(self)}
        return {name: value for name, value in members.items() if value is not None}


def of_json(given: Any) -> FaultRule:
    """The rule that a request asks for; the `Exception` at the end of an error's name may be missing.

    Raises FaultError.
    """
    if not isinstance(given, dict):
        raise FaultError("a rule is a JSON object", 'such as {"operation": "PutItem", "error": "InternalServerError"}')
    for name, value in given.items():
        if name not in _BOUNDS:
            raise FaultError(f"unknown member {shown(name)}", f"a rule has {', '.join(_BOUNDS)}")
        if not _BOUNDS[name].allows(value):
            raise FaultError(f"{name} is {shown(value)}", f"it must be {_BOUNDS[name].wanted}")
    operations = [operation.name for operation in OPERATIONS.values()]
    if not fnmatch.filter(operations, given.get("operation", "*")):
        raise FaultError(f"no operation is called {shown(given['operation'])}", f"there are {', '.join(operations)}")
    actions = [name for name in ACTIONS if name in given]
    if len(actions) != 1:
        raise FaultError(f"a rule with {' and '.join(actions) or 'nothing to do'}", f"one of {', '.join(ACTIONS)}")
    return FaultRule(**{**given, "error": full_name(given["error"])} if "error" in given else given)


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: is_number(value) and low <= value <= high


def _whole(low: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and is_number(value) and value >= low


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


_PATTERN = "a text in which * and ? stand for others"
_BOUNDS: Mapping[str, Bound] = {
    "operation": Bound(_text(r"[A-Za-z*?\[\]!]+"), _PATTERN),
    "table": Bound(_text(".+"), _PATTERN),
    "key": Bound(_text(".+"), _PATTERN + "; it is compared with the partition key, and with partition key/sort key"),
    "probability": Bound(_number(0, 1), "a number from 0 to 1"),
    "count": Bound(_whole(1), "how often the rule fires at most, from 1"),
    "seed": Bound(lambda value: isinstance(value, int | str) and not isinstance(value, bool), "a number or a text"),
    "error": Bound(
        lambda value: isinstance(value, str) and full_name(value) is not None, f"one of {', '.join(ERRORS)}"
    ),
    "delay_ms": Bound(_number(0, 3_600_000), "milliseconds, an hour at most"),
    "drop": Bound(lambda value: value in ("before", "after"), "before or after, as seen from the write"),
    "unprocessed": Bound(_whole(1), "how many members of a batch are left, from 1"),
}
