"""A trace laid out on the tables of a scenario: what accesses ask for once keys are others, and indexes have entries.

What a write asks of an index depends on what it replaces. So all writes are made in order, and none is refused: the
storage makes the entries and says what they cost, as it does in the exact replay. What comes out is added up by second
and key and is kept as Parquet, of which the aggregate replay reads slices.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from thermodynamo.foresight.replays.exact import BACKFILL_ITEMS, INDEX_CHANGES, ExactReplay, by_chance, place_of
from thermodynamo.foresight.replays.groups import TRANSACTED
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.slices import CONSISTENT_READ, READ, WRITE, Place
from thermodynamo.foresight.replays.target import Target
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.scenarios.traffic import Traffic, requests
from thermodynamo.foresight.traces import columnar, location
from thermodynamo.foresight.traces.event import BETWEEN, MICROSECONDS, Event
from thermodynamo.foresight.traces.sketch import is_modelled
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.settings.config import VERSION, Config
from thermodynamo_storage.capacity.units import write_half_units
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.changes.index import EntryChange
from thermodynamo_storage.tables.write_admission import entry_key

ESTIMATE_SHARE = 0.25
"""So much of what an estimate adds counts as in doubt."""
MEMBERS = {
    "second": "BIGINT", "account": "VARCHAR", "region": "VARCHAR", "table_name": "VARCHAR", "index_name": "VARCHAR",
    "key": "VARCHAR", "kind": "INTEGER", "held": "INTEGER", "shape": "BIGINT", "cost": "DOUBLE", "share": "DOUBLE",
    "source": "DOUBLE", "entries": "DOUBLE[]",
}  # fmt: skip
"""What `Sums` has of each key, with the second and the place."""
CHANGE = ("write", "transacted write")
ON_WRITES = (*CHANGE, "failed", "check")


OfOne = tuple[Place, bytes, int, int, int]
"""What is told apart in a second: place, key, kind, which indexes hold what is written, and the shape of writes."""


@dataclass(slots=True)
class Sums:
    """What one key was asked for in one second, by writes that change the same entries. All are sums."""

    cost: float = 0.0
    """Half units."""
    share: float = 0.0
    """Requests."""
    source: float = 0.0
    """Of an entry: the half units that its writes ask of the table."""
    entries: list[float] = field(default_factory=list)
    """The half units that the writes ask of each global index, in the order of their numbers."""


@dataclass(slots=True)
class Asked:
    """What one write asks for."""

    cost: int
    """The half units of the table, its local indexes among them."""
    entries: list[tuple[str, bytes, int]]
    """Name of the index, key and half units of the entries of global indexes; one that moves is there twice."""

    @property
    def total(self) -> int:
        """The half units of all."""
        return self.cost + sum(half_units for _, _, half_units in self.entries)

    @property
    def shape(self) -> int:
        """What is the same for writes that change the same entries."""
        return crc32(b"".join([name.encode() + key for name, key, _ in self.entries]))


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The file, which answers what a trace does."""

    path: Path
    guessed: int
    """Reads of items that the trace does not write: they keep their keys where a template makes others."""
    numbers: dict[str, dict[str, int]]
    """The number of each global index by table and name."""
    means: dict[str, dict[str, float]]
    """The half units of a change of an entry on average, by table and index."""
    doubt: float
    """Half units that copies of writes may ask for otherwise."""

    def keyspaces(self) -> list[Place]:
        """Everything that is asked for something."""
        return [tuple(each) for each in self._found("SELECT DISTINCT account, region, table_name, index_name",
                                                    "ORDER BY ALL NULLS FIRST")]  # fmt: skip

    def busiest_second(self, place: Place) -> tuple[float, float]:
        """The most half units of reads and of writes that a place was asked for in one second."""
        ((reads, writes),) = self._found(
            "SELECT coalesce(max(reads), 0), coalesce(max(writes), 0) FROM (SELECT "
            f"sum(cost) FILTER (kind < {WRITE}) AS reads, sum(cost) FILTER (kind = {WRITE}) AS writes",
            f"WHERE {_is_of(place)} GROUP BY second)",
        )
        return reads, writes

    def keys(self, place: Place) -> Iterator[bytes]:
        """All keys that a place was asked for."""
        return (key for (key,) in self._found("SELECT DISTINCT key", f"WHERE {_is_of(place)}"))

    def _found(self, asked: str, rest: str) -> list[Any]:
        connection = columnar.connect()
        try:
            found: list[Any] = connection.execute(f"{asked} FROM {of_file(self.path)} {rest}").fetchall()
            return found
        finally:
            connection.close()


def of_file(path: Path | location.Location) -> str:
    """What a file has, in SQL."""
    return f"read_parquet({columnar.place(path)})"


def _is_of(place: Place) -> str:
    names = ("account", "region", "table_name", "index_name")
    return " AND ".join(
        f"{name} IS NOT DISTINCT FROM {columnar.quoted(value) if value is not None else 'NULL'}"
        for name, value in zip(names, place, strict=True)
    )


