"""Hears what keyspaces are asked for, and makes events of it.

What one request asks for is collected until its end, as only then is known what was refused. A refusal belongs to the
access that was heard last; in a transaction, which is refused as a whole, to all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from thermodynamo.foresight.traces.event import Event, Kind
from thermodynamo.foresight.traces.sketch import sketch
from thermodynamo_storage.capacity.refusals import Throttles
from thermodynamo_storage.partitions.admission import AccessKind, PlannedChange
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.item import decode
from thermodynamo_storage.values.keyspace_name import KeyspaceName

WRITES: dict[AccessKind, Kind] = {"alone": "write", "failed": "failed", "transaction": "transacted write"}
TOGETHER: tuple[Kind, ...] = ("transacted read", "transacted write", "check")
"""Accesses that are admitted all or none."""


@dataclass(slots=True)
class Access:
    """An access of the request at hand."""

    kind: Kind
    name: KeyspaceName
    key: bytes | None
    size: int | None = None
    old_size: int | None = None
    half_units: int | None = None
    is_consistent: bool | None = None
    reason: str | None = None
    detail: str | None = None

    def event(self, at: int, request: int, operation: str, attempt: int | None) -> Event:
        name = self.name
        place = name.account, name.region, name.table_name, name.index_name
        sizes = self.size, self.old_size, self.half_units, self.is_consistent
        return Event(at, request, self.kind, operation, *place, self.key, *sizes, attempt, self.reason, self.detail)


class Recorder:
    """The accesses of one request, of a database whose refusals are in `throttles`.

    `key_names` gives the key attributes of a table with those of its indexes, by the table's id.
    """

    def __init__(self, key_names: Callable[[str], Sequence[str]]) -> None:
        self.key_names = key_names
        self.throttles = Throttles()
        self.accesses: list[Access] = []
        self.seen = 0
        """How many refusals there were when the last access was heard."""

    def follow(self, throttles: Throttles) -> None:
        """Tells refusals by these from now on."""
        self.throttles = throttles
        self.seen = throttles.count

    def take(self, at: int, request: int, operation: str, attempt: int | None) -> list[Event]:
        """The events of the request that has just ended."""
        self._end_access()
        accesses, self.accesses = self.accesses, []
        refused = [each.reason for each in accesses if each.reason is not None and each.kind in TOGETHER]
        for each in accesses:
            if refused and each.kind in TOGETHER:
                each.reason = refused[0]
        return [each.event(at, request, operation, attempt) for each in accesses]

    def hear_read(self, name: KeyspaceName, key: bytes, half_units: int, is_consistent: bool) -> None:
        self._begin(Access("read", name, key, None, None, half_units, is_consistent))

    def hear_page(
        self, name: KeyspaceName, visits: Sequence[tuple[Partition, int, bytes]], is_consistent: bool
    ) -> None:
        told = [[partition.low.hex(), key.hex(), blocks] for partition, blocks, key in visits]
        half_units = sum(blocks for _, blocks, _ in visits) * (2 if is_consistent else 1)
        key = visits[0][2] or None
        detail = orjson.dumps(told).decode()
        self._begin(Access("page", name, key, None, None, half_units, is_consistent, None, detail))

    def hear_write(self, name: KeyspaceName, change: PlannedChange, kind: AccessKind) -> None:
        old, new = change.old, change.new
        detail = sketch(decode(new), self.key_names(name.table_id)) if new is not None else None
        sizes = new[1] if new is not None else 0, old[1] if old is not None else None
        self._begin(Access(WRITES[kind], name, change.key, *sizes, None, None, None, detail))

    def hear_look(self, name: KeyspaceName, key: bytes, half_units: int, is_write: bool, kind: AccessKind) -> None:
        told: Kind = "failed" if kind == "failed" else "check" if is_write else "transacted read"
        self._begin(Access(told, name, key, None, None, half_units))

    def _begin(self, access: Access) -> None:
        self._end_access()
        self.accesses.append(access)

    def _end_access(self) -> None:
        """Gives the access heard last the first of the refusals since."""
        new = self.throttles.count - self.seen
        self.seen = self.throttles.count
        kept = self.throttles.last
        if new and self.accesses and len(kept) >= new:
            self.accesses[-1].reason = kept[-new].reason
