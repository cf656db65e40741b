"""The catalog: all tables by namespace and name and by id, the streams of gone ones, the indexes being filled,
the request tokens, backups and auto scaling of namespaces, and the snapshots.

What is in it changes by definitions alone, in `defining.py`. It lists the tables that upkeep has to look at: of ten
thousand, those that have something to do. What a definition may change is listed after it was carried out. What is
pending in indexes is listed by the indexes themselves, as their first change begins to wait: a write that leaves
nothing pending pays nothing for it.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from thermodynamo_storage.changes.request_tokens import RequestTokens
from thermodynamo_storage.facets.backup_label import BackupKey
from thermodynamo_storage.facets.scaling import ScaledResource, Scaling
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.followers.change_feed import ChangeFeed
from thermodynamo_storage.followers.past_items import PastChanges, PastItems
from thermodynamo_storage.followers.replication import Link
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.backfill import Backfill
from thermodynamo_storage.tables.definition import ClockSet, TransferEnded
from thermodynamo_storage.tables.settings import TableSettings
from thermodynamo_storage.tables.snapshot import Backup, ReadyCopies, Snapshot
from thermodynamo_storage.tables.table import RUNS_DISCARDED, Table

Namespace = tuple[str, str]
"""An account and a region."""


class Duties:
    """The tables of a catalog by id, listed by what there may be to do."""

    __slots__ = ("behind", "expiring", "passing", "recoverable", "replicas", "restoring", "streaming")

    def __init__(self) -> None:
        self.passing: dict[str, Table] = {}
        """In a passing state, which ends."""
        self.restoring: dict[str, Table] = {}
        """With changes of their origin that are to be taken back, or item collections that were not measured yet."""
        self.expiring: dict[str, Table] = {}
        """With time to live."""
        self.recoverable: dict[str, Table] = {}
        """With a history, which is trimmed."""
        self.replicas: dict[str, Table] = {}
        """Changes may be on their way to them."""
        self.streaming: dict[str, Table] = {}
        """With streams, which are trimmed. They may have lost them since."""
        self.behind: dict[str, None] = {}
        """With changes that some index does not show yet. All of them may be shown since."""

    def add(self, table: Table) -> None:
        """Lists a table that is new to the catalog."""
        if table.transition is not None:
            self.passing[table.id] = table
        if table.is_restoring:
            self.restoring[table.id] = table
        if table.expiry_queue is not None:
            self.expiring[table.id] = table
        if table.item_history is not None:
            self.recoverable[table.id] = table
        if table.replication is not None:
            self.replicas[table.id] = table
        if table.streams:
            self.streaming[table.id] = table
        if table.indexes or table.vector_indexes:
            self._watch_indexes(table)

    def _watch_indexes(self, table: Table) -> None:
        note = partial(self.behind.setdefault, table.id)
        for index in table.indexes.values():
            index.propagation.note_pending = note
            if index.propagation.pending:
                note()
        for vectors in table.vector_indexes.values():
            vectors.note_pending = note
            if vectors.pending:
                note()

    def look(self, table: Table) -> None:
        """Lists a table as a definition has left it."""
        for listed, is_due in (
            (self.passing, table.transition is not None),
            (self.restoring, table.is_restoring),
            (self.expiring, table.expiry_queue is not None),
            (self.recoverable, table.item_history is not None),
        ):
            if not is_due:
                listed.pop(table.id, None)
        self.add(table)

    def keep_only(self, ids: Container[str]) -> None:
        """Lists those tables no longer that have left the catalog, whose ids these are."""
        lists: tuple[dict[str, Any], ...] = (*self._lists(), self.behind)
        for listed in lists:
            for id in [id for id in listed if id not in ids]:
                del listed[id]

    def forget(self, table: Table) -> None:
        """Lists a table no longer, which leaves the catalog."""
        for listed in self._lists():
            listed.pop(table.id, None)
        self.behind.pop(table.id, None)

    def _lists(self) -> tuple[dict[str, Table], ...]:
        return self.passing, self.restoring, self.expiring, self.recoverable, self.replicas, self.streaming

    def check(self, by_id: Mapping[str, Table]) -> None:
        """Asserts that every table of the catalog is listed for what there is to do, and nothing but those."""
        for listed in self._lists():
            assert all(by_id[id] is table for id, table in listed.items())
        for table in by_id.values():
            assert (table.id in self.passing) == (table.transition is not None)
            assert table.id in self.restoring or not table.is_restoring
            assert (table.id in self.expiring) == (table.expiry_queue is not None)
            assert (table.id in self.recoverable) == (table.item_history is not None)
            assert (table.id in self.replicas) == (table.replication is not None)
            assert table.id in self.streaming or not table.streams
            is_behind = any(index.propagation.pending for index in table.indexes.values())
            is_behind |= any(vectors.pending for vectors in table.vector_indexes.values())
            assert table.id in self.behind or not is_behind
        assert all(id in by_id for id in self.behind)


def in_turn(tables: Mapping[str, Table], first: int, count_max: int | None) -> list[Table]:
    """Up to so many tables of a list, from a place on and round to it again; all where there is no bound."""
    listed = list(tables.values())
    first %= max(1, len(listed))
    return (listed[first:] + listed[:first])[:count_max]


class Catalog:
    """All tables of a database."""

    __slots__ = (
        *("backfills", "backups", "by_id", "clock", "discards", "duties", "feeds", "is_pinned", "limits", "links"),
        *("namespaces", "ready", "request_tokens", "retired_streams", "settings", "running", "scaling", "snapshots"),
        *("transfers", "unpinned"),
    )

    def __init__(self, limits: Limits | None, settings: TableSettings) -> None:
        self.limits = limits
        self.settings = settings
        self.namespaces: dict[Namespace, dict[str, Table]] = {}
        self.by_id: dict[str, Table] = {}
        self.duties = Duties()
        self.retired_streams: dict[Namespace, list[Stream]] = {}
        """The streams of tables that are gone; they stay readable for a day."""
        self.discards = Discards()
        self.backfills: list[Backfill] = []
        """The indexes being filled, oldest first."""
        self.feeds: dict[tuple[str, str], ChangeFeed] = {}
        """By table id and the ARN of a Kinesis stream: those that take changes, and those that still owe some."""
        self.links: dict[tuple[str, str], Link] = {}
        """The ways between regions that any global table has used, or that were ever set, by source and target."""
        self.request_tokens: dict[Namespace, RequestTokens] = {}
        self.backups: dict[Namespace, dict[BackupKey, Backup]] = {}
        """The backups of each namespace, in the order in which they were made."""
        self.transfers: dict[Namespace, dict[tuple[str, str], Transfer]] = {}
        """The exports and imports of namespaces by kind and id, oldest first."""
        self.running: dict[tuple[Namespace, str, str], PastItems | PastChanges | None] = {}
        """Those that have not ended, each with what it exports; None for an import, and where that is lost."""
        self.scaling: dict[Namespace, Scaling] = {}
        """Of the namespaces that ever had auto scaling."""
        self.snapshots: dict[str, Snapshot] = {}
        """By name, oldest first."""
        self.is_pinned = False
        """Whether an image of the snapshots is being written, so that none may be taken apart."""
        self.unpinned: list[Snapshot] = []
        """The snapshots that were deleted meanwhile."""
        self.ready: ReadyCopies | None = None
        """The copies of tables that were made ahead; None while none are."""
        self.clock: ClockSet | None = None
        """How the clock was set last; None for one that tells the machine's time."""

    def tables(self, namespace: Namespace) -> dict[str, Table]:
        """The tables of a namespace by name, in no order. The mapping is live."""
        return self.namespaces.setdefault(namespace, {})

    def link(self, source_region: str, target_region: str) -> Link:
        """The way that changes take from one region to another."""
        link = self.links.get((source_region, target_region))
        if link is None:
            link = Link(self.settings.replica_delay(source_region, target_region, None))
            self.links[source_region, target_region] = link
        return link

    def is_cut(self, source_region: str, target_region: str) -> bool:
        """Whether the way from one region to another is cut."""
        link = self.links.get((source_region, target_region))
        return link is not None and link.is_cut

    def tokens(self, namespace: Namespace) -> RequestTokens:
        """The client request tokens of a namespace."""
        return self.request_tokens.setdefault(namespace, RequestTokens())

    def set_scaling(self, namespace: Namespace, resource: ScaledResource) -> None:
        """Keeps what auto scaling of a resource is."""
        self.tables(namespace)
        self.scaling.setdefault(namespace, Scaling()).set(resource)

    def begin_transfer(self, namespace: Namespace, transfer: Transfer) -> None:
        """Adds an export or an import, which may have ended already."""
        self.tables(namespace)
        self.transfers.setdefault(namespace, {})[transfer.kind, transfer.id] = transfer
        if transfer.ended_at is not None:
            return
        table = self.by_id.get(transfer.table_id)
        source: PastItems | PastChanges | None = None
        if table is not None and table.item_history is not None:
            if transfer.items_at is not None:
                source = point_in_time.items_at(table, transfer.items_at)
            elif transfer.changes_between is not None:
                source = point_in_time.changes_between(table, *transfer.changes_between)
        self.running[namespace, transfer.kind, transfer.id] = source

    def change_transfer(self, namespace: Namespace, kind: str, id: str, **members: Any) -> None:
        """Notes how far a transfer is, or that it is to stop."""
        transfers = self.transfers[namespace]
        transfers[kind, id] = replace(transfers[kind, id], **members)

    def end_transfer(self, namespace: Namespace, ended: TransferEnded, now: float) -> None:
        """Notes what came of an export or an import, and lets go of what it exported."""
        transfers = self.transfers[namespace]
        transfer = transfers[ended.kind, ended.id]
        transfers[ended.kind, ended.id] = replace(transfer, outcome=ended.outcome, ended_at=now)
        self._let_go(self.running.pop((namespace, ended.kind, ended.id)))

    def forget_transfers(self, namespace: Namespace) -> None:
        """Forgets the exports and imports of a namespace, running ones too."""
        self.transfers.pop(namespace, None)
        for key in [key for key in self.running if key[0] == namespace]:
            self._let_go(self.running.pop(key))

    def _let_go(self, source: PastItems | PastChanges | None) -> None:
        if source is not None:
            self.discards.add(source.keyspace.drain(), RUNS_DISCARDED)

    def add(self, table: Table) -> None:
        self.tables((table.account, table.region))[table.schema.name] = table
        self.by_id[table.id] = table
        self.duties.add(table)

    def look(self, table_id: str) -> None:
        """Takes note of what there is to do for a table that a definition was about, if it is still there."""
        table = self.by_id.get(table_id)
        if table is not None:
            self.duties.look(table)

    def remove(self, table: Table) -> None:
        """Takes a table out; its streams stay."""
        namespace = table.account, table.region
        del self.tables(namespace)[table.schema.name]
        del self.by_id[table.id]
        self.duties.forget(table)
        self.end_backfills(table)
        if table.streams:
            self.retired_streams.setdefault(namespace, []).extend(table.streams)

    def remove_all(self, namespace: Namespace) -> list[Table]:
        """Takes all tables of a namespace out, and their streams with them."""
        tables = list(self.tables(namespace).values())
        self.tables(namespace).clear()
        for table in tables:
            del self.by_id[table.id]
        self.duties.keep_only(self.by_id)
        self.backfills = [each for each in self.backfills if self.by_id.get(each.table.id) is each.table]
        return tables

    def occupied(self) -> set[Namespace]:
        """The namespaces that may have anything in them: tables, or what is left of them."""
        found = {namespace for namespace, tables in self.namespaces.items() if tables}
        found.update(namespace for namespace, tokens in self.request_tokens.items() if tokens.carried_out)
        found.update((feed.name.account, feed.name.region) for feed in self.feeds.values())
        found.update(namespace for namespace, _, _ in self.running)
        return found.union(self.retired_streams, self.backups, self.transfers, self.scaling)

    def end_backfills(self, table: Table, index_name: str | None = None) -> None:
        """Forgets the filling of an index, or of all indexes of a table."""
        for backfill in [each for each in self.backfills if each.table is table]:
            if index_name in (None, backfill.index.schema.name):
                self.backfills.remove(backfill)

    def holds(self, keyspace: Keyspace) -> bool:
        """Whether the keyspace is that of a table that is still there, or of one of its global indexes."""
        table = self.by_id.get(keyspace.name.table_id)
        return table is not None and any(each is keyspace for _, each in table.keyspaces())

    def has_stream(self, stream: Stream) -> bool:
        """Whether the stream is that of a table that is there, or of one that is gone."""
        table = self.by_id.get(stream.table_id)
        of_table = table.streams if table is not None else []
        return any(each is stream for streams in (of_table, *self.retired_streams.values()) for each in streams)

    def stream_of(self, table_id: str, label: str) -> Stream:
        """The stream with a label, of a table that is there or gone."""
        table = self.by_id.get(table_id)
        for stream in table.streams if table is not None else ():
            if stream.label == label:
                return stream
        return next(
            stream
            for streams in self.retired_streams.values()
            for stream in streams
            if (stream.table_id, stream.label) == (table_id, label)
        )

    def feed_of(self, table: Table, stream_arn: str) -> ChangeFeed:
        """The feed of a table for a stream, which is new where there is none."""
        feed = self.feeds.get((table.id, stream_arn))
        if feed is None:
            held_bytes_max = self.settings.stream_limits.held_bytes_max
            feed = ChangeFeed(table.keyspace.name, table.schema.key_schema, stream_arn, held_bytes_max)
            self.feeds[table.id, stream_arn] = feed
        return feed

    def deliver(self, table_id: str, stream_arn: str, through: int) -> None:
        """Forgets what a feed has delivered."""
        self.feeds[table_id, stream_arn].deliver(through)
        self.forget_finished_feeds()

    def forget_finished_feeds(self) -> None:
        """Forgets the feeds that take no changes any more and owe none."""
        for key, feed in list(self.feeds.items()):
            table = self.by_id.get(key[0])
            if not feed.pending and (table is None or feed not in table.followers):
                del self.feeds[key]

    def all(self) -> Iterator[Table]:
        """Every table of every namespace, oldest first. However many namespaces have none costs nothing."""
        return iter(self.by_id.values())

    def check(self) -> None:
        """Asserts the invariants of every table and stream, and that all ways to a table lead to the same one."""
        tables = list(self.all())
        assert {table.id: table for table in tables} == self.by_id
        for table in tables:
            assert self.namespaces[table.account, table.region][table.schema.name] is table
            table.check()
        self.duties.check(self.by_id)
        for streams in (*self.retired_streams.values(), *(table.streams for table in tables)):
            for stream in streams:
                stream.check()
        for feed in self.feeds.values():
            feed.check()
        for snapshot in self.snapshots.values():
            for kept in snapshot.namespaces.values():
                for table in kept.tables:
                    table.check()
        for backups in self.backups.values():
            for key, backup in backups.items():
                assert backup.key == key
                backup.table.check()
        for backfill in self.backfills:
            filled, name = self.by_id[backfill.table.id], backfill.index.schema.name
            assert backfill.index in (filled.indexes.get(name), filled.vector_indexes.get(name))
