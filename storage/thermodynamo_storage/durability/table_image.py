"""A table as plain values, and the table that they make: everything but what meters, buckets and lags hold.

What holds items or stream records is in parts of its own, and stands here by their numbers. A slot that is not named
here is written as it is, so that a table can be given another one; `plain` refuses it if it cannot be.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Protocol

from thermodynamo_storage.changes.index import EntryChange, SecondaryIndex
from thermodynamo_storage.changes.propagation import Waiting
from thermodynamo_storage.changes.request_counts import Tally
from thermodynamo_storage.followers.change_feed import ChangeFeed
from thermodynamo_storage.followers.expiry import ExpiryQueue
from thermodynamo_storage.followers.item_collections import ItemCollections
from thermodynamo_storage.followers.item_history import ItemHistory, Segment
from thermodynamo_storage.followers.shard import Shard, StreamRecord
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.followers.undoing import Undoing
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.sorted_items import SortedItems
from thermodynamo_storage.tables import table_copy
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.keyspace_name import KeyspaceName

TABLE = {
    *("collections", "discards", "expiry_queue", "followers", "item_history", "holds", "indexes", "keyspace"),
    *("global_table", "lagging_reads", "limits", "replication", "streams", "tally", "undoing", "vector_indexes"),
}
INDEX = {"keyspace", "propagation"}
STREAM = {"discards", "limits", "open", "shards", "tally"}
SHARD = {"records", "sums_bytes"}
FEED = {"held_bytes_max", "name", "pending"}
"""The slots that are not written as they are."""
FOLLOWERS: dict[type, str] = {
    ItemCollections: "collections",
    ExpiryQueue: "expiries",
    ItemHistory: "history",
    Stream: "stream",
}
"""Those that are named in an image. The others are made anew."""

State = dict[str, Any]


class Places(Protocol):
    """Where things have been put that are in parts of their own."""

    def of_items(self, items: SortedItems) -> bytes: ...

    def of_records(self, shard: Shard) -> bytes: ...

    def of_pending(self, index: SecondaryIndex) -> bytes: ...

    def of_history(self, history: ItemHistory | Undoing) -> bytes: ...


class Contents(Protocol):
    """What was put in parts of its own, by its place."""

    def items(self, place: bytes) -> SortedItems: ...

    def records(self, place: bytes) -> list[StreamRecord]: ...

    def pending(self, place: bytes) -> list[Any]: ...

    def segments(self, place: bytes) -> list[Segment]: ...


def every_items(table: Table) -> list[SortedItems]:
    """All maps of items, entries and sizes of a table."""
    found = [
        items
        for _, keyspace in table.keyspaces()
        for partition in keyspace.partitions
        for items in (partition.items, *partition.local.values())
    ]
    return found if table.collections is None else [*found, table.collections.sizes]


def state_of(table: Table, places: Places) -> State:
    """What a table is, as plain values; the contents of its parts have their places already."""
    holds, collections, history, undoing = table.holds, table.collections, table.item_history, table.undoing
    return {
        **_slots(table, TABLE),
        "keyspace": _keyspace_state(table.keyspace, places),
        "indexes": {name: _index_state(index, places) for name, index in table.indexes.items()},
        "collections": places.of_items(collections.sizes) if collections is not None else None,
        "holds": holds.until if holds is not None else None,
        "history": (places.of_history(history), history.lost_until) if history is not None else None,
        "undoing": (places.of_history(undoing), undoing.instant, undoing.left) if undoing is not None else None,
        "streams": tuple(stream_state(stream, places) for stream in table.streams),
        "followers": tuple(FOLLOWERS[type(each)] for each in table.followers if type(each) in FOLLOWERS),
        "vectors": {name: (index.transition, index.delay_bounds) for name, index in table.vector_indexes.items()},
    }


def stream_state(stream: Stream, places: Places) -> State:
    """What a stream is, as plain values."""
    shards = tuple({**_slots(shard, SHARD), "records": places.of_records(shard)} for shard in stream.shards.values())
    return {**_slots(stream, STREAM), "shards": shards, "open": tuple(shard.id for shard in stream.open.values())}


def feed_state(feed: ChangeFeed) -> State:
    """What a feed is, as plain values, without its records."""
    name = feed.name
    return {**_slots(feed, FEED), "name": (name.account, name.region, name.table_name, name.table_id)}


def feed_of(state: Mapping[str, Any], records: Iterable[StreamRecord], catalog: Catalog) -> ChangeFeed:
    """The feed that `feed_state` described."""
    held_bytes_max = catalog.settings.stream_limits.held_bytes_max
    feed = ChangeFeed(KeyspaceName(*state["name"]), state["key_schema"], state["stream_arn"], held_bytes_max)
    _fill(feed, state, FEED)
    feed.pending.extend(records)
    return feed


def _slots(thing: Any, others: set[str]) -> State:
    return {name: getattr(thing, name) for name in type(thing).__slots__ if name not in others}


def _index_state(index: SecondaryIndex, places: Places) -> State:
    keyspace = _keyspace_state(index.keyspace, places) if index.schema.is_global else None
    return {**_slots(index, INDEX), "keyspace": keyspace, "pending": places.of_pending(index)}


def _keyspace_state(keyspace: Keyspace, places: Places) -> State:
    return {
        "keeps_collections": keyspace.keeps_collections,
        "next_id": keyspace.next_id,
        "closed": tuple(keyspace.closed),
        "partitions": tuple(
            (
                partition.id,
                partition.low,
                partition.high,
                partition.parent,
                places.of_items(partition.items),
                {name: places.of_items(entries) for name, entries in partition.local.items()},
            )
            for partition in keyspace.partitions
        ),
    }


def table_of(state: Mapping[str, Any], contents: Contents, catalog: Catalog) -> Table:
    """The table that `state_of` described; it is a kept one, without limits."""
    schema, place = state["schema"], (state["account"], state["region"], state["id"])
    table = Table(*place, schema, state["created_at"], None, catalog.discards)
    _fill(table, state, TABLE)
    for index_name, (transition, bounds) in state.get("vectors", {}).items():
        vectors = table.vector_indexes[index_name]
        vectors.is_hollow, vectors.transition, vectors.delay_bounds = True, transition, bounds
    name = KeyspaceName(*place[:2], schema.name, table.id)
    keyspace = _keyspace_of(state["keyspace"], name, contents, catalog)
    indexes = {
        index_name: _index_of(given, table, keyspace, name, contents, catalog)
        for index_name, given in state["indexes"].items()
    }
    streams = [stream_of(given, contents, catalog) for given in state["streams"]]
    sizes = contents.items(state["collections"]) if state["collections"] is not None else None
    history = _history_of(state.get("history"), schema.name, contents)
    undoing = _undoing_of(state.get("undoing"), contents)
    table_copy.refill(table, keyspace, indexes, streams, sizes, state["holds"], history, undoing, state["followers"])
    return table


def _history_of(given: tuple[bytes, float | None] | None, table_name: str, contents: Contents) -> ItemHistory | None:
    if given is None:
        return None
    history = ItemHistory(table_name, segments=contents.segments(given[0]))
    history.lost_until = given[1]
    return history


def _undoing_of(given: tuple[bytes, float, int] | None, contents: Contents) -> Undoing | None:
    if given is None:
        return None
    segments, instant, left = given
    return Undoing(contents.segments(segments), instant, left)


def stream_of(state: Mapping[str, Any], contents: Contents, catalog: Catalog) -> Stream:
    """The stream that `stream_state` described."""
    limits, discards = catalog.settings.stream_limits, catalog.discards
    table_id, table_name, key_schema = state["table_id"], state["table_name"], state["key_schema"]
    stream = Stream(
        table_id, table_name, key_schema, state["view_type"], state["label"], (), state["created_at"], limits, discards
    )
    _fill(stream, state, STREAM)
    stream.tally = Tally()
    for given in state["shards"]:
        shard = Shard(given["id"], given["parent_id"], given["partition_id"], given["start"], given["opened_at"])
        _fill(shard, given, SHARD)
        shard.refill(contents.records(given["records"]))
        stream.shards[shard.id] = shard
    for id in state["open"]:
        stream.open[stream.shards[id].partition_id] = stream.shards[id]
    return stream


def _fill(thing: Any, state: Mapping[str, Any], others: set[str]) -> None:
    for name in type(thing).__slots__:
        if name not in others and name in state:
            setattr(thing, name, state[name])


def _index_of(
    state: Mapping[str, Any], table: Table, keyspace: Keyspace, name: KeyspaceName, contents: Contents, catalog: Catalog
) -> SecondaryIndex:
    schema = state["schema"]
    index = SecondaryIndex(schema, table.schema.key_schema, keyspace)
    _fill(index, state, INDEX)
    waiting = contents.pending(state["pending"])
    own = _keyspace_of(state["keyspace"], index.keyspace.name, contents, catalog) if schema.is_global else keyspace
    index.move(own, [Waiting(put_at, due_at, 0, EntryChange(index, old, new)) for put_at, due_at, old, new in waiting])
    return index


def _keyspace_of(state: Mapping[str, Any], name: KeyspaceName, contents: Contents, catalog: Catalog) -> Keyspace:
    served = table_copy.served(catalog)
    partitions = []
    for id, low, high, parent, items, local in state["partitions"]:
        partition = Partition(id, low, high, parent, served)
        partition.refill(contents.items(items), {name: contents.items(entries) for name, entries in local.items()})
        partitions.append(partition)
    keyspace = Keyspace(1, served, state["keeps_collections"], name)
    keyspace.refill(partitions, state["next_id"], list(state["closed"]))
    return keyspace


def share_items(table: Table) -> None:
    """Lets entries that are their items, byte for byte, be one with them in memory, as a write leaves them."""
    for index in table.indexes.values():
        if index.projected is not None:
            continue
        name = None if index.schema.is_global else index.schema.name
        same = partial(_item_of_entry, table.keyspace, len(index.schema.key_schema.attributes))
        for partition in index.keyspace.partitions:
            for run in partition.entries(name).runs:
                run.share(same)


def _item_of_entry(keyspace: Keyspace, index_parts: int, key: bytes) -> Item | None:
    """The item that an entry with these key bytes is of."""
    return keyspace.get(keys.rest(key, index_parts))