def is_needed(scenario: Scenario, has_indexes: bool) -> bool:
    """Whether a trace cannot be added up as it is: where there are indexes, or items go by another key."""
    return has_indexes or any(
        each.partition is not None or each.sort is not None or each.without_indexes for each in scenario.tables
    )


def lay_out(trace: Trace, scenario: Scenario, config: Config, folder: Path) -> LaidOut:
    """Lays a trace out, or finds what was laid out before in the folder. Raises TraceError."""
    told = f"{VERSION} {scenario!r} {config!r} {trace.path} {location.version(trace.path)}"
    made = folder / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.parquet"
    about = made.with_suffix(".json")
    if not made.exists() or not about.exists():
        lines, unfinished = made.with_suffix(".jsonl"), made.with_suffix(".part")
        layer = Layer(config, scenario, trace)
        with lines.open("wb") as file:
            for line in layer.lines():
                file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        _convert(lines, unfinished)
        lines.unlink()
        about.write_bytes(orjson.dumps([layer.guessed, layer.numbers, layer.means, layer.doubt]))
        unfinished.rename(made)
    return LaidOut(made, *orjson.loads(about.read_bytes()))


def _convert(lines: Path, parquet: Path) -> None:
    types = ", ".join(f"{name}: '{kind}'" for name, kind in MEMBERS.items())
    names = ", ".join(f"unhex({name}) AS {name}" if name == "key" else name for name in MEMBERS)
    connection = columnar.connect()
    connection.execute(
        f"COPY (SELECT {names} FROM read_json({columnar.place(lines)}, format = 'newline_delimited', "
        f"columns = {{{types}}})) TO {columnar.quoted(str(parquet))} (FORMAT parquet, COMPRESSION zstd)"
    )
    connection.close()


