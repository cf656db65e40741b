"""Faults on demand: rules that delay, refuse, cut or drop some of the requests, as a network and a service do.

A rule says which requests it is for (operation, table, key, each a pattern with `*` and `?`), what happens to them, how
likely, and how often at most. Chance comes from the rule's seed, so that the same requests meet the same faults. Rules
are asked in the order they were made: delays add up, and the first that ends a request is the last that is asked.

`/_admin/faults` makes and removes rules. While there is none that can fire, nothing here is called.
"""

import fnmatch
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from emulator import request_targets
from emulator.engine import Engine
from emulator.errors import ApiError
from emulator.fault_errors import ERRORS, READS, Victim, full_name
from emulator.operations import OPERATIONS
from emulator.request_targets import Target

ACTIONS = ("error", "delay_ms", "drop", "unprocessed")
CONDITIONS = ("operation", "table", "key", "probability", "count", "seed")
BATCHES = ("BatchGetItem", "BatchWriteItem")
Moment = Literal["before", "after"]


class FaultError(ValueError):
    """A rule that cannot be; `hint` says what can."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(text)
        self.hint = hint


@dataclass(slots=True)
class Fault:
    """One rule, and how often it has fired. `account` and `region` limit it to one namespace."""

    id: int
    given: dict[str, Any]
    account: str | None
    region: str | None
    chance: Random
    fired: int = 0

    def describe(self) -> dict[str, Any]:
        """The rule as it was given, with its id and how often it fired."""
        namespace = {"account": self.account, "region": self.region}
        limits = {name: value for name, value in namespace.items() if value is not None}
        return {"id": self.id, **self.given, **limits, "fired": self.fired}

    @property
    def is_spent(self) -> bool:
        """Whether it has fired as often as it may."""
        return "count" in self.given and self.fired >= self.given["count"]

    def matched(self, operation: str, engine: Engine, targets: Sequence[Target]) -> list[bool] | None:
        """Which of the request's targets the rule is for; None where it is not for the request at all."""
        given = self.given
        if self.account not in (None, engine.account) or self.region not in (None, engine.region):
            return None
        if not fnmatch.fnmatchcase(operation, given.get("operation", "*")):
            return None
        if "unprocessed" in given and operation not in BATCHES:
            return None
        matched = [self._is_for(engine, target) for target in targets]
        if any(matched) or ("table" not in given and "key" not in given):
            return matched
        return None

    def _is_for(self, engine: Engine, target: Target) -> bool:
        name = request_targets.table_name(target[0])
        if not fnmatch.fnmatchcase(name, self.given.get("table", "*")):
            return False
        pattern = self.given.get("key")
        if pattern is None:
            return True
        table = engine.tables.get(name)
        texts = request_targets.key_text(table.schema.key_schema, target[1]) if table and target[1] else None
        return texts is not None and any(fnmatch.fnmatchcase(text, pattern) for text in texts)

    def fires(self) -> bool:
        """Lets chance decide, and counts."""
        if self.is_spent or self.chance.random() >= self.given.get("probability", 1.0):
            return False
        self.fired += 1
        return True


@dataclass(slots=True)
class Fate:
    """What happens to one request: an error instead of an answer, or an answer that comes late, cut, or not at all.

    `cut` are the positions, among the request's targets, of the members that a batch leaves unprocessed.
    """

    delay_seconds: float = 0.0
    error: ApiError | None = None
    drop: Moment | None = None
    cut: list[int] = field(default_factory=list)


