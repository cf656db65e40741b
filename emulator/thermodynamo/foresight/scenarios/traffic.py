"""The events of a trace as a scenario has them: more or fewer, of other keys and sizes, on tables that are planned.

Copies of a request are spread evenly over the second that begins with it, and so stay in the order of time. `copies`
says which keys they have.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from math import ceil
from operator import itemgetter
from typing import Any
from zlib import crc32

import orjson

from thermodynamo.foresight.scenarios import table_requests
from thermodynamo.foresight.scenarios.copies import copied, numbered
from thermodynamo.foresight.scenarios.key_change import KeyChange
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.scenarios.table_requests import CREATE_TABLE, UPDATE_TABLE
from thermodynamo.foresight.traces.batch import BATCH_EVENTS, Batch, Brief, Forms
from thermodynamo.foresight.traces.event import BETWEEN, MICROSECONDS, Event
from thermodynamo.foresight.traces.recording import name_of
from thermodynamo.foresight.traces.trace_reader import Told, Trace, untold
from thermodynamo_storage.capacity.units import WRITE_UNIT_BYTES, read_half_units, write_half_units
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

GRAIN = 1 << 32
FORM = itemgetter(2)
"""The number of the form of an event in brief."""


class Traffic:
    """The events of one scenario, from those of a trace."""

    def __init__(
        self, scenario: Scenario, knows_costs: bool = False, places: Collection[tuple[str, str, str]] = ()
    ) -> None:
        """`knows_costs` says that each write of the trace has a size, and each other access half units.

        `places` are the account, region and name of the tables that the trace asks for.
        """
        self.knows_costs = knows_costs
        self.places = places
        self.scenario = scenario
        self.changes: dict[str, KeyChange] = {}
        self.kinds: dict[str, str] = {}
        """The types of the key attributes by table, such as SN."""
        self.local_indexes: set[tuple[str, str]] = set()
        """The local indexes by table and name: their entries lie beside the items."""
        self.dropped = 0
        """Recorded attempts that were left out: clients try again by the scenario."""

    @property
    def guessed(self) -> int:
        """Reads of items that the trace did not write before, whose template lacks an attribute."""
        return round(self.scenario.traffic * sum(change.guessed for change in self.changes.values()))

    def batches(self, trace: Trace, told: Told = untold) -> Iterator[Batch]:
        """The events in order, some at a time. Raises TraceError."""
        if self.knows_costs and self.scenario.keeps_accesses:
            yield from self._with_other_tables(trace, told)
            return
        forms = Forms()
        events = self._in_order(trace.events(told))
        while some := [forms.brief(event) for event in islice(events, BATCH_EVENTS)]:
            yield Batch(some, forms)

    def _with_other_tables(self, trace: Trace, told: Told) -> Iterator[Batch]:
        """The events as they are, but for those that make tables: nearly as fast as the trace is read."""
        forms = Forms(trace.forms)
        between = forms.of(BETWEEN)
        yield Batch([forms.brief(event) for event in self.first(0)], forms)
        for events in trace.briefs(told):
            if not between.isdisjoint(map(FORM, events)):
                events = self._planned_between(events, between, forms)
            yield Batch(events, forms)

    def _planned_between(self, events: Iterable[Brief], between: Collection[int], forms: Forms) -> list[Brief]:
        """Events of which those of some forms are requests about tables."""
        made: list[Brief] = []
        for event in events:
            if event[2] in between:
                made += map(forms.brief, self.planned(forms.event(event)))
            else:
                made.append(event)
        return made

    def _in_order(self, given: Iterable[Sequence[Any]]) -> Iterator[Event]:
        waiting: list[tuple[int, int, list[Event]]] = []
        yield from self.first(0)
        for number, request in enumerate(requests(given), start=1):
            at = request[0].at_us
            while waiting and waiting[0][0] <= at:
                yield from heapq.heappop(waiting)[2]
            if request[0].kind in BETWEEN:
                yield from self.planned(request[0])
                continue
            if self.is_retry(request[0]):
                self.dropped += 1
                continue
            moved = self.moved(request)
            for copy, delay in self._copies(request[0]):
                one = numbered(number, copy)
                made = self.copy(moved, copy, at + delay, one)
                if delay == 0:
                    yield from made
                else:
                    heapq.heappush(waiting, (at + delay, one, made))
        while waiting:
            yield from heapq.heappop(waiting)[2]

    def first(self, at: int) -> list[Event]:
        """What makes the tables that the trace does not make."""
        made = []
        for planned in self.scenario.tables:
            if planned.key is not None:
                request = table_requests.new(planned)
                self._know(request)
                self._change(planned, request)
                for place in [each[:2] for each in self.places if each[2] == planned.table]:
                    made.append(self._call(CREATE_TABLE, request, at, place))
                    made += [self._call(target, each, at, place) for target, each in table_requests.scaling(planned)]
        return made

    def calls(self, given: Iterable[Sequence[Any]]) -> Iterator[Event]:
        """The requests about tables alone, as the scenario has them."""
        yield from self.first(0)
        for each in given:
            yield from self.planned(Event(*each))

    def is_retry(self, event: Event) -> bool:
        return self.scenario.clients.retries != "recorded" and (event.attempt or 1) > 1

    def _copies(self, event: Event) -> Iterator[tuple[int, int]]:
        """The number of each copy of the request of an event, and how many microseconds it comes later."""
        traffic = self.scenario.traffic * (event.times or 1)
        count = int(traffic)
        # A fraction is the chance of one more, which is drawn by the request's number.
        if traffic != count and crc32(event.request.to_bytes(8, "big")) < (traffic - count) * GRAIN:
            count += 1
        for copy in range(count):
            yield copy, copy * MICROSECONDS // count

    def moved(self, request: Sequence[Event]) -> list[Event]:
        """The events of a request, of the sizes of the scenario and where its templates put them."""
        made: list[Event] = []
        for event in request:
            planned = self.scenario.planned(event.table_name)
            if planned is None:
                made.append(event)
                continue
            if event.index_name in planned.without_indexes:
                continue
            change = self.changes.get(planned.table) if event.index_name is None else None
            one = resized(event, planned)
            made.append(change.moved(one) if change is not None else one)
        return made

    def copy(self, moved: Sequence[Event], copy: int, at: int, number: int) -> list[Event]:
        """One copy of what `moved` gives, by its number; `number` is what it has as a request."""
        made: list[Event] = []
        for event in moved:
            one = Event(at, number, *event[2:-1], times=None)
            if copy and event.key:
                one = self._of_copy(one, event.key, copy)
            change = self.changes.get(event.table_name or "") if event.index_name is None else None
            made += change.shards(one, number) if change is not None else [one]
        return made

    def _of_copy(self, event: Event, key: bytes, copy: int) -> Event:
        """An access of a copy's own key. The entries of a global index stay under its keys, and so do reads of it."""
        if event.index_name is not None and (event.table_name, event.index_name) not in self.local_indexes:
            return event
        key_copy, item_copy = copy % self.scenario.keys, copy // self.scenario.keys % self.scenario.items
        kinds = self.kinds.get(event.table_name or "", "SS")
        if event.kind == "page":
            return event._replace(key=copied(key, kinds, key_copy), detail=None) if key_copy else event
        return event._replace(key=copied(key, kinds, key_copy, item_copy)) if key_copy or item_copy else event

    def planned(self, event: Event) -> list[Event]:
        """A request about tables as the scenario has it; what happened between requests is left out."""
        if event.kind != "call":
            return [event] if event.kind in ("settings", "expiry", "reset") else []
        if event.operation not in (CREATE_TABLE, UPDATE_TABLE):
            return [event]
        request = orjson.loads(event.detail or "{}")
        if event.operation == CREATE_TABLE:
            self._know(request)
        planned = self.scenario.planned(name_of(request))
        if planned is None:
            return [event]
        try:
            return self._as_planned(event, request, planned)
        except (KeyError, TypeError, AttributeError, StopIteration):
            return [event]  # The recorded server refused it, and so will the replay.

    def _as_planned(self, event: Event, request: dict[str, Any], planned: PlannedTable) -> list[Event]:
        """A request to make or to change a planned table. Raises KeyError and the like for none."""
        if event.operation == UPDATE_TABLE:
            left = table_requests.updated(request, planned)
            return [event._replace(detail=orjson.dumps(left).decode())] if left is not None else []
        request = table_requests.created(request, planned)
        self._change(planned, request)
        place = event.account, event.region
        return [
            event._replace(request=0, detail=orjson.dumps(request).decode()),
            *(self._call(target, each, event.at_us, place) for target, each in table_requests.scaling(planned)),
        ]

    def _know(self, request: dict[str, Any]) -> None:
        """Notes what a request of CreateTable says of keys; one that was refused may say anything."""
        try:
            name: str = request["TableName"]
            kinds = "".join(each.kind for each in key_schema(request).attributes)
            self.kinds[name] = kinds or self.kinds.get(name, "SS")
            local = request.get("LocalSecondaryIndexes") or ()
            self.local_indexes |= {(name, each["IndexName"]) for each in local}
        except (KeyError, TypeError):
            return

    def _change(self, planned: PlannedTable, request: dict[str, Any]) -> None:
        """Notes how items of a planned table move."""
        if planned.write_shards > 1 or planned.partition is not None or planned.sort is not None:
            # A second request for the table was refused, or makes the table anew with such a key.
            self.changes.setdefault(planned.table, KeyChange(planned, key_schema(request)))

    def _call(self, target: str, request: dict[str, Any], at: int, place: tuple[str, str]) -> Event:
        return Event(at, 0, "call", target, *place, detail=orjson.dumps(request).decode())


