"""What a change that arrives does to a replica, and what it can take of those that are due.

Each costs it a write, and waits where there is no capacity.

A replicated write costs what a write of its own does, in every region that it reaches (developer guide, global tables:
replicated write units). It is never refused for good: what the replica has no capacity for comes later, but where the
global table is strongly consistent, which lets nothing come later.
"""

from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.changes.index import EntryChange
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.followers.replication import Way
from thermodynamo_storage.partitions.admission import UNMETERED
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.long_images import Images, image
from thermodynamo_storage.values.long_items import finished

RETRY_SECONDS = 0.1
"""How long a change waits that the replica has no capacity for."""


def admit(table: Table, way: Way, count_max: int, now: float) -> int:
    """How many changes may arrive now, up to `count_max` or STEP_BYTES_MAX; those that win are admitted and charged."""
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
        if not is_metered or not replication.is_later(change):
            continue
        planned = arriving_change(table, change.key, change.item)
        replication.planned[change.key] = planned
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


def arriving_change(table: Table, key: bytes, new: Item | None) -> Change:
    """The change that leaves `new` at `key`. An index that was added since may not be able to hold the item."""
    partition = table.keyspace.locate(key)
    old = partition.items.get(key)
    images = Images(image(old), image(new))
    entries: list[EntryChange] = []
    for index in table.indexes.values():
        if index.transition == "DELETING":
            continue
        is_held = images.new is not None and index.existing_key(images.new.attributes, key) is not None
        change = finished(index.change_in_steps(images if is_held else Images(images.old, None), key))
        if change is not None:
            entries.append(change)
    vectors = None
    if table.vector_indexes:
        vectors = vector_indexes.accepted(table.vector_indexes, key, images)
    return Change(table.id, table.followers, partition, key, old, new, entries, vectors)
