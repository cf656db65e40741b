"""The only code that applies definitions: what a table is changes here, and nowhere else."""

from dataclasses import replace

from thermodynamo_storage.facets.scaling import ScalingSet
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.tables import replicating, restoration, restoring, table_stream
from thermodynamo_storage.tables.backfill import Backfill
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.definition import (
    BackupCreated,
    BackupDeleted,
    ChangeEnded,
    ChangesArrived,
    ChangesDelivered,
    ClockSet,
    Definition,
    DestinationSet,
    IndexAdded,
    IndexDelayed,
    IndexDeleted,
    IndexFilled,
    InsightsSet,
    LinkSet,
    NamespaceForked,
    NamespacesCleared,
    PartitionSplit,
    RecoverySet,
    ReplicaAdded,
    ReplicaFilled,
    ReplicaRemoved,
    ResourcePolicySet,
    RestoreBegun,
    RestoreStepped,
    SnapshotDeleted,
    SnapshotRestored,
    SnapshotTaken,
    StreamDisabled,
    StreamEnabled,
    StreamSettled,
    TableCreated,
    TableDeleted,
    TableDropped,
    TableFilled,
    TableUpdated,
    TagsSet,
    ThroughputWarmed,
    TimeToLiveSet,
    TransferBegun,
    TransferCancelled,
    TransferEnded,
    TransferProgressed,
    VectorIndexAdded,
    WitnessAdded,
)
from thermodynamo_storage.tables.table import Table

OF_NAMESPACES = (
    *(ClockSet, SnapshotTaken, SnapshotRestored, SnapshotDeleted, NamespacesCleared, NamespaceForked),
    *(BackupDeleted, ScalingSet, TransferBegun, TransferProgressed, TransferCancelled, TransferEnded),
)
"""The kinds that are not about one table."""


def apply(catalog: Catalog, definition: Definition, now: float) -> None:
    """Carries out one definition, which was made at `now`."""
    if isinstance(definition, TableCreated):
        return _create(catalog, definition, now)
    if isinstance(definition, OF_NAMESPACES):
        return _apply_to_namespaces(catalog, definition, now)
    if isinstance(definition, StreamSettled):
        return catalog.stream_of(definition.table_id, definition.label).settle(now)
    if isinstance(definition, ChangesDelivered):
        return catalog.deliver(definition.table_id, definition.stream_arn, definition.through)
    if isinstance(definition, LinkSet):
        return replicating.set_link(catalog, definition)
    if isinstance(definition, ResourcePolicySet) and definition.stream_label is not None:
        catalog.stream_of(definition.table_id, definition.stream_label).resource_policy = definition.policy
        return
    _apply_to_table(catalog, catalog.by_id[definition.table_id], definition, now)
    catalog.look(definition.table_id)


def _apply_to_table(catalog: Catalog, table: Table, definition: Definition, now: float) -> None:
    match definition:
        case TableUpdated():
            table.update(definition)
        case TableFilled():
            table.is_whole = True
        case ChangeEnded():
            _end_change(catalog, table, now)
        case TableDeleted():
            table.begin("DELETING", now, definition.settled_at)
            catalog.end_backfills(table)
        case TableDropped():
            _drop(catalog, table)
        case IndexAdded() | VectorIndexAdded():
            _add_index(catalog, table, definition)
        case IndexFilled():
            _fill_index(catalog, table, definition, now)
        case IndexDeleted():
            table.delete_index(definition.index_name)
            catalog.end_backfills(table, definition.index_name)
        case IndexDelayed():
            _delay_index(catalog, table, definition)
        case TagsSet():
            table.set_tags(dict(definition.tags), definition.settled_at)
        case RecoverySet() | BackupCreated() | RestoreBegun() | RestoreStepped():
            restoration.apply_to(catalog, table, definition, now)
        case TimeToLiveSet():
            table.set_time_to_live(definition.setting)
        case InsightsSet():
            table.set_insights(definition.index_name, definition.setting)
        case DestinationSet():
            _set_destination(catalog, table, definition)
        case ResourcePolicySet():
            table.resource_policy = definition.policy
        case StreamEnabled() | StreamDisabled():
            _set_stream(catalog, table, definition, now)
        case ThroughputWarmed():
            table.warm(definition.owner, definition.throughput)
        case PartitionSplit():
            _split(table, definition, now)
        case ReplicaAdded() | WitnessAdded() | ReplicaFilled() | ReplicaRemoved() | ChangesArrived():
            replicating.apply_to(catalog, table, definition, now)


def _set_stream(catalog: Catalog, table: Table, definition: StreamEnabled | StreamDisabled, now: float) -> None:
    if isinstance(definition, StreamDisabled):
        return table_stream.disable(table, now, definition.settled_at)
    limits = catalog.settings.stream_limits
    table_stream.enable(table, definition.view_type, definition.label, now, limits, definition.settled_at)


def _delay_index(catalog: Catalog, table: Table, definition: IndexDelayed) -> None:
    bounds = definition.low_seconds, definition.high_seconds
    vectors = table.vector_indexes.get(definition.index_name)
    if vectors is not None:
        vectors.delay_bounds = bounds
        vectors.delay = catalog.settings.index_delay(table, vectors, bounds)
        return
    index = table.indexes[definition.index_name]
    index.delay_bounds = bounds
    index.propagation.delay = catalog.settings.index_delay(table, index, bounds)


