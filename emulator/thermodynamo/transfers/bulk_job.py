"""The job of a bulk operation: reads objects, and puts each item as PutItem would, with its condition if it has one.

A write is admitted like any other of its table. Where a limit refuses it, the job waits: items do not fail for lack of
capacity. Sources: API reference, StartBulkPutItems and BulkOperationDescription; developer guide, BulkPutItems.Format
and BulkPutItems.BestPractices, of which only the beginnings were to be had. So it is a guess that a record names its
condition as PutItem does.
"""

import logging
from collections import deque
from collections.abc import Iterator
from typing import Any, Literal

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED
from thermodynamo.api.operations.items import item_keys, key_paths, single_write
from thermodynamo.api.operations.items.put_item import PutItem
from thermodynamo.transfers import bulk_progress
from thermodynamo.transfers.buckets import Buckets, Object
from thermodynamo.transfers.bulk_report import CONDITION, ERROR, BulkReport
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.reading import Layout, Reading
from thermodynamo.transfers.job import Job
from thermodynamo.transfers.putting import Putting, Unfinished
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.definition import TransferProgressed
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import ConditionFailed, ItemHeld, JournalStalled, StorageError
from thermodynamo_storage.values.item import Item, encode

OBJECTS_MAX = 50_000
OBJECT_BYTES_MAX = 5 * 1024**3
"""Developer guide, BulkPutItems.BestPractices."""
ENTRIES = 64
ENTRY_BYTES = 128 * 1024
"""What one step reads: some milliseconds."""
REPORT_BYTES = 256 * 1024
"""What is kept of a report until it is written."""
LOOKED, STOPPED = 0.1, 0.02
"""Shares of the delay: until the buckets are looked at, and from a cancellation until it is over."""
RETRY_SECONDS = 1.0
"""The pause after a refusal."""
CONDITION_MEMBERS = ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")

log = logging.getLogger("thermodynamo")

Stage = Literal["look", "read", "report"]


class Waits(Exception):
    """The item cannot be written before some time has passed."""