class FaultPlan:
    """The rules of one server."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rules: dict[int, Fault] = {}
        self.active: list[Fault] = []
        """The rules that can still fire."""
        self.last_id = 0

    def add_all(self, given: list[Any], account: str | None = None, region: str | None = None) -> list[Fault]:
        """Makes the rules of their JSON, all or none. Raises FaultError."""
        made = []
        for checked in [check(each) for each in given]:
            self.last_id += 1
            chance = Random(checked.get("seed", f"{self.seed}/{self.last_id}"))
            rule = self.rules[self.last_id] = Fault(self.last_id, checked, account, region, chance)
            made.append(rule)
        self._settle()
        return made

    def remove(self, id: int | None = None) -> list[Fault]:
        """Removes one rule, or all of them; returns what was removed, with how often each fired."""
        ids = [id] if id in self.rules else [] if id is not None else list(self.rules)
        removed = [self.rules.pop(each) for each in ids]
        self._settle()
        return removed

    def fate(self, operation: str, engine: Engine, request: Any) -> Fate:
        """What the rules make of a request."""
        fate = Fate()
        targets = request_targets.targets_of(request)
        for rule in self.active:
            matched = rule.matched(operation, engine, targets)
            if matched is None or not rule.fires():
                continue
            given = rule.given
            if "delay_ms" in given:
                fate.delay_seconds += given["delay_ms"] / 1000
            elif "unprocessed" in given:
                fate.cut += [place for place, is_matched in enumerate(matched) if is_matched][-given["unprocessed"] :]
            else:
                fate.drop = given.get("drop")
                if "error" in given:
                    reads = operation in READS or request_targets.is_all_selects(request)
                    fate.error = _error(given["error"], reads, engine, targets, matched)
                break
        self._settle()
        return fate

    def _settle(self) -> None:
        self.active = [rule for rule in self.rules.values() if not rule.is_spent]


def _error(name: str, is_read: bool, engine: Engine, targets: Sequence[Target], matched: Sequence[bool]) -> ApiError:
    names = [
        request_targets.table_name(table) for (table, _), is_matched in zip(targets, matched, strict=True) if is_matched
    ]
    table = engine.tables.get(names[0]) if names else None
    return ERRORS[name](Victim(is_read, str(engine.arn(table)) if table else "", matched))


def check(given: Any) -> dict[str, Any]:
    """A rule's JSON with its members checked and the error's name completed. Raises FaultError."""
    if not isinstance(given, dict):
        raise FaultError("a rule is a JSON object", 'such as {"operation": "PutItem", "error": "InternalServerError"}')
    known = (*CONDITIONS, *ACTIONS)
    for name, value in given.items():
        if name not in known:
            raise FaultError(f"unknown member {name!r}", f"a rule has {', '.join(known)}")
        is_right, wanted = _MEMBERS[name]
        if not is_right(value):
            raise FaultError(f"{name} is {value!r}", f"it must be {wanted}")
    operations = [operation.name for operation in OPERATIONS.values()]
    if not fnmatch.filter(operations, given.get("operation", "*")):
        raise FaultError(f"no operation is called {given['operation']!r}", f"there are {', '.join(operations)}")
    actions = [name for name in ACTIONS if name in given]
    if len(actions) != 1:
        raise FaultError(f"a rule with {' and '.join(actions) or 'nothing to do'}", f"one of {', '.join(ACTIONS)}")
    return {**given, "error": full_name(given["error"])} if "error" in given else dict(given)


def _is_number(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _is_whole(value: Any, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _is_pattern(value: Any) -> bool:
    return isinstance(value, str) and value != ""


_PATTERN = "a text in which * and ? stand for others"
_MEMBERS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "operation": (lambda value: _is_pattern(value) and re.fullmatch(r"[A-Za-z*?\[\]!]+", value) is not None, _PATTERN),
    "table": (_is_pattern, _PATTERN),
    "key": (_is_pattern, _PATTERN + "; it is compared with the partition key, and with partition key/sort key"),
    "probability": (lambda value: _is_number(value, 0, 1), "a number from 0 to 1"),
    "count": (lambda value: _is_whole(value, 1), "how often the rule fires at most, from 1"),
    "seed": (lambda value: isinstance(value, int | str) and not isinstance(value, bool), "a number or a text"),
    "error": (lambda value: isinstance(value, str) and full_name(value) is not None, f"one of {', '.join(ERRORS)}"),
    "delay_ms": (lambda value: _is_number(value, 0, 3_600_000), "milliseconds, an hour at most"),
    "drop": (lambda value: value in ("before", "after"), "before or after, as seen from the write"),
    "unprocessed": (lambda value: _is_whole(value, 1), "how many members of a batch are left, from 1"),
}
