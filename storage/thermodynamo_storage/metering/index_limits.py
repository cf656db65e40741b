"""The limits of global indexes that a write of their table meets, and how refusals of one write are counted.

An exhausted index refuses its table's write, so the table asks its indexes before it writes.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from thermodynamo_storage.values.errors import Throttled
from thermodynamo_storage.values.item import decode

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change
    from thermodynamo_storage.changes.index import SecondaryIndex


def admit(change: "Change", now: float) -> bool:
    """Whether every global index that the write meets has tokens left. Raises Throttled, or returns False if observing.

    An exhausted index refuses every write of an item that is or comes to be in it, changed there or not: in published
    captures an index of one unit blocked an update that left its entry alone, but no sparse write.
    """
    for index in change.table.indexes.values():
        if index.transition == "DELETING" or not index.schema.is_global:
            continue
        if not index.keyspace.admission.has_write_units(now):
            key = _entry_key(index, change)
            if key is not None and not index.keyspace.admission.refuse_entry(key, now):
                return False
    for entry in change.entries:
        if entry.index.schema.is_global and not entry.index.keyspace.admission.admits_entry(entry, now):
            return False
    return True


def count_others(change: "Change", refusing: str | None, now: float) -> None:
    """Counts the refusals of the other indexes, where the table (None) or the index of that name has refused."""
    entries = {entry.index.schema.name: entry for entry in change.entries}
    for name, index in change.table.indexes.items():
        if name == refusing or index.transition == "DELETING" or not index.schema.is_global:
            continue
        admission = index.keyspace.admission
        with suppress(Throttled):
            if not admission.has_write_units(now):
                key = _entry_key(index, change)
                if key is not None:
                    admission.refuse_entry(key, now)
            elif name in entries:
                admission.admits_entry(entries[name], now)


def _entry_key(index: "SecondaryIndex", change: "Change") -> bytes | None:
    """The key bytes of the item's entry in an index, after the change or before it."""
    for item in (change.new, change.old):
        if item is not None:
            key = index.existing_key(decode(item), change.key)
            if key is not None:
                return key
    return None
