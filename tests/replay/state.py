"""Everything that a database has to know, as data that can be compared; and where two of them differ.

What the meters and buckets hold is not among it: it is lost with the server, as what is cached is.
"""

import dataclasses
from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.tables import table_description
from thermodynamo.settings.config import Config
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.backup_label import BackupKey
from thermodynamo_storage.facets.recovery import PointInTimeRecovery
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.snapshot import Backup, ReplicaCopy, Snapshot
from thermodynamo_storage.tables.table import Table

if TYPE_CHECKING:
    from thermodynamo_storage.followers.vector_index import VectorIndex

MISSING = "nothing"


def settle(database: Database, now: float) -> None:
    """Does what is due at `now`, as any look would: what follows from the time alone is equal then."""
    for _ in database.settle(now):
        pass
    for table in database.tables_of_all():
        for index in table.indexes.values():
            index.catch_up(now)
            if index.keyspace.admission.entries_pool is not None:
                # What it owes is in its buckets, and so is lost with the server: what waited for units is there then.
                pending = index.propagation.pending
                while pending:
                    index.propagation.apply(pending.popleft().change)
        for _, keyspace in table.keyspaces():
            keyspace.admission.refresh(now)
        if table.expiry_queue is not None:
            while table.expiry_queue.fill(table.keyspace, 10_000, now)[0]:
                pass
    copies = [kept for snapshot in database.catalog.snapshots.values() for kept in snapshot.namespaces.values()]
    for table in (*database.tables_of_all(), *(table for kept in copies for table in kept.tables)):
        for vectors in table.vector_indexes.values():
            vectors.catch_up(float("inf"))  # What is loaded has no changes on their way.


def state_of(database: Database, now: float) -> dict[str, Any]:
    """All tables with all that is in them, the streams of those that are gone, request tokens, and indexes in the
    making. Call `settle` before.
    """
    return {
        "tables": {
            f"{table.account}/{table.region}/{table.schema.name}": table_state(database, table, now)
            for table in sorted(database.tables_of_all(), key=lambda table: (table.account, table.region, table.id))
        },
        "gone streams": {
            "/".join(namespace): [stream_state(stream) for stream in streams]
            for namespace, streams in sorted(database.catalog.retired_streams.items())
            if streams
        },
        "tokens": {
            "/".join(namespace): live
            for namespace, tokens in sorted(database.catalog.request_tokens.items())
            if (live := {token: known for token, known in tokens.carried_out.items() if known[1] > now})
        },
        "feeds": {
            "/".join(key): {name: getattr(feed, name) for name in type(feed).__slots__}
            for key, feed in sorted(database.catalog.feeds.items())
        },
        "links": {pair: (link.bounds_seconds, link.is_cut) for pair, link in sorted(database.catalog.links.items())},
        "backfills": sorted(
            (backfill.table.id, backfill.index.schema.name, backfill.position, backfill.item_count)
            for backfill in database.catalog.backfills
        ),
        "backups": {
            "/".join(namespace): backups_state(database, backups, now)
            for namespace, backups in sorted(database.catalog.backups.items())
            if backups
        },
        "snapshots": {
            name: snapshot_state(database, snapshot) for name, snapshot in database.catalog.snapshots.items()
        },
        "transfers": {
            "/".join(namespace): list(transfers.items())
            for namespace, transfers in sorted(database.catalog.transfers.items())
            if transfers
        },
        "scaling": {
            "/".join(namespace): (scaling.numbers, list(scaling.resources.values()))
            for namespace, scaling in sorted(database.catalog.scaling.items())
        },
        "running": sorted(database.catalog.running),
        "clock": database.catalog.clock,
    }


def snapshot_state(database: Database, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "scope": (snapshot.scope, snapshot.taken_at, snapshot.clock),
        "namespaces": {
            "/".join(namespace): {
                "tables": [table_state(database, table, snapshot.taken_at) for table in kept.tables],
                "gone streams": [stream_state(stream) for stream in kept.gone_streams],
                "tokens": {
                    token: known for token, known in kept.tokens.carried_out.items() if known[1] > snapshot.taken_at
                },
                "backfills": kept.backfills,
                "transfers": kept.transfers,
                "scaling": (kept.scaling.numbers, list(kept.scaling.resources.values())),
                "replicas": {id: without_retries(replica) for id, replica in kept.replicas.items()},
                "feeds": [{name: getattr(feed, name) for name in type(feed).__slots__} for feed in kept.feeds],
                "backups": backups_state(database, kept.backups, snapshot.taken_at),
            }
            for namespace, kept in snapshot.namespaces.items()
        },
    }


def without_retries(kept: ReplicaCopy) -> ReplicaCopy:
    """When a write that was refused is tried again follows from the buckets, which no record has."""
    ways = tuple(dataclasses.replace(way, retry_at=0.0) for way in kept.incoming)
    return dataclasses.replace(kept, incoming=ways)


def backups_state(database: Database, backups: Mapping[BackupKey, Backup], now: float) -> dict[str, Any]:
    return {
        "/".join(key): (backup.label, backup.time_to_live, table_state(database, backup.table, now))
        for key, backup in backups.items()
    }