class BulkJob(Job):
    """A bulk operation that is in progress."""

    def __init__(self, transfer: Transfer, namespace: Namespace, buckets: Buckets, delay_seconds: float) -> None:
        super().__init__(transfer, namespace)
        source = self.request["InputS3Configuration"]
        self.buckets = buckets
        self.delay_seconds = delay_seconds
        self.bucket: str = source["S3Bucket"]
        self.prefix: str = source.get("S3KeyPrefix", "")
        self.layout = Layout(source["InputFormat"], source["InputCompressionType"])
        self.report = BulkReport(buckets, self.request["OutputS3Configuration"], transfer.id)
        self.progress = bulk_progress.read(transfer.progress)
        self.stage: Stage = "look" if transfer.cancelled_at is None else "report"
        self.due_at = transfer.begun_at + LOOKED * delay_seconds
        if transfer.cancelled_at is not None:
            self.due_at = transfer.cancelled_at + STOPPED * delay_seconds
        self.objects: Iterator[Object] = iter(())
        self.found: Object | None = None
        """The object that is read."""
        self.reading: Reading | None = None
        self.is_read = False
        self.lost: tuple[str, str] | None = None
        """The code and the message of what ends the operation before all is read, and lets it report."""
        self.waiting: deque[Read] = deque()
        """Entries of the object that were read and are not done."""
        self.putting = Putting()
        self.written: list[bulk_progress.Part] = []
        self.allowance = Allowance(self.request.get("MaxWriteRequestUnits"))

    def transmit(self) -> None:
        self.written = []
        if self.stage == "look":
            self._look()
        elif self.progress.unreported_bytes >= (REPORT_BYTES if self.stage == "read" else 1):
            self.written = self.report.write_parts(self.progress)
        elif self.stage == "report":
            self.report.write_manifest(self.progress, self.arn, self._status)
        elif not self.waiting:
            self._read()

    def finish(self, now: float) -> None:
        if self.failure is not None:
            return self.end(self._outcome("FAILED"), now)
        ends_at = self.transfer.begun_at + self.delay_seconds if self.transfer.cancelled_at is None else 0.0
        if self.written:
            self.progress.parts += self.written
            self.progress.unreported.clear()
            self._keep(now)
        elif self.stage == "look":
            self.stage = "read"
            self._keep(now)
        elif self.stage == "read":
            self._put_items(now)
        elif now < ends_at:
            self.due_at = ends_at
        else:
            status = self._status
            self.failure = self.lost
            if self.transfer.cancelled_at is not None:
                self.failure = "OperationCancelled", messages.BULK_CANCELLED
            self.end(self._outcome(status), now)

    def abandon(self) -> None:
        if self.reading is not None:
            self.reading.close()

    def _look(self) -> None:
        """Looks for the buckets and at the size of the input. Raises BucketError and MissingExtra."""
        self.layout.require()
        self.buckets.refuse_missing(self.report.bucket)
        objects = []
        for found in self.buckets.objects(self.bucket, self.prefix):
            objects.append(found)
            if len(objects) > OBJECTS_MAX:
                return self.fail("InputLimitExceeded", messages.BULK_OBJECTS_TOO_MANY.format(OBJECTS_MAX))
            if found.size_bytes > OBJECT_BYTES_MAX:
                text = messages.BULK_OBJECT_TOO_LARGE.format(found.key, OBJECT_BYTES_MAX)
                return self.fail("InputLimitExceeded", text)
        self.progress.total_bytes = sum(each.size_bytes for each in objects)
        finished = self.progress.finished_key
        self.objects = iter([each for each in objects if not finished or each.key.encode() > finished.encode()])

    def _read(self) -> None:
        """Reads some entries of the object, or opens the next one. Raises BucketError."""
        if self.reading is None:
            self.found = next(self.objects, None)
            if self.found is None:
                self.is_read = True
                return
            if self.progress.key != self.found.key:
                self.progress.key, self.progress.entry_count, self.progress.entry_bytes = self.found.key, 0, 0
            self.reading = Reading(self.buckets.open(self.bucket, self.found.key), self.layout)
            for _ in range(self.progress.entry_count):
                next(self.reading, None)
        size_bytes = self.reading.size_bytes
        while len(self.waiting) < ENTRIES and self.reading.size_bytes - size_bytes < ENTRY_BYTES:
            entry = next(self.reading, None)
            if entry is not None:
                self.waiting.append(checked(entry, self.transfer.table_name))
            if entry is None or entry.is_last:
                self.reading.close()
                self.reading = None
                return

    def _put_items(self, now: float) -> None:
        """Puts what was read, until a limit or a full report ends the step."""
        table = self.namespace.database.catalog.by_id.get(self.transfer.table_id)
        if table is None or self.namespace.settle(table, now) in (None, "DELETING"):
            self.lost = "TableNotFound", messages.TABLE_NOT_FOUND.format(self.transfer.table_name)
            self.stage = "report"
            return
        if self.namespace.due:
            self.namespace.database.carry_out_splits(now)
        self.namespace.throttles.operation = "StartBulkPutItems"
        self.due_at = now
        while self.waiting and self.progress.unreported_bytes < REPORT_BYTES:
            self.due_at = max(now, self.allowance.free_at(now))
            if self.due_at > now:
                break
            try:
                self._do(table, self.waiting[0], now)
            except Waits:
                self.due_at = now + RETRY_SECONDS
                break
            except Unfinished:
                break
            self.waiting.popleft()
            self.progress.entry_count += 1
        self._note_place()
        if self.is_read and not self.waiting:
            self.stage = "report"
        self._keep(now)

    def _note_place(self) -> None:
        progress = self.progress
        if self.found is None:
            return
        if self.reading is not None:
            progress.entry_bytes = min(self.reading.size_bytes, self.found.size_bytes)
        elif not self.waiting:
            progress.finished_key = self.found.key
            progress.finished_bytes += self.found.size_bytes
            progress.key, progress.entry_count, progress.entry_bytes = "", 0, 0
            self.found = None

    def _do(self, table: Table, read: "Read", now: float) -> None:
        """Writes the item of an entry, or counts why not. Raises Waits, Unfinished and JournalStalled."""
        entry, problem = read.entry, read.problem
        if entry.attributes is None and problem is None:
            return
        if read.request is not None and read.item is not None:
            try:
                self._write(table, read.request, read.item, now)
                self.progress.processed_count += 1
                return
            except ConditionFailed as failure:
                self.progress.condition_failed_count += 1
                self.progress.processed_count += 1
                self._report_condition(entry, errors.without_frames(failure))
                return
            except JournalStalled:
                raise
            except StorageError as error:
                problem = errors.from_storage(errors.without_frames(error)).message
            except ApiError as error:
                problem = errors.without_frames(error).message
        self.progress.processed_count += 1
        self.progress.failed_count += 1
        if ERROR in self.report.kinds:
            record: dict[str, Any] = {"S3Key": self._key, "Line": entry.line, "ErrorMessage": problem}
            if entry.attributes is not None:
                record["Item"] = entry.attributes
            self.progress.report(ERROR, record)

    @property
    def _key(self) -> str:
        return self.found.key if self.found is not None else ""

    def _report_condition(self, entry: Entry, failure: ConditionFailed) -> None:
        if CONDITION in self.report.kinds:
            record = {"S3Key": self._key, "Line": entry.line, "Item": entry.attributes}
            if failure.blob is not None:
                record["ExistingItem"] = orjson.Fragment(failure.blob)
            self.progress.report(CONDITION, record)

    def _write(self, table: Table, request: PutItem, new: Item, now: float) -> None:
        """Raises ApiError, StorageError, ConditionFailed, and Waits where a limit or a transaction refuses it now.

        Raises Unfinished for one that takes more steps.
        """
        key = item_keys.of_item(table.schema.key_schema, request.item)
        if request.guard is not None:
            key_paths.refuse(table.schema, request.guard.condition.nested)
        table.refuse_unindexable(key, request.item)
        try:
            if table.holds is not None:
                table.refuse_held(key, now)
            try:
                change = self.putting.change(table, key, request.guard, new, request.item)
            except ConditionFailed:
                write_admission.charge_failed(table, key, now)
                raise
            write_admission.write(table, change, now)
        except (Throttled, ItemHeld):
            raise Waits from None
        self.namespace.database.commit([change], now)
        self._count(table, change)

    def _count(self, table: Table, change: Change) -> None:
        """Counts the bytes that were written, and what of the rate they use."""
        progress = self.progress
        progress.table_bytes += change.new[1] if change.new is not None else 0
        for entry in change.entries:
            if entry.new is not None:
                schema = entry.index.schema
                sizes = progress.global_bytes if schema.is_global else progress.local_bytes
                sizes[schema.name] = sizes.get(schema.name, 0) + entry.new[1][1]
        used = single_write.consumption(table, change)
        for name, sent in used.vector_bytes.items():
            progress.vector_bytes[name] = progress.vector_bytes.get(name, 0) + sent
        self.allowance.use(used.half_units / 2)

    def _keep(self, now: float) -> None:
        """Defines how far the operation is."""
        place = self.namespace.account, self.namespace.region
        text = self.progress.text(self.transfer.table_name)
        if text == self.transfer.progress:
            return
        self.namespace.define(now, TransferProgressed(*place, self.transfer.kind, self.transfer.id, text))
        self.transfer = self.namespace.database.catalog.transfers[place][self.transfer.kind, self.transfer.id]

    @property
    def _status(self) -> str:
        """What the operation ends as where its report can be written."""
        if self.transfer.cancelled_at is not None:
            return "CANCELLED"
        if self.lost is not None:
            return "FAILED"
        return "COMPLETED_WITH_ERRORS" if self.progress.failed_count else "COMPLETED"

    def _outcome(self, status: str) -> dict[str, Any]:
        outcome: dict[str, Any] = {"BulkOperationStatus": status}
        if self.failure is not None:
            outcome["FailureCode"], outcome["FailureMessage"] = self.failure
        return outcome


