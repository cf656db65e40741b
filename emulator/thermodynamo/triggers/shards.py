"""Reading one shard: gathers records to batches, hands them on, checkpoints what is done."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from zlib import crc32

from thermodynamo.triggers.batch import Batches
from thermodynamo.triggers.checkpoints import FROM_TIME, SHARD_END, Checkpoints
from thermodynamo.triggers.client import ServiceError, StreamsClient, Unreachable
from thermodynamo.triggers.event import Record, item_key, sequence_number

POLL_SECONDS = 0.25
"""Between two looks at a shard that had nothing new: Lambda polls four times a second."""
RECORDS_MAX = 1000
PAYLOAD_BYTES_MAX = 5 * 1024 * 1024
"""Records of so many bytes make a batch: with one more page, a megabyte at most, an event is below Lambda's 6 MB."""
UNREACHABLE_SECONDS = 1.0


@dataclass(slots=True)
class ShardReader:
    """Reads a shard from its checkpoint, or from `position` where there is none, to its end."""

    client: StreamsClient
    shard_id: str
    position: str
    batches: Batches
    checkpoints: Checkpoints
    pause: Callable[[float], None]
    log: Callable[[str], None]

    def run(self) -> None:
        """Returns when the shard has ended and all of it is done; `pause` raises to stop it earlier."""
        gathered: list[Record] = []
        gathered_bytes = 0
        gathered_at = 0.0
        trigger = self.batches.trigger
        most = trigger.batch_size * trigger.parallelization_factor
        iterator: str | None = self._iterator(None)
        while iterator is not None:
            records, iterator = self._read(iterator, min(RECORDS_MAX, most - len(gathered)), gathered)
            if records and not gathered:
                gathered_at = time.monotonic()
            gathered += records
            gathered_bytes += sum(record["dynamodb"]["SizeBytes"] for record in records)
            is_full = len(gathered) >= most or gathered_bytes >= PAYLOAD_BYTES_MAX
            is_late = time.monotonic() - gathered_at >= trigger.batch_window_seconds
            if gathered and (is_full or is_late or iterator is None):
                self._process(gathered)
                gathered = []
                gathered_bytes = 0
            elif iterator is not None and not records:
                self.pause(POLL_SECONDS)
        self.checkpoints.set(self.shard_id, SHARD_END)

    def _process(self, records: list[Record]) -> None:
        """Does a batch, or one for each lane: the records of an item are always in the same lane, in order."""
        trigger = self.batches.trigger
        wanted = [r for r in records if not trigger.filters or any(filter.matches(r) for filter in trigger.filters)]
        if trigger.parallelization_factor == 1:
            self.batches.process(self.shard_id, wanted, self._checkpoint)
        elif wanted:
            lanes = self._lanes(wanted)
            with ThreadPoolExecutor(len(lanes)) as pool:
                # Lanes finish in any order: the shard is done up to here when all of them are.
                list(pool.map(lambda lane: self._process_lane(lane), lanes))
        self._checkpoint(records[-1])

    def _process_lane(self, lane: Sequence[Record]) -> None:
        size = self.batches.trigger.batch_size
        for start in range(0, len(lane), size):
            self.batches.process(self.shard_id, lane[start : start + size], lambda record: None)

    def _lanes(self, records: Sequence[Record]) -> list[list[Record]]:
        lanes: dict[int, list[Record]] = {}
        for record in records:
            lane = crc32(item_key(record).encode()) % self.batches.trigger.parallelization_factor
            lanes.setdefault(lane, []).append(record)
        return list(lanes.values())

    def _checkpoint(self, record: Record) -> None:
        self.checkpoints.set(self.shard_id, sequence_number(record))

    def _read(self, iterator: str, limit: int, gathered: Sequence[Record]) -> tuple[list[Record], str | None]:
        """A page and the next iterator, which is None at the end of the shard."""
        try:
            page = self.client.call("GetRecords", ShardIterator=iterator, Limit=max(1, limit))
            return page["Records"], page.get("NextShardIterator")
        except Unreachable as error:
            self.log(str(error))
            self.pause(UNREACHABLE_SECONDS)
            return [], iterator
        except ServiceError as error:
            last = sequence_number(gathered[-1]) if gathered else None
            if error.name == "ExpiredIteratorException":
                return [], self._iterator(last)
            if error.name == "TrimmedDataAccessException":
                self.log(f"shard {self.shard_id}: records were trimmed before they were read")
                return [], self._ask("TRIM_HORIZON")
            raise

    def _iterator(self, last: str | None) -> str | None:
        """Where to go on: after the last record seen, else after the checkpoint, else at the starting position."""
        last = last or self.checkpoints.get(self.shard_id)
        if last is None:
            began_at = self.batches.now()
            iterator = self._ask(self.position)
            if self.position == "LATEST" and iterator is not None:
                # An iterator that expires, or a restart, must not skip what came in the meantime.
                self.checkpoints.set(self.shard_id, f"{FROM_TIME}{began_at!r}")
            return iterator
        if last.startswith(FROM_TIME):
            return self._ask("AT_TIMESTAMP", Timestamp=float(last.removeprefix(FROM_TIME)))
        try:
            return self._ask("AFTER_SEQUENCE_NUMBER", SequenceNumber=last)
        except ServiceError as error:
            if error.name != "TrimmedDataAccessException":
                raise
            self.log(f"shard {self.shard_id}: records after the checkpoint were trimmed before they were read")
            return self._ask("TRIM_HORIZON")

    def _ask(self, type: str, **position: str | float) -> str | None:
        while True:
            try:
                reply = self.client.call(
                    "GetShardIterator",
                    StreamArn=self.batches.stream_arn,
                    ShardId=self.shard_id,
                    ShardIteratorType=type,
                    **position,
                )
                return str(reply["ShardIterator"])
            except Unreachable as error:
                self.log(str(error))
                self.pause(UNREACHABLE_SECONDS)
            except ServiceError as error:
                if error.name != "ResourceNotFoundException":
                    raise
                self.log(f"shard {self.shard_id} is gone: {error}")
                return None
