"""A table: its schema, its keyspace, its state, and the way a write is planned.

State is lazy in `now`: a table becomes ACTIVE, or vanishes, at the instant it was given when the change was asked for.
What a table is changes by definitions alone: the methods that change it are called where definitions are applied
(`defining.py`), and nothing else stores into a table. Looking at a table changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory, warm_throughput
from thermodynamo_storage.changes.commit import Change, Follower
from thermodynamo_storage.changes.index import SecondaryIndex, entry_changes
from thermodynamo_storage.changes.request_counts import Tally
from thermodynamo_storage.facets.change_times import ChangeTimes
from thermodynamo_storage.facets.holds import Holds
from thermodynamo_storage.facets.insights import Insights
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.facets.origin import Origin
from thermodynamo_storage.facets.recovery import PointInTimeRecovery
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.followers.expiry import ExpiryQueue, TimeToLive
from thermodynamo_storage.followers.item_collections import ItemCollections
from thermodynamo_storage.followers.item_history import ItemHistory
from thermodynamo_storage.followers.kinesis_destination import KinesisDestination
from thermodynamo_storage.followers.lagging_reads import LaggingReads
from thermodynamo_storage.followers.replication import Replication
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.followers.undoing import Undoing
from thermodynamo_storage.metering.heard import metered
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.partitions.keyspace import Keyspace, partition_count
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.tables.definition import Owner, TableUpdated
from thermodynamo_storage.tables.global_table import GlobalTable
from thermodynamo_storage.values.errors import ConditionFailed, ItemHeld, Laborious
from thermodynamo_storage.values.item import Attributes, may_be_same
from thermodynamo_storage.values.keyspace_name import KeyspaceName
from thermodynamo_storage.values.long_images import Images, image
from thermodynamo_storage.values.resource_policy import ResourcePolicy
from thermodynamo_storage.values.schema import IndexSchema, ScalarKind, TableSchema, Throughput

if TYPE_CHECKING:
    from thermodynamo_storage.values.item import Item

TableStatus = Literal["CREATING", "ACTIVE", "UPDATING", "DELETING"]

RUNS_DISCARDED = 2  # Runs that one step of the discards frees: about half a millisecond.
EXPIRIES_DISCARDED = 2_000  # Expiries that one step of the discards frees: about as long.
PLANNED_BYTES_MAX = 640 * 1024  # Of two images whose index entries are made at once, in a few ms: see Laborious.


class Table:
    """A table and everything in it. `global_table` and `replication` are those of one that is a replica or once was.

    Its region knows a new replica from `visible_at` on.
    """

    __slots__ = (
        *("account", "busy_since", "change_times", "class_changed_at", "collections", "created_at"),
        "destinations",
        "discards",
        "expiry_queue",
        "followers",
        "global_table",
        "holds",
        "id",
        "indexes",
        "insights",
        "is_whole",
        "item_history",
        "jobs",
        "keyspace",
        "lagging_reads",
        "limits",
        "listed_tags",
        "origin",
        "recovery",
        "region",
        "replication",
        "resource_policy",
        "schema",
        "settled_at",
        "streams",
        "tags",
        "tags_settled_at",
        "tally",
        "throughput_history",
        "time_to_live",
        "transition",
        "undoing",
        "vector_indexes",
        "visible_at",
    )

    def __init__(
        self,
        account: str,
        region: str,
        id: str,
        schema: TableSchema,
        now: float,
        limits: Limits | None = None,
        discards: Discards | None = None,
        partition_counts: Mapping[Owner, int] = MappingProxyType({}),
    ) -> None:
        """`partition_counts` says how many partitions a keyspace begins with, where its throughput does not."""
        self.account, self.region, self.id = account, region, id
        self.schema = schema
        self.discards = discards if discards is not None else Discards()
        served = limits.policy.partition_throughput if limits is not None else PARTITION_THROUGHPUT
        count = partition_counts.get(None) or partition_count(schema.throughput, served)
        name = KeyspaceName(account, region, schema.name, id)
        self.keyspace = Keyspace(count, served, bool(schema.local_indexes), name)
        self.limits = limits
        if limits is not None:
            self.keyspace.admission = metered(self, self.keyspace, partial(self.history, None), limits)
        ordered = sorted(schema.indexes, key=lambda index: index.name)
        self.indexes = {index.name: self._index(index, partition_counts.get(index.name)) for index in ordered}
        """By name, in the order of names: a write that several indexes refuse is refused in the name of the first."""
        self.insights: dict[str | None, Insights] = {}  # Where they were ever set; None stands for the table itself.
        self.destinations: dict[str, KinesisDestination] = {}  # By the ARN of the stream, the newest first.
        self.tags: dict[str, str] = {}
        self.resource_policy: ResourcePolicy | None = None  # For a table that never had one.
        self.listed_tags: dict[str, str] = {}
        self.recovery: PointInTimeRecovery | None = None
        self.item_history: ItemHistory | None = None  # While recovery is on.
        self.origin: Origin | None = None  # While it is being restored.
        self.undoing: Undoing | None = None  # While changes of its origin are still to be taken back.
        self.created_at = self.busy_since = self.settled_at = self.tags_settled_at = self.visible_at = now
        self.transition: TableStatus | None = None
        """What it is busy with until `settled_at`: UPDATING for jobs of any kind. None once its end is defined."""
        self.is_whole = True
        """Whether it has all the items that it begins with. It is CREATING until then."""
        self.jobs: tuple[Job, ...] = ()
        self.change_times = ChangeTimes()
        self.class_changed_at: float | None = None
        self.holds: Holds | None = None  # While no transaction ever held an item.
        owners = schema.throughputs.items()
        self.throughput_history = {owner: ThroughputHistory(warm_throughput(units)) for owner, units in owners}
        self.streams: list[Stream] = []  # All that can still be read, oldest first. Only the last can be enabled.
        self.time_to_live: TimeToLive | None = None  # For a table whose items never expired.
        self.expiry_queue: ExpiryQueue | None = None  # There while time to live is enabled.
        self.tally = Tally()
        local = tuple(index for index in self.indexes.values() if not index.schema.is_global)
        self.collections = ItemCollections(local) if local else None  # Only local indexes limit their sizes.
        self.lagging_reads: LaggingReads | None = None  # None: eventually consistent reads find the latest items, too.
        self.global_table: GlobalTable | None = None
        self.replication: Replication | None = None
        self.vector_indexes = vector_indexes.make_all(schema)
        self.followers: tuple[Follower, ...] = (*filter(None, (self.collections,)), *self.vector_indexes.values())
        """What follows each change: empty for most tables, so that a write pays one test."""

    def begin(self, transition: TableStatus, now: float, settled_at: float) -> None:
        """Enters a passing state, which ends at `settled_at`."""
        self.transition = transition
        self.busy_since = now
        self.settled_at = settled_at

    def status(self, now: float) -> TableStatus:
        """The state at `now`."""
        if self.transition is None:
            return "ACTIVE"
        if self.transition == "UPDATING":
            return "UPDATING" if any(job.is_shown_by_table and job.is_running(now) for job in self.jobs) else "ACTIVE"
        is_over = now >= self.settled_at and self.transition != "DELETING" and not self.is_filling
        return "ACTIVE" if is_over else self.transition

    def is_due(self, now: float) -> bool:
        """Whether the passing state is over, and its end is not defined yet."""
        return self.transition is not None and now >= self.settled_at and not self.is_filling

    @property
    def is_filling(self) -> bool:
        """Whether it does not hold all the items yet that it begins with, or holds some that are to be taken back."""
        if self.is_restoring or not self.is_whole:
            return True
        return self.replication is not None and self.replication.filled_from is not None

    @property
    def is_restoring(self) -> bool:
        """Whether steps of its restore are left."""
        return self.undoing is not None or (self.collections is not None and self.collections.measuring is not None)

    @property
    def is_being_restored(self) -> bool:
        """Whether it is CREATING out of a backup or of another table: until that is over it can only be described."""
        return self.origin is not None

    def replicate(self, global_table: GlobalTable, filled_from: str | None, visible_at: float) -> Replication:
        """Becomes a replica, which is filled with the items of the table of an id if it is new."""
        self.global_table = global_table
        if self.replication is None:
            self.replication = Replication(filled_from)
            self.followers = (*self.followers, self.replication)
        if filled_from is not None:
            self.visible_at = visible_at
        return self.replication

    def is_replica(self, now: float) -> bool:
        """Whether there are other replicas of its global table at `now`, shown or not."""
        return self.global_table is not None and any(self.global_table.others(self.region, now))

    def removes_expired(self) -> bool:
        """Whether time to live removes items here: of the replicas that reach one another, it does so in the first.

        Its removals reach the others as any other change does (developer guide, global tables and time to live).
        """
        if self.global_table is None or self.replication is None:
            return True
        for replica in self.global_table.replicas:
            if replica.table_id == self.id:
                return True
            way = self.replication.incoming.get(replica.table_id)
            if way is not None and not way.is_ended and not way.link.is_cut:
                return False
        return True

    def end_change(self, now: float) -> None:
        """Ends the creation, or the jobs that are over: what they bring takes effect."""
        self.origin = None
        ended = [job for job in self.jobs if not job.is_running(now)]
        for job in sorted(ended, key=lambda job: job.ends_at):
            self._end(job)
        self._be_busy_with(tuple(job for job in self.jobs if job.is_running(now)))
        for job in ended:
            if job.deleted_at is not None:
                self.begin("DELETING", job.ends_at, job.deleted_at)

    def _be_busy_with(self, jobs: tuple[Job, ...]) -> None:
        self.jobs = jobs
        self.transition = "UPDATING" if jobs else None
        self.settled_at = min((job.ends_at for job in jobs), default=self.settled_at)

    def _end(self, job: Job) -> None:
        """What comes of a job when it is over."""
        if job.kind == "index deletion" and job.owner is not None:
            self._drop_index(job.owner)
        elif job.kind == "class":
            self.schema = replace(self.schema, table_class=job.name)
            self.class_changed_at = job.ends_at
        elif job.kind == "encryption":
            self.schema = replace(
                self.schema, settings={**self.schema.settings, "SSESpecification": dict(job.encryption or {})}
            )
        if job.owner is not None and job.owner not in self.indexes:
            return
        if job.warm is not None:
            self.warm(job.owner, job.warm)
        if job.throughput is not None:
            self.schema = self.schema.with_throughputs({job.owner: job.throughput})
            for index in self.schema.indexes:
                self.indexes[index.name].schema = index
        if job.warm is not None or job.throughput is not None:
            # Buckets fill at the new rates from that instant on.
            keyspace = self.keyspace if job.owner is None else self.indexes[job.owner].keyspace
            keyspace.admission.refresh(job.ends_at)
        if job.kind == "billing" and job.owner is None and self.schema.billing_mode == "PAY_PER_REQUEST":
            self.throughput_history[None] = self.throughput_history[None].with_on_demand(job.ends_at)

    def update(self, definition: TableUpdated) -> None:
        """Becomes what the definition says, and is busy with its jobs."""
        self.schema = definition.schema
        for index in self.schema.indexes:
            self.indexes[index.name].schema = index
        self.throughput_history = dict(definition.histories)
        self.change_times = definition.change_times
        self._be_busy_with(definition.jobs)

    def is_filling_over(self, name: str, now: float) -> bool:
        """Whether a new index may become ACTIVE as soon as it has its entries."""
        return not any(job.owner == name and job.is_running(now) for job in self.jobs)

    def is_allocated(self, name: str, now: float) -> bool:
        """Whether a new index has its resources, so that it can be filled."""
        return not any(job.kind == "index creation" and job.owner == name and job.is_running(now) for job in self.jobs)

    def set_tags(self, tags: dict[str, str], settled_at: float) -> None:
        """Sets all tags, which are listed from `settled_at` on."""
        self.listed_tags = self.tags
        self.tags = tags
        self.tags_settled_at = settled_at

    def _index(self, schema: IndexSchema, count: int | None) -> SecondaryIndex:
        """A new index of the table; a global one has limits of its own where the table has any."""
        index = SecondaryIndex(schema, self.schema.key_schema, self.keyspace, count)
        if schema.is_global and self.limits is not None:
            history = partial(self.history, schema.name)
            index.keyspace.admission = metered(index, index.keyspace, history, self.limits)
        return index

    def create_index(
        self,
        schema: IndexSchema,
        kinds: Mapping[str, ScalarKind],
        history: ThroughputHistory | None = None,
        partition_count: int | None = None,
    ) -> SecondaryIndex:
        """Adds a global index, which takes every write from now on; a backfill adds what is stored already.

        `kinds` are the table's attribute definitions with those of the index. The table is UPDATING while the index is
        given its resources; then the backfill may begin.
        """
        index = self._index(schema, partition_count)
        index.transition = "CREATING"
        index.filled_half_units = 0
        self.schema = replace(self.schema, attribute_kinds=dict(kinds), indexes=(*self.schema.indexes, schema))
        self.indexes = dict(sorted([*self.indexes.items(), (schema.name, index)]))
        self.throughput_history[schema.name] = history or ThroughputHistory(warm_throughput(schema.throughput))
        return index

    def delete_index(self, name: str) -> None:
        """Takes a global or a vector index away; it is there to be described until the table's change is over."""
        if name in self.vector_indexes:
            self.vector_indexes[name].transition = "DELETING"
        else:
            self.indexes[name].transition = "DELETING"

    def _drop_index(self, name: str) -> None:
        self.schema = self.schema.without_index(name)
        gone = self.vector_indexes.pop(name, None)
        if gone is not None:
            self.followers = tuple(follower for follower in self.followers if follower is not gone)
            return
        self.discards.add(self.indexes.pop(name).keyspace.drain(), RUNS_DISCARDED)
        self.throughput_history.pop(name, None)
        self.insights.pop(name, None)

    def history(self, owner: Owner) -> ThroughputHistory:
        """The throughput history of the table (None) or of a global index by its name."""
        return self.throughput_history[owner]

    def warm(self, owner: Owner, throughput: Throughput) -> None:
        """Remembers the throughput that the table (None) or a global index served."""
        self.throughput_history[owner] = self.throughput_history[owner].warmed(throughput)

    def is_gone(self, now: float) -> bool:
        """Whether the table's deletion has ended."""
        return self.transition == "DELETING" and now >= self.settled_at

    def discard(self) -> None:
        """Lets go of all items, index entries, expiries, and what was replaced."""
        if self.item_history is not None:
            self.item_history.discard(self.discards)
        if self.expiry_queue is not None:
            self.discards.add(self.expiry_queue.heap, EXPIRIES_DISCARDED)
        for _, keyspace in self.keyspaces():
            self.discards.add(keyspace.drain(), RUNS_DISCARDED)

    def hold(self, keys: Iterable[bytes], now: float, until: float) -> None:
        """Keeps the items from being written, or read in a transaction, until the given time."""
        if self.holds is None:
            self.holds = Holds()
        self.holds.hold(keys, now, until)

    def refuse_held(self, key: bytes, now: float) -> None:
        """Raises ItemHeld where a transaction holds the item."""
        if self.holds is not None and self.holds.is_held(key, now):
            self.tally.conflicts += 1
            raise ItemHeld(self.schema.name, key)

    @property
    def stream(self) -> Stream | None:
        """The enabled stream."""
        return self.streams[-1] if self.streams and self.streams[-1].disabled_at is None else None

    def lag_reads(self, lagging_reads: LaggingReads) -> None:
        """Lets eventually consistent reads find what the table held a moment ago."""
        self.lagging_reads = lagging_reads
        self.followers = (*self.followers, lagging_reads)

    def set_insights(self, index_name: Owner, setting: Insights) -> None:
        """Sets Contributor Insights of the table (None) or of a global index."""
        self.insights[index_name] = setting

    def set_destination(self, destination: KinesisDestination, feed: Follower) -> None:
        """Sets a Kinesis destination. Its feed follows the changes while they are to be sent."""
        arn = destination.stream_arn
        others = self.destinations if arn in self.destinations else {arn: destination, **self.destinations}
        self.destinations = {**others, arn: destination}
        self.followers = tuple(follower for follower in self.followers if follower is not feed)
        if destination.takes_changes:
            self.followers = (*self.followers, feed)

    def set_time_to_live(self, time_to_live: TimeToLive) -> None:
        """Enables or disables time to live."""
        self.followers = tuple(follower for follower in self.followers if follower is not self.expiry_queue)
        self.time_to_live = time_to_live
        self.expiry_queue = ExpiryQueue(time_to_live.attribute_name) if time_to_live.is_enabled else None
        if self.expiry_queue is not None:
            self.followers = (*self.followers, self.expiry_queue)

    def next_removal_at(self, delay_seconds: float) -> float | None:
        """When the next expired item is to be removed, which is `delay_seconds` after it expired."""
        if self.expiry_queue is None or self.time_to_live is None:
            return None
        expires_at = self.expiry_queue.next_at()
        return max(expires_at + delay_seconds, self.time_to_live.settled_at) if expires_at is not None else None

    def keyspaces(self) -> Iterator[tuple[Owner, Keyspace]]:
        """The keyspace of the table (None), then those of its global indexes by name."""
        yield None, self.keyspace
        for name, index in self.indexes.items():
            if index.schema.is_global:
                yield name, index.keyspace

    def check(self) -> None:
        """Asserts the invariants of the table's keyspace and those of its global indexes."""
        for _, keyspace in self.keyspaces():
            keyspace.check()
        if self.expiry_queue is not None:
            self.expiry_queue.check()
        assert (self.item_history is None) == (self.recovery is None) and (self.item_history is None) == (
            not any(type(follower) is ItemHistory for follower in self.followers)
        )
        if self.item_history is not None:
            self.item_history.check()
        if self.undoing is not None:
            self.undoing.check()
        if self.replication is not None and self.global_table is not None:
            self.replication.check()
            self.global_table.check()
        vector_indexes.check(self.vector_indexes)
        assert self.throughput_history.keys() == self.schema.throughputs.keys()

    @property
    def records_changes(self) -> bool:
        """Whether a stream or a Kinesis destination has a record of each write that changes its item."""
        return self.stream is not None or any(each.takes_changes for each in self.destinations.values())

    def looks_at(self, old: "Item | None", new: "Item | None") -> bool:
        """Whether a write looks at the attributes of both its images: those of long items are drafted then.

        An index does so, and what records changes where the bytes do not tell whether there is one.
        """
        if self.indexes or self.vector_indexes:
            return True
        is_compared = old is not None and new is not None and old[0] != new[0] and may_be_same(old, new)
        return is_compared and self.records_changes

    def plan_write(
        self,
        key: bytes,
        test: "Callable[[Item | None], bool] | None",
        build: "Callable[[Item | None], Item | None]",
    ) -> Change:
        """The change that `build` makes of the item at `key`, provided `test` admits the item as it stands.

        Nothing is written. Raises ConditionFailed with the item's blob when the test fails, and Laborious where the
        attributes of a large item are to be looked at; whatever `test` and `build` raise passes through.
        """
        partition = self.keyspace.locate(key)
        old = partition.items.get(key)
        if test is not None and not test(old):
            raise ConditionFailed(old[0] if old else None)
        new = build(old)
        if not self.indexes and not self.vector_indexes and not self.followers:
            return Change(self.id, self.followers, partition, key, old, new)
        return self.plan_replacement(partition, key, old, new)

    def plan_replacement(self, partition: Partition, key: bytes, old: "Item | None", new: "Item | None") -> Change:
        """The change that leaves `new` in place of `old`, which was found at `key` in the partition.

        Raises Laborious, and what an index raises.
        """
        blob_bytes = (len(old[0]) if old is not None else 0) + (len(new[0]) if new is not None else 0)
        if blob_bytes > PLANNED_BYTES_MAX and self.looks_at(old, new):
            raise Laborious
        if not self.indexes and not self.vector_indexes:
            return Change(self.id, self.followers, partition, key, old, new)
        vectors = vector_indexes.changes(self.vector_indexes, key, old, new) if self.vector_indexes else None
        entries = entry_changes(self.indexes.values(), key, old, new) if self.indexes else ()
        change = Change(self.id, self.followers, partition, key, old, new, entries, vectors)
        if self.collections is not None:
            self.collections.refuse(change)
        return change

    def change_to(self, key: bytes, new: "Item | None") -> Change:
        """The change that leaves `new` at `key`, of a commit that was made before: nothing refuses it."""
        partition = self.keyspace.locate(key)
        old = partition.items.get(key)
        entries = entry_changes(self.indexes.values(), key, old, new) if self.indexes else ()
        images = Images(image(old), image(new)) if self.vector_indexes else None
        vectors = vector_indexes.accepted(self.vector_indexes, key, images) if images is not None else None
        return Change(self.id, self.followers, partition, key, old, new, entries, vectors)

    def refuse_unindexable(self, key: bytes, attributes: Attributes) -> None:
        """Raises where an index cannot take an item: writers of whole items ask before they look at a condition."""
        for index in self.indexes.values():
            if index.transition != "DELETING":
                index.key(attributes, key)
        vector_indexes.look(self.vector_indexes, attributes)
