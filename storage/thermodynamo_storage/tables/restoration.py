"""Backups made and let go of; tables restored from them, or from another table as it was at a second of its past.

The new table shares the runs of its source at once, however large that is. What the source has changed since the second
is then taken back, entry by entry of its history, in bounded steps; the table is CREATING until that is done.
"""

from dataclasses import replace

from thermodynamo_storage.changes.commit import Change, Commit, apply
from thermodynamo_storage.followers.undoing import Undoing
from thermodynamo_storage.partitions.sorted_items import RUN_ITEMS_MAX
from thermodynamo_storage.tables import point_in_time, table_copy
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.definition import (
    BackupCreated,
    BackupDeleted,
    RecoverySet,
    RestoreBegun,
    RestoreStepped,
)
from thermodynamo_storage.tables.delivery import arriving_change, prepare
from thermodynamo_storage.tables.snapshot import Backup
from thermodynamo_storage.tables.table import RUNS_DISCARDED, Table
from thermodynamo_storage.values.item import STEP_BYTES_MAX

COPIED_ITEMS_MAX = 8 * RUN_ITEMS_MAX
"""Items and entries that one step copies with their runs, more or less: two to four milliseconds."""
Kinds = RecoverySet | BackupCreated | RestoreBegun | RestoreStepped
"""The definitions about one table that are carried out here."""


def apply_to(catalog: Catalog, table: Table, definition: Kinds, now: float) -> None:
    """Carries out what is defined of the recovery, a backup or the restore of a table."""
    match definition:
        case RecoverySet():
            point_in_time.set_recovery(table, definition.setting, catalog.settings.history_bytes_max)
        case BackupCreated():
            back_up(catalog, table, definition)
        case RestoreBegun():
            begin(catalog, table, definition)
        case RestoreStepped():
            step(table, definition, now)


def back_up(catalog: Catalog, table: Table, definition: BackupCreated) -> None:
    """Keeps what a table holds now."""
    backup = Backup(definition.label, table_copy.backed_up(table, catalog), table.time_to_live)
    catalog.backups.setdefault((table.account, table.region), {})[backup.key] = backup


def delete(catalog: Catalog, definition: BackupDeleted) -> None:
    """Lets go of a backup, which is freed in steps where nothing else shares it."""
    backup = catalog.backups[definition.account, definition.region].pop((definition.table_name, definition.backup_id))
    catalog.discards.add(table_copy.runs(backup.table), RUNS_DISCARDED)


def begin(catalog: Catalog, table: Table, definition: RestoreBegun) -> None:
    """Gives a table that a TableCreated has just made what its origin holds."""
    origin = definition.origin
    namespace = origin.account, origin.region
    table.origin = origin
    if origin.backup_id is not None:
        source = catalog.backups[namespace][origin.table_name, origin.backup_id].table
    else:
        source = catalog.tables(namespace)[origin.table_name]
    table_copy.fill(table, source, catalog, dict(definition.index_names))
    if origin.backup_id is None:
        history = source.item_history
        assert history is not None
        undoing = Undoing(history.since(origin.instant), origin.instant)
        table.undoing = undoing if undoing.segments else None


def step(table: Table, definition: RestoreStepped, now: float) -> None:
    """Takes back so many changes of the source. Item collections were measured before the first of them."""
    if table.collections is not None:
        table.collections.finish_measuring()
    undoing = table.undoing
    assert undoing is not None
    for changed_at, key, image in undoing.take(definition.count):
        if changed_at >= undoing.instant:
            _put(table, arriving_change(table, key, image, undoing.ahead), now)
    undoing.ahead = None
    if not undoing.segments:
        table.undoing = None


def is_prepared(table: Table) -> bool:
    """Whether the next step may be done in one piece. Where long images are next, they are worked out a bit more."""
    undoing = table.undoing
    assert undoing is not None
    key, image = next(undoing.upcoming())
    ahead = undoing.ahead = prepare(undoing.ahead, table, key, image)
    return ahead is None or ahead.change is not None


def next_count(table: Table, changes_max: int) -> int:
    """How many changes a step takes back: fewer, the longer the runs are that it copies as other tables share them.

    Fewer, too, where items are large: they are decoded for the table's indexes.
    """
    copied_items = count = size_bytes = 0
    runs: set[int] = set()
    assert table.undoing is not None
    for key, image in table.undoing.upcoming():
        images_bytes = sum(item[1] for item in (image, table.keyspace.get(key)) if item is not None)
        if count and images_bytes >= STEP_BYTES_MAX:
            break  # It is prepared first, in steps of its own.
        count += 1
        size_bytes += images_bytes
        run = table.keyspace.locate(key).items.shared_run(key)
        if run is not None and id(run) not in runs:
            runs.add(id(run))
            copied_items += len(run.items) * (1 + len(table.indexes))
        if count == changes_max or copied_items >= COPIED_ITEMS_MAX or size_bytes >= STEP_BYTES_MAX:
            break
    return count


def _put(table: Table, change: Change, now: float) -> None:
    """Entries show at once: they cost no capacity, and nothing reads them yet."""
    apply(Commit(0, now, [replace(change, followers=(), entries=())]))
    for entry in change.entries:
        entry.index.show(entry)
    for index in table.vector_indexes.values():
        index.show(change)
    if table.collections is not None:
        table.collections.take(change, Commit(0, now, [change]))
