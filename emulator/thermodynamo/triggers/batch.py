"""One batch: invoked, retried, bisected, given up, by the rules of event source mappings.

The records of a batch are done in order. An invocation that fails is retried from the first record not yet done; with
`report_batch_item_failures` that is the lowest sequence number the handler reported, with `bisect_batch_on_error` the
remaining records are halved first (at the reported record where there is one), which is no retry by itself. Records
whose retries are used up, or which are too old, are given up and told to the on-failure file; the others go on.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from thermodynamo.triggers.event import Record, created_at, lambda_record, sequence_number
from thermodynamo.triggers.targets import InvocationFailed, Target
from thermodynamo.triggers.trigger import Trigger

BACKOFF_SECONDS = 0.1
BACKOFF_SECONDS_MAX = 30.0


@dataclass(slots=True)
class Part:
    """A run of records with the number of retries it has had."""

    records: Sequence[Record]
    retries: int = 0


@dataclass(slots=True)
class Batches:
    """Does the batches of one trigger. `pause` waits so many seconds, or raises to stop; `now` is the server's time."""

    trigger: Trigger
    stream_arn: str
    target: Target
    pause: Callable[[float], None]
    now: Callable[[], float]
    log: Callable[[str], None]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def process(self, shard_id: str, records: Sequence[Record], checkpoint: Callable[[Record], None]) -> None:
        """Returns when every record is done or given up. `checkpoint` is told the last of each run that is."""
        waiting = deque([Part(records)])
        while waiting:
            part = waiting.popleft()
            part = self._without_old(shard_id, part, checkpoint)
            if not part.records:
                continue
            done, error = self._invoke(part.records)
            if done:
                checkpoint(part.records[done - 1])
            rest = part.records[done:]
            if not rest:
                continue
            retries = 0 if done else part.retries
            if self.trigger.bisect_batch_on_error and len(rest) > 1:
                # A reported record divides the batch already.
                halves = [rest] if done else [rest[: len(rest) // 2], rest[len(rest) // 2 :]]
                waiting.extendleft(Part(half, retries) for half in reversed(halves))
                continue
            limit = self.trigger.maximum_retry_attempts
            if limit >= 0 and retries >= limit:
                self._give_up(shard_id, rest, "RetryAttemptsExhausted", retries + 1, error)
                checkpoint(rest[-1])
                continue
            waiting.appendleft(Part(rest, retries + 1))
            self.pause(min(BACKOFF_SECONDS * 2.0 ** min(retries, 10), BACKOFF_SECONDS_MAX))

    def _without_old(self, shard_id: str, part: Part, checkpoint: Callable[[Record], None]) -> Part:
        """The part without the records that are older than allowed, which are given up."""
        limit = self.trigger.maximum_record_age_seconds
        if limit < 0:
            return part
        horizon = self.now() - limit
        count = next((n for n, record in enumerate(part.records) if created_at(record) >= horizon), len(part.records))
        if count:
            self._give_up(shard_id, part.records[:count], "RecordAgeExceeded", part.retries, None)
            checkpoint(part.records[count - 1])
        return Part(part.records[count:], part.retries)

    def _invoke(self, records: Sequence[Record]) -> tuple[int, InvocationFailed | None]:
        """How many records from the first on are done, and what went wrong with the others."""
        try:
            response = self.target.invoke({"Records": [lambda_record(record, self.stream_arn) for record in records]})
        except InvocationFailed as error:
            self.log(f"trigger {self.trigger.name}: {counted(records)} failed: {error}")
            return 0, error
        if not self.trigger.report_batch_item_failures:
            return len(records), None
        return first_failure(response, records), None

    def _give_up(
        self, shard_id: str, records: Sequence[Record], condition: str, invocations: int, error: InvocationFailed | None
    ) -> None:
        numbers = f"{sequence_number(records[0])} to {sequence_number(records[-1])}"
        self.log(f"trigger {self.trigger.name} gives up {counted(records)}, {numbers}: {condition}")
        if self.trigger.on_failure is None:
            return
        told = {
            "requestContext": {
                "requestId": str(uuid4()),
                "functionArn": f"arn:aws:lambda:us-east-1:000000000000:function:{self.trigger.name}",
                "condition": condition,
                "approximateInvokeCount": invocations,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled" if error is not None else None,
            },
            "version": "1.0",
            "timestamp": _iso(self.now()),
            "DDBStreamBatchInfo": {
                "shardId": shard_id,
                "startSequenceNumber": sequence_number(records[0]),
                "endSequenceNumber": sequence_number(records[-1]),
                "approximateArrivalOfFirstRecord": _iso(created_at(records[0])),
                "approximateArrivalOfLastRecord": _iso(created_at(records[-1])),
                "batchSize": len(records),
                "streamArn": self.stream_arn,
            },
        }
        with self.lock, open(self.trigger.on_failure, "a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")


def counted(records: Sequence[Record]) -> str:
    """How many there are, as people say it."""
    return f"{len(records)} record{'s' if len(records) != 1 else ''}"


def first_failure(response: Any, records: Sequence[Record]) -> int:
    """The place of the first record that a response reports as failed; the number of records where it reports none.

    A response that reports in another shape, or a record that was not in the batch, means that all failed (Lambda
    developer guide, services-ddb-batchfailurereporting); none at all, or an empty list, that all succeeded.
    """
    if response is None or response == {} or not isinstance(response, dict):
        return len(records)
    failures = response.get("batchItemFailures")
    if failures is None or failures == []:
        return len(records)
    if not isinstance(failures, list):
        return 0
    places = {sequence_number(record): place for place, record in enumerate(records)}
    reported = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures]
    return min(places.get(identifier, 0) if isinstance(identifier, str) else 0 for identifier in reported)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
