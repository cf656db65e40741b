"""The report of a bulk operation: objects in the output bucket with the items that were not written.

Source: developer guide, BulkPutItems.Output, and the API reference, OutputS3Configuration: which items are told of, and
that a failed condition tells the item that is there. Keys of objects and names of members were not to be had: they are
made like those of exports, `<prefix>/AWSDynamoDB/<id>/manifest-summary.json`.
"""

from typing import Any

import orjson

from thermodynamo.transfers.buckets import Buckets
from thermodynamo.transfers.bulk_progress import Part, Progress

ERROR, CONDITION = "ERROR", "CONDITION_CHECK_FAILURE"
FOLDERS = {ERROR: "errors", CONDITION: "condition-check-failures"}
MANIFEST = "manifest-summary.json"


class BulkReport:
    """The objects of one operation's report, below a prefix of a bucket."""

    def __init__(self, buckets: Buckets, output: dict[str, Any], id: str) -> None:
        self.buckets = buckets
        self.bucket: str = output["S3Bucket"]
        self.kinds: list[str] = output["OutputType"]
        prefix = output.get("S3KeyPrefix", "").strip("/")
        self.folder = f"{prefix}/AWSDynamoDB/{id}" if prefix else f"AWSDynamoDB/{id}"

    def write_parts(self, progress: Progress) -> list[Part]:
        """Writes what is not reported yet; returns the objects. Raises BucketError."""
        written: list[Part] = []
        for kind, lines in progress.unreported.items():
            number = len(progress.parts) + len(written) + 1
            part = Part(kind, f"{self.folder}/{FOLDERS[kind]}/{number:08d}.json", len(lines))
            self._write(part.key, "".join(f"{line}\n" for line in lines))
            written.append(part)
        return written

    def write_manifest(self, progress: Progress, arn: str, status: str) -> None:
        """Writes what the operation was and which objects tell of it. Raises BucketError."""
        files = [
            {"outputType": part.kind, "itemCount": part.count, "dataFileS3Key": part.key} for part in progress.parts
        ]
        manifest = {
            "bulkOperationArn": arn,
            "bulkOperationStatus": status,
            "processedItemCount": progress.processed_count,
            "failedItemCount": progress.failed_count,
            "conditionCheckFailureCount": progress.condition_failed_count,
        }
        self._write(f"{self.folder}/{MANIFEST}", orjson.dumps({**manifest, "files": files}).decode())

    def _write(self, key: str, text: str) -> None:
        upload = self.buckets.create(self.bucket, key)
        try:
            upload.write(text.encode())
        except BaseException:
            upload.abandon()
            raise
        upload.finish()
