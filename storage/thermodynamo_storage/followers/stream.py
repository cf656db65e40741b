"""Streams: what happened to the items of a table, in shards that follow its partitions.

An open shard belongs to one partition and takes the records of its items in the order of the commits. When a partition
splits, its shard is closed and each child opens one that names it as parent; a shard that has been open for the
rollover time is closed and continued by one child. Reading parents before children therefore meets the records of an
item in order, each once.

Sequence numbers come from one counter a stream, so they rise across all its shards; opening and closing a shard take
one each. All have 21 digits: their order as texts is their order as numbers.
"""

import heapq
import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import islice
from typing import TYPE_CHECKING, Literal
from zlib import crc32

from thermodynamo_storage.changes.request_counts import Tally
from thermodynamo_storage.followers.shard import Shard, StreamRecord, event_of, number_of
from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.values.dataclass import dataclass

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change, Commit
    from thermodynamo_storage.partitions.partition import Partition
    from thermodynamo_storage.values.resource_policy import ResourcePolicy
    from thermodynamo_storage.values.schema import KeySchema, ViewType

StreamStatus = Literal["ENABLING", "ENABLED", "DISABLING", "DISABLED"]

RETENTION_SECONDS = 24 * 3600
"""How long records can be read, and a disabled stream too (developer guide, Streams)."""
FIRST_NUMBER = 10**20
KEPT_AFTER_OVERFLOW = 0.999
"""The share of the bytes that stays when the oldest records make room: a write pays a millisecond or two for it."""
RECORDS_DISCARDED = 2_000
"""Records that one step of the discards frees: about half a millisecond."""
TOLD_SHARE = 0.1
"""How much of the limit is trimmed from one warning to the next."""

