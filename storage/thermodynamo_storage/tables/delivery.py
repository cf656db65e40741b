"""What a change that arrives does to a replica, and what it can take of those that are due.

Each costs it a write, and waits where there is no capacity.

A replicated write costs what a write of its own does, in every region that it reaches (developer guide, global tables:
replicated write units). It is never refused for good: what the replica has no capacity for comes later, but where the
global table is strongly consistent, which lets nothing come later.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.changes.index import EntryChange
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.followers.replication import Way
from thermodynamo_storage.partitions.admission import UNMETERED
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Item
from thermodynamo_storage.values.long_images import Image, Images, image
from thermodynamo_storage.values.long_items import decode_in_steps, finished

RETRY_SECONDS = 0.1
"""How long a change waits that the replica has no capacity for."""
STEPS_AT_ONCE = 3
"""Five to ten milliseconds."""


def admit(table: Table, way: Way, count_max: int, now: float, in_steps: bool = True) -> int:
    """How many changes may arrive now, up to `count_max` or STEP_BYTES_MAX; those that win are admitted and charged.

    A long one is worked out a bit more in each call, unless nothing may wait for it.
    """
    replication = table.replication
    assert replication is not None
    replication.planned.clear()
    due = way.due(now, count_max)
    is_strong = table.global_table is not None and table.global_table.is_strong
    is_metered = table.keyspace.admission is not UNMETERED
    for count, change in enumerate(due):
        held_until = table.holds.end(change.key, now) if table.holds is not None else None
        if held_until is not None:
            way.retry_at = held_until
            return count
        if not replication.is_later(change):
            continue
        ahead = way.ahead = prepare(way.ahead, table, change.key, change.item) if in_steps else None
        if ahead is not None and ahead.change is None:
            return count
        if not is_metered and ahead is None:
            continue
        planned = arriving_change(table, change.key, change.item, ahead)
        replication.planned[change.key] = planned
        if not is_metered:
            continue
        try:
            write_admission.write(table, planned, now)
        except Throttled:
            if is_strong:
                continue
            way.retry_at = now + RETRY_SECONDS
            return count
    return len(due)


def planned_change(table: Table, key: bytes, new: Item | None) -> Change:
    """As `arriving_change`: the one that was admitted, where nothing else was written to the item since."""
    assert table.replication is not None
    planned = table.replication.planned.pop(key, None)
    if planned is not None and planned.new is new and planned.old is table.keyspace.get(key):
        return planned
    return arriving_change(table, key, new)


class Arriving:
    """The change that leaves an image in place of another, worked out in steps before it happens."""

    __slots__ = ("change", "indexes", "key", "new", "old", "steps")

    def __init__(self, table: Table, key: bytes, new: Item | None) -> None:
        self.key = key
        self.old = table.keyspace.get(key)
        self.new = new
        self.indexes = _indexes(table)
        self.change: Change | None = None
        self.steps = self._plan(table)

    def is_of(self, table: Table, key: bytes, new: Item | None) -> bool:
        """Whether this is the change of that item as it stands, with the indexes of now."""
        is_same = self.key == key and self.new is new and self.old is table.keyspace.get(key)
        return is_same and self.indexes == _indexes(table)

    def go_on(self) -> None:
        """Takes some steps, if any are left."""
        for _ in range(STEPS_AT_ONCE):
            if self.change is None:
                next(self.steps, None)

    def _plan(self, table: Table) -> Generator[None, Any, None]:
        self.change = yield from _arriving_in_steps(table, self.key, self.new)


def prepare(ahead: object, table: Table, key: bytes, new: Item | None) -> Arriving | None:
    """What works out a change that leaves `new` at `key`, a bit further; None where that takes no time.

    `ahead` is what an earlier call has returned.
    """
    old = table.keyspace.get(key)
    size_bytes = (old[1] if old is not None else 0) + (new[1] if new is not None else 0)
    if size_bytes < STEP_BYTES_MAX or not table.looks_at(old, new):
        return None
    if not isinstance(ahead, Arriving) or not ahead.is_of(table, key, new):
        ahead = Arriving(table, key, new)
    ahead.go_on()
    return ahead


def arriving_change(table: Table, key: bytes, new: Item | None, ahead: object = None) -> Change:
    """The change that leaves `new` at `key`. An index that was added since may not be able to hold the item.

    `ahead` may have worked it out.
    """
    if isinstance(ahead, Arriving) and ahead.change is not None and ahead.is_of(table, key, new):
        return replace(ahead.change, partition=table.keyspace.locate(key), followers=table.followers)
    return finished(_arriving_in_steps(table, key, new))


def _arriving_in_steps(table: Table, key: bytes, new: Item | None) -> Generator[None, Any, Change]:
    old = table.keyspace.get(key)
    if not table.looks_at(old, new):
        return Change(table.id, table.followers, table.keyspace.locate(key), key, old, new)
    images = Images((yield from _image_in_steps(old)), (yield from _image_in_steps(new)))
    entries: list[EntryChange] = []
    for index in [index for index in table.indexes.values() if index.transition != "DELETING"]:
        yield
        is_held = images.new is not None and index.existing_key(images.new.attributes, key) is not None
        change = yield from index.change_in_steps(images if is_held else Images(images.old, None), key)
        if change is not None:
            entries.append(change)
    vectors = None
    if table.vector_indexes and new is not None and new[1] >= STEP_BYTES_MAX:
        vectors = yield from vector_indexes.changes_in_steps(table.vector_indexes, key, images, refuses=False)
    is_same = None
    if table.records_changes:
        is_same = yield from images.are_alike_in_steps(None)
    partition = table.keyspace.locate(key)
    return Change(table.id, table.followers, partition, key, old, new, entries, vectors, is_same)


def _image_in_steps(item: Item | None) -> Generator[None, Any, Image | None]:
    """An image that is decoded where it is long, and is decoded when it is asked for where it is short."""
    if item is None or item[1] < STEP_BYTES_MAX:
        return image(item)
    yield
    return Image(item, (yield from decode_in_steps(item)))


def _indexes(table: Table) -> object:
    ordinary = [(index, index.transition) for index in table.indexes.values()]
    return ordinary, [(index, index.transition) for index in table.vector_indexes.values()]
