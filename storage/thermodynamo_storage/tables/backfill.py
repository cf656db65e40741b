"""Filling a new index with the items that its table holds already, in bounded steps between requests.

Writes reach the index from the moment it is created, so a step only adds what the table holds at that instant: an item
written before its turn is added twice alike, one written after its turn is never touched again. Entries take the same
queue as those of writes, so that an index with a delay does not go backwards.
"""

from collections.abc import Generator
from typing import Any, Protocol

from thermodynamo_storage.changes.index import IndexTransition
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Item
from thermodynamo_storage.values.long_images import Image
from thermodynamo_storage.values.long_items import decode_in_steps

STEPS_AHEAD = 3
"""Of making the entry of a long item, as many as are made at once: five to ten milliseconds."""


def step_end(keyspace: Keyspace, position: bytes, items_max: int) -> bytes | None:
    """Where a step over the items from `position` on ends: after `items_max` or STEP_BYTES_MAX; None: after all.

    It ends before a long item, unless that is the first.
    """
    size_bytes = 0
    for count, (key, item) in enumerate(keyspace.range(position, None), start=1):
        if item[1] >= STEP_BYTES_MAX and count > 1:
            return key
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

    def stored_in_steps(self, key: bytes, image: Image) -> Generator[None, Any, Any]:
        """The entry of a long item that the table held before the index, made ahead."""
        ...

    def take_stored(self, key: bytes, item: Item, now: float, made: "tuple[Any] | None" = None) -> None:
        """Takes an item that the table held before the index. One that cannot be indexed is left out.

        Its entry may be made already, which may be None.
        """
        ...


class Ahead:
    """The entry of a long item, which is made in steps before the item has its turn."""

    __slots__ = ("item", "made", "steps")

    def __init__(self, index: Filled, key: bytes, item: Item) -> None:
        self.item = item
        self.made: tuple[Any] | None = None
        self.steps = self._make(index, key)

    def _make(self, index: Filled, key: bytes) -> Generator[None, Any, None]:
        attributes = yield from decode_in_steps(self.item)
        yield
        self.made = ((yield from index.stored_in_steps(key, Image(self.item, attributes))),)

    def go_on(self) -> bool:
        """Makes some steps, if any are left; returns whether it is made."""
        for _ in range(STEPS_AHEAD):
            if self.made is None:
                next(self.steps, None)
        return self.made is not None


class Backfill:
    """The filling of one index; over when the index is no longer CREATING."""

    __slots__ = ("ahead", "index", "item_count", "position", "size_bytes", "table")

    def __init__(self, table: FilledFrom, index: Filled) -> None:
        self.table = table
        self.index = index
        self.position = b""
        """Items with lower key bytes are done."""
        self.item_count = 0
        """How many items were looked at."""
        self.size_bytes = 0
        """Their bytes, since it is here."""
        self.ahead: Ahead | None = None
        """Of the item that is next, where it is long."""

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

    def is_prepared(self) -> bool:
        """Whether the next step may be done in one piece. Where a long item is next, its entry is made a bit more."""
        key, item = next(self.table.keyspace.range(self.position, None), (b"", None))
        if item is None or item[1] < STEP_BYTES_MAX:
            return True
        if self.ahead is None or self.ahead.item is not item:
            self.ahead = Ahead(self.index, key, item)
        return self.ahead.go_on()

    def fill(self, end: bytes | None, now: float) -> None:
        """Adds the entries of the items below `end`; None stands for all, with which the index is there for good.

        Items that cannot be indexed are left out.
        """
        index = self.index
        for key, item in self.table.keyspace.range(self.position, end):
            ahead = self.ahead
            index.take_stored(key, item, now, ahead.made if ahead is not None and ahead.item is item else None)
            self.item_count += 1
            self.size_bytes += item[1]
        self.ahead = None
        if end is None:
            index.transition = None
        else:
            self.position = end
