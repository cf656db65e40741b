"""What a replica can take of the changes that are due: each costs it a write, and waits where there is no capacity.

A replicated write costs what a write of its own does, in every region that it reaches (developer guide, global tables:
replicated write units). It is never refused for good: what the replica has no capacity for comes later, but where the
global table is strongly consistent, which lets nothing come later.
"""

from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.followers.replication import Way
from thermodynamo_storage.partitions.admission import UNMETERED
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table

RETRY_SECONDS = 0.1
"""How long a change waits that the replica has no capacity for."""


def admit(table: Table, way: Way, count_max: int, now: float) -> int:
    """How many changes may arrive now, up to `count_max` or STEP_BYTES_MAX; those that win are admitted and charged."""
    replication = table.replication
    assert replication is not None
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
        try:
            write_admission.write(table, table.arriving_change(change.key, change.item), now)
        except Throttled:
            if is_strong:
                continue
            way.retry_at = now + RETRY_SECONDS
            return count
    return len(due)