@dataclass(slots=True)
class Read:
    """An entry, and what the thread that reads has made of it: its request and its item as stored, or what is wrong."""

    entry: Entry
    problem: str | None = None
    request: PutItem | None = None
    item: Item | None = None


def checked(entry: Entry, table_name: str) -> Read:
    """The request that PutItem would make of an entry. An item of 400 KB can take 50 milliseconds."""
    if entry.attributes is None:
        return Read(entry, entry.problem)
    put_item = NAMED["PutItem"]
    others = entry.others or {}
    conditions = {name: others[name] for name in CONDITION_MEMBERS if name in others}
    request: dict[str, Any] = {"TableName": table_name, "Item": entry.attributes, **conditions}
    try:
        put_item.check(request)
        asked: PutItem = put_item.validate(request)
    except ApiError as error:
        return Read(entry, error.message)
    return Read(entry, None, asked, encode(asked.item, asked.size_bytes))


class Allowance:
    """The rate that a request limits its operation to, in write units a second."""

    def __init__(self, units_max: int | None) -> None:
        """None: no limit."""
        self.units_max = units_max
        self.left = float(units_max or 0)
        self.at: float | None = None

    def free_at(self, now: float) -> float:
        """When the next item may be written."""
        if self.units_max is None:
            return now
        if self.at is not None:
            self.left = min(self.units_max, self.left + self.units_max * (now - self.at))
        self.at = now
        return now if self.left > 0 else now + (1 - self.left) / self.units_max

    def use(self, units: float) -> None:
        """Takes the units of an item that was written."""
        self.left -= units
