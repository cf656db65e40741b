"""A consumer of a stream as the service's own library works: it follows the lineage of shards, parents first."""

from collections.abc import Callable
from typing import Any

Key = tuple[tuple[str, str], ...]


class Consumer:
    """Reads a whole stream from the trim horizon on, and hands each record to `handle`."""

    def __init__(
        self, streams: Any, stream_arn: str, handle: Callable[[dict[str, Any]], None], limit: int = 100
    ) -> None:
        self.streams = streams
        self.stream_arn = stream_arn
        self.handle = handle
        self.limit = limit
        self.iterators: dict[str, str] = {}
        """The next iterator of each shard being read."""
        self.last: dict[str, str] = {}
        """The sequence number of the last record of each shard."""
        self.drained: set[str] = set()
        self.parents: dict[str, str | None] = {}

    def poll(self) -> int:
        """Reads a page of every shard whose parent is drained; returns the number of records."""
        self.discover()
        count = 0
        # The youngest first: whoever did not wait for parents would meet an item's records out of order.
        for shard_id, parent_id in reversed(self.parents.items()):
            if shard_id in self.drained or (parent_id in self.parents and parent_id not in self.drained):
                continue
            if shard_id not in self.iterators:
                self.iterators[shard_id] = self.begin(shard_id)
            page = self.streams.get_records(ShardIterator=self.iterators[shard_id], Limit=self.limit)
            for record in page["Records"]:
                self.handle(record)
                self.last[shard_id] = record["dynamodb"]["SequenceNumber"]
            count += len(page["Records"])
            if "NextShardIterator" in page:
                self.iterators[shard_id] = page["NextShardIterator"]
            else:
                self.drained.add(shard_id)
        return count

    def begin(self, shard_id: str) -> str:
        """An iterator after the last record read, or from the shard's beginning."""
        position = {"ShardIteratorType": "TRIM_HORIZON"}
        if shard_id in self.last:
            position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self.last[shard_id]}
        reply = self.streams.get_shard_iterator(StreamArn=self.stream_arn, ShardId=shard_id, **position)
        return str(reply["ShardIterator"])

    def forget_iterators(self) -> None:
        """As after a long sleep, in which they expired."""
        self.iterators.clear()

    def is_at_end(self) -> bool:
        """Whether every shard whose parent is drained has been looked at, and none waits for its parent."""
        return all(shard_id in self.drained or shard_id in self.iterators for shard_id in self.parents)

    def discover(self) -> None:
        """Learns of all shards there are, in pages."""
        start: dict[str, str] = {}
        while True:
            described = self.streams.describe_stream(StreamArn=self.stream_arn, Limit=20, **start)["StreamDescription"]
            for shard in described["Shards"]:
                self.parents.setdefault(shard["ShardId"], shard.get("ParentShardId"))
            if "LastEvaluatedShardId" not in described:
                return
            start = {"ExclusiveStartShardId": described["LastEvaluatedShardId"]}


class Copy:
    """A copy of a table made of its records, which must come in order for each item."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.seen: set[str] = set()
        self.numbers: dict[str, int] = {}

    def apply(self, record: dict[str, Any]) -> None:
        change = record["dynamodb"]
        key = repr(sorted(change["Keys"].items()))
        assert record["eventID"] not in self.seen, "a record came twice"
        self.seen.add(record["eventID"])
        number = int(change["SequenceNumber"])
        assert number > self.numbers.get(key, 0), "the records of an item came out of order"
        self.numbers[key] = number
        assert self.items.get(key) == change.get("OldImage"), "a record was missed"
        assert record["eventName"] == (
            "INSERT" if "OldImage" not in change else "MODIFY" if "NewImage" in change else "REMOVE"
        )
        if "NewImage" in change:
            self.items[key] = change["NewImage"]
        else:
            del self.items[key]
