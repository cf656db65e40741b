"""Filling a new index with the items that its table holds already, in bounded steps between requests.

Writes reach the index from the moment it is created, so a step only adds what the table holds at that instant: an item
written before its turn is added twice alike, one written after its turn is never touched again. Entries take the same
queue as those of writes, so that an index with a delay does not go backwards.
"""

from typing import Protocol

from thermodynamo_storage.changes.index import IndexTransition
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Item


def step_end(keyspace: Keyspace, position: bytes, items_max: int) -> bytes | None:
    """Where a step over the items from `position` on ends: after `items_max` or STEP_BYTES_MAX; None: after all."""
    size_bytes = 0
    for count, (key, item) in enumerate(keyspace.range(position, None), start=1):
        size_bytes += item[1]
        if count == items_max or size_bytes >= STEP_BYTES_MAX:
            return key + b"\x00"
    return None


class FilledFrom(Protocol):
    """The table whose items fill an index."""

    @property
    def id(self) -> str: ...

    @property
    def keyspace(self) -> Keyspace: ...

    def is_allocated(self, name: str, now: float) -> bool:
        """Whether a new index has its resources."""
        ...

    def is_filling_over(self, name: str, now: float) -> bool:
        """Whether a new index may become ACTIVE as soon as it has its entries."""
        ...


class Named(Protocol):
    """The schema of an index."""

    @property
    def name(self) -> str: ...


class Filled(Protocol):
    """An index that is filled: a global or a vector index."""

    transition: IndexTransition | None

    @property
    def schema(self) -> Named: ...

    def take_stored(self, key: bytes, item: Item, now: float) -> None:
        """Takes an item that the table held before the index. One that cannot be indexed is left out."""
        ...


class Backfill:
    """The filling of one index; over when the index is no longer CREATING."""

    __slots__ = ("index", "item_count", "position", "table")

    def __init__(self, table: FilledFrom, index: Filled) -> None:
        self.table = table
        self.index = index
        self.position = b""
        """Items with lower key bytes are done."""
        self.item_count = 0
        """How many items were looked at."""

    @property
    def percentage(self) -> float:
        """How much of the table's items were looked at."""
        total = sum(len(partition.items) for partition in self.table.keyspace.partitions)
        return min(100.0, 100.0 * self.item_count / total) if total else 0.0

    def is_waiting(self, now: float) -> bool:
        """Whether the index is not given its resources yet."""
        return not self.table.is_allocated(self.index.schema.name, now)

    def is_held(self, items_max: int, now: float) -> bool:
        """Whether there is nothing to do yet: the index waits, or it has all entries and goes on being filled."""
        if self.is_waiting(now):
            return True
        return not self.table.is_filling_over(self.index.schema.name, now) and self.next_end(items_max) is None

    def next_end(self, items_max: int) -> bytes | None:
        """Where a step ends that begins at `position`: after `items_max` items or STEP_BYTES_MAX; None for the end."""
        return step_end(self.table.keyspace, self.position, items_max)

    def fill(self, end: bytes | None, now: float) -> None:
        """Adds the entries of the items below `end`; None stands for all, with which the index is there for good.

        Items that cannot be indexed are left out.
        """
        index = self.index
        for key, item in self.table.keyspace.range(self.position, end):
            index.take_stored(key, item, now)
            self.item_count += 1
        if end is None:
            index.transition = None
        else:
            self.position = end
