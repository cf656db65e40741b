"""Where the events of one table or index go: what a replay looks up once, and not for each event."""

from collections.abc import Callable, Sequence

from thermodynamo.api.namespace import Namespace
from thermodynamo.foresight.replays.repeats import Recent, wait_again
from thermodynamo.foresight.scenarios.copies import request_of
from thermodynamo.foresight.traces.sketch import changed, is_modelled, stand_in
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo_storage.capacity.units import write_half_units
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.keys import collection_of
from thermodynamo_storage.values.schema import KeySchema

Place = tuple[str, str, str, str | None]
"""Account, region, table and index."""


class Target:
    """A keyspace that is read, and the table that is written."""

    __slots__ = (
        "admission",
        "changes",
        "database",
        "entry_loads",
        "is_indexed",
        "keyspace",
        "made",
        "namespace",
        "padded",
        "paid",
        "place",
        "read_loads",
        "table",
        "write_loads",
    )

    def __init__(self, place: Place, namespace: Namespace, table: Table, keyspace: Keyspace) -> None:
        self.place = place
        self.namespace = namespace
        self.database = namespace.database
        self.table = table
        self.is_indexed = bool(table.indexes)
        self.keyspace = keyspace
        self.admission = keyspace.admission
        self.changes = 0
        """How many writes have changed what a model lets them change."""
        self.read_loads: dict[bytes, int] = {}
        """The half units that each key was asked for in the second at hand."""
        self.write_loads: dict[bytes, int] = {}
        self.made: Recent[Change] | None = None
        """The changes of writes of which copies may still come; None where none come."""
        self.paid: Recent[int] | None = None
        """What such writes cost, where nothing but the item is written by itself."""
        self.entry_loads: dict[str, dict[bytes, int]] = {}
        """What the entries of each index were asked for by the writes of that second."""
        self.padded = frozenset(
            name for index in table.indexes.values() for name in index.projected or () if index.schema.projection.names
        )
        """The attributes whose sizes decide what an index entry costs."""

    @property
    def keyspace_schema(self) -> KeySchema:
        """The key schema of the keyspace."""
        index = self.place[3]
        return (self.table.schema if index is None else self.table.indexes[index].schema).key_schema

    def go_on(self, earlier: "Target") -> None:
        """Takes over what the same place was asked for."""
        self.changes = earlier.changes
        self.read_loads, self.write_loads = earlier.read_loads, earlier.write_loads
        self.entry_loads = earlier.entry_loads

    def read(self, key: bytes, half_units: int, now: float, is_consistent: bool) -> None:
        """Reads an item. Raises Throttled."""
        loads = self.read_loads
        loads[key] = loads.get(key, 0) + half_units
        self.admission.read(self.keyspace.locate(key), key, half_units, now, is_consistent)

    def expect_copies(self, kept_seconds: float) -> None:
        """From now on copies of requests come, the last one so long after it."""
        self.made, self.paid = Recent(kept_seconds), Recent(kept_seconds)

    def write(
        self, key: bytes, size: int | None, old_size: int | None, detail: str | None, now: float, number: int
    ) -> None:
        """Makes an item one of so many bytes, or deletes it, by the request of a number. Raises Throttled.

        Without indexes that takes no plan: the storage is asked for the write, and given it, as it is.
        """
        if self.is_indexed:
            change = self.planned(key, size or 0, old_size, detail, number)
            self.load(change)
            write_admission.write(self.table, change, now)
            commit([(self, change, number)], now)
            return
        partition, loads, paid = self.keyspace.locate(key), self.write_loads, self.paid
        if paid is not None:
            found = paid.find((key, request_of(number)))
            if found is not None:
                loads[key] = loads.get(key, 0) + found
                self.admission.write(partition, key, found, now)
                return
        old = partition.items.get(key)
        if old is None and old_size is not None:
            old = self._lay(key, old_size, None)
        bytes_before, bytes_after = old[1] if old is not None else 0, size or 0
        half_units = write_half_units(bytes_before, bytes_after)
        loads[key] = loads.get(key, 0) + half_units
        self.admission.write(partition, key, half_units, now)
        # Stand-ins of one size are equal.
        if bytes_before != bytes_after:
            self.database.commit_plain(partition, key, old, (b"{}", bytes_after) if bytes_after else None)
        if paid is not None:
            paid.put((key, request_of(number)), half_units, now)

    def planned(self, key: bytes, size: int, old_size: int | None, detail: str | None, number: int) -> Change:
        """The change of a write; of a copy of one, the same change once more, but where a model says what changes."""
        if self.made is not None and not (detail is not None and is_modelled(detail)):
            found = self.made.find((key, request_of(number)))
            if found is not None:
                found.partition = self.table.keyspace.locate(key)
                return found
        return self.change(key, size, old_size, detail)

    def is_made(self, change: Change, number: int) -> bool:
        """Whether a write has made this change already, which its copies make once more."""
        return self.made is not None and self.made.find((change.key, request_of(number))) is change

    def change(self, key: bytes, size: int, old_size: int | None, detail: str | None) -> Change:
        """The change of an item to one of so many bytes; 0 is a deletion.

        What was there before is what the replay wrote there, or else what the trace says.
        """
        table = self.table
        if not table.indexes:
            partition = table.keyspace.locate(key)
            old = partition.items.get(key)
            if old is None and old_size is not None:
                old = self._lay(key, old_size, None)
            return Change(table.id, (), partition, key, old, (b"{}", size) if size else None)
        if old_size is not None and table.keyspace.get(key) is None:
            self._lay(key, old_size, detail)
        if detail is not None and is_modelled(detail):
            self.changes += 1
            detail = changed(detail, self.changes, table.keyspace.get(key))
        new = stand_in(detail, size, self.padded) if size else None
        change = table.plan_write(key, None, always(new))
        change.followers = ()
        return change

    def load(self, change: Change, factor: int = 1) -> None:
        """Counts what a write asks of its key, and of those of its entries; a transaction asks twice as much of it."""
        old, new = change.old, change.new
        half_units = write_half_units(old[1] if old is not None else 0, new[1] if new is not None else 0)
        self.write_loads[change.key] = self.write_loads.get(change.key, 0) + half_units * factor
        for entry in change.entries:
            schema, keys = entry.index.schema, entry.index.schema.key_schema
            loads = self.entry_loads.setdefault(schema.name, {})
            # Entries with one key of the index count together, as in what a Query of it asks for.
            key = collection_of(entry.key, len(keys.partition) + len(keys.sort))
            loads[key] = loads.get(key, 0) + entry.half_units

    def _lay(self, key: bytes, size: int, detail: str | None) -> Item:
        """Puts an item there that was there before the trace began."""
        item = stand_in(detail, size, self.padded) if self.table.indexes else (b"{}", size)
        change = self.table.change_to(key, item)
        change.followers = ()
        self.namespace.database.commit([change], self.table.created_at)
        return item