def _set_destination(catalog: Catalog, table: Table, definition: DestinationSet) -> None:
    feed = catalog.feed_of(table, definition.destination.stream_arn)
    feed.follow(definition.destination)
    table.set_destination(definition.destination, feed)
    catalog.forget_finished_feeds()


def _apply_to_namespaces(catalog: Catalog, definition: Definition, now: float) -> None:
    match definition:
        case ClockSet():
            catalog.clock = definition
        case BackupDeleted():
            restoration.delete(catalog, definition)
        case ScalingSet():
            catalog.set_scaling((definition.account, definition.region), definition.resource)
        case TransferBegun():
            catalog.begin_transfer((definition.account, definition.region), definition.transfer)
        case TransferProgressed():
            place = definition.account, definition.region
            catalog.change_transfer(place, definition.kind, definition.id, progress=definition.progress)
        case TransferCancelled():
            place = definition.account, definition.region
            catalog.change_transfer(place, definition.kind, definition.id, cancelled_at=now)
        case TransferEnded():
            catalog.end_transfer((definition.account, definition.region), definition, now)
        case SnapshotTaken():
            restoring.take(catalog, definition, now)
        case SnapshotRestored():
            restoring.restore(catalog, definition)
        case SnapshotDeleted():
            restoring.delete(catalog, definition.name)
        case NamespacesCleared():
            restoring.clear(catalog, definition)
        case NamespaceForked():
            restoring.fork(catalog, definition, now)


def _create(catalog: Catalog, definition: TableCreated, now: float) -> None:
    catalog.add(new_table(catalog, definition, now))


def new_table(catalog: Catalog, definition: TableCreated, now: float) -> Table:
    """The table that a definition makes; the catalog has yet to get it."""
    counts = dict(definition.partition_counts)
    table = Table(
        definition.account,
        definition.region,
        definition.table_id,
        definition.schema,
        now,
        catalog.limits,
        catalog.discards,
        counts,
    )
    table.throughput_history = dict(definition.histories)
    table.set_tags(dict(definition.tags), now)
    table.begin("CREATING", now, definition.settled_at)
    table.is_whole = definition.is_whole
    settings = catalog.settings
    for index in table.indexes.values():
        if index.schema.is_global:
            index.propagation.delay = settings.index_delay(table, index, None)
    for vectors in table.vector_indexes.values():
        vectors.delay = settings.index_delay(table, vectors, None)
    lagging_reads = settings.lagging_reads(table)
    if lagging_reads is not None:
        table.lag_reads(lagging_reads)
    if table.collections is not None:
        table.collections.bytes_max = settings.item_collection_bytes_max
    return table


def _end_change(catalog: Catalog, table: Table, now: float) -> None:
    is_leaving = any(job.kind == "disassociation" and not job.is_running(now) for job in table.jobs)
    if table.collections is not None:
        table.collections.finish_measuring()
    table.end_change(now)
    if is_leaving:
        replicating.disassociate(catalog, table, now)
    if table.transition == "DELETING":
        catalog.end_backfills(table)


def _drop(catalog: Catalog, table: Table) -> None:
    """Its stream ends when the deletion was over, whenever that is noticed."""
    if catalog.limits is not None:
        catalog.limits.throttles.forget(table.id)
    catalog.remove(table)
    table.discard()
    table_stream.disable(table, table.settled_at, table.settled_at)
    catalog.forget_finished_feeds()


def _add_index(catalog: Catalog, table: Table, definition: IndexAdded | VectorIndexAdded) -> None:
    if isinstance(definition, VectorIndexAdded):
        return _add_vector_index(catalog, table, definition)
    index = table.create_index(
        definition.schema, definition.attribute_kinds, definition.history, definition.partition_count
    )
    index.propagation.delay = catalog.settings.index_delay(table, index, None)
    catalog.backfills.append(Backfill(table, index))


def _add_vector_index(catalog: Catalog, table: Table, definition: VectorIndexAdded) -> None:
    schema = definition.schema
    index = vector_indexes.make(schema, table.schema.key_schema)
    index.transition = "CREATING"
    index.delay = catalog.settings.index_delay(table, index, None)
    schemas = (*table.schema.vector_indexes, schema)
    table.schema = replace(table.schema, attribute_kinds=dict(definition.attribute_kinds), vector_indexes=schemas)
    table.vector_indexes = dict(sorted([*table.vector_indexes.items(), (schema.name, index)]))
    table.followers = (*table.followers, index)
    catalog.backfills.append(Backfill(table, index))


def _fill_index(catalog: Catalog, table: Table, definition: IndexFilled, now: float) -> None:
    for backfill in catalog.backfills:
        if backfill.table is table and backfill.index.schema.name == definition.index_name:
            backfill.fill(definition.end, now)
            if definition.end is None:
                catalog.end_backfills(table, definition.index_name)
            return


def _split(table: Table, definition: PartitionSplit, now: float) -> None:
    keyspace = next(keyspace for name, keyspace in table.keyspaces() if name == definition.index_name)
    partition = next(each for each in keyspace.partitions if each.id == definition.partition_id)
    keyspace.split(partition, definition.at, now, definition.reason)
