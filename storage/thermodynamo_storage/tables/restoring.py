"""Takes snapshots, brings them back, makes forks, and clears: all that concerns whole namespaces.

What is brought back takes the place of what is there. That is given to the discards, which free it in steps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from thermodynamo_storage.changes.request_tokens import RequestTokens
from thermodynamo_storage.facets.backup_label import BackupKey
from thermodynamo_storage.facets.scaling import Scaling
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.tables import table_copy, ties
from thermodynamo_storage.tables.backfill import Backfill
from thermodynamo_storage.tables.catalog import Catalog, Namespace
from thermodynamo_storage.tables.definition import (
    NamespaceForked,
    NamespacesCleared,
    SnapshotRestored,
    SnapshotTaken,
)
from thermodynamo_storage.tables.snapshot import EVERYTHING, BackfillProgress, Backup, NamespaceCopy, Scope, Snapshot
from thermodynamo_storage.tables.table import RUNS_DISCARDED, Table


def take(catalog: Catalog, definition: SnapshotTaken, now: float) -> None:
    """Takes a snapshot, in place of one with its name."""
    scope = Scope(definition.account, definition.region)
    delete(catalog, definition.name)
    namespaces = all_copied(catalog, now, scope)
    clock = catalog.clock if scope.is_everything else None
    catalog.snapshots[definition.name] = Snapshot(definition.name, scope, now, namespaces, clock)


def delete(catalog: Catalog, name: str) -> None:
    """Lets go of a snapshot, if there is one with that name."""
    snapshot = catalog.snapshots.pop(name, None)
    if snapshot is None:
        return
    if catalog.is_pinned:
        catalog.unpinned.append(snapshot)
    else:
        let_go(catalog, snapshot.namespaces)


def unpin(catalog: Catalog) -> None:
    """Lets go of the snapshots that were deleted while they were pinned."""
    catalog.is_pinned = False
    snapshots, catalog.unpinned = catalog.unpinned, []
    for snapshot in snapshots:
        let_go(catalog, snapshot.namespaces)


def let_go(catalog: Catalog, namespaces: Mapping[Namespace, NamespaceCopy]) -> None:
    """Takes copies of namespaces apart in steps, which nothing needs any more."""
    for namespace, copied in namespaces.items():
        _let_go_of_backups(catalog, namespace, copied.backups)
        catalog.discards.add_wholes(copied.gone_streams)
        _let_go_of_tables(catalog, copied.tables)


def restore(catalog: Catalog, definition: SnapshotRestored) -> None:
    """Makes every namespace of the snapshot's scope what it was: one that was not there then is empty again."""
    snapshot = catalog.snapshots[definition.name]
    _clear(catalog, snapshot.scope)
    place_all(catalog, snapshot.namespaces)
    if snapshot.scope.is_everything:
        catalog.clock = snapshot.clock


def fork(catalog: Catalog, definition: NamespaceForked, now: float) -> None:
    """Makes one namespace what another is now, but for what ties its tables to others."""
    source = copied(catalog, definition.source, now)
    table_ids = dict(definition.table_ids)
    source.transfers = [transfer for transfer in source.transfers if _can_be_forked(transfer, table_ids)]
    _clear(catalog, Scope(*definition.target))
    place(catalog, source, definition.target, table_ids)
    _let_go_of_tables(catalog, source.tables)
    for table in catalog.tables(definition.target).values():
        table_copy.pass_time(table, now)


def clear(catalog: Catalog, definition: NamespacesCleared) -> None:
    """Empties namespaces. The snapshots stay."""
    scope = Scope(definition.account, definition.region)
    _clear(catalog, scope)
    if scope.is_everything:
        catalog.clock = None
        catalog.links.clear()


def all_copied(catalog: Catalog, now: float, scope: Scope = EVERYTHING) -> dict[Namespace, NamespaceCopy]:
    """All namespaces of a scope that have anything in them."""
    copies = {each: copied(catalog, each, now) for each in sorted(catalog.occupied()) if scope.holds(each)}
    return {each: kept for each, kept in copies.items() if not kept.is_empty(now)}


def copied(catalog: Catalog, namespace: Namespace, now: float) -> NamespaceCopy:
    """All of a namespace as it is now."""
    tables = catalog.tables(namespace)
    limits, discards = catalog.settings.stream_limits, catalog.discards
    return NamespaceCopy(
        tables=[_kept(catalog, table, now) for table in tables.values()],
        gone_streams=[
            stream.copy(stream.table_id, limits, discards)
            for stream in catalog.retired_streams.get(namespace, ())
            if not stream.is_gone(now)
        ],
        tokens=catalog.request_tokens.get(namespace, RequestTokens()).copy(now),
        backfills=[
            BackfillProgress(table.schema.name, backfill.index.schema.name, backfill.position, backfill.item_count)
            for backfill in catalog.backfills
            if tables.get((table := catalog.by_id[backfill.table.id]).schema.name) is table
        ],
        replicas=ties.replicas_of(tables.values(), catalog),
        feeds=ties.feeds_of(catalog, namespace),
        backups={
            key: backup for key, backup in catalog.backups.get(namespace, {}).items() if not backup.is_expired(now)
        },
        transfers=list(catalog.transfers.get(namespace, {}).values()),
        scaling=catalog.scaling.get(namespace, Scaling()).copy(),
    )


