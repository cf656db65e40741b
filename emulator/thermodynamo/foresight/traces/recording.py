"""The recording of a service, from its start to its end: every request that asks something of a table.

A request takes place at a whole microsecond while it is recorded, so that a replay computes with the very times. What
happens between requests is recorded as well: splits, auto scaling, and items that expire. What is done to the capacity
by the admin API (draining and filling buckets), and what replicas send each other, is not: see docs/foresee.md.
"""

import dataclasses
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from thermodynamo.api.call import Perform, Reply
from thermodynamo.api.caller import Caller
from thermodynamo.api.client_retries import Headers, attempt_of
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.foresight.traces import existing_tables
from thermodynamo.foresight.traces.event import Event, microseconds, seconds
from thermodynamo.foresight.traces.recorder import Recorder
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_writer import TraceWriter
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.durability.journal import Durability
from thermodynamo_storage.tables.definition import (
    Defined,
    NamespaceForked,
    NamespacesCleared,
    PartitionSplit,
    SnapshotRestored,
)
from thermodynamo_storage.tables.table import Table

DATA_FAMILIES = ("items", "pages", "transactions", "statements")
"""Operations on items are recorded by what they access."""
UNRECORDED_FAMILIES = ("streams",)
DELETE_TABLE = "DeleteTable"
SETTINGS_KEPT = (
    *("region", "namespace", "capacity", "profile", "seed", "split_after_seconds", "index_buffer_megabytes"),
    *("partition_read_units_max", "partition_write_units_max", "partition_megabytes", "table_read_units_max"),
    *("table_write_units_max", "table_delay_seconds", "cooldowns", "throttled_transactions", "throttle_errors"),
    *("index_delay_seconds",),
)
"""The settings that a replay needs to do what the server did."""

FLUSH_MICROSECONDS = 1_000_000
"""So long what was recorded may stay in memory while requests come."""

log = logging.getLogger("thermodynamo")


