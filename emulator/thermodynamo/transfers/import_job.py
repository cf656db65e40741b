"""The job of an import: looks for the bucket, makes the table, puts the items in, and makes the table ACTIVE.

How long each takes of the import's delay, and what is said of it, are those of live probes (ack-api-quirks,
DDB-IMPORT-001, 006, 007, 012 to 014 and 018, October 2026). Nothing is charged or limited (developer guide, DynamoDB
data import from Amazon S3). After a restart everything is read again: what is there already is there once.
"""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items import item_keys
from thermodynamo.api.operations.items.single_write import ITEM_BYTES_MAX
from thermodynamo.api.operations.tables import table_creation, table_definition
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo.transfers.buckets import BucketError, Buckets, Object
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.reading import Layout, Reading
from thermodynamo.transfers.job import Job
from thermodynamo.transfers.putting import Putting, Unfinished
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.tables.definition import TableFilled
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import JournalStalled, StorageError
from thermodynamo_storage.values.item import Item, encode

TABLE_SHOWN = 0.28
ENDED = 1.03
"""Shares of the delay: the table shows after 31 of 111 seconds, and is ACTIVE 6 seconds before 215 are over."""
ENTRIES = 64
ENTRY_BYTES = 128 * 1024
"""What one step reads: about two milliseconds. A longer line is a step of its own."""
LINES = 1024
"""Lines that one step looks at, those that are blank among them."""
OBJECTS = 16
"""Objects that one step opens."""
ERRORS_TOLD = 10
"""Errors that the log has of one import, one by one."""

log = logging.getLogger("thermodynamo")

Stage = Literal["look", "make", "read", "wait"]


class ImportJob(Job):
    """An import that is in progress."""

    def __init__(self, transfer: Transfer, namespace: Namespace, buckets: Buckets, delay_seconds: float) -> None:
        super().__init__(transfer, namespace)
        self.buckets = buckets
        self.delay_seconds = delay_seconds
        self.stage: Stage = "look"
        source = self.request["S3BucketSource"]
        self.bucket: str = source["S3Bucket"]
        self.prefix: str = source.get("S3KeyPrefix", "")
        self.parameters: dict[str, Any] = self.request["TableCreationParameters"]
        self.layout = layout_of(self.request)
        self.objects: Iterator[Object] | None = None
        self.key = ""
        """Of the object that is read."""
        self.reading: Reading | None = None
        self.is_read = False
        self.waiting: deque[tuple[str, Entry, Item | None]] = deque()
        """What was read and is not in the table yet: the key of its object, what it says, and its item as stored."""
        self.putting = Putting()
        self.size_bytes = self.item_count = self.error_count = 0

    def transmit(self) -> None:
        if self.stage == "look":
            self.layout.require()
            self.buckets.refuse_missing(self.bucket)
        elif self.stage == "read" and not self.waiting:
            self._read()

    def finish(self, now: float) -> None:
        if self.failure is not None and self.stage in ("look", "make"):
            return self.end(self._outcome(), now)
        match self.stage:
            case "look":
                self.stage = "make"
                self.due_at = self.transfer.begun_at + TABLE_SHOWN * self.delay_seconds
            case "make":
                self._make_table(now)
            case "read":
                self._put_items(now)
            case "wait":
                self._settle(now)

    def abandon(self) -> None:
        if self.reading is not None:
            self.reading.close()

    @property
    def table(self) -> Table | None:
        return self.namespace.database.catalog.by_id.get(self.transfer.table_id)

    def _make_table(self, now: float) -> None:
        """Adds the table, unless a restart found it; fails where its name is taken by now."""
        self.stage = "read"
        if self.table is not None:
            return
        schema = table_definition.define(self.parameters)
        if self.namespace.exists(schema.name, now):
            self.fail("TableAlreadyExists", messages.TABLE_EXISTS.format(schema.name))
            return self.end(self._outcome(), now)
        warm = table_creation.warm_of(self.parameters, schema)
        created = table_creation.created(self.namespace, schema, warm, {}, now)
        active_at = max(now, self.transfer.begun_at + self.delay_seconds)
        self.namespace.define(
            now, replace(created, table_id=self.transfer.table_id, settled_at=active_at, is_whole=False)
        )

    def _read(self) -> None:
        """Reads some entries of this object or the next ones."""
        if self.objects is None:
            self.objects = self.buckets.objects(self.bucket, self.prefix)
        opened, size_bytes = 0, self.size_bytes
        for _ in range(LINES):
            if len(self.waiting) >= ENTRIES or self.size_bytes - size_bytes >= ENTRY_BYTES or opened == OBJECTS:
                return
            if self.reading is None:
                found = next(self.objects, None)
                if found is None:
                    self.is_read = True
                    return
                opened += 1
                self._open(found.key)
            else:
                self._read_entry(self.reading)

    def _open(self, key: str) -> None:
        """Opens an object. One that is gone by now is one error (DDB-IMPORT-007)."""
        self.key = key
        try:
            self.reading = Reading(self.buckets.open(self.bucket, key), self.layout)
        except BucketError as error:
            self.waiting.append((key, Entry(1, problem=error.message), None))

    def _read_entry(self, reading: Reading) -> None:
        before = reading.size_bytes
        entry = next(reading, None)
        self.size_bytes += reading.size_bytes - before
        if entry is None or entry.is_last:
            reading.close()
            self.reading = None
        if entry is not None and (entry.attributes is not None or entry.problem is not None):
            self.waiting.append((self.key, *stored(entry)))

    def _put_items(self, now: float) -> None:
        table = self.table
        if table is None:
            self.fail("TableNotFound", messages.TABLE_NOT_FOUND.format(self.transfer.table_name))
            return self.end(self._outcome(), now)
        while self.waiting:
            key, entry, item = self.waiting[0]
            problem = entry.problem
            if entry.attributes is not None and item is not None:
                try:
                    problem = put(self.namespace, table, self.putting, entry.attributes, item, now)
                except Unfinished:
                    return
                self.item_count += problem is None
            if problem is not None:
                self._tell(key, entry.line, problem)
            self.waiting.popleft()
        if self.is_read or self.failure is not None:
            self.stage = "wait"
            self.due_at = self.transfer.begun_at + self.delay_seconds

    def _tell(self, key: str, line: int, problem: str) -> None:
        self.error_count += 1
        if self.error_count <= ERRORS_TOLD:
            log.warning("%s: s3://%s/%s, line %d: %s", self.arn, self.bucket, key, line, problem)

    def _settle(self, now: float) -> None:
        """Makes the table ACTIVE, and a little later ends the import."""
        table = self.table
        if table is not None and not table.is_whole:
            self.namespace.define(now, TableFilled(table.id))
            self.namespace.settle(table, now)
            self.due_at = self.transfer.begun_at + ENDED * self.delay_seconds
            return
        if self.error_count > ERRORS_TOLD:
            log.warning("%s: %d errors in all", self.arn, self.error_count)
        self.end(self._outcome(), now)

    def _outcome(self) -> dict[str, Any]:
        outcome: dict[str, Any] = {
            "ImportStatus": "COMPLETED",
            "ProcessedSizeBytes": self.size_bytes,
            "ProcessedItemCount": self.item_count + self.error_count,
            "ImportedItemCount": self.item_count,
            "ErrorCount": self.error_count,
        }
        if self.error_count:
            self.fail("ItemValidationError", messages.IMPORT_ITEMS_INVALID)
        if self.failure is not None:
            outcome["ImportStatus"] = "FAILED"
            outcome["FailureCode"], outcome["FailureMessage"] = self.failure
        return outcome


