"""All tables of all namespaces, the commit sequence, and the durability sink.

A namespace is an (account, region) pair; table names are unique within one.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from thermodynamo_storage import removal
from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory, warm_throughput
from thermodynamo_storage.changes.commit import (
    Change,
    Commit,
    TransactionCommit,
    apply,
    apply_plain,
    apply_transaction,
    apply_unnoticed,
)
from thermodynamo_storage.changes.request_tokens import RequestToken, RequestTokens
from thermodynamo_storage.durability.copying_ahead import Noting
from thermodynamo_storage.durability.journal import Durability, NoDurability
from thermodynamo_storage.durability.records import Record
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.metering.limits import DueGrowth, DueSplit, Limits
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.partitions.keyspace import Keyspace, partition_count
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.split_reasons import SplitReason
from thermodynamo_storage.tables import defining, delivery, point_in_time, replicating, restoration
from thermodynamo_storage.tables.backfill import step_end
from thermodynamo_storage.tables.catalog import Catalog, Namespace, in_turn
from thermodynamo_storage.tables.definition import (
    BackupDeleted,
    ChangeEnded,
    ChangesArrived,
    Defined,
    Definition,
    IndexFilled,
    PartitionSplit,
    ReplicaFilled,
    RestoreStepped,
    StreamSettled,
    TableCreated,
    TableDropped,
    ThroughputWarmed,
)
from thermodynamo_storage.tables.settings import TableSettings
from thermodynamo_storage.tables.snapshot import ReadyCopies
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import CannotSplit, TableInUse
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Item
from thermodynamo_storage.values.keyspace_name import KeyspaceName
from thermodynamo_storage.values.schema import TableSchema, Throughput

STREAMS_SETTLED = 64
"""Streams that one step settles: about a millisecond where nothing is due."""


class Database:
    """The tables by namespace and name. What they hold changes by `commit`, what they are by `define`."""

    def __init__(
        self,
        durability: Durability | None = None,
        limits: Limits | None = None,
        settings: TableSettings | None = None,
    ) -> None:
        """Without `limits` nothing is metered."""
        self.durability = durability or NoDurability()
        self.sequence = 0
        self.catalog = Catalog(limits, settings or TableSettings())
        self.expiry_turn = self.history_turn = self.replica_turn = self.backfill_turn = self.restore_turn = 0
        """The places of the tables, and of the index being filled, with which the next steps of each kind begin."""
        self.limit(limits)

    def limit(self, limits: Limits | None) -> None:
        """Meters all tables made from now on by these limits."""
        self.limits = self.catalog.limits = limits
        self.due: list[DueSplit | DueGrowth] = []
        if limits is not None:
            self.due = limits.due
            limits.on_warm = self._warm

    def tables(self, namespace: Namespace) -> dict[str, Table]:
        """The tables of a namespace by name, in no order. The mapping is live."""
        return self.catalog.tables(namespace)

    def define(self, definition: Definition, now: float) -> None:
        """Makes one change of what a table is."""
        self.define_all((definition,), now)

    def define_all(self, definitions: Sequence[Definition], now: float) -> None:
        """Makes changes of what tables are, all of them at one point of the sequence: the sink first, then the tables.

        The one door: nothing else changes a table's definition.
        """
        self.sequence += 1
        self.durability.record_definitions(Defined(self.sequence, now, tuple(definitions)))
        for definition in definitions:
            defining.apply(self.catalog, definition, now)

    @contextmanager
    def copies_ahead(self) -> Iterator[ReadyCopies]:
        """Copies of tables are made ahead: see `durability/copying_ahead.py`. What changes meanwhile is forgotten."""
        ready = self.catalog.ready
        if ready is None:
            ready = self.catalog.ready = ReadyCopies()
            self.durability = Noting(self.durability, ready)
        ready.users += 1
        try:
            yield ready
        finally:
            ready.users -= 1
            if ready.users == 0 and isinstance(self.durability, Noting):
                self.durability, self.catalog.ready = self.durability.inner, None
                self.catalog.discards.add_wholes(ready.live.values())
                self.catalog.discards.add_wholes(kept for _, kept in ready.kept.values())

    def commit(self, changes: list[Change], now: float, is_expiry: bool = False) -> None:
        """Makes the changes happen, all of them at one point of the sequence: the sink first, then the tables."""
        self.sequence += 1
        if len(changes) == 1 and type(self.durability) is NoDurability and apply_unnoticed(changes[0]):
            return
        commit = Commit(self.sequence, now, changes, is_expiry)
        self.durability.record(commit)
        apply(commit)

    def commit_plain(self, partition: Partition, key: bytes, old: Item | None, new: Item | None) -> None:
        """Makes a change happen that no sink, no follower and no index takes notice of."""
        self.sequence += 1
        apply_plain(partition, key, old, new)

    def commit_transaction(
        self,
        changes: list[Change],
        now: float,
        token: RequestToken | None,
        held: Sequence[tuple[Table, bytes]],
        held_until: float,
    ) -> None:
        """Makes the changes of a transaction happen, remembers its token, and holds the items that it names."""
        self.sequence += 1
        commit = TransactionCommit(self.sequence, now, changes, False, token, held, held_until)
        self.durability.record(commit)
        apply_transaction(commit, self.catalog.request_tokens)

    def tokens(self, namespace: Namespace) -> RequestTokens:
        """The request tokens of a namespace."""
        return self.catalog.tokens(namespace)

    def replay(self, record: Record) -> None:
        """Carries out what a sink recorded, at its own place of the sequence. Nothing is recorded again.

        All records, in order, make an empty database equal to the one that they come from.
        """
        self.sequence = record.sequence
        if isinstance(record, Defined):
            for definition in record.definitions:
                defining.apply(self.catalog, definition, record.now)
            return
        tables = self.catalog.by_id
        changes = [tables[change.table_id].change_to(change.key, change.item) for change in record.changes]
        held = [(tables[table_id], key) for table_id, key in record.held]
        commit = TransactionCommit(
            record.sequence, record.now, changes, record.is_expiry, record.token, held, record.held_until
        )
        apply_transaction(commit, self.catalog.request_tokens)

    def partition_count(self, throughput: Throughput, warm: Throughput) -> int:
        """How many partitions a new keyspace begins with: enough for its throughput, and for what it is warm for.

        Warm throughput means nothing where partitions serve other units than the service's.
        """
        served = self.limits.policy.partition_throughput if self.limits is not None else PARTITION_THROUGHPUT
        count = partition_count(throughput, served)
        return max(count, partition_count(warm, served)) if served == PARTITION_THROUGHPUT else count

    def create_table(self, namespace: Namespace, id: str, schema: TableSchema, now: float) -> Table:
        """Adds an empty table that is ACTIVE at once. Raises TableInUse when the name is taken."""
        if schema.name in self.tables(namespace):
            raise TableInUse(schema.name)
        owners = schema.throughputs.items()
        histories = tuple((owner, ThroughputHistory(warm_throughput(units))) for owner, units in owners)
        counts = tuple((owner, self.partition_count(units, warm_throughput(units))) for owner, units in owners)
        self.define(TableCreated(id, *namespace, schema, histories, counts, now, {}), now)
        table = self.catalog.by_id[id]
        self.settle_table(table, now)
        return table

    def settle_table(self, table: Table, now: float) -> bool:
        """Defines the end of the table's passing state, if it is over at `now`; whether the table is still there."""
        while table.is_due(now):
            if not table.is_gone(now):
                self.define(ChangeEnded(table.id), now)
                continue
            backup = point_in_time.backup_of_deleted(table)
            dropped = TableDropped(table.id)
            self.define_all((dropped,) if backup is None else (backup, dropped), now)
            return False
        return True

    def settle_tables(self, now: float) -> None:
        """Defines the end of every passing state that is over at `now`."""
        for table in list(self.catalog.duties.passing.values()):
            self.settle_table(table, now)

    def _settle_stream(self, stream: Stream, now: float) -> None:
        if stream.is_due(now):
            self.define(StreamSettled(stream.table_id, stream.label), now)

    def _warm(self, name: KeyspaceName, throughput: Throughput, now: float) -> None:
        history = self.catalog.by_id[name.table_id].history(name.index_name)
        if history.warmed(throughput) != history:
            self.define(ThroughputWarmed(name.table_id, name.index_name, throughput), now)

    def streams(self, namespace: Namespace, now: float) -> list[Stream]:
        """The streams that can be read at `now`, those of one table together and oldest first."""
        for table in [table for table in self.tables(namespace).values() if table.transition is not None]:
            self.settle_table(table, now)
        retired = self.catalog.retired_streams.get(namespace, [])
        found: list[Stream] = []
        for streams in (retired, *(table.streams for table in self.tables(namespace).values())):
            _forget_gone(streams, now)
            found += streams
        return found

    def stream(self, namespace: Namespace, table_name: str, label: str, now: float) -> Stream | None:
        """The stream with a label, of a table that exists or did until a day ago; what is due at `now` is done."""
        table = self.tables(namespace).get(table_name)
        candidates: list[Stream] = [
            *(table.streams if table is not None else ()),
            *self.catalog.retired_streams.get(namespace, ()),
        ]
        for stream in candidates:
            if stream.label == label and stream.table_name == table_name and not stream.is_gone(now):
                self._settle_stream(stream, now)
                return stream
        return None

    def tables_of_all(self) -> Iterator[Table]:
        """Every table of every namespace."""
        return self.catalog.all()

    def step_expiry(self, count: int, delay_seconds: float, now: float, tables_max: int | None = None) -> bool:
        """One bounded step of time to live: enters or removes up to `count` items of all tables together.

        They take turns: the next step begins with the table after the last one that had any to do, or after
        `tables_max`. Returns whether there may be more to do at `now`, among these tables where they are so many.
        A removal is a commit of its own kind: it costs no capacity, and its stream record says who did it. An item
        that a transaction holds is removed once it is let go.
        """
        expiring = self.catalog.duties.expiring
        if not expiring:
            return False
        first = self.expiry_turn % len(expiring)
        left = count  # A step that ends for the bytes of its items has none left, either.
        tables = in_turn(expiring, first, tables_max)
        for place, table in enumerate(tables, first + 1):
            if self.settle_table(table, now):
                left -= self._expire(table, left, delay_seconds, now)
            if left <= 0:
                self.expiry_turn = place
                return True
        self.expiry_turn = first + len(tables)
        return left < count and len(tables) < len(expiring)

    def _expire(self, table: Table, count: int, delay_seconds: float, now: float) -> int:
        """Enters and removes up to `count` items of a table; returns how many it were, or more where they are large.

        The item with which they reach STEP_BYTES_MAX ends a step: each is decoded, and up to 2.5 MB of JSON.
        """
        queue = table.expiry_queue
        if queue is None:
            return 0
        if table.replication is not None:
            self.deliver(table, count, now)
        done, size_bytes = queue.fill(table.keyspace, count, now)
        due_at = table.next_removal_at(delay_seconds)
        may_remove = due_at is not None and due_at <= now and table.removes_expired()
        while may_remove and done < count and size_bytes < STEP_BYTES_MAX:
            key = queue.next_due(now, delay_seconds)
            if key is None:
                break
            done += 1
            let_go_at = table.holds.end(key, now) if table.holds is not None else None
            if let_go_at is not None:
                queue.take_out(key)
                queue.postpone(key, let_go_at - delay_seconds)
                continue
            item = table.keyspace.get(key)
            size_bytes += item[1] if item is not None else 0
            change = removal.of(table, key, item)
            if change is None:
                break
            queue.take_out(key)
            self.commit([change], now, is_expiry=True)
            table.tally.expired_items += 1
        return done if size_bytes < STEP_BYTES_MAX else count

    def next_removal_at(self, delay_seconds: float, now: float) -> float | None:
        """When, after `now`, the next expired item of any table is to be removed.

        What is due already does not hide what comes later elsewhere.
        """
        tables = [table for table in self.catalog.duties.expiring.values() if table.removes_expired()]
        times = [table.next_removal_at(delay_seconds) for table in tables]
        return min((time for time in times if time is not None and time > now), default=None)

    def step_backfill(self, items_max: int, now: float) -> bool:
        """Takes the indexes being filled a bounded step further together; True while there is more to do at `now`.

        They take turns: the next step begins with the one at which this one ends.
        """
        catalog = self.catalog
        first = self.backfill_turn % max(1, len(catalog.backfills))
        count = size_bytes = 0
        for backfill in catalog.backfills[first:] + catalog.backfills[:first]:
            table = catalog.by_id[backfill.table.id]
            self.settle_table(table, now)
            if backfill not in catalog.backfills or backfill.is_held(items_max, now):
                continue
            if count >= items_max or size_bytes >= STEP_BYTES_MAX or not backfill.is_prepared():
                self.backfill_turn = catalog.backfills.index(backfill)
                return True
            before = backfill.item_count, backfill.size_bytes
            self.define(IndexFilled(table.id, backfill.index.schema.name, backfill.next_end(items_max)), now)
            count += max(1, backfill.item_count - before[0])
            size_bytes += backfill.size_bytes - before[1]
        return any(not backfill.is_held(items_max, now) for backfill in catalog.backfills)

    def step_indexes(self, changes_max: int, now: float) -> bool:
        """Takes every index that is behind its table a bounded step further; True while more is due at `now`."""
        has_more = False
        behind = self.catalog.duties.behind
        for table in [self.catalog.by_id[id] for id in behind]:
            is_behind = False
            for index in table.indexes.values():
                if index.propagation.pending:
                    has_more |= index.catch_up(now, changes_max)
                    is_behind |= bool(index.propagation.pending)
            for vectors in table.vector_indexes.values():
                if vectors.pending:
                    has_more |= vectors.catch_up(now, changes_max)
                    is_behind |= bool(vectors.pending)
            if not is_behind:
                del behind[table.id]
        return has_more

    def deliver(self, table: Table, count_max: int, now: float, is_asked: bool = False) -> bool:
        """Lets up to so many changes from other replicas arrive that are due; True while more are.

        Where the global table is strongly consistent, all of them arrive at the latest when the table is asked.
        """
        replication = table.replication
        if replication is None or not replication.is_due(now) or table.transition == "DELETING":
            return False
        is_strong = table.global_table is not None and table.global_table.is_strong
        if is_strong:
            count_max = replication.pending
        for source_id, way in list(replication.incoming.items()):
            in_steps = not (is_strong and is_asked)
            while count_max > 0 and (count := delivery.admit(table, way, count_max, now, in_steps)):
                size_bytes = way.size_bytes(count)
                self.define(ChangesArrived(table.id, source_id, count), now)
                count_max -= count if is_strong or size_bytes < STEP_BYTES_MAX else count_max
        return replication.is_due(now)

    def step_replicas(self, items_max: int, now: float, tables_max: int | None = None) -> bool:
        """Takes the filling of new replicas, and what is on its way to replicas, a bounded step further.

        Up to `tables_max` have their turn in a step. True while more is due to them at `now`.
        """
        has_more = False
        tables = in_turn(self.catalog.duties.replicas, self.replica_turn, tables_max)
        self.replica_turn += len(tables)
        for table in tables:
            if table.replication is not None and table.replication.filled_from is not None:
                source = self.catalog.by_id[table.replication.filled_from]
                if replicating.is_prepared(table, source):
                    end = step_end(source.keyspace, table.replication.position, items_max)
                    self.define(ReplicaFilled(table.id, end), now)
                has_more |= table.replication.filled_from is not None
            has_more |= self.deliver(table, items_max, now)
        return has_more

    def next_arrival_at(self, now: float) -> float | None:
        """When, after `now`, the next change may arrive at any replica."""
        replications = [table.replication for table in self.catalog.duties.replicas.values()]
        times = [each.next_at() for each in replications if each is not None]
        return min((time for time in times if time is not None and time > now), default=None)

    def step_restores(self, changes_max: int, now: float) -> bool:
        """Takes the next of the tables that are restored to their source's past a bounded step further.

        True while there is more for any of them.
        """
        restoring = self.catalog.duties.restoring
        for table in in_turn(restoring, self.restore_turn, 1):
            if table.collections is not None and table.collections.measuring is not None:
                # What has its part in nothing but a sum is not recorded: a replay adds up all of it at once.
                table.collections.step_measuring()
            elif table.undoing is not None and restoration.is_prepared(table):
                self.define(RestoreStepped(table.id, restoration.next_count(table, changes_max)), now)
        self.restore_turn += 1
        for table in list(restoring.values()):
            self.catalog.look(table.id)
        return any(table.is_restoring for table in restoring.values())

    def step_histories(self, now: float, tables_max: int | None = None) -> bool:
        """Drops of each history a bounded part that no recovery reaches back to; True while there is more.

        Up to `tables_max` have their turn in a step.
        """
        has_more = False
        tables = in_turn(self.catalog.duties.recoverable, self.history_turn, tables_max)
        for table in tables:
            has_more |= point_in_time.trim(table, now)
        self.history_turn += len(tables)
        return has_more

    def step_discards(self) -> bool:
        """Frees some of what is gone; returns whether more is left."""
        return self.catalog.discards.step()

    def settle(self, now: float) -> Generator[None]:
        """Does what is due at `now` of every stream, in steps. Without it, a stream does so when it is read.

        Backups that have expired are gone then as well; they are not found before.
        """
        self.settle_tables(now)
        for namespace, backups in self.catalog.backups.items():
            for key in [key for key, backup in backups.items() if backup.is_expired(now)]:
                self.define(BackupDeleted(*namespace, *key), now)
        tables = self.catalog.duties.streaming
        count = 0
        for streams in [*self.catalog.retired_streams.values(), *(table.streams for table in tables.values())]:
            _forget_gone(streams, now)
            for stream in list(streams):
                # Some may be gone by then, or replaced by a snapshot.
                if stream.is_due(now) and self.catalog.has_stream(stream):
                    self._settle_stream(stream, now)
                count += 1
                if count % STREAMS_SETTLED == 0:
                    yield
        if count % STREAMS_SETTLED:
            yield

    def split(
        self, keyspace: Keyspace, partition: Partition, at: bytes, reason: str, now: float
    ) -> tuple[Partition, Partition]:
        """Splits a partition of a table or of one of its global indexes; returns the two that take its place."""
        name = keyspace.name
        self.define(PartitionSplit(name.table_id, name.index_name, partition.id, at, reason), now)
        return keyspace.locate(partition.low), keyspace.locate(at)

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
        if not self.catalog.holds(keyspace) or keyspace.locate(partition.low) is not partition:
            return
        try:
            at = split_points.for_reason(reason, partition, keyspace.keeps_collections, now)
        except CannotSplit as why:
            partition.note_unsplit(reason, str(why))
            return
        self.split(keyspace, partition, at, reason, now)

    def check(self) -> None:
        """Asserts the invariants of every table."""
        self.catalog.check()


def _forget_gone(streams: list[Stream], now: float) -> None:
    """Takes those out of a list of streams that can be read no more."""
    for stream in [stream for stream in streams if stream.is_gone(now)]:
        stream.discard()
        streams.remove(stream)
