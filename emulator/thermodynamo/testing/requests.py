"""The requests of a test: what was asked, how long the answer took, what it used, and how it ended."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from thermodynamo.api import key_text
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.partiql import compiled
from thermodynamo.api.partiql.plan import SelectPlan
from thermodynamo.faults import targets
from thermodynamo.faults.targets import Target

REQUESTS_KEPT_MAX = 10_000
"""So many requests are kept, the latest ones: a test that makes more is a load test."""
BODY_BYTES_MAX = 4096
"""Of a larger request only its description is kept."""
VALUE_WIDTH = 40
VALUE_KEPT_MAX = 100
TARGETS_SHOWN_MAX = 2


class Request(NamedTuple):
    """One request, numbered from 1. Units are capacity units; `error` is None for a request that succeeded."""

    number: int
    operation: str
    body: bytes
    seconds: float
    error: str | None = None
    read_units: float = 0.0
    write_units: float = 0.0
    is_scan: bool = False
    is_conflict: bool = False
    """Whether it met an item that a transaction held."""

    @property
    def units(self) -> float:
        return self.read_units + self.write_units

    def targets(self) -> list[Target]:
        """The tables and items that it names."""
        try:
            return targets.targets_of(orjson.loads(self.body))
        except orjson.JSONDecodeError:
            return []

    def __str__(self) -> str:
        """The request for people, such as request 3, PutItem of Music (Artist=Acme Song=A)."""
        found = self.targets()
        shown = [_shown(target) for target in found[:TARGETS_SHOWN_MAX]]
        more = [f"{len(found) - TARGETS_SHOWN_MAX} more"] if len(found) > TARGETS_SHOWN_MAX else []
        places = " and ".join([*shown, *more])
        text = f"request {self.number}, {self.operation}" + (f" of {places}" if places else "")
        return key_text.printable(text)


def _shown(target: Target) -> str:
    name, attributes = target
    table = targets.table_name(name)
    if not attributes:
        return table
    values = " ".join(f"{name}={_fitted(value)}" for name, value in list(attributes.items())[:TARGETS_SHOWN_MAX])
    return f"{table} ({values})"


def _value(value: Any) -> str:
    content = next(iter(value.values()), "") if isinstance(value, dict) else value
    return content if isinstance(content, str) else orjson.dumps(content).decode()


def _fitted(value: Any) -> str:
    return key_text.fitted(key_text.printable(_value(value)), VALUE_WIDTH)


@dataclass(slots=True)
class Requests:
    """The requests since the beginning, or since `clear`. Iterating gives those that are kept, oldest first."""

    count: int = 0
    kept: deque[Request] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT_MAX))

    def __iter__(self) -> Iterator[Request]:
        return iter(list(self.kept))

    def __len__(self) -> int:
        return len(self.kept)

    def clear(self) -> None:
        """Forgets them: assertions then hold for what follows."""
        self.count = 0
        self.kept.clear()

    def add(
        self,
        operation: str,
        body: bytes,
        seconds: float,
        failure: bytes | None = None,
        units: tuple[float, float] = (0.0, 0.0),
        namespace: Namespace | None = None,
    ) -> None:
        """Keeps one more. `failure` is the body of an error's reply, `namespace` the one that it asked."""
        self.count += 1
        error, is_conflict = _failure(failure) if failure is not None else (None, False)
        self.kept.append(
            Request(
                self.count,
                operation,
                body if len(body) <= BODY_BYTES_MAX else _shortened(body),
                seconds,
                error,
                *units,
                is_scan=operation == "Scan" or _scans(body, namespace),
                is_conflict=is_conflict,
            )
        )

    def slowest(self, count: int) -> list[Request]:
        """Those that took longest, the slowest first."""
        return sorted(self, key=lambda request: -request.seconds)[:count]


def _failure(body: bytes) -> tuple[str, bool]:
    """The name of an error, and whether it, or a reason that it gives, is a conflict of transactions."""
    given = orjson.loads(body)
    name: str = given["__type"].rpartition("#")[2]
    reasons = [reason.get("Code") for reason in given.get("CancellationReasons", ())]
    return name, name == "TransactionConflictException" or "TransactionConflict" in reasons


def _shortened(body: bytes) -> bytes:
    """The tables and keys of a large request, in the form of a request."""
    try:
        found = targets.targets_of(orjson.loads(body))
    except orjson.JSONDecodeError:
        return b""
    members: dict[str, list[Any]] = {}
    for name, attributes in found[: TARGETS_SHOWN_MAX + 1]:
        kept = {key: value for key, value in (attributes or {}).items() if len(_value(value)) <= VALUE_KEPT_MAX}
        members.setdefault(name, []).append({"PutRequest": {"Item": kept}})
    return orjson.dumps({"RequestItems": members})


def _scans(body: bytes, namespace: Namespace | None) -> bool:
    """Whether a PartiQL statement reads its table from end to end: a SELECT without its partition key."""
    if namespace is None or b'tatement"' not in body:
        return False
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    members = [request, *(request.get("Statements") or request.get("TransactStatements") or ())]
    return any(_is_scan(member.get("Statement"), namespace) for member in members if isinstance(member, dict))


def _is_scan(text: Any, namespace: Namespace) -> bool:
    try:
        statement = compiled.compile(text) if isinstance(text, str) else None
        table = namespace.tables.get(targets.table_name(statement.source.table_name)) if statement else None
        if statement is None or table is None:
            return False
        index = statement.source.index_name
        plan = statement.plan(table.indexes[index].schema.key_schema if index else table.schema.key_schema)
    except (ApiError, LookupError):
        return False
    return isinstance(plan, SelectPlan) and plan.key is None and not plan.chosen.partitions
