"""Which records are sent next: those of each feed in their order, and again where they were refused.

A batch holds at most one record of a key, and the next batch of a feed waits until all of it has arrived. So the
records of a key arrive in order even where the receiver takes some of a batch and refuses others. What has arrived is a
definition; after a restart, what was under way then is sent once more.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from time import monotonic

from thermodynamo.deliveries import change_record
from thermodynamo.deliveries.change_record import ChangeRecord
from thermodynamo.deliveries.receiver import Receiver, Rejected, Unavailable
from thermodynamo_storage.database import Database
from thermodynamo_storage.followers.change_feed import ChangeFeed
from thermodynamo_storage.tables.definition import ChangesDelivered, DestinationSet
from thermodynamo_storage.values.dataclass import dataclass

RECORDS_MAX = 500
"""Records of one PutRecords (API reference of Kinesis)."""
BATCH_BYTES_MAX = 4 * 1024**2
"""Below the 5 MB of one PutRecords."""
LOCAL_RECORDS_MAX = 64
"""Records that one step of upkeep writes: about half a millisecond."""
RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 0.1, 10.0
"""The pause after a refusal; it doubles with each that follows."""

log = logging.getLogger("thermodynamo")

Key = tuple[str, str]
"""A table's id and the ARN of a stream."""


@dataclass(slots=True)
class Task:
    """One call of the receiver: `records` for a stream, or the question whether it is there, where there are none.

    `run` may wait, and touches neither a table nor the database.
    """

    feed: ChangeFeed
    key: Key
    records: Sequence[ChangeRecord]
    through: int
    """The number of the last record."""
    failure: str | None = None
    refused: Sequence[ChangeRecord] = ()
    is_rejected: bool = False
    problem: str | None = None
    """Why the receiver took nothing now."""

    def run(self, receiver: Receiver) -> None:
        self.refused, self.problem = (), None
        stream_arn = self.key[1]
        try:
            if self.records:
                self.refused = receiver.put(stream_arn, self.records)
            else:
                self.failure = receiver.failure(stream_arn)
        except Rejected as why:
            self.is_rejected = True
            self.problem = str(why)
        except Unavailable as why:
            self.problem = str(why)


@dataclass(slots=True)
class Pause:
    """When the next call for a stream may be made, and how long the pause before it is."""

    seconds: float
    until: float
    """By the machine's monotonic clock, as receivers live in real time."""


class Deliveries:
    """What the tables of a database owe to the receiver."""

    def __init__(self, database: Database, receiver: Receiver) -> None:
        self.database = database
        self.receiver = receiver
        self.unfinished: dict[Key, Task] = {}
        """Batches that the receiver did not take, or not all of."""
        self.pauses: dict[Key, Pause] = {}
        self.last: Key | None = None
        """The feed of the last call: the others have their turn before it."""
        self.singly: set[Key] = set()
        """Feeds whose records go one at a time, because a batch with one that is never taken was rejected."""

    def reset(self, database: Database) -> None:
        """Begins anew with another database."""
        self.database = database
        self.unfinished.clear()
        self.pauses.clear()
        self.singly.clear()

    def step(self, now: float) -> bool:
        """Makes the next call of the receiver, and waits for it; returns whether there was one to make."""
        if not self.database.catalog.feeds:
            return False
        task = self.next_task(now)
        if task is None:
            return False
        task.run(self.receiver)
        self.finish(task, now)
        return True

    def step_local(self, now: float) -> bool:
        """As `step`, where the receiver does not make its caller wait."""
        return self.receiver.is_local and self.step(now)

    def next_task(self, now: float) -> Task | None:
        """The call to make next; None where nothing is to be sent, or all of it waits for a pause to end."""
        feeds = self.database.catalog.feeds
        keys = list(feeds)
        position = keys.index(self.last) + 1 if self.last in feeds else 0
        for key in (*keys[position:], *keys[:position]):
            feed = feeds[key]
            pause = self.pauses.get(key)
            if pause is not None and monotonic() < pause.until:
                continue
            if not feed.is_checked:
                return Task(feed, key, (), 0)
            unfinished = self.unfinished.get(key)
            if unfinished is not None and unfinished.feed is feed:
                return unfinished
            if feed.is_ready(now):
                return self._batch(key, feed)
        return None

    def _batch(self, key: Key, feed: ChangeFeed) -> Task:
        count_max = LOCAL_RECORDS_MAX if self.receiver.is_local else RECORDS_MAX
        records: list[ChangeRecord] = []
        seen: set[bytes] = set()
        size_bytes = 0
        for record in islice(feed.pending, 1 if key in self.singly else count_max):
            rendered = change_record.render(feed, record)
            size_bytes += len(rendered.data)
            if records and (record.key in seen or size_bytes > BATCH_BYTES_MAX):
                break
            records.append(rendered)
            seen.add(record.key)
        return Task(feed, key, records, records[-1].number)

    def finish(self, task: Task, now: float) -> None:
        """Takes note of what became of a task: what has arrived is defined, what has not is sent again.

        Nothing comes of a task whose feed is gone, or was replaced by a snapshot meanwhile.
        """
        key = self.last = task.key
        self.unfinished.pop(key, None)
        self.singly.discard(key)
        if self.database.catalog.feeds.get(key) is not task.feed:
            self.pauses.pop(key, None)
        elif task.problem is not None:
            self._fail(task, now)
        elif task.records and task.refused:
            task.records = task.refused
            self.unfinished[key] = task
            self._pause(key, "some records were refused")
        else:
            self.pauses.pop(key, None)
            if task.records:
                self.database.define(ChangesDelivered(*key, task.through), now)
            else:
                self._settle(key, task.failure, now)

    def _fail(self, task: Task, now: float) -> None:
        """The receiver took nothing. A record that it never takes is given up, once it is known which one it is."""
        key = task.key
        if not task.is_rejected or not task.records:
            if task.records:
                self.unfinished[key] = task
            self._pause(key, task.problem or "")
        elif len(task.records) > 1:
            self.singly.add(key)
        else:
            log.error("a record for %s is lost, as the receiver rejects it: %s", key[1], task.problem)
            self.database.define(ChangesDelivered(*key, task.through), now)

    def _pause(self, key: Key, problem: str) -> None:
        pause = self.pauses.get(key)
        if pause is None:
            log.warning("%s gets no records for now, and they are sent again later: %s", key[1], problem)
        seconds = RETRY_SECONDS_MIN if pause is None else min(2 * pause.seconds, RETRY_SECONDS_MAX)
        self.pauses[key] = Pause(seconds, monotonic() + seconds)

    def _settle(self, key: Key, failure: str | None, now: float) -> None:
        """Defines what the receiver said of the stream of a destination that was ENABLING."""
        table = self.database.catalog.by_id.get(key[0])
        if table is None:
            # The table is gone before its destination was ever ACTIVE.
            self.database.define(ChangesDelivered(*key, self.database.catalog.feeds[key].last_number), now)
            return
        destination = replace(table.destinations[key[1]], is_checked=True, failure=failure)
        self.database.define(DestinationSet(table.id, destination), now)