def table_state(database: Database, table: Table, now: float) -> dict[str, Any]:
    namespace = Namespace(database, Config(), table.account, table.region)
    queue, holds, collections = table.expiry_queue, table.holds, table.collections
    state = {
        "description": table_description.describe(namespace, table, now),
        "keyspace": keyspace_state(table.keyspace),
        "indexes": {name: index_state(index) for name, index in table.indexes.items()},
        "vectors": {name: vector_index_state(index) for name, index in table.vector_indexes.items()},
        "streams": [stream_state(stream) for stream in table.streams],
        "expiries": dict(sorted(queue.expiries.items())) if queue is not None else None,
        "holds": {key: end for key, end in holds.until.items() if end > now} if holds is not None else {},
        "collections": (list(collections.sizes.range(b"", None)), collections.bytes_max)
        if collections is not None
        else None,
        "recovery": recovery_state(table, now),
        "history": history_state(table, now),
        "undoing": (
            table.undoing.instant,
            table.undoing.left,
            [segment.entries for segment in table.undoing.segments],
        )
        if table.undoing is not None
        else None,
        "lagging reads": table.lagging_reads.by_key if table.lagging_reads is not None else None,
        "global table": global_table_state(table),
        "followers": sorted(type(follower).__name__ for follower in table.followers),
    }
    plain = (
        *("id", "schema", "created_at", "transition", "busy_since", "settled_at", "jobs", "throughput_history"),
        *("class_changed_at", "change_times", "origin", "insights", "time_to_live"),
        *("tags", "listed_tags", "tags_settled_at", "is_whole", "visible_at", "destinations", "resource_policy"),
    )
    return {**state, **{name: getattr(table, name) for name in plain}}


def recovery_state(table: Table, now: float) -> PointInTimeRecovery | None:
    """The setting, whether or not it was noticed how far it reaches."""
    recovery = table.recovery
    return dataclasses.replace(recovery, reaches_to=recovery.earliest_at(now)) if recovery is not None else None


def history_state(table: Table, now: float) -> dict[str, Any] | None:
    """What was replaced and can still be asked for, whatever was trimmed of the rest."""
    bounds = point_in_time.bounds(table, now)
    if table.item_history is None or bounds is None:
        return None
    entries = [entry for segment in table.item_history.segments for entry in segment.entries if entry[0] >= bounds[0]]
    return {"lost until": table.item_history.lost_until, "entries": entries}


def global_table_state(table: Table) -> dict[str, Any] | None:
    """The replicas, and what is on its way to this one."""
    if table.global_table is None or table.replication is None:
        return None
    global_table, replication = table.global_table, table.replication
    return {
        "replicas": global_table.replicas,
        "witness": global_table.witness,
        "is strong": global_table.is_strong,
        "incoming": {id: (way.is_ended, list(way.changes)) for id, way in replication.incoming.items()},
        "outgoing": list(replication.outgoing),
        "is isolated": replication.is_isolated,
        "filling": (replication.filled_from, replication.position),
        "versions": replication.versions,
    }


def keyspace_state(keyspace: Keyspace) -> dict[str, Any]:
    return {
        "partitions": [
            {
                "bounds": (partition.id, partition.low, partition.high, partition.parent),
                "items": list(partition.range(b"", None)),
                "local": {
                    name: entries
                    for name in sorted(partition.local)
                    if (entries := list(partition.range(b"", None, index_name=name)))
                },
            }
            for partition in keyspace.partitions
        ],
        "lineage": [dataclasses.replace(closed, meter=None) for closed in keyspace.closed],
        "next id": keyspace.next_id,
        "served": keyspace.served,
    }


def index_state(index: SecondaryIndex) -> dict[str, Any]:
    delay = index.propagation.delay
    return {
        "schema": index.schema,
        "transition": index.transition,
        "filled": index.filled_half_units,
        "pending": [(each.due_at, each.change.old, each.change.new) for each in index.propagation.pending],
        "keyspace": keyspace_state(index.keyspace) if index.schema.is_global else None,
        "delay": str(delay.delay) if delay is not None else None,  # type: ignore[attr-defined]
    }


def vector_index_state(index: "VectorIndex") -> dict[str, Any]:
    """What it holds, in the order of the keys: that of the vectors is of no consequence.

    How far one is filled that cannot be searched is of none, either.
    """
    delay = index.delay
    groups = index.groups if index.transition is None else {}
    return {
        "schema": index.schema,
        "transition": index.transition,
        "delay": str(delay.delay) if delay is not None else None,  # type: ignore[attr-defined]
        "entries": sorted(
            (key, place, group.items[position], group.matrix.vector(position).tolist())
            for place, group in groups.items()
            for position, key in enumerate(group.keys)
        ),
    }


def stream_state(stream: Stream) -> dict[str, Any]:
    names = ("table_id", "table_name", "label", "view_type", "created_at", "settled_at", "disabled_at", "last_number")
    return {
        **{name: getattr(stream, name) for name in (*names, "held_bytes", "overflow_count", "resource_policy")},
        "open": {partition_id: shard.id for partition_id, shard in stream.open.items()},
        "shards": [
            {name: getattr(shard, name) for name in type(shard).__slots__ if name != "sums_bytes"}
            for shard in stream.shards.values()
        ],
    }


def difference(found: Any, expected: Any, path: str = "$") -> str | None:
    """Where two states differ first, and how."""
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        if list(found) != list(expected) and sorted(map(repr, found)) == sorted(map(repr, expected)):
            return f"{path}: in the order {list(found)} instead of {list(expected)}"
        for name in {**expected, **found}:
            why = difference(found.get(name, MISSING), expected.get(name, MISSING), f"{path}[{name!r}]")
            if why is not None:
                return why
        return None
    if isinstance(found, list | tuple) and isinstance(expected, list | tuple):
        for position, (one, other) in enumerate(zip_longest(found, expected, fillvalue=MISSING)):
            why = difference(one, other, f"{path}[{position}]")
            if why is not None:
                return why
        return None
    return None if found == expected else f"{path}: {found!r:.400} instead of {expected!r:.400}"
