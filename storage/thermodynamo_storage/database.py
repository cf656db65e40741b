"""All tables of all namespaces, the commit sequence, and the durability sink.

A namespace is an (account, region) pair; table names are unique within one.
"""

from collections.abc import Iterator

from thermodynamo_storage.changes.commit import Change, Commit, apply
from thermodynamo_storage.durability.journal import Durability, NoDurability
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.metering.limits import DueGrowth, DueSplit, Limits
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.split_reasons import SplitReason
from thermodynamo_storage.tables.backfill import Backfill
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import CannotSplit, TableInUse, TableNotFound
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.schema import TableSchema

Namespace = tuple[str, str]


class Database:
    """The tables by namespace and name."""

    def __init__(self, durability: Durability | None = None, limits: Limits | None = None) -> None:
        """Without `limits` nothing is metered."""
        self.limits = limits
        self.due: list[DueSplit | DueGrowth] = limits.due if limits is not None else []
        self.namespaces: dict[Namespace, dict[str, Table]] = {}
        self.durability = durability or NoDurability()
        self.sequence = 0
        self.retired_streams: dict[Namespace, list[Stream]] = {}
        """The streams of tables that are gone; they stay readable for a day."""
        self.discards = Discards()
        self.backfills: list[Backfill] = []
        """The indexes being filled, oldest first."""

    def tables(self, namespace: Namespace) -> dict[str, Table]:
        """The tables of a namespace by name, in no order. The mapping is live."""
        return self.namespaces.setdefault(namespace, {})

    def create_table(self, namespace: Namespace, id: str, schema: TableSchema, now: float) -> Table:
        """Adds an empty table. Raises TableInUse when the name is taken."""
        tables = self.tables(namespace)
        if schema.name in tables:
            raise TableInUse(schema.name)
        account, region = namespace
        table = tables[schema.name] = Table(account, region, id, schema, now, self.limits, self.discards)
        return table

    def drop_table(self, namespace: Namespace, name: str, now: float) -> None:
        """Removes a table with all its items; its streams stay readable for a day. Raises TableNotFound."""
        table = self.tables(namespace).pop(name, None)
        if table is None:
            raise TableNotFound(name)
        if self.limits is not None:
            self.limits.throttles.forget(table.id)
        table.discard()
        if table.streams:
            table.disable_stream(now, now)
            self.retired_streams.setdefault(namespace, []).extend(table.streams)

    def streams(self, namespace: Namespace, now: float) -> list[Stream]:
        """The streams that can be read at `now`, those of one table together and oldest first."""
        retired = self.retired_streams.get(namespace, [])
        found: list[Stream] = []
        for streams in (retired, *(table.streams for table in self.tables(namespace).values())):
            for stream in [stream for stream in streams if stream.is_gone(now)]:
                stream.discard()
                streams.remove(stream)
            found += streams
        return found

    def stream(self, namespace: Namespace, table_name: str, label: str, now: float) -> Stream | None:
        """The stream with a label, of a table that exists or did until a day ago; what is due at `now` is done."""
        table = self.tables(namespace).get(table_name)
        candidates: list[Stream] = [
            *(table.streams if table is not None else ()),
            *self.retired_streams.get(namespace, ()),
        ]
        for stream in candidates:
            if stream.label == label and stream.table_name == table_name and not stream.is_gone(now):
                stream.settle(now)
                return stream
        return None

    def tables_of_all(self) -> Iterator[Table]:
        """Every table of every namespace."""
        for tables in self.namespaces.values():
            yield from tables.values()

    def step_expiry(self, count: int, delay_seconds: float, now: float) -> bool:
        """One bounded step of time to live: enters or removes up to `count` items of each table that has any to do.

        Returns whether there is more to do at `now`. A removal is a commit of its own kind: it costs no capacity, and
        its stream record says who did it. An item that a transaction holds is removed once it is let go.
        """
        has_more = False
        for table in self.tables_of_all():
            queue = table.expiry_queue
            if queue is None:
                continue
            has_more |= queue.fill(table.keyspace, count, now)
            due_at = table.next_removal_at(delay_seconds)
            if due_at is None or due_at > now:
                continue
            for key in queue.due(now, delay_seconds, count):
                let_go_at = table.holds.end(key, now) if table.holds is not None else None
                if let_go_at is not None:
                    queue.postpone(key, let_go_at - delay_seconds)
                    continue
                self.commit([table.plan_write(key, None, _remove)], now, is_expiry=True)
                table.expired_count += 1
            has_more = True
        return has_more

    def next_removal_at(self, delay_seconds: float) -> float | None:
        """When the next expired item of any table is to be removed."""
        times = [table.next_removal_at(delay_seconds) for table in self.tables_of_all() if table.expiry_queue]
        return min((time for time in times if time is not None), default=None)

    def step_backfill(self, items_max: int, now: float) -> bool:
        """Takes every index being filled a bounded step further; True while there is more to do at `now`."""
        if not self.backfills:
            return False
        self.backfills = [backfill for backfill in self.backfills if not backfill.step(items_max, now)]
        return not all(backfill.is_waiting(now) for backfill in self.backfills)

    def step_indexes(self, changes_max: int, now: float) -> bool:
        """Takes every index that is behind its table a bounded step further; True while more is due at `now`."""
        has_more = False
        for table in self.tables_of_all():
            for index in table.indexes.values():
                if index.propagation.pending:
                    has_more |= index.catch_up(now, changes_max)
        return has_more

    def step_discards(self) -> bool:
        """Frees some of what is gone; returns whether more is left."""
        return self.discards.step()

    def settle(self, now: float) -> None:
        """Does what is due at `now` of every stream. Without it, a stream does so when it is read."""
        for namespace in self.namespaces:
            for stream in self.streams(namespace, now):
                stream.settle(now)

    def commit(self, changes: list[Change], now: float, is_expiry: bool = False) -> None:
        """Makes the changes happen, all of them at one point of the sequence: the sink first, then the tables."""
        self.sequence += 1
        commit = Commit(self.sequence, now, changes, is_expiry)
        self.durability.record(commit)
        apply(commit)

    def split(
        self, keyspace: Keyspace, partition: Partition, at: bytes, reason: str, now: float
    ) -> tuple[Partition, Partition]:
        """Splits a partition of a table or of one of its global indexes; returns the two that take its place."""
        return keyspace.split(partition, at, now, reason)

    def carry_out_splits(self, now: float) -> None:
        """Carries out what is due, before a request looks at any partition."""
        due, self.due[:] = list(self.due), []
        for each in due:
            if isinstance(each, DueGrowth):
                self._grow(each.keyspace, each.wanted, now)
            else:
                self._split_if_possible(each.keyspace, each.partition, each.reason, now)

    def _grow(self, keyspace: Keyspace, wanted: int, now: float) -> None:
        partitions = keyspace.partitions
        count = 0
        while count < len(partitions) < wanted:
            count = len(partitions)
            for partition in list(partitions):
                self._split_if_possible(keyspace, partition, "throughput", now)

    def _split_if_possible(self, keyspace: Keyspace, partition: Partition, reason: SplitReason, now: float) -> None:
        """Splits a partition as its reason asks for; where that cannot be, it keeps why."""
        if keyspace.locate(partition.low) is not partition:
            return
        try:
            at = split_points.for_reason(reason, partition, keyspace.keeps_collections)
        except CannotSplit as why:
            partition.note_unsplit(reason, str(why))
            return
        self.split(keyspace, partition, at, reason, now)

    def check(self) -> None:
        """Asserts the invariants of every table."""
        for tables in self.namespaces.values():
            for table in tables.values():
                table.check()
                for stream in table.streams:
                    stream.check()
                if table.expiry_queue is not None:
                    table.expiry_queue.check()


def _remove(old: Item | None) -> Item | None:
    return None
