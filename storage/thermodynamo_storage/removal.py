"""The removal of a long item whose time is over, worked out in steps before it happens.

Each index may have to make anew the entry that it loses: to do that for twenty of them takes up to a second.
"""

from collections.abc import Generator
from typing import Any

from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Item
from thermodynamo_storage.values.long_images import Image, Images
from thermodynamo_storage.values.long_items import decode_in_steps

STEPS_AT_ONCE = 3
"""Five to ten milliseconds."""


class Removal:
    """The removal of one item. It is worked out anew where the item or the indexes are others by then."""

    __slots__ = ("change", "indexes", "item", "key", "steps", "table")

    def __init__(self, table: Table, key: bytes, item: Item) -> None:
        self.table = table
        self.key = key
        self.item = item
        self.indexes = _indexes(table)
        self.change: Change | None = None
        self.steps = self._plan()

    def is_of(self, table: Table, key: bytes, item: Item) -> bool:
        """Whether this is the removal of that item, with the indexes of now."""
        is_same = self.table is table and self.key == key and self.item is item
        return is_same and self.indexes == _indexes(table)

    def go_on(self) -> Change | None:
        """Takes some steps, if any are left; returns the change once it is found."""
        for _ in range(STEPS_AT_ONCE):
            if self.change is None:
                next(self.steps, None)
        return self.change

    def _plan(self) -> Generator[None, Any, None]:
        table, key = self.table, self.key
        attributes = yield from decode_in_steps(self.item)
        yield
        images = Images(Image(self.item, attributes), None)
        vectors = None
        if table.vector_indexes:
            vectors = yield from vector_indexes.changes_in_steps(table.vector_indexes, key, images, refuses=False)
        entries = []
        for index in [index for index in table.indexes.values() if index.transition != "DELETING"]:
            yield
            entry = yield from index.change_in_steps(images, key)
            if entry is not None:
                entries.append(entry)
        partition = table.keyspace.locate(key)
        self.change = Change(table.id, table.followers, partition, key, self.item, None, entries, vectors)


def of(table: Table, key: bytes, item: Item | None) -> Change | None:
    """The removal of an expired item, which is to happen at once; None while more of it is to be worked out."""
    queue = table.expiry_queue
    if item is None or item[1] < STEP_BYTES_MAX or queue is None or not _looks_at_items(table):
        return table.change_to(key, None)
    begun = queue.removal
    if not isinstance(begun, Removal) or not begun.is_of(table, key, item):
        begun = queue.removal = Removal(table, key, item)
    change = begun.go_on()
    if change is not None:
        queue.removal = None
    return change


def _looks_at_items(table: Table) -> bool:
    """Whether an index has to look at an item that goes: a vector index that is up to date knows its entry."""
    late = (each for each in table.vector_indexes.values() if each.pending or each.transition == "CREATING")
    return bool(table.indexes) or next(late, None) is not None


def _indexes(table: Table) -> object:
    ordinary = [(index, index.transition) for index in table.indexes.values()]
    return ordinary, [(index, index.transition) for index in table.vector_indexes.values()]
