"""A model of arrivals: what is asked for, how often in each second, and of which keys. It makes a trace by its seed.

Each event of the trace stands for the requests of one kind for one key that come within one second.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, NamedTuple, Protocol

import orjson

from thermodynamo.foresight.arrivals import draws
from thermodynamo.foresight.arrivals.popularity import Popularity
from thermodynamo.foresight.arrivals.rates import Rate
from thermodynamo.foresight.traces.event import MICROSECONDS, Event
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.origin import Origin
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_writer import TraceWriter, finished

SECONDS_MAX = 400 * 86_400
CREATE_TABLE = "DynamoDB_20120810.CreateTable"
Names = Sequence[tuple[str, str]]
"""The name and the type of each key attribute, the partition key first."""


class Target(NamedTuple):
    """One key that can be asked for, with what the item there costs; what is not known is None."""

    key: bytes | None
    size: int | None = None
    old_size: int | None = None
    half_units: int | None = None
    detail: str | None = None


class Load(NamedTuple):
    """Requests of one kind in one second. Where it has a cost, that goes before the one of the key."""

    requests: int
    half_units: int | None = None
    size: int | None = None


class Loads(Protocol):
    """How many requests come."""

    def at(self, second: int, chance: Random) -> Iterable[Load]:
        """Those of a second of the epoch; seconds are asked for in their order."""
        ...


class Keys(Protocol):
    """Which keys are asked for."""

    @property
    def targets(self) -> Sequence[Target]:
        """Those there are, by number."""
        ...

    def popularity(self, second: int) -> Popularity:
        """How often each of the targets is, in that second."""
        ...


@dataclass(frozen=True, slots=True)
class ByRate:
    """Requests that come by themselves, with an average rate: each second is drawn by Poisson's law."""

    rate: Rate
    items_per_request: int = 1
    half_units: int | None = None
    """What each costs, if that is not by its key."""

    def at(self, second: int, chance: Random) -> Iterable[Load]:
        return (Load(draws.poisson(chance, self.rate(second)) * self.items_per_request, self.half_units),)


@dataclass(frozen=True, slots=True)
class Always:
    """Keys whose shares stay the same."""

    targets: Sequence[Target]
    shares: Popularity

    def popularity(self, second: int) -> Popularity:
        return self.shares


@dataclass(frozen=True, slots=True)
class Pattern:
    """Requests of one kind to one table or index."""

    kind: str
    operation: str
    place: tuple[str, str, str, str | None]
    """Account, region, table and index."""
    keys: Keys
    loads: Loads
    is_consistent: bool | None = None


@dataclass(slots=True)
class Model:
    """What a trace is made of."""

    origin: Origin
    start: int
    """The second of the epoch in which it begins."""
    seconds: int
    patterns: list[Pattern] = field(default_factory=list)
    calls: list[Event] = field(default_factory=list)
    """The requests that make the tables, if the model knows them."""

    def events(self, seed: int) -> Iterator[list[Event]]:
        """The events of each second that has any, in the order of time."""
        numbers = count(1)
        # Each pattern has a series of its own, so that one does not change the others.
        chances = [Random(f"{seed}/{number}") for number in range(len(self.patterns))]
        for second in range(self.start, self.start + self.seconds):
            made = [
                event
                for pattern, chance in zip(self.patterns, chances, strict=True)
                for event in _events(pattern, second, chance, numbers)
            ]
            if made:
                yield made


def creation(place: tuple[str, str], request: dict[str, Any], second: int) -> Event:
    """The request that makes a table, of an account and a region."""
    return Event(second * MICROSECONDS, 0, "call", CREATE_TABLE, *place, detail=orjson.dumps(request).decode())


def on_demand(table: str, names: Names) -> dict[str, Any]:
    """A request of CreateTable for a table of these key attributes."""
    kinds = zip(names, ("HASH", "RANGE"), strict=False)
    return {
        "TableName": table,
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for (name, _), kind in kinds],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in names],
        "BillingMode": "PAY_PER_REQUEST",
    }


def _events(pattern: Pattern, second: int, chance: Random, numbers: Iterator[int]) -> Iterator[Event]:
    at = second * MICROSECONDS
    for load in pattern.loads.at(second, chance):
        for number, requests in pattern.keys.popularity(second).draw(chance, load.requests):
            target = pattern.keys.targets[number]
            half_units = load.half_units if load.half_units is not None else target.half_units
            size = load.size if load.size is not None else target.size
            yield Event(
                at, next(numbers), pattern.kind, pattern.operation, *pattern.place, target.key, size, target.old_size,
                half_units, pattern.is_consistent, None, None, target.detail, requests,
            )  # fmt: skip


def write(model: Model, target: Location, seed: int) -> int:
    """Writes the trace of a model; returns how many requests it has.

    Raises TraceError, and then leaves what `target` was.
    """
    if not 0 < model.seconds <= SECONDS_MAX:
        raise TraceError(f"a trace of {model.seconds:,} seconds cannot be made: it has 1 to {SECONDS_MAX:,}")
    total = 0
    with finished(target) as made, TraceWriter(made) as writer:
        writer.write([model.origin.event(), *model.calls])
        for events in model.events(seed):
            writer.write(events)
            total += sum(event.times or 1 for event in events)
        if not total:
            raise TraceError("nothing is asked for in it")
    return total