class Layer(ExactReplay):
    """The tables of a scenario on which a trace is laid out: they take all writes, and their limits are not asked."""

    def __init__(self, config: Config, scenario: Scenario, trace: Trace) -> None:
        super().__init__(config, Outcome())
        self.trace = trace
        self.scenario = scenario
        plain = [replace(each, write_shards=1) for each in scenario.tables]
        once = replace(scenario, traffic=1.0, keys=1, items=1, tables=tuple(plain))
        self.traffic = Traffic(once, places=trace.places())
        self.sums: dict[OfOne, Sums] = {}
        """What the second at hand was asked for."""
        self.numbers: dict[str, dict[str, int]] = {}
        self.changes: dict[tuple[str, str], list[int]] = {}
        """How many changes of entries each index had, and their half units."""
        self.doubt = 0.0
        self.second = 0

    @property
    def guessed(self) -> int:
        return round(self.scenario.traffic * self.traffic.guessed)

    @property
    def means(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for (table, index), (count, half_units) in self.changes.items():
            found.setdefault(table, {})[index] = half_units / count
        return found

    def lines(self) -> Iterator[dict[str, Any]]:
        """What is asked for, second by second. Raises TraceError."""
        for event in self.traffic.first(0):
            self._between(event, 0.0)
        for number, request in enumerate(requests(self.trace.events()), start=1):
            first = request[0]
            now = first.at_us / MICROSECONDS
            if first.kind in BETWEEN:
                for event in self.traffic.planned(first):
                    self._between(event, now)
                continue
            if self.traffic.is_retry(first):
                continue
            if int(now) < self.second:
                raise TraceError(f"the clock runs back in request {first.request}: sort the trace by its times first")
            if int(now) > self.second:
                yield from self._end(now)
            for event in self.traffic.copy(self.traffic.moved(request), 0, first.at_us, number):
                self._take(event, now, first.times or 1)
        yield from self._end(self.second + 1.0)

    def _end(self, now: float) -> Iterator[dict[str, Any]]:
        """The lines of the second that is over; what indexes have to do until `now` is done."""
        for (place, key, *told), sums in self.sums.items():
            values = [self.second, *place, key.hex(), *told, sums.cost, sums.share, sums.source, sums.entries]
            yield dict(zip(MEMBERS, values, strict=True))
        self.sums.clear()
        self.second = int(now)
        while self.database.catalog.backfills and self.database.step_backfill(BACKFILL_ITEMS, now):
            pass
        self.database.step_indexes(INDEX_CHANGES, now)

    def _take(self, event: Event, now: float, times: int) -> None:
        """Takes an access that stands for so many."""
        place = place_of(event)
        target = self.targets.get(place)
        if target is None or target.table.transition is not None:
            target = self._target(place, now)
        key = event.key or b""
        if event.kind in CHANGE:
            self._write(target, event, now, times)
            return
        if not key and event.operation == "Query":
            key = by_chance(event.request)
        kind = CONSISTENT_READ if event.is_consistent or event.kind == "transacted read" else READ
        half_units = event.half_units or (2 if event.kind in ON_WRITES else 1)
        one = place, key, WRITE if event.kind in ON_WRITES else kind, 0, 0
        self._add(one, half_units * times, times)

    def _write(self, target: Target, event: Event, now: float, times: int) -> None:
        """Makes a write, and adds up what the scenario's requests in its place ask for: each the same.

        A model says itself what each write changes, so its later ones are made, too.
        """
        first, change, held = self._made(target, event, now)
        requests = self.scenario.traffic * times
        items = min(requests, self._items(target, requests))
        asked = [(first, requests)]
        if requests > items and event.detail is not None and is_modelled(event.detail):
            asked = [(first, items), (self._made(target, event, now)[0], requests - items)]
        if self._shards(target) > 1:
            # What an item replaces in the shard that it happens to go to is not known.
            self.doubt += ESTIMATE_SHARE * items * (first.total - rewritten(event, change).cost)
        self._sum_up(target, event, held, asked)

    def _sum_up(self, target: Target, event: Event, held: int, asked: Sequence[tuple[Asked, float]]) -> None:
        """Adds up what the copies of one write ask for, each so often in the scenario."""
        assert event.key is not None
        numbers = self._numbers(target)
        for each, count in asked:
            weight = count / self.scenario.traffic
            write = held, each.shape
            entries = [0.0] * len(numbers)
            for name, _, half_units in each.entries:
                entries[numbers[name]] += half_units * weight
            for name, entry, half_units in each.entries:
                of_index: Place = (*target.place[:3], name)
                self._add((of_index, entry, WRITE, *write), half_units * weight, weight, each.cost * weight, entries)
            self._add((target.place, event.key, WRITE, *write), each.cost * weight, weight, 0.0, entries)

    def _shards(self, target: Target) -> int:
        """Over how many shards the writes of one item go at random."""
        planned = self.scenario.planned(target.place[2])
        has_sort = bool(target.table.schema.key_schema.sort)
        return 1 if planned is None or has_sort else planned.write_shards

    def _items(self, target: Target, requests: float) -> float:
        """How many items the requests write that come in the place of one: by copies of keys, and by shards of them."""
        shards, copies = self._shards(target), self.scenario.keys
        if shards == 1:
            return copies * (self.scenario.items if target.table.schema.key_schema.sort else 1)
        # Each request goes to a shard at random: so many are met on average.
        return float(copies * shards * (1 - (1 - 1 / shards) ** max(1.0, requests / copies)))

    def _made(self, target: Target, event: Event, now: float) -> tuple[Asked, Change, int]:
        """What a write asks for, its change, and which indexes hold the item before or after it, as bits."""
        assert event.key is not None
        change = target.change(event.key, event.size or 0, event.old_size, event.detail)
        changed = {entry.index.schema.name for entry in change.entries}
        for entry in change.entries:
            counted = self.changes.setdefault((target.place[2], entry.index.schema.name), [0, 0])
            counted[0] += 1
            counted[1] += entry.half_units
        held = 0
        for name, number in self._numbers(target).items():
            index = target.table.indexes.get(name)
            if index is not None and (name in changed or entry_key(index, change) is not None):
                held |= 1 << number
        self.database.commit([change], now)
        return asked_by(change, _factor(event)), change, held

    def _numbers(self, target: Target) -> Mapping[str, int]:
        """The numbers of the global indexes of a table; one that comes later has the next."""
        numbers = self.numbers.setdefault(target.place[2], {})
        for name, index in target.table.indexes.items():
            if index.schema.is_global and index.transition != "DELETING" and name not in numbers:
                numbers[name] = len(numbers)
        return numbers

    def _add(self, one: OfOne, cost: float, share: float, source: float = 0.0, entries: Sequence[float] = ()) -> None:
        sums = self.sums.get(one)
        if sums is None:
            sums = self.sums[one] = Sums()
        sums.cost += cost
        sums.share += share
        sums.source += source
        sums.entries += [0.0] * (len(entries) - len(sums.entries))
        for number, half_units in enumerate(entries):
            sums.entries[number] += half_units


def rewritten(event: Event, change: Change) -> Asked:
    """What it takes to write the new item of a change in its own place."""
    size = change.new[1] if change.new is not None else 0
    return Asked(write_half_units(size, size) * _factor(event), [])


def asked_by(change: Change, factor: int) -> Asked:
    """What a change asks for; the item costs so many times as much."""
    old, new = change.old, change.new
    cost = write_half_units(old[1] if old is not None else 0, new[1] if new is not None else 0) * factor
    entries: list[tuple[str, bytes, int]] = []
    for entry in change.entries:
        if entry.index.schema.is_global:
            entries += [(entry.index.schema.name, each.key, each.half_units) for each in parts(entry)]
        else:
            cost += entry.half_units
    return Asked(cost, entries)


def parts(entry: EntryChange) -> list[EntryChange]:
    """An entry's change; of one that moves, what happens where it was and where it goes, each paid by itself."""
    old, new = entry.old, entry.new
    if old is not None and new is not None and old[0] != new[0]:
        return [EntryChange(entry.index, old, None), EntryChange(entry.index, None, new)]
    return [entry]


def _factor(event: Event) -> int:
    """A transaction pays twice for the item."""
    return 2 if event.kind in TRANSACTED else 1