class Recording:
    """What a service is asked, into a file. Raises TraceError where it cannot be recorded."""

    def __init__(self, path: Path, config: Config) -> None:
        if config.capacity == "off":
            raise TraceError("nothing is recorded where capacity is off: it must be enforce or observe")
        self.writer = TraceWriter(path)
        self.recorder = Recorder(self._key_names)
        self.service: Service | None = None
        self.requests = 0
        self.targets: dict[Operation, str] = {}
        """The target header of each operation."""
        self.flushed_at = 0
        self.last_at = 0
        """When the last event was."""
        self.has_failed = False
        self.is_in_request = False
        kept = {name: getattr(config, name) for name in SETTINGS_KEPT}
        self.settings = orjson.dumps(kept).decode()

    def attach(self, service: Service) -> None:
        """Records this service from now on; `recorder` listens to its limits already.

        Tables that are there already are recorded as if they were made then.
        """
        self.service = service
        self._write([Event(0, 0, "settings", "", service.caller.account, service.config.region,
                                 detail=self.settings)])  # fmt: skip
        self.targets = {operation: target.decode() for target, operation in service.operations.items()}
        self._write(existing_tables.events(service))
        self._follow()
        database = service.database
        database.durability = Told(self, database.durability)
        service.upkeep.on_scaling = self.note_scaling
        service.around = self.around

    def _follow(self) -> None:
        """Tells refusals by the limits that the service has now: a reset gives it others."""
        limits = self.service.database.limits if self.service is not None else None
        if limits is not None and limits.throttles is not self.recorder.throttles:
            self.recorder.follow(limits.throttles)

    def around(self, carry_out: Perform, is_long: bool = False) -> Perform:
        """What carries a request out and records it.

        A long one that is refused changes nothing and is not kept: to write 16 MB takes a tenth of a second.
        """

        def perform(
            namespace: Namespace, operation: Operation, request: Any, caller: Caller, now: float, headers: Headers = ()
        ) -> Reply:
            at = microseconds(now)
            # The request belongs to the operation from the beginning, and may be changed.
            body = None if is_long or operation.family in DATA_FAMILIES else _text(request)
            had_due = bool(namespace.due)
            if operation.name == DELETE_TABLE:
                table = namespace.tables.get(name_of(request))
                self._note_reads([table] if table is not None else [])
            self._follow()
            self.is_in_request = True
            try:
                reply = carry_out(namespace, operation, request, caller, seconds(at), headers)
                if is_long and operation.family not in DATA_FAMILIES:
                    body = _text(request)
                return reply
            finally:
                self.is_in_request = False
                self._end(namespace, operation, at, body, had_due, headers)

        return perform

    def _end(
        self, namespace: Namespace, operation: Operation, at: int, body: str | None, had_due: bool, headers: Headers
    ) -> None:
        self.requests += 1
        place = namespace.account, namespace.region
        if operation.family in DATA_FAMILIES:
            events = self.recorder.take(at, self.requests, operation.name, attempt_of(headers))
            if not events and had_due and not namespace.due:
                events = [Event(at, self.requests, "due", operation.name, *place)]
        elif operation.family in UNRECORDED_FAMILIES or body is None:
            events = [Event(at, self.requests, "due", operation.name, *place)] if had_due else []
        else:
            self.recorder.take(at, self.requests, operation.name, None)
            events = [Event(at, self.requests, "call", self.targets[operation], *place, detail=body)]
        self._write(events)

    def note_scaling(self, now: float) -> None:
        """Auto scaling has looked at its alarms."""
        if self.service is not None:
            self.requests += 1
            caller = self.service.caller
            event = Event(microseconds(now), self.requests, "scaling", "", caller.account, caller.region)
            self._write([event])

    def note_split(self, definition: PartitionSplit, now: float) -> None:
        """A partition was split between two requests."""
        service = self.service
        if self.is_in_request or service is None:
            return
        table = service.database.catalog.by_id[definition.table_id]
        keyspace = table.keyspace if definition.index_name is None else table.indexes[definition.index_name].keyspace
        lows = {partition.id: partition.low for partition in keyspace.partitions}
        place = table.account, table.region, table.schema.name, definition.index_name
        self.requests += 1
        at = microseconds(now)
        if definition.reason == "manual":
            detail = orjson.dumps([lows[definition.partition_id].hex(), definition.at.hex()]).decode()
            self._write([Event(at, self.requests, "split", "", *place, detail=detail)])
        else:
            self._write([Event(at, self.requests, "due", "", *place)])

    def note_expiry(self, commit: Commit) -> None:
        """Time to live removes items."""
        service = self.service
        for change in commit.changes if service is not None else ():
            assert service is not None
            table = service.database.catalog.by_id[change.table_id]
            self.requests += 1
            place = table.account, table.region, table.schema.name, None
            at = microseconds(commit.now)
            self._write([Event(at, self.requests, "expiry", "", *place, change.key)])

    def note_reset(self, kind: str, now: float) -> None:
        """All tables are others now: there was a reset, or a snapshot was restored."""
        if self.service is not None:
            caller = self.service.caller
            self.requests += 1
            self._write([Event(microseconds(now), self.requests, "reset", kind, caller.account, caller.region)])

    def _note_reads(self, tables: Iterable[Table]) -> None:
        """Keeps what the reads of tables found, which is counted by shape: before they are gone, and at the end."""
        for table in tables:
            shapes = list(_counted(table))
            if shapes:
                place = table.account, table.region, table.schema.name, None
                self.requests += 1
                self._write(
                    [
                        Event(
                            self.last_at,
                            self.requests,
                            "reads",
                            "",
                            *place,
                            detail=orjson.dumps({"id": table.id, "shapes": shapes}).decode(),
                        )
                    ]
                )

    def _write(self, events: list[Event]) -> None:
        """Keeps events; a file that cannot be written any more ends the recording and not the server."""
        if self.has_failed or not events:
            return
        self.last_at = events[-1].at_us
        try:
            self.writer.write(events)
            if events[-1].at_us - self.flushed_at >= FLUSH_MICROSECONDS:
                self.writer.flush()
                self.flushed_at = events[-1].at_us
        except OSError as error:
            self.has_failed = True
            log.error("the recording ends here: %s cannot be written: %s", self.writer.path, error)

    def close(self) -> None:
        """Ends the file. Raises TraceError."""
        service = self.service
        if service is not None and service.database.limits is not None:
            self._note_reads(service.database.tables_of_all())
        self.writer.close()

    def _key_names(self, table_id: str) -> tuple[str, ...]:
        assert self.service is not None
        schema = self.service.database.catalog.by_id[table_id].schema
        return tuple(schema.attribute_kinds)


def name_of(request: Any) -> str:
    """The table that a request is about, given by its name or its ARN."""
    given = request.get("TableName") if isinstance(request, dict) else None
    return given.rpartition("/")[2] if isinstance(given, str) else ""


def _text(request: Any) -> str:
    return orjson.dumps(request).decode()


def _counted(table: Table) -> Iterator[list[Any]]:
    """The shapes of the reads of a table, and what they found."""
    for (operation, index, filtered, projected, is_scan), counts in table.tally.reads.items():
        yield [
            [operation, index, sorted(filtered), list(projected), is_scan],
            counts.requests,
            counts.evaluated,
            counts.returned,
            counts.half_units,
            counts.read_bytes,
            counts.returned_bytes,
        ]


@dataclasses.dataclass(slots=True)
class Told:
    """A sink that lets the recording know what happens between requests, and hands everything on."""

    recording: Recording
    durability: Durability

    def record(self, commit: Commit) -> None:
        self.durability.record(commit)
        if commit.is_expiry:
            self.recording.note_expiry(commit)

    def record_definitions(self, defined: Defined) -> None:
        self.durability.record_definitions(defined)
        for definition in defined.definitions:
            if isinstance(definition, NamespacesCleared | NamespaceForked | SnapshotRestored):
                self.recording.note_reset(type(definition).__name__, defined.now)
            if isinstance(definition, PartitionSplit):
                self.recording.note_split(definition, defined.now)
