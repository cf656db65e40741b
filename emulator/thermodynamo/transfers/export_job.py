"""The job of an export: gathers what is exported, writes it into data files, one for each partition, and the manifests.

States, failures and counts are those of live probes (ack-api-quirks, DDB-EXPORT-010, 016, 019 and 022, October 2026).
What an item was is read off the table's history as it was when the export began. After a restart everything is written
again, under the names that it had.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal

import orjson

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.streams.stream_records import key_attributes
from thermodynamo.api.operations.transfers import export_filter, transfer_names
from thermodynamo.transfers import export_files
from thermodynamo.transfers.buckets import Buckets
from thermodynamo.transfers.export_files import DataFile, ExportFiles
from thermodynamo.transfers.formats.writing import Writer, writer_of
from thermodynamo.transfers.job import Job
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.followers.past_items import PastChanges, PastItems
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

LINES = 64
ITEMS = 128
"""Items that one step looks at, those that a filter leaves out among them."""
IMAGE_BYTES = 128 * 1024
"""What one step writes of images."""
SEGMENTS = 16
"""Segments of a history that one step gathers: about two milliseconds."""
INCREMENTAL_BYTES_MIN = 10_000_000
"""What an incremental export is billed at least (DDB-EXPORT-019)."""

Stage = Literal["start", "gather", "write", "wait"]
Line = tuple[bytes, Callable[[], bytes], int]
"""The key bytes of an item, what makes its line, and how many bytes its images have.

