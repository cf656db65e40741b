"""Copies of tables: with what is in them at one instant, and with runs that they share with the original.

A copy takes as long for a million items as for a thousand. Either of the two copies a run when it is first written to.
What meters and buckets hold stays with the original, and so does the recent past that lagging reads find. A copy is no
replica and owes nothing to Kinesis: `ties.py` sees to that.
"""

from collections.abc import Generator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import partial

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.changes.commit import Follower
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.changes.request_counts import Tally
from thermodynamo_storage.facets.holds import Holds
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.followers.expiry import ExpiryQueue
from thermodynamo_storage.followers.item_collections import ItemCollections
from thermodynamo_storage.followers.item_history import ItemHistory
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.followers.undoing import Undoing
from thermodynamo_storage.metering.heard import metered
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.sorted_items import Run, SortedItems
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.backfill import Backfill
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.keyspace_name import KeyspaceName
from thermodynamo_storage.values.schema import Throughput


def kept(table: Table, catalog: Catalog, now: float) -> Table:
    """A copy to be kept and copied again: nothing writes to it, so it has neither limits nor delays.

    What is due or over at `now` is so in the copy, whether that was noticed or not: the clock may be earlier once it is
    brought back. So it has the entries that are due, and neither streams that are gone, nor holds that are over, nor a
    past that its recovery does not reach back to.
    """
    for index in table.indexes.values():  # First, so that the copy shares the runs.
        index.catch_up(now)
    for vectors in table.vector_indexes.values():
        vectors.catch_up(now)
    copied = _copied(table, (table.account, table.region, table.id), catalog)
    pass_time(copied, now)
    return copied


def pass_time(copied: Table, now: float) -> None:
    """Makes a copy that is not in use yet what it would be if it were made at `now`, where its table is unchanged."""
    for index in copied.indexes.values():  # Also what waits for units, which a copy does not.
        index.catch_up(now)
    for vectors in copied.vector_indexes.values():
        vectors.catch_up(now)
    if copied.streams:
        copied.streams = [stream for stream in copied.streams if not stream.is_gone(now)]
    if copied.holds is not None:
        copied.holds.forget(now)
    if copied.recovery is not None:
        point_in_time.give_up_lost(copied, now)


def live(table: Table, place: tuple[str, str, str], catalog: Catalog) -> Table:
    """A copy that takes requests, at an account and a region and with a table id of its own; `catalog` gets it next."""
    living = live_in_steps(table, place, catalog)
    while True:
        try:
            next(living)
        except StopIteration as end:
            copied: Table = end.value
            return copied


def live_in_steps(table: Table, place: tuple[str, str, str], catalog: Catalog) -> Generator[None, None, Table]:
    """As `live`. More than one step takes a table that was loaded and has vector indexes, which are filled now."""
    copied = _copied(table, place, catalog)
    yield from vector_indexes.fill_hollow(copied.vector_indexes.values(), copied.keyspace)
    enliven(copied, catalog)
    return copied


def enliven(table: Table, catalog: Catalog) -> None:
    """Gives a table that was kept what the server's settings give every table: limits, delays and lags."""
    table.limits = catalog.limits
    settings = catalog.settings
    for index in table.indexes.values():
        if index.schema.is_global:
            index.propagation.delay = settings.index_delay(table, index, index.delay_bounds)
    for vectors in table.vector_indexes.values():
        vectors.delay = settings.index_delay(table, vectors, vectors.delay_bounds)
    if table.collections is not None:
        table.collections.bytes_max = settings.item_collection_bytes_max
    if table.item_history is not None:
        table.item_history.held_bytes_max = settings.history_bytes_max
    meter(table)
    lagging_reads = settings.lagging_reads(table)
    if lagging_reads is not None:
        table.lag_reads(lagging_reads)