def _kept(catalog: Catalog, table: Table, now: float) -> Table:
    """A copy of a table to be kept: the one that was made ahead, if there is one."""
    ready = catalog.ready.take(table) if catalog.ready is not None else None
    if ready is None:
        return table_copy.kept(table, catalog, now)
    table_copy.pass_time(ready, now)
    return ready


def place_all(catalog: Catalog, namespaces: Mapping[Namespace, NamespaceCopy]) -> None:
    """Puts copies of everything into empty namespaces, and ties the tables as they were tied."""
    for namespace, kept in namespaces.items():
        place(catalog, kept, namespace, {})
    ties.tie(catalog, {id: replica for kept in namespaces.values() for id, replica in kept.replicas.items()})
    for kept in namespaces.values():
        ties.owe(catalog, kept.feeds)


def place(catalog: Catalog, kept: NamespaceCopy, namespace: Namespace, table_ids: Mapping[str, str]) -> None:
    """Puts copies of everything into an empty namespace. Tables keep their ids but for those in `table_ids`.

    Those that get another id are other tables: they have no Kinesis destination.
    """
    for table in kept.tables:
        ready = catalog.ready.live.pop(table, None) if catalog.ready is not None else None
        placed = ready or table_copy.live(table, (*namespace, table_ids.get(table.id, table.id)), catalog)
        if placed.id != table.id:
            placed.destinations = {}
        catalog.add(placed)
    if kept.backups:
        catalog.backups.setdefault(namespace, {}).update(kept.backups)
    limits, discards = catalog.settings.stream_limits, catalog.discards
    streams = [
        stream.copy(table_ids.get(stream.table_id, stream.table_id), limits, discards) for stream in kept.gone_streams
    ]
    catalog.retired_streams.setdefault(namespace, []).extend(streams)
    catalog.tokens(namespace).carried_out.update(kept.tokens.carried_out)
    for progress in kept.backfills:
        restored = catalog.tables(namespace)[progress.table_name]
        vectors = restored.vector_indexes.get(progress.index_name)
        backfill = Backfill(restored, restored.indexes[progress.index_name] if vectors is None else vectors)
        backfill.position, backfill.item_count = progress.position, progress.item_count
        catalog.backfills.append(backfill)
    if kept.scaling.numbers:
        catalog.tables(namespace)
        catalog.scaling[namespace] = kept.scaling.copy()
    for transfer in kept.transfers:
        placed_id = table_ids.get(transfer.table_id, transfer.table_id)
        catalog.begin_transfer(namespace, replace(transfer, table_id=placed_id))


def _can_be_forked(transfer: Transfer, table_ids: Mapping[str, str]) -> bool:
    """Whether a transfer goes with a fork.

    An export that is running would write the files of the first one, and an import that is about to make its table
    would make one with the id of the first one's.
    """
    return transfer.ended_at is not None or (transfer.kind == "import" and transfer.table_id in table_ids)


def _clear(catalog: Catalog, scope: Scope) -> None:
    for namespace in [each for each in catalog.occupied() if scope.holds(each)]:
        tables = catalog.remove_all(namespace)
        if catalog.limits is not None:
            for table in tables:
                catalog.limits.throttles.forget(table.id)
        _let_go_of_tables(catalog, tables)
        _let_go_of_backups(catalog, namespace, catalog.backups.pop(namespace, {}))
        catalog.feeds = {key: feed for key, feed in catalog.feeds.items() if not feed.is_of(namespace)}
        catalog.discards.add_wholes(catalog.retired_streams.pop(namespace, []))
        catalog.tokens(namespace).carried_out = {}
        catalog.scaling.pop(namespace, None)
        catalog.forget_transfers(namespace)


def _let_go_of_backups(catalog: Catalog, namespace: Namespace, backups: Mapping[BackupKey, Backup]) -> None:
    """Frees in steps what nothing else shares. A backup that is kept elsewhere would only lengthen the discards."""
    copies = (each.namespaces.get(namespace) for each in catalog.snapshots.values())
    others = [catalog.backups.get(namespace, {}), *(each.backups for each in copies if each is not None)]
    for key, backup in backups.items():
        if all(other.get(key) is not backup for other in others):
            catalog.discards.add(table_copy.runs(backup.table), RUNS_DISCARDED)


def _let_go_of_tables(catalog: Catalog, tables: Sequence[Table]) -> None:
    """Takes tables apart in steps, and their streams."""
    catalog.discards.add_wholes(stream for table in tables for stream in table.streams)
    catalog.discards.add_wholes(tables)