def commit(planned: Sequence[tuple[Target, Change, int]], now: float) -> None:
    """Makes changes happen, of requests of these numbers, all at one point of the sequence.

    The entries of those that were made before wait for their indexes once more, and leave them as they are.
    """
    again = [target.is_made(change, number) for target, change, number in planned]
    new = [change for (_, change, _), is_again in zip(planned, again, strict=True) if not is_again]
    if new:
        planned[0][0].database.commit(new, now)
    for (target, change, number), is_again in zip(planned, again, strict=True):
        if is_again:
            wait_again(change, now)
        elif target.made is not None:
            target.made.put((change.key, request_of(number)), change, now)


def always(new: Item | None) -> Callable[[Item | None], Item | None]:
    """What builds this image, whatever was there."""
    return lambda old: new


def find(place: Place, namespace: Namespace, now: float) -> Target:
    """Raises TraceError where the replay has no such table or index."""
    table = namespace.tables.get(place[2])
    if table is None or not namespace.settle(table, now):
        raise TraceError(f"the trace asks for the table {place[2]}, which there is none of at that time")
    index = table.indexes.get(place[3]) if place[3] is not None else None
    if place[3] is not None and index is None:
        raise TraceError(f"the trace asks for the index {place[3]} of the table {place[2]}, which there is none of")
    return Target(place, namespace, table, index.keyspace if index is not None else table.keyspace)