log = logging.getLogger("thermodynamo")


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Settings of every stream of a server."""

    rollover_seconds: float = 4 * 3600.0
    held_bytes_max: int = 256 * 1024 * 1024


def _created_at(record: StreamRecord) -> float:
    return record.created_at


def _opened_at(shard: Shard) -> float:
    return shard.opened_at


class Stream:
    """The stream of one table from when it is enabled until a day after it is disabled."""

    __slots__ = (
        "created_at",
        "disabled_at",
        "discards",
        "held_bytes",
        "key_schema",
        "label",
        "last_number",
        "limits",
        "open",
        "overflow_count",
        "resource_policy",
        "settled_at",
        "shards",
        "table_id",
        "table_name",
        "tally",
        "untold_bytes",
        "view_type",
    )

    def __init__(
        self,
        table_id: str,
        table_name: str,
        key_schema: "KeySchema",
        view_type: "ViewType",
        label: str,
        partitions: "Iterable[Partition]",
        now: float,
        limits: StreamLimits,
        discards: Discards,
        settled_at: float | None = None,
    ) -> None:
        self.table_id = table_id
        self.table_name = table_name
        self.key_schema = key_schema
        self.view_type = view_type
        self.label = label
        self.created_at = now
        self.settled_at = now if settled_at is None else settled_at
        """When the change in progress, from ENABLING or from DISABLING, is over."""
        self.disabled_at: float | None = None
        self.resource_policy: ResourcePolicy | None = None
        """None for a stream that never had one."""
        self.limits = limits
        self.discards = discards
        self.tally = Tally()
        self.held_bytes = 0
        self.overflow_count = 0
        """How many records were trimmed before their time to make room."""
        self.untold_bytes = 0
        """Bytes of records trimmed to make room since the last warning; negative right after one, so the next waits."""
        self.last_number = FIRST_NUMBER
        self.shards: dict[str, Shard] = {}
        """By id, which is the order of their opening."""
        self.open: dict[int, Shard] = {}
        """The open shard of each partition, by the partition's id."""
        for partition in partitions:
            self._open(partition.id, None, now)

    def copy(self, table_id: str, limits: StreamLimits, discards: Discards) -> "Stream":
        """The stream of a copied table, with the records that are in it now."""
        copied = copy(self)
        copied.table_id, copied.limits, copied.discards = table_id, limits, discards
        copied.tally = Tally()
        copied.untold_bytes = 0
        copied.shards = {id: shard.copy() for id, shard in self.shards.items()}
        copied.open = {partition_id: copied.shards[shard.id] for partition_id, shard in self.open.items()}
        return copied

    def status(self, now: float) -> StreamStatus:
        if self.disabled_at is None:
            return "ENABLED" if now >= self.settled_at else "ENABLING"
        return "DISABLED" if now >= self.settled_at else "DISABLING"

    def take(self, change: "Change", commit: "Commit") -> None:
        """Records one item's change, unless it changes nothing."""
        event = event_of(change)
        if event is None:
            return
        now = commit.now
        shard = self.open[change.partition.id]
        if now >= shard.opened_at + self.limits.rollover_seconds:
            self._roll(now)
            shard = self.open[change.partition.id]
        view = self.view_type
        self.last_number = number = self.last_number + 1
        record = StreamRecord(
            number,
            now,
            event,
            change.key,
            change.old if view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES") else None,
            change.new if view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES") else None,
            commit.is_expiry,
        )
        self.held_bytes += shard.append(record)
        if self.held_bytes > self.limits.held_bytes_max:
            self._make_room()

    def split(self, parent: "Partition", children: "Sequence[Partition]", now: float) -> None:
        """Follows a split of a partition: its shard closes, and each child opens one that names it as parent."""
        shard = self.open.get(parent.id)
        if shard is not None:
            self._close(shard, now)
            for child in children:
                self._open(child.id, shard, now)

    def disable(self, now: float, settled_at: float) -> None:
        """Closes every shard. The records stay readable for the retention time."""
        self.disabled_at = now
        self.settled_at = settled_at
        for shard in list(self.open.values()):
            self._close(shard, now)

    def is_gone(self, now: float) -> bool:
        """Whether the stream has been disabled for the retention time."""
        return self.disabled_at is not None and now >= self.disabled_at + RETENTION_SECONDS

    def is_due(self, now: float) -> bool:
        """Whether anything is due at `now`: `settle` would do something."""
        horizon = now - RETENTION_SECONDS
        return any(now >= shard.opened_at + self.limits.rollover_seconds for shard in self.open.values()) or any(
            (shard.closed_at is not None and shard.closed_at <= horizon)
            or (bool(shard.records) and shard.records[0].created_at <= horizon)
            for shard in self.shards.values()
        )

    def settle(self, now: float) -> None:
        """Does what is due at `now`: rolls shards over, and trims records and closed shards past the retention."""
        self._roll(now)
        horizon = now - RETENTION_SECONDS
        for shard in list(self.shards.values()):
            if shard.records and shard.records[0].created_at <= horizon:
                # To free 500,000 records at once would hold up requests for half a second.
                gone = self._trim(shard, bisect_right(shard.records, horizon, key=_created_at))
                self.discards.add(gone, RECORDS_DISCARDED)
            if shard.closed_at is not None and shard.closed_at <= horizon:
                # Of a table that was brought back to a time before its snapshot, records are later than the closing.
                self.discards.add(self._trim(shard, len(shard.records)), RECORDS_DISCARDED)
                del self.shards[shard.id]

    def shards_after(self, shard_id: str | None) -> list[Shard]:
        """The shards in order, beginning after the one with an id, which need not be there any more."""
        ids = list(self.shards)
        return [self.shards[id] for id in ids[bisect_right(ids, shard_id) if shard_id else 0 :]]

    def first_at(self, shard: Shard, time: float) -> int:
        """The number after which the records of a shard that were made at or after `time` begin."""
        position = bisect_left(shard.records, time, key=_created_at)
        return shard.records[position].number - 1 if position < len(shard.records) else self.last_number

    def _roll(self, now: float) -> None:
        """Closes each shard at the time it was due, and opens its child then; as often as time has passed.

        Every shard is rolled once before any is rolled again, so that shards are opened in the order of their ids.
        """
        rollover_seconds = self.limits.rollover_seconds
        while due := [shard for shard in self.open.values() if now >= shard.opened_at + rollover_seconds]:
            for shard in sorted(due, key=_opened_at):
                due_at = shard.opened_at + rollover_seconds
                self._close(shard, due_at)
                # Shards that would have opened, closed and been trimmed in the meantime are skipped.
                skipped = max(0, int((now - RETENTION_SECONDS - due_at) // rollover_seconds))
                self._open(shard.partition_id, shard, due_at + skipped * rollover_seconds)
        self._forget_oldest(now - RETENTION_SECONDS)

    def _forget_oldest(self, horizon: float) -> None:
        """Trims the oldest shards, those that were closed before the horizon.

        Else a stream without readers would have 400,000 of them after an item a day expired for a century.
        """
        while (shard := next(iter(self.shards.values()), None)) is not None:
            if shard.closed_at is None or shard.closed_at > horizon:
                return
            self.discards.add(self._trim(shard, len(shard.records)), RECORDS_DISCARDED)
            del self.shards[shard.id]

    def _open(self, partition_id: int, parent: Shard | None, now: float) -> Shard:
        self.last_number += 1
        milliseconds = int(now * 1000)
        if parent is not None:
            milliseconds = max(milliseconds, _opened_milliseconds(parent.id) + 1)
        # Numbers rise, so shards of one millisecond are in order too; other streams begin elsewhere.
        suffix = (crc32(f"{self.table_name}/{self.label}".encode()) + self.last_number) & 0xFFFFFFFF
        id = f"shardId-{milliseconds:020d}-{suffix:08x}"
        shard = Shard(id, parent.id if parent else None, partition_id, self.last_number, now)
        self.shards[id] = self.open[partition_id] = shard
        last = next(islice(reversed(self.shards), 1, None), "")
        if id < last:
            self.shards = {id: self.shards[id] for id in sorted(self.shards)}
        return shard

    def _close(self, shard: Shard, now: float) -> None:
        self.last_number += 1
        shard.end = self.last_number
        shard.closed_at = now
        del self.open[shard.partition_id]

    def _trim(self, shard: Shard, count: int) -> list[StreamRecord]:
        """Takes out the oldest records of a shard."""
        held_bytes = shard.held_bytes
        gone = shard.trim(count)
        self.held_bytes -= held_bytes - shard.held_bytes
        return gone

    def discard(self) -> None:
        """Lets go of all records."""
        for shard in self.shards.values():
            self.discards.add(self._trim(shard, len(shard.records)), RECORDS_DISCARDED)

    def _make_room(self) -> None:
        """Forgets the oldest records of all shards until enough bytes are free."""
        excess_bytes = self.held_bytes - int(self.limits.held_bytes_max * KEPT_AFTER_OVERFLOW)
        cut = 0
        for record in heapq.merge(*(shard.records for shard in self.shards.values())):
            if excess_bytes <= 0:
                break
            cut = record.number
            excess_bytes -= record.held_bytes
        held_bytes = self.held_bytes
        for shard in self.shards.values():
            count = bisect_right(shard.records, cut, key=number_of)
            self._trim(shard, count)
            self.overflow_count += count
        self.untold_bytes += held_bytes - self.held_bytes
        if self.untold_bytes > 0:
            log.warning(
                "the stream of table %s holds more than %d bytes: %d of its oldest records have been trimmed before "
                "their time; --stream-bytes-max raises the limit",
                self.table_name,
                self.limits.held_bytes_max,
                self.overflow_count,
            )
            self.untold_bytes = -int(self.limits.held_bytes_max * TOLD_SHARE)

    def check(self) -> None:
        """Asserts the invariants: shards and numbers in order, ranges apart, bytes adding up."""
        assert list(self.shards) == sorted(self.shards)
        assert self.held_bytes == sum(shard.held_bytes for shard in self.shards.values())
        numbers: list[int] = []
        for shard in self.shards.values():
            shard.check()
            assert (shard.end is None) == (self.open.get(shard.partition_id) is shard)
            parent = self.shards.get(shard.parent_id or "")
            assert parent is None or (parent.end is not None and parent.end < shard.start)
            numbers += [record.number for record in shard.records]
        assert len(set(numbers)) == len(numbers)


def _opened_milliseconds(shard_id: str) -> int:
    return int(shard_id.split("-")[1])
