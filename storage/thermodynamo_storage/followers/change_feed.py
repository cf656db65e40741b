"""Change feeds: what happened to a table's items and has not reached its Kinesis destination yet.

A feed holds its records in the order of the commits. What is delivered is a definition, so that a database that is made
again from its records owes the receiver what it owed before, and sends nothing twice but what was under way.
"""

import logging
from collections import deque
from copy import copy
from typing import TYPE_CHECKING

from thermodynamo_storage.followers.kinesis_destination import KinesisDestination, Precision
from thermodynamo_storage.followers.shard import StreamRecord, event_of
from thermodynamo_storage.values.keyspace_name import KeyspaceName

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change, Commit
    from thermodynamo_storage.values.schema import KeySchema

log = logging.getLogger("thermodynamo")


class ChangeFeed:
    """The undelivered records of one table for one stream. Beyond `held_bytes_max` the oldest go."""

    __slots__ = (
        "held_bytes",
        "held_bytes_max",
        "is_checked",
        "key_schema",
        "last_number",
        "name",
        "overflow_count",
        "pending",
        "precision",
        "ready_at",
        "stream_arn",
    )

    def __init__(self, name: KeyspaceName, key_schema: "KeySchema", stream_arn: str, held_bytes_max: int) -> None:
        self.name = name
        """The table's; the feed outlives it until all is delivered."""
        self.key_schema = key_schema
        self.stream_arn = stream_arn
        self.held_bytes_max = held_bytes_max
        self.pending: deque[StreamRecord] = deque()
        self.held_bytes = 0
        self.last_number = 0
        self.overflow_count = 0
        self.precision: Precision | None = None
        self.ready_at = 0.0
        """When delivery may begin: once the destination is no longer ENABLING."""
        self.is_checked = True

    def follow(self, destination: KinesisDestination) -> None:
        """Becomes what the destination says. What was kept for one that failed is forgotten."""
        self.is_checked = destination.is_checked
        if destination.passing == "ENABLING":
            self.ready_at = destination.settled_at
        if destination.passing != "DISABLING":
            self.precision = destination.precision
        if destination.failure is not None:
            self.pending.clear()
            self.held_bytes = 0

    def is_of(self, namespace: tuple[str, str]) -> bool:
        """Whether its table is, or was, in an account and region."""
        return (self.name.account, self.name.region) == namespace

    def copy(self) -> "ChangeFeed":
        """A feed that owes the same records, and takes others from then on."""
        copied = copy(self)
        copied.pending = self.pending.copy()
        return copied

    def is_ready(self, now: float) -> bool:
        """Whether there is something to deliver, and it may be delivered."""
        return bool(self.pending) and self.is_checked and now >= self.ready_at

    def take(self, change: "Change", commit: "Commit") -> None:
        """Records one item's change, unless it changes nothing."""
        event = event_of(change)
        if event is None:
            return
        self.last_number += 1
        record = StreamRecord(self.last_number, commit.now, event, change.key, change.old, change.new, commit.is_expiry)
        self.pending.append(record)
        self.held_bytes += record.held_bytes
        while self.held_bytes > self.held_bytes_max and len(self.pending) > 1:
            self._overflow()

    def deliver(self, through: int) -> None:
        """Forgets the records up to a number: the receiver has them."""
        while self.pending and self.pending[0].number <= through:
            self.held_bytes -= self.pending.popleft().held_bytes

    def _overflow(self) -> None:
        self.held_bytes -= self.pending.popleft().held_bytes
        self.overflow_count += 1
        if self.overflow_count & (self.overflow_count - 1) == 0:
            log.warning(
                "what table %s owes to %s is more than %d bytes: %d of its oldest records are lost; "
                "--stream-bytes-max raises the limit",
                self.name.table_name,
                self.stream_arn,
                self.held_bytes_max,
                self.overflow_count,
            )

    def check(self) -> None:
        """Asserts that numbers rise and bytes add up."""
        numbers = [record.number for record in self.pending]
        assert numbers == sorted(set(numbers)) and (not numbers or numbers[-1] <= self.last_number)
        assert self.held_bytes == sum(record.held_bytes for record in self.pending)