def backed_up(table: Table, catalog: Catalog) -> Table:
    """A copy to be kept of what a backup has: items and indexes, and what its table was made with."""
    copied = _bare(table, (table.account, table.region, table.id), catalog)
    for name in [name for name, index in copied.indexes.items() if index.transition == "DELETING"]:
        del copied.indexes[name]
        del copied.throughput_history[name]
    going = {name for name, index in copied.vector_indexes.items() if index.transition == "DELETING"}
    copied.schema = replace(
        copied.schema,
        indexes=tuple(index for index in copied.schema.indexes if index.name in copied.indexes),
        vector_indexes=tuple(index for index in copied.schema.vector_indexes if index.name not in going),
    )
    copied.vector_indexes = vector_indexes.make_hollow(copied.schema)
    copied.transition, copied.jobs = None, ()
    copied.tags, copied.listed_tags, copied.insights = {}, {}, {}
    copied.resource_policy = copied.recovery = copied.item_history = copied.origin = copied.undoing = None
    copied.time_to_live = copied.expiry_queue = copied.holds = None
    copied.streams, copied.followers, copied.destinations = [], (), {}
    if table.collections is not None:
        local = tuple(index for index in copied.indexes.values() if not index.schema.is_global)
        copied.collections = table.collections.copy(local)
        copied.followers = (copied.collections,)
    copied.followers = (*copied.followers, *copied.vector_indexes.values())
    return copied


def runs(table: Table) -> list[Run]:
    """All runs of a table with items, which keeps them: for the discards, where it is to be let go of as a whole."""
    parts = [partition for _, keyspace in table.keyspaces() for partition in keyspace.partitions]
    return [run for part in parts for items in (part.items, *part.local.values()) for run in items.runs if run.items]


def fill(table: Table, source: Table, catalog: Catalog, index_names: Mapping[str, str]) -> None:
    """Gives a new, empty table the items of another one, and the entries of its indexes.

    `table` has the key schema of `source`. `index_names` has for each of its indexes that one of the source which is
    the same but for its name. An index that was not filled yet is filled from the beginning.
    """
    served = table.keyspace.served
    table.keyspace = source.keyspace.copy(table.keyspace.name, served)
    table.keyspace.closed = []
    table.keyspace.keeps_collections = bool(table.schema.local_indexes)
    for index in table.indexes.values():
        given = source.indexes[index_names[index.schema.name]]
        if not index.schema.is_global:
            index.move(table.keyspace, ())
            continue
        delay = index.propagation.delay
        index.move(given.keyspace.copy(index.keyspace.name, served), ())
        index.propagation.delay = delay
        index.keyspace.closed = []
        index.show_all(given.propagation.pending)
        if given.transition == "CREATING":
            index.transition, index.filled_half_units = "CREATING", 0
            catalog.backfills.append(Backfill(table, index))
    for vectors in table.vector_indexes.values():
        # Developer guide, VectorSearch: what is restored fills its vector indexes from the items.
        vectors.transition = "CREATING"
        catalog.backfills.append(Backfill(table, vectors))
    _keep_local(table, source, {index.name: index_names[index.name] for index in table.schema.local_indexes})
    meter(table)


def _keep_local(table: Table, source: Table, names: Mapping[str, str]) -> None:
    """Keeps the entries of the source's local indexes that the table has, and takes the collections' sizes over."""
    for partition in table.keyspace.partitions:
        given = partition.local
        partition.refill(partition.items, {name: given[old] for name, old in names.items() if old in given})
    if table.collections is None or source.collections is None:
        return
    if set(names.values()) == {index.name for index in source.schema.local_indexes}:
        table.collections.sizes = source.collections.sizes.copy()
    else:
        table.collections.measure(table.keyspace, names)


def meter(table: Table) -> None:
    """Gives every keyspace of a table its limits, where the table has any."""
    limits = table.limits
    if limits is None:
        return
    place: Table | SecondaryIndex
    for owner, keyspace in table.keyspaces():
        place = table if owner is None else table.indexes[owner]
        keyspace.admission = metered(place, keyspace, partial(table.history, owner), limits)


def served(catalog: Catalog) -> Throughput:
    """What each partition serves in a second."""
    return catalog.limits.policy.partition_throughput if catalog.limits is not None else PARTITION_THROUGHPUT


