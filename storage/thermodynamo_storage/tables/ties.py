"""What ties tables to one another and to a receiver outside: replicas of a global table, and changes owed to Kinesis.

Copies of tables have no ties of their own. A copy of a namespace has its ties beside its tables, as values, and they
are tied anew once the tables of all namespaces that are brought back are in the catalog.
"""

from collections import deque
from collections.abc import Iterable, Mapping

from thermodynamo_storage.followers.change_feed import ChangeFeed
from thermodynamo_storage.followers.replication import Link, Replication, Way
from thermodynamo_storage.tables import replicating
from thermodynamo_storage.tables.catalog import Catalog, Namespace
from thermodynamo_storage.tables.global_table import GlobalTable
from thermodynamo_storage.tables.snapshot import ReplicaCopy, WayCopy
from thermodynamo_storage.tables.table import Table


def replicas_of(tables: Iterable[Table], catalog: Catalog) -> dict[str, ReplicaCopy]:
    """The replicas among tables, by table id."""
    regions = {id(link): pair for pair, link in catalog.links.items()}
    return {
        table.id: _replica_copy(table.global_table, table.replication, regions)
        for table in tables
        if table.global_table is not None and table.replication is not None
    }


def _replica_copy(
    global_table: GlobalTable, replication: Replication, regions: Mapping[int, tuple[str, str]]
) -> ReplicaCopy:
    return ReplicaCopy(
        tuple(global_table.replicas),
        global_table.witness,
        global_table.is_strong,
        replication.filled_from,
        replication.position,
        tuple(
            WayCopy(
                way.source_id,
                regions.get(id(way.link)),
                way.is_ended,
                way.retry_at,
                tuple(way.changes),
                tuple(way.under_way.items()),
            )
            for way in replication.incoming.values()
        ),
        tuple(replication.outgoing),
        dict(replication.versions),
    )


def tie(catalog: Catalog, replicas: Mapping[str, ReplicaCopy]) -> None:
    """Makes tables of the catalog replicas of one another, as they were when they were copied."""
    global_tables: dict[tuple[object, ...], GlobalTable] = {}
    for table_id, kept in replicas.items():
        table = catalog.by_id[table_id]
        known = (kept.replicas, kept.witness, kept.is_strong)
        if known not in global_tables:
            global_tables[known] = _global_table(kept)
        replication = table.replicate(global_tables[known], kept.filled_from, table.visible_at)
        replication.position, replication.versions = kept.position, dict(kept.versions)
        for way in kept.incoming:
            replication.incoming[way.source_id] = _way(catalog, way, kept.is_strong)
        catalog.look(table_id)
    for table_id, kept in replicas.items():
        source = catalog.by_id[table_id].replication
        for target_id in kept.outgoing:
            target = catalog.by_id[target_id].replication
            assert source is not None and target is not None
            source.outgoing[target_id] = target.incoming[table_id]
    for global_table in global_tables.values():
        replicating.isolate(catalog, global_table)


def _global_table(kept: ReplicaCopy) -> GlobalTable:
    global_table = GlobalTable(kept.replicas[0], is_strong=kept.is_strong)
    global_table.replicas, global_table.witness = list(kept.replicas), kept.witness
    return global_table


def _way(catalog: Catalog, kept: WayCopy, is_strong: bool) -> Way:
    link = Link(None) if kept.regions is None else catalog.link(*kept.regions)
    way = Way(kept.source_id, link, is_strong=is_strong)
    way.changes, way.is_ended, way.retry_at = deque(kept.changes), kept.is_ended, kept.retry_at
    way.under_way = dict(kept.under_way)
    return way


def feeds_of(catalog: Catalog, namespace: Namespace) -> list[ChangeFeed]:
    """Copies of what the tables of a namespace, and those that are gone, owe to Kinesis."""
    return [feed.copy() for feed in catalog.feeds.values() if feed.is_of(namespace)]


def owe(catalog: Catalog, feeds: Iterable[ChangeFeed]) -> None:
    """Lets the tables of the catalog owe what they owed when the feeds were copied."""
    for kept in feeds:
        feed = catalog.feeds[kept.name.table_id, kept.stream_arn] = kept.copy()
        table = catalog.by_id.get(kept.name.table_id)
        destination = table.destinations.get(kept.stream_arn) if table is not None else None
        if table is not None and destination is not None and destination.takes_changes:
            table.followers = (*table.followers, feed)
