"""What a write costs, and which keyspaces are asked for it: the table's, and those of its global indexes.

An exhausted index refuses its table's write, so all limits are asked before anything is charged, in this order: the
table's pool (quota, maximum or provisioned units); global indexes; the table's partition. The first that refuses is the
reason.
"""

from contextlib import suppress

from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.capacity.units import WRITE_UNIT_BYTES, write_half_units
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.changes.index import EntryChange, SecondaryIndex
from thermodynamo_storage.partitions.admission import UNMETERED
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import decode


def write(table: Table, change: Change, now: float) -> None:
    """Admits and charges a write that is about to be committed. Raises Throttled."""
    admission = table.keyspace.admission
    if admission is UNMETERED:
        return
    if admission.listener is not None:
        admission.listener.hear_write(table.keyspace.name, change, "alone")
    if table.indexes:
        charge(table, change, now, is_admitted=admits(table, change, now))
        return
    old, new = change.old, change.new
    half_units = 2
    if (new is not None and new[1] > WRITE_UNIT_BYTES) or (old is not None and old[1] > WRITE_UNIT_BYTES):
        half_units = write_half_units(old[1] if old is not None else 0, new[1] if new is not None else 0)
    admission.write(change.partition, change.key, half_units, now)


def charge_failed(table: Table, key: bytes, now: float) -> None:
    """Admits and charges a write whose condition is false, by the item as it stands. Raises Throttled."""
    partition = table.keyspace.locate(key)
    old = partition.items.get(key)
    half_units = write_half_units(old[1] if old is not None else 0, 0)
    admission = table.keyspace.admission
    if admission.listener is not None:
        admission.listener.hear_look(table.keyspace.name, key, half_units, True, "failed")
    admission.write(partition, key, half_units, now)


def admits(table: Table, change: Change, now: float) -> bool:
    """Whether every limit that the write meets has tokens left. Raises Throttled, or returns False if observing.

    The first limit that has none is the reason. The others count as well: the item and its entry in each index are
    events of their own (developer guide, metrics-dimensions: four for a PutItem where there are three indexes).
    """
    try:
        refusing = _refusing(table, change, now)
    except Throttled as first:
        _count_others(table, change, first.refusal.index_name, now)
        raise
    if refusing is None:
        return True
    _count_others(table, change, refusing.name.index_name, now)
    return False


def charge(table: Table, change: Change, now: float, factor: int = 1, is_admitted: bool = True) -> None:
    """Charges the table for the item and its local index entries, and each global index for its entries.

    A transaction pays the item by a `factor` of two. What observing would have refused is only counted.
    """
    old, new = change.old, change.new
    half_units = factor * write_half_units(old[1] if old is not None else 0, new[1] if new is not None else 0)
    for entry in change.entries:
        if entry.index.schema.is_global:
            _charge_entry(entry, now, is_admitted)
        else:
            half_units += entry.half_units
    table.keyspace.admission.charge(change.partition, change.key, half_units, True, now, is_admitted)


def _charge_entry(entry: EntryChange, now: float, is_admitted: bool) -> None:
    """Charges an entry's change: one that moves is paid where it was and where it goes."""
    keyspace = entry.index.keyspace
    old, new = entry.old, entry.new
    if old is not None and new is not None and old[0] != new[0]:
        left = keyspace.locate(old[0])
        keyspace.admission.charge(left, old[0], write_half_units(old[1][1], 0), True, now, is_admitted)
        old = None
    place = new if new is not None else old
    assert place is not None
    half_units = write_half_units(old[1][1] if old is not None else 0, new[1][1] if new is not None else 0)
    keyspace.admission.charge(keyspace.locate(place[0]), place[0], half_units, True, now, is_admitted)


def _refusing(table: Table, change: Change, now: float) -> Keyspace | None:
    """The first keyspace that would refuse the write, if observing; None where all have tokens left. Raises Throttled.

    An exhausted index refuses every write of an item that is or comes to be in it, changed there or not: in published
    captures an index of one unit blocked an update that left its entry alone, but no sparse write.
    """
    keyspace, admission = table.keyspace, table.keyspace.admission
    if not admission.has_write_units(now):
        admission.refuse_write(change.partition, change.key, now)
        return keyspace
    for index in table.indexes.values():
        if index.transition == "DELETING" or not index.schema.is_global:
            continue
        if not index.keyspace.admission.has_write_units(now):
            key = entry_key(index, change)
            if key is not None:
                index.keyspace.admission.refuse_write(index.keyspace.locate(key), key, now)
                return index.keyspace
    for entry in change.entries:
        if entry.index.schema.is_global and not _entry_is_admitted(entry, now):
            return entry.index.keyspace
    return None if admission.partition_admits_write(change.partition, change.key, now) else keyspace


def _entry_is_admitted(entry: EntryChange, now: float) -> bool:
    """Whether the partitions that an entry's change touches have tokens left. Raises Throttled."""
    keyspace = entry.index.keyspace
    for side in (entry.old, entry.new):
        if side is not None:
            key = side[0]
            if not keyspace.admission.partition_admits_write(keyspace.locate(key), key, now):
                return False
    return True


def _count_others(table: Table, change: Change, refusing: str | None, now: float) -> None:
    """Counts the other refusals of a write that the table (None) or the global index of that name has refused."""
    if refusing is not None:
        with suppress(Throttled):
            table.keyspace.admission.admits(change.partition, change.key, True, now)
    entries = {entry.index.schema.name: entry for entry in change.entries}
    for name, index in table.indexes.items():
        if name == refusing or index.transition == "DELETING" or not index.schema.is_global:
            continue
        with suppress(Throttled):
            if not index.keyspace.admission.has_write_units(now):
                key = entry_key(index, change)
                if key is not None:
                    index.keyspace.admission.refuse_write(index.keyspace.locate(key), key, now)
            elif name in entries:
                _entry_is_admitted(entries[name], now)


def entry_key(index: SecondaryIndex, change: Change) -> bytes | None:
    """The key bytes of the item's entry in an index, after the change or before it."""
    for item in (change.new, change.old):
        if item is not None:
            key = index.existing_key(decode(item), change.key)
            if key is not None:
                return key
    return None