def layout_of(request: dict[str, Any]) -> Layout:
    """How the items of an import are written."""
    options = request.get("InputFormatOptions", {}).get("Csv", {})
    definitions = request["TableCreationParameters"]["AttributeDefinitions"]
    return Layout(
        request["InputFormat"],
        request["InputCompressionType"],
        options.get("Delimiter", ","),
        options.get("HeaderList"),
        {each["AttributeName"]: each["AttributeType"] for each in definitions},
    )


def stored(entry: Entry) -> tuple[Entry, Item | None]:
    """An entry with its item as stored, whose values are made canonical in place; or what is wrong with them.

    The thread that reads does this, as an item of 400 KB can take 50 milliseconds.
    """
    if entry.attributes is None:
        return entry, None
    try:
        size_bytes = canonicalise(entry.attributes)
    except ApiError as error:
        return replace(entry, attributes=None, problem=error.message), None
    if size_bytes > ITEM_BYTES_MAX:
        return replace(entry, attributes=None, problem=messages.ITEM_TOO_LARGE), None
    return entry, encode(entry.attributes, size_bytes)


def put(
    namespace: Namespace, table: Table, putting: Putting, attributes: dict[str, Any], new: Item, now: float
) -> str | None:
    """Puts an item of canonical values into a table, which costs nothing; returns what is wrong with it otherwise.

    An item with the key of one that is there replaces it. Raises Unfinished and JournalStalled.
    """
    try:
        key = item_keys.of_item(table.schema.key_schema, attributes)
        table.refuse_unindexable(key, attributes)
        change = putting.change(table, key, None, new, attributes)
        namespace.database.commit([change], now)
    except JournalStalled:
        raise
    except StorageError as error:
        return errors.from_storage(error).message
    except ApiError as error:
        return error.message
    return None
