"""Faults on demand: rules that delay, refuse, cut or drop some of the requests, as a network and a service do.

Chance comes from a rule's seed, so that the same requests meet the same faults. Rules are asked in the order they were
made: delays add up, and the first that ends a request is the last that is asked.

`/_admin/faults` makes and removes rules. While there is none that can fire, nothing here is called.
"""

import fnmatch
from collections.abc import Sequence
from dataclasses import field
from random import Random
from typing import Any

from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.faults.injected_errors import ERRORS, Victim
from thermodynamo.faults.rule import FaultError, FaultRule, Moment, of_json
from thermodynamo.faults.targets import Target, is_all_selects, key_texts, table_name, targets_of
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(slots=True)
class Fault:
    """A rule in force, and how often it has fired. `account` and `region` limit it to one namespace."""

    id: int
    rule: FaultRule
    account: str | None
    region: str | None
    chance: Random
    fired: int = 0

    def describe(self) -> dict[str, Any]:
        """The rule as it was given, with its id and how often it fired."""
        namespace = {"account": self.account, "region": self.region}
        limits = {name: value for name, value in namespace.items() if value is not None}
        return {"id": self.id, **self.rule.describe(), **limits, "fired": self.fired}

    @property
    def is_spent(self) -> bool:
        """Whether it has fired as often as it may."""
        return self.rule.count is not None and self.fired >= self.rule.count

    def matched(self, operation: Operation, namespace: Namespace, targets: Sequence[Target]) -> list[bool] | None:
        """Which of the request's targets the rule is for; None where it is not for the request at all."""
        rule = self.rule
        if self.account not in (None, namespace.account) or self.region not in (None, namespace.region):
            return None
        if not _matches(operation.name, rule.operation):
            return None
        if rule.unprocessed is not None and operation.facts.unprocessed is None:
            return None
        matched = [self._is_for(namespace, target) for target in targets]
        if any(matched) or (rule.table is None and rule.key is None):
            return matched
        return None

    def _is_for(self, namespace: Namespace, target: Target) -> bool:
        name = table_name(target[0])
        if not _matches(name, self.rule.table):
            return False
        if self.rule.key is None:
            return True
        table = namespace.tables.get(name)
        texts = key_texts(table.schema.key_schema, target[1]) if table and target[1] else None
        return texts is not None and any(_matches(text, self.rule.key) for text in texts)

    def fires(self) -> bool:
        """Lets chance decide, and counts."""
        probability = self.rule.probability
        if self.is_spent or self.chance.random() >= (1.0 if probability is None else probability):
            return False
        self.fired += 1
        return True


def _matches(text: str, pattern: str | None) -> bool:
    return pattern is None or fnmatch.fnmatchcase(text, pattern)


@dataclass(slots=True)
class Outcome:
    """What happens to one request: an error instead of an answer, or an answer that comes late, cut, or not at all.

    `cut` are the positions, among the request's targets, of the members that a batch leaves unprocessed.
    """

    delay_seconds: float = 0.0
    error: ApiError | None = None
    drop: Moment | None = None
    cut: list[int] = field(default_factory=list)


RULES_MAX = 1_000
"""Each is compared with each of a request's keys: a BatchGetItem of a hundred meets so many in 40 ms."""


class FaultPlan:
    """The rules of one server."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.faults: dict[int, Fault] = {}
        self.active: list[Fault] = []
        """Those that can still fire."""
        self.last_id = 0

    def add_all(self, given: list[Any], account: str | None = None, region: str | None = None) -> list[Fault]:
        """Makes the rules of their JSON, all or none. Raises FaultError."""
        if len(self.active) + len(given) > RULES_MAX:
            raise FaultError(
                f"{len(self.active) + len(given)} rules are too many", f"at most {RULES_MAX} can be in force"
            )
        made = []
        for rule in [of_json(each) for each in given]:
            self.last_id += 1
            chance = Random(rule.seed if rule.seed is not None else f"{self.seed}/{self.last_id}")
            fault = self.faults[self.last_id] = Fault(self.last_id, rule, account, region, chance)
            made.append(fault)
        self._settle()
        return made

    def remove(self, id: int | None = None) -> list[Fault]:
        """Removes one rule, or all of them; returns what was removed, with how often each fired."""
        ids = [id] if id in self.faults else [] if id is not None else list(self.faults)
        removed = [self.faults.pop(each) for each in ids]
        self._settle()
        return removed

    def reset(self) -> None:
        """Removes all rules and counts their ids from 1 again, which seeds the chance of those that have no seed."""
        self.faults.clear()
        self.last_id = 0
        self._settle()

    def outcome(
        self, operation: Operation, namespace: Namespace, request: Any, targets: Sequence[Target] | None = None
    ) -> Outcome:
        """What the rules make of a request. `targets` are what it names, where that is known already."""
        outcome = Outcome()
        if targets is None:
            targets = targets_of(request)
        for fault in self.active:
            matched = fault.matched(operation, namespace, targets)
            if matched is None or not fault.fires():
                continue
            rule = fault.rule
            if rule.delay_ms is not None:
                outcome.delay_seconds += rule.delay_ms / 1000
            elif rule.unprocessed is not None:
                outcome.cut += [place for place, is_matched in enumerate(matched) if is_matched][-rule.unprocessed :]
            else:
                outcome.drop = rule.drop
                if rule.error is not None:
                    is_read = operation.facts.is_read or is_all_selects(request)
                    outcome.error = _error(rule.error, is_read, namespace, targets, matched)
                break
        self._settle()
        return outcome

    def _settle(self) -> None:
        self.active = [fault for fault in self.faults.values() if not fault.is_spent]


def _error(
    name: str, is_read: bool, namespace: Namespace, targets: Sequence[Target], matched: Sequence[bool]
) -> ApiError:
    names = [table_name(table) for (table, _), is_matched in zip(targets, matched, strict=True) if is_matched]
    table = namespace.tables.get(names[0]) if names else None
    return ERRORS[name](Victim(is_read, str(namespace.arn(table)) if table else "", matched))