Lines are made in the thread that writes them: an item of 400 KB can take 80 milliseconds in Ion.
"""


class ExportJob(Job):
    """An export that is in progress."""

    def __init__(self, transfer: Transfer, namespace: Namespace, buckets: Buckets, delay_seconds: float) -> None:
        super().__init__(transfer, namespace)
        self.described: dict[str, Any] = self.request["described"]
        self.delay_seconds = delay_seconds
        self.stage: Stage = "start"
        prefix = self.described.get("S3Prefix", "")
        is_incremental = transfer.changes_between is not None
        self.files = ExportFiles(buckets, self.described["S3Bucket"], prefix, transfer.id, is_incremental)
        self.writer: Writer | None = None
        self.lines: Iterator[Line | None] | None = None
        self.batch: list[Line] = []
        self.ends: list[bytes | None] = []
        """Where the partitions end, whose files are not finished yet."""
        self.file: DataFile | None = None
        self.file_count = 0
        self.manifest = b""
        self.is_written = False
        self.item_count = self.size_bytes = 0
        self.now = 0.0

    def prepare(self, now: float) -> None:
        self.now = now
        if self.stage == "gather":
            self._gather()
        elif self.stage == "write" and self.lines is not None:
            self._take(self.lines)

    def _take(self, lines: Iterator[Line | None]) -> None:
        """Takes the lines of this step."""
        size_bytes = 0
        for _ in range(ITEMS):
            if len(self.batch) >= LINES or size_bytes >= IMAGE_BYTES:
                return
            try:
                line = next(lines)
            except StopIteration:
                self.lines = None
                return
            if line is not None:
                self.batch.append(line)
                size_bytes += line[2]

    def transmit(self) -> None:
        if self.stage == "start":
            self.writer = writer_of(self.described["ExportFormat"])
            self.files.buckets.refuse_missing(self.files.bucket)
            self.files.start()
        elif self.stage == "write":
            self._write()

    def finish(self, now: float) -> None:
        if self.failure is not None:
            self.abandon()
            return self.end({"ExportStatus": "FAILED", **self._failed()}, now)
        if self.stage == "start":
            self.stage = "gather"
        elif self.stage == "write" and self.is_written:
            self.stage = "wait"
            self.due_at = self.transfer.begun_at + self.delay_seconds
        elif self.stage == "wait":
            self._complete(now)

    def abandon(self) -> None:
        if self.file is not None:
            self.file.upload.abandon()
            self.file = None

    @property
    def source(self) -> PastItems | PastChanges | None:
        place = self.namespace.account, self.namespace.region
        return self.namespace.database.catalog.running.get((place, self.transfer.kind, self.transfer.id))

    def _gather(self) -> None:
        """Takes some of the history; fails where the table has gone while the server was stopped."""
        source = self.source
        if source is None:
            return self.fail("TableNotFound", "The table was deleted before its export had ended.")
        for _ in range(SEGMENTS):
            if not source.step():
                self.lines = self._lines_of(source)
                self.ends = [partition.high for partition in source.keyspace.partitions]
                self.stage = "write"
                return

    def _lines_of(self, source: PastItems | PastChanges) -> Iterator[Line | None]:
        """The lines in the order of the keys; None for an item that is left out."""
        keys = self.request["keys"]
        schema = KeySchema(*(tuple(KeyAttribute(*each) for each in keys[role]) for role in ("partition", "sort")))
        if isinstance(source, PastItems):
            return self._items_of(source, schema)
        return self._changes_of(source, schema)

    def _items_of(self, source: PastItems, schema: KeySchema) -> Iterator[Line | None]:
        assert self.writer is not None
        given = self.described.get("FilterSpecification")
        chosen = export_filter.compile(given, schema) if given is not None else None
        for key, item in source.items():
            taken = item if chosen is None else chosen.taken(key, item)
            yield None if taken is None else (key, partial(self.writer.item, taken), taken[1])

    def _changes_of(self, source: PastChanges, schema: KeySchema) -> Iterator[Line | None]:
        assert self.writer is not None
        has_old = self.described["IncrementalExportSpecification"]["ExportViewType"] == "NEW_AND_OLD_IMAGES"
        for change in source.changes():
            if change.old is None and change.new is None:
                # What came and went within the period has no output.
                yield None
                continue
            images: dict[str, Item] = {}
            if has_old and change.old is not None:
                images["OldImage"] = change.old
            if change.new is not None:
                images["NewImage"] = change.new
            keys = key_attributes(schema, change.key)
            make = partial(self.writer.change, keys, change.written_at, images)
            yield change.key, make, sum(image[1] for image in images.values())

    def _write(self) -> None:
        """Writes the lines of this step, each into the file of its partition."""
        batch, self.batch = self.batch, []
        start = 0
        for position, (key, _, _) in enumerate(batch):
            while self.ends[0] is not None and key >= self.ends[0]:
                self._put(batch[start:position])
                start = position
                self._end_file()
        self._put(batch[start:])
        if self.lines is None:
            while self.ends:
                self._end_file()
            self._put_manifests()

    def _put(self, lines: list[Line]) -> None:
        if lines:
            self._open_file().write(b"".join(make() for _, make, _ in lines), len(lines))
            self.item_count += len(lines)
            self.size_bytes += sum(size_bytes for _, _, size_bytes in lines)

    def _open_file(self) -> DataFile:
        if self.file is None:
            self.file = self.files.data_file(self.file_count, self.described["ExportFormat"])
            self.file_count += 1
        return self.file

    def _end_file(self) -> None:
        """Finishes the file of a partition, which is empty where the partition is."""
        self.manifest += self._open_file().finish()
        self.file = None
        del self.ends[0]

    def _put_manifests(self) -> None:
        self.files.put_with_sum("manifest-files", self.manifest)
        arns = self.arn, transfer_names.table_arn(self.namespace, self.transfer)
        ended_at = max(self.now, self.transfer.begun_at + self.delay_seconds)
        times = self.transfer.begun_at, ended_at
        told = export_files.summary(self.described, arns, self.transfer.table_id, times, self.files)
        told |= {
            "billedSizeBytes": self.billed_bytes,
            "itemCount": self.item_count,
            "outputFormat": self.described["ExportFormat"],
        }
        incremental = self.described.get("IncrementalExportSpecification")
        if incremental is not None:
            told["outputView"] = incremental["ExportViewType"]
        told["exportType"] = "FULL_EXPORT" if incremental is None else "INCREMENTAL_EXPORT"
        self.files.put_with_sum("manifest-summary", orjson.dumps(told))
        self.is_written = True

    @property
    def billed_bytes(self) -> int:
        is_full = self.transfer.changes_between is None
        return self.size_bytes if is_full else max(self.size_bytes, INCREMENTAL_BYTES_MIN)

    def _failed(self) -> dict[str, str]:
        assert self.failure is not None
        return {"FailureCode": self.failure[0], "FailureMessage": self.failure[1]}

    def _complete(self, now: float) -> None:
        outcome = {
            "ExportStatus": "COMPLETED",
            "ExportManifest": self.files.summary_key,
            "ItemCount": self.item_count,
            "BilledSizeBytes": self.billed_bytes,
        }
        self.end(outcome, now)
