"""The exact replay: every event in order, through the keyspaces, limits, splits, queues and auto scaling of the server.

Nothing here decides whether a request is admitted, what it costs or where a partition is split: the same storage does
that as serves requests. The items are stand-ins with the sizes and keys of those in the trace, so that it finds what
each write replaces. The replay of a recording meets the very refusals and splits that the server met.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any

import orjson

from thermodynamo.api.auto_scaling import evaluation
from thermodynamo.api.call import complete, perform
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.foresight.prices import features
from thermodynamo.foresight.replays import groups
from thermodynamo.foresight.replays.clients import Call, ClientModel
from thermodynamo.foresight.replays.groups import BATCH, TRANSACTED, Member
from thermodynamo.foresight.replays.outcome import Outcome, Split
from thermodynamo.foresight.replays.repeats import COPIES_SECONDS, RETRIES_SECONDS
from thermodynamo.foresight.replays.target import Place, Target, find
from thermodynamo.foresight.scenarios.table_requests import DELETE_TABLE
from thermodynamo.foresight.traces.batch import Batch, Forms
from thermodynamo.foresight.traces.event import BETWEEN, MICROSECONDS, Event
from thermodynamo.foresight.traces.recording import name_of
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.capacity.refusals import Throttled, Throttles
from thermodynamo_storage.durability.journal import NoDurability
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.tables.definition import Defined, PartitionSplit
from thermodynamo_storage.values import keys

LATEST = 1 << 62
SCAN = "Scan"
"""It begins with the first partition."""
INFREQUENT = "STANDARD_INFREQUENT_ACCESS"
INDEX_CHANGES = 4_096
BACKFILL_ITEMS = 4_096
Route = tuple[str, Target, bool]
"""What events of a form are (a `read` or a `write` by itself, else `seldom`), where they go, and their consistency."""
ALONE = ("read", "write")


class ExactReplay:
    """One replay. `prepare` makes the tables of a trace that does not do so itself."""

    def __init__(
        self,
        config: Config,
        outcome: Outcome,
        scales: bool = False,
        clients: ClientModel | None = None,
        has_copies: bool = False,
    ) -> None:
        """With `scales`, auto scaling acts when it is due, and not when it did so in the trace.

        `clients` try again what was refused; without them the attempts are those of the trace. With `has_copies`
        requests come several times, numbered by `scenarios.copies`.
        """
        self.service = Service(config)
        self.outcome = outcome
        self.scales = scales
        self.clients = clients
        self.copies_seconds = (COPIES_SECONDS if clients is None else RETRIES_SECONDS) if has_copies else None
        self.database = self.service.database
        self._listen()
        self.targets: dict[Place, Target] = {}
        self.forms = Forms()
        self.routes: dict[int, Route] = {}
        """What is done with events by the number of their form, as long as their targets stay the same."""
        self.group: list[Member] = []
        self.request: int | None = None
        self.second_ends = 0
        self.scaled_at = 0.0
        self.first_now = 0.0
        """When the tables were made that a trace begins with."""
        self.now = 0.0
        self.unmade: str | None = None
        """Why the last request that a scenario has made of tables was refused."""

    def _listen(self) -> None:
        limits = self.database.limits
        if limits is None:
            raise TraceError("nothing is limited where capacity is off: it must be enforce or observe")
        limits.throttles.on_first = None
        self.database.durability = Heard(self)

    def run(self, batches: Iterable[Batch]) -> None:
        """Carries out all events. Raises TraceError for tables that are not there, and a clock that runs back."""
        for batch in batches:
            if batch.forms is not self.forms:
                self.forms = batch.forms
                self.routes.clear()
            self._run(batch.events)
            self.outcome.events += len(batch.events)
        if self.group:
            self._end_group()
        if self.clients is not None:
            self._try_again(self.clients, LATEST)
        self.end()

    def _run(self, events: Iterable[Any]) -> None:
        """Carries out events in brief. Written for speed: most of them are a read or a write by itself."""
        database, routes, clients = self.database, self.routes, self.clients
        waiting = clients.waiting if clients is not None else []
        request_before, second_ends, last_at = self.request, self.second_ends, self.outcome.last_at
        for event in events:
            at, request, form, key, size, old_size, half_units, detail = event
            now = at / MICROSECONDS
            if at >= second_ends:
                if self.group:
                    self._end_group()
                self._end_second(at)
                second_ends = self.second_ends
            if request != request_before:
                request_before = request
                if at < last_at:
                    raise TraceError(f"the clock runs back in request {request}: sort the trace by its times first")
                last_at = at
                if waiting and waiting[0][0] <= at and clients is not None:
                    self._try_again(clients, at)
                if self.group:
                    self._end_group()
                if database.due and self.forms.by_number[form].kind not in BETWEEN:
                    database.carry_out_splits(now)
            route = routes.get(form)
            if route is None or route[1].table.transition is not None:
                route = self._route(form, now)
                if route is None:
                    self.now = now
                    self._between(self.forms.event(event), now)
                    continue
            way, target, is_consistent = route
            try:
                if way == "read":
                    target.read(key, half_units, now, is_consistent)
                elif way == "write":
                    target.write(key, size, old_size, detail, now, request)
                else:
                    self.now = now
                    self._seldom(target, self.forms.event(event), now)
            except Throttled as refused:
                self.outcome.refuse(refused.refusal)
                if clients is not None:
                    clients.throttle(Call([self.forms.event(event)], at), at)
        self.request, self.outcome.last_at = request_before, last_at
        self.now = last_at / MICROSECONDS

    def _route(self, number: int, now: float) -> Route | None:
        """What is done with events of a form, and where; None where they are no accesses."""
        form = self.forms.by_number[number]
        if form.kind in BETWEEN:
            return None
        place = (form.account, form.region, form.table_name or "", form.index_name)
        target = self.targets.get(place)
        if target is None or target.table.transition is not None:
            target = self._target(place, now)
        way = form.kind if form.kind in ALONE and form.operation != BATCH else "seldom"
        found = self.routes[number] = (way, target, bool(form.is_consistent))
        return found

    def _seldom(self, target: Target, event: Event, now: float) -> None:
        """The other kinds of events. Raises Throttled."""
        if event.kind in TRANSACTED or event.kind == "write":
            self.group.append((target, event))
        else:
            self._access(target, event, now)

    def _access(self, target: Target, event: Event, now: float) -> None:
        """An access by itself. Raises Throttled."""
        key = event.key or b""
        if event.kind == "read":
            target.read(key, event.half_units or 1, now, bool(event.is_consistent))
        elif event.kind == "page":
            if key:
                target.read_loads[key] = target.read_loads.get(key, 0) + (event.half_units or 1)
            target.admission.read_page(visits(target, event), now, bool(event.is_consistent))
        elif event.kind == "write":
            target.write(key, event.size, event.old_size, event.detail, now, event.request)
        else:
            target.write_loads[key] = target.write_loads.get(key, 0) + (event.half_units or 2)
            target.admission.write(target.keyspace.locate(key), key, event.half_units or 2, now)

    def _try_again(self, clients: ClientModel, until: int) -> None:
        """Carries out the attempts at earlier calls that come until then."""
        while (found := clients.next_call(until)) is not None:
            at, call = found
            if self._attempt(call.events, at / MICROSECONDS):
                clients.get_through(call, at)
            else:
                clients.throttle(call, at)

    def _attempt(self, events: Sequence[Event], now: float) -> bool:
        """Another attempt at a call; whether it was admitted."""
        if self.database.due:
            self.database.carry_out_splits(now)
        members = [(self._target(place_of(event), now), event) for event in events]
        throttles = members[0][0].namespace.throttles
        before = throttles.count
        if events[0].kind in TRANSACTED or events[0].operation == BATCH:
            is_admitted = groups.carry_out(members, now)
        else:
            try:
                self._access(*members[0], now)
                is_admitted = True
            except Throttled:
                is_admitted = False
        self._count(throttles, before)
        return is_admitted

    def _count(self, throttles: Throttles, before: int) -> None:
        """Counts what was refused since there were so many refusals."""
        new = throttles.count - before
        for refusal in list(throttles.last)[-new:] if new else ():
            self.outcome.refuse(refusal)

    def _end_group(self) -> None:
        group, self.group = self.group, []
        throttles = group[0][0].namespace.throttles
        before = throttles.count
        at = group[0][1].at_us
        is_admitted = groups.carry_out(group, at / MICROSECONDS)
        self._count(throttles, before)
        if not is_admitted and self.clients is not None:
            self.clients.throttle(Call([event for _, event in group], at), at)

    def _target(self, place: Place, now: float) -> Target:
        """What a place is now; it goes on with what its keys were asked for in this second."""
        self.outcome.first_at = self.outcome.first_at or round(now * MICROSECONDS)
        known = self.targets.get(place)
        found = self.targets[place] = self.find(place, now)
        if self.copies_seconds is not None:
            found.expect_copies(self.copies_seconds)
        if known is not None:
            found.go_on(known)
            self.routes.clear()
        self.outcome.keyspace(place, found.keyspace_schema)
        return found

    def find(self, place: Place, now: float) -> Target:
        """Raises TraceError where there is no such table or index, and tells why it could not be made."""
        try:
            return find(place, self.namespace(place[0], place[1]), now)
        except TraceError as error:
            if self.unmade is None:
                raise
            raise TraceError(f"the scenario's tables cannot be made: {self.unmade}; {error}") from None

    def namespace(self, account: str, region: str) -> Namespace:
        return self.service.namespace(Caller(account, region))

    def _between(self, event: Event, now: float) -> None:
        """What is no access: requests about tables, and what happened between requests."""
        kind, database = event.kind, self.database
        namespace = self.namespace(event.account, event.region)
        if kind == "call":
            self._call(namespace, event, now)
        elif kind == "due":
            database.carry_out_splits(now)
        elif kind == "scaling":
            if not self.scales:
                self.service.upkeep.scale(now)
        elif kind == "split":
            low, point = map(bytes.fromhex, orjson.loads(event.detail or "[]"))
            keyspace = self._target(place_of(event), now).keyspace
            partition = keyspace.locate(low)
            # A new table may have been made of more partitions than one, with some of these bounds.
            if partition.low < point:
                database.split(keyspace, partition, point, "manual", now)
        elif kind == "expiry":
            target = self._target(place_of(event), now)
            assert event.key is not None
            database.commit([target.change(event.key, 0, None, None)], now, is_expiry=True)
            return
        elif kind == "reset":
            if event.operation != "NamespacesCleared":
                raise TraceError("a snapshot was restored, or a namespace forked, while this was recorded: replay ends")
            self.end()
            self.service.reset()
            self._listen()
        if kind in ("call", "reset"):
            self._take_loads(int(now))
            self.targets.clear()
            self.routes.clear()

    def _call(self, namespace: Namespace, event: Event, now: float) -> None:
        """A request about tables, as the server had it; what it refused is refused here."""
        operation = self.service.operations.get(event.operation.encode())
        if operation is None:
            raise TraceError(f"the trace has a request {event.operation!r}, which there is none of here")
        if event.operation == DELETE_TABLE:
            # What was used in this second would go with the table.
            self._take_in(int(now), now)
            self._take_ends(name_of(orjson.loads(event.detail or "{}")))
        try:
            caller = Caller(event.account, event.region)
            complete(perform(namespace, operation, orjson.loads(event.detail or "{}"), caller, now))
        except ApiError as error:
            # What a recorded server refused is refused here. The requests of a scenario have no number: it may have
            # asked for what cannot be, or the recorded one was refused, too, as where a table was there already.
            if not event.request:
                self.unmade = f"{event.operation.rpartition('.')[2]}: {error.message}"

    def _end_second(self, at: int) -> None:
        """Takes in what was used of each table and index in the second that is over, and begins that of `at`."""
        ended = self.second_ends // MICROSECONDS - 1
        now = at / MICROSECONDS
        if self.second_ends > MICROSECONDS:
            self._take_in(ended, now)
        self.second_ends = (at // MICROSECONDS + 1) * MICROSECONDS
        if self.scales:
            self._scale(float(at // MICROSECONDS))
        while self.database.catalog.backfills and self.database.step_backfill(BACKFILL_ITEMS, now):
            pass
        self.database.step_indexes(INDEX_CHANGES, now)

    def _scale(self, until: float) -> None:
        """Does what auto scaling has to do until then, each at its time."""
        namespaces = self.service.namespaces
        now = self.scaled_at or until
        while (due_at := evaluation.next_at_of_all(namespaces.values(), now)) is not None and now < due_at < until:
            self.service.upkeep.scale(due_at)
            now = due_at
        self.service.upkeep.scale(until)
        self.scaled_at = until

    def _take_loads(self, second: int) -> None:
        """Takes in what keys were asked for in the second so far."""
        for place, target in self.targets.items():
            if target.read_loads or target.write_loads:
                found = self.outcome.keyspace(place, target.keyspace_schema)
                found.take_keys(second, target.read_loads, target.write_loads)
                target.read_loads, target.write_loads = {}, {}
            for name, loads in target.entry_loads.items():
                index = target.table.indexes.get(name)
                if index is not None and index.schema.is_global:
                    found = self.outcome.keyspace((*place[:3], name), index.schema.key_schema)
                    found.take_keys(second, {}, loads)
            target.entry_loads = {}

    def _take_in(self, second: int, now: float) -> None:
        """Takes in a second that is over."""
        self._take_loads(second)
        for table in self.database.tables_of_all():
            for owner, keyspace in table.keyspaces():
                report = keyspace.admission.report(now)
                if report is None:
                    continue
                schema = table.schema if owner is None else table.indexes[owner].schema
                place = (table.account, table.region, table.schema.name, owner)
                found = self.outcome.keyspace(place, schema.key_schema)
                found.take_units(second, table.id, report.reads.total, report.writes.total)
                found.provide(second, schema.throughput)
                found.is_infrequent = table.schema.table_class == INFREQUENT
                found.partitions_first = found.partitions_first or len(keyspace.partitions)
                if owner is not None and (pending := table.indexes[owner].propagation.pending):
                    found.waiting_max = max(found.waiting_max, len(pending))
                    found.lag_seconds_max = max(found.lag_seconds_max, now - pending[0].put_at)

    def end(self) -> None:
        """Takes in what is there at the end."""
        self._take_in(self.second_ends // MICROSECONDS - 1, self.now)
        self._take_ends()

    def _take_ends(self, name: str | None = None) -> None:
        """Takes in what tables have come to, or those of a name alone."""
        for table in self.database.tables_of_all():
            for owner, keyspace in table.keyspaces() if name in (None, table.schema.name) else ():
                found = self.outcome.keyspaces.get((table.account, table.region, table.schema.name, owner))
                if found is not None:
                    found.end(keyspace)
                    if owner is None:
                        found.features = features.of_table(self.database, table, self.now)


@dataclass(slots=True)
class Heard(NoDurability):
    """The sink of a replay's database: it keeps nothing, and hears of the splits."""

    replay: ExactReplay

    def record_definitions(self, defined: Defined) -> None:
        for each in defined.definitions:
            if isinstance(each, PartitionSplit):
                table = self.replay.database.catalog.by_id[each.table_id]
                keyspace = table.keyspace if each.index_name is None else table.indexes[each.index_name].keyspace
                low = next(partition.low for partition in keyspace.partitions if partition.id == each.partition_id)
                schema = table.schema if each.index_name is None else table.indexes[each.index_name].schema
                place = (table.account, table.region, table.schema.name, each.index_name)
                found = self.replay.outcome.keyspace(place, schema.key_schema)
                found.splits.append(Split(defined.now, each.partition_id, low, each.at, each.reason))