def refill(
    table: Table,
    keyspace: Keyspace,
    indexes: dict[str, SecondaryIndex],
    streams: list[Stream],
    sizes: SortedItems | None,
    held_until: Mapping[bytes, float] | None,
    history: ItemHistory | None,
    undoing: Undoing | None,
    followers: Sequence[str],
) -> None:
    """Puts everything into a table that was kept as plain values; `followers` are named in their order."""
    table.keyspace, table.indexes, table.streams = keyspace, indexes, streams
    table.undoing = undoing
    by_name: dict[str, Follower] = {}
    if sizes is not None:
        local = tuple(index for index in indexes.values() if not index.schema.is_global)
        table.collections = by_name["collections"] = ItemCollections(local)
        table.collections.sizes = sizes
    if table.time_to_live is not None and table.time_to_live.is_enabled:
        table.expiry_queue = by_name["expiries"] = ExpiryQueue(table.time_to_live.attribute_name)
    if history is not None:
        table.item_history = by_name["history"] = history
    if table.stream is not None:
        by_name["stream"] = table.stream
        keyspace.followers = (table.stream,)
    table.followers = (*(by_name[name] for name in followers), *table.vector_indexes.values())
    if held_until is not None:
        table.holds = Holds()
        table.holds.until = dict(held_until)


def _copied(table: Table, place: tuple[str, str, str], catalog: Catalog) -> Table:
    copied = _bare(table, place, catalog)
    copied.holds = table.holds.copy() if table.holds is not None else None
    copied.undoing = table.undoing.copy() if table.undoing is not None else None
    _follow(copied, table, catalog)
    return copied


def _bare(table: Table, place: tuple[str, str, str], catalog: Catalog) -> Table:
    """A copy of what is in a table, whose followers and holds are still the table's."""
    copied = copy(table)
    copied.account, copied.region, copied.id = place
    copied.discards = catalog.discards
    copied.limits = None
    name = KeyspaceName(*place[:2], table.schema.name, copied.id)
    copied.keyspace = table.keyspace.copy(name, served(catalog))
    copied.indexes = {
        index_name: _copied_index(index, copied.keyspace, replace(name, index_name=index_name))
        for index_name, index in table.indexes.items()
    }
    copied.vector_indexes = {index_name: index.copy() for index_name, index in table.vector_indexes.items()}
    copied.insights = dict(table.insights)
    copied.tags = dict(table.tags)
    copied.throughput_history = dict(table.throughput_history)
    copied.tally = Tally()
    copied.lagging_reads = copied.global_table = copied.replication = None
    return copied


def _copied_index(index: SecondaryIndex, keyspace: Keyspace, name: KeyspaceName) -> SecondaryIndex:
    return index.copy(index.keyspace.copy(name, keyspace.served) if index.schema.is_global else keyspace)


def _follow(copied: Table, table: Table, catalog: Catalog) -> None:
    """Copies what follows the changes of a table. Expiries are entered anew, in bounded steps."""
    pairs: dict[int, Follower | None] = {id(table.lagging_reads): None}
    if table.collections is not None:
        local = tuple(index for index in copied.indexes.values() if not index.schema.is_global)
        copied.collections = pairs[id(table.collections)] = table.collections.copy(local)
    if table.expiry_queue is not None:
        copied.expiry_queue = pairs[id(table.expiry_queue)] = ExpiryQueue(table.expiry_queue.attribute_name)
    for index_name, vectors in table.vector_indexes.items():
        pairs[id(vectors)] = copied.vector_indexes[index_name]
    if table.item_history is not None:
        copied.item_history = pairs[id(table.item_history)] = table.item_history.copy()
    copied.streams = []
    for stream in table.streams:
        same = stream.copy(copied.id, catalog.settings.stream_limits, catalog.discards)
        copied.streams.append(same)
        pairs[id(stream)] = same
    followers = [pairs.get(id(follower)) for follower in table.followers]
    copied.followers = tuple(follower for follower in followers if follower is not None)
    copied.keyspace.followers = (copied.stream,) if copied.stream is not None else ()