def key_schema(request: dict[str, Any]) -> KeySchema:
    """The key schema that a request of CreateTable gives a table. Raises KeyError, TypeError."""
    kinds = {each["AttributeName"]: each["AttributeType"] for each in request["AttributeDefinitions"]}
    parts = {
        kind: tuple(
            KeyAttribute(each["AttributeName"], kinds[each["AttributeName"]])
            for each in request["KeySchema"]
            if each["KeyType"] == kind
        )
        for kind in ("HASH", "RANGE")
    }
    return KeySchema(parts["HASH"], parts["RANGE"])


def requests(given: Iterable[Sequence[Any]]) -> Iterator[list[Event]]:
    """The events of one request at a time."""
    request: list[Event] = []
    for events in given:
        for each in events:
            event = Event(*each)
            if request and (event.request != request[0].request or event.kind in BETWEEN):
                yield request
                request = []
            request.append(event)
    if request:
        yield request


def resized(event: Event, planned: PlannedTable) -> Event:
    """An access of an item of the size that the scenario says."""
    size, half_units = event.size, event.half_units
    is_write = event.kind in ("write", "transacted write")
    if is_write and size is None and half_units is not None:
        # A transaction consumes twice the units of its item.
        size = half_units * WRITE_UNIT_BYTES // (4 if event.kind == "transacted write" else 2)
    elif not is_write and half_units is None and size is not None:
        half_units = _looked_at(event, size)
    if planned.item_bytes is not None and size is None and half_units is None:
        if is_write:
            size = planned.item_bytes
        else:
            half_units = _looked_at(event, planned.item_bytes)
    factor = planned.size_factor
    if factor != 1:
        size = max(1, round(size * factor)) if size else size
        # Consistent reads cost whole units.
        grain = 2 if event.is_consistent else 1
        half_units = max(1, ceil(half_units * factor / grain) * grain) if half_units is not None else None
        old = round(event.old_size * factor) if event.old_size is not None else None
        return event._replace(size=size, half_units=half_units, old_size=old, detail=event.detail)
    if size == event.size and half_units == event.half_units:
        return event
    return event._replace(size=size, half_units=half_units)


def _looked_at(event: Event, size_bytes: int) -> int:
    """What an access costs that leaves the item as it is."""
    if event.kind in ("failed", "check"):
        return write_half_units(size_bytes, 0) * (2 if event.kind == "check" else 1)
    is_consistent = bool(event.is_consistent) or event.kind == "transacted read"
    return read_half_units(size_bytes, is_consistent) * (2 if event.kind == "transacted read" else 1)