def visits(target: Target, event: Event) -> list[tuple[Partition, int, bytes]]:
    """The partitions that a page visits, the 4 KB blocks read in each, and the key bytes asked for."""
    keyspace = target.keyspace
    if event.detail is None:
        key = event.key or b""
        begins = key or (b"" if event.operation == SCAN else by_chance(event.request))
        per_block = 2 if event.is_consistent else 1
        return [(keyspace.locate(begins), max(1, (event.half_units or 1) // per_block), key)]
    merged: dict[int, tuple[Partition, int, bytes]] = {}
    for lowest, asked, blocks in _parts_of_page(event):
        partition = keyspace.locate(bytes.fromhex(asked) or bytes.fromhex(lowest))
        before = merged.get(partition.id)
        merged[partition.id] = (partition, blocks + (before[1] if before else 0), bytes.fromhex(asked))
    return list(merged.values())


def _parts_of_page(event: Event) -> list[tuple[str, str, int]]:
    """The lowest key of each partition that a page read, the key asked for, and 4 KB blocks. Raises TraceError."""
    try:
        parts = [(str(lowest), str(asked), int(blocks)) for lowest, asked, blocks in orjson.loads(event.detail or "[]")]
        for lowest, asked, _ in parts:
            bytes.fromhex(lowest + asked)
    except (TypeError, ValueError):
        raise TraceError(f"the page of request {event.request} does not tell what it read: {event.detail}") from None
    return parts


def by_chance(request: int) -> bytes:
    """Where a Query reads whose key is not told: at any token, but always at this one. `slices` computes it in SQL."""
    return md5(str(request).encode(), usedforsecurity=False).digest()[: keys.TOKEN_BYTES]


def place_of(event: Event) -> Place:
    """Where an event goes."""
    return event.account, event.region, event.table_name or "", event.index_name
