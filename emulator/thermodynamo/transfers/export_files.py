"""The files of an export: where they are, what the manifests say, and their sums.

Source: developer guide, DynamoDB table export output format. `manifest-files.json` has a line of JSON for each data
file. A prefix is joined by one slash (ack-api-quirks, DDB-EXPORT-018, October 2026). The data of incremental exports
are in one folder for all of them. A sum is MD5 in base 64; an ETag is that of an upload in one part.
"""

import hashlib
import zlib
from base64 import b32encode, b64encode
from datetime import UTC, datetime
from typing import Any

import orjson

from thermodynamo.transfers.buckets import Buckets, Upload

ROOT = "AWSDynamoDB"
VERSION_FULL, VERSION_INCREMENTAL = "2020-06-30", "2023-08-01"
GZIP_BITS = 31
NAME_BYTES = 16
EXTENSIONS = {"DYNAMODB_JSON": "json.gz", "ION": "ion.gz"}


class ExportFiles:
    """The places of one export's files in its bucket."""

    def __init__(self, buckets: Buckets, bucket: str, prefix: str, id: str, is_incremental: bool) -> None:
        self.buckets = buckets
        self.bucket = bucket
        self.id = id
        root = f"{prefix.removesuffix('/')}/{ROOT}" if prefix else ROOT
        self.folder = f"{root}/{id}"
        self.data_folder = f"{root}/data" if is_incremental else f"{self.folder}/data"

    @property
    def summary_key(self) -> str:
        return f"{self.folder}/manifest-summary.json"

    def start(self) -> None:
        """Writes the empty file that says an export has begun. Raises BucketError."""
        self.put(f"{self.folder}/_started", b"")

    def put(self, key: str, data: bytes) -> None:
        """Raises BucketError."""
        upload = self.buckets.create(self.bucket, key)
        upload.write(data)
        upload.finish()

    def put_with_sum(self, name: str, data: bytes) -> None:
        """Writes a manifest and the file with its sum. Raises BucketError."""
        self.put(f"{self.folder}/{name}.json", data)
        self.put(f"{self.folder}/{name}.checksum", b64encode(hashlib.md5(data, usedforsecurity=False).digest()))

    def data_file(self, number: int, format: str) -> "DataFile":
        """A new data file. Its name is of 26 letters and digits, and always the same. Raises BucketError."""
        digest = hashlib.blake2b(f"{self.id}/{number}".encode(), digest_size=NAME_BYTES).digest()
        name = b32encode(digest).decode().rstrip("=").lower()
        key = f"{self.data_folder}/{name}.{EXTENSIONS[format]}"
        return DataFile(key, self.buckets.create(self.bucket, key))


class DataFile:
    """A data file on its way, compressed by GZIP."""

    def __init__(self, key: str, upload: Upload) -> None:
        self.key = key
        self.upload = upload
        self.item_count = 0
        self.deflating = zlib.compressobj(wbits=GZIP_BITS)
        self.digest = hashlib.md5(usedforsecurity=False)

    def write(self, lines: bytes, item_count: int) -> None:
        """Raises BucketError."""
        self.item_count += item_count
        self._send(self.deflating.compress(lines))

    def finish(self) -> bytes:
        """Ends the file; returns its line of the manifest. Raises BucketError."""
        self._send(self.deflating.flush())
        self.upload.finish()
        entry = {
            "itemCount": self.item_count,
            "md5Checksum": b64encode(self.digest.digest()).decode(),
            "etag": f"{hashlib.md5(self.digest.digest(), usedforsecurity=False).hexdigest()}-1",
            "dataFileS3Key": self.key,
        }
        return orjson.dumps(entry) + b"\n"

    def _send(self, data: bytes) -> None:
        if data:
            self.digest.update(data)
            self.upload.write(data)


def summary(
    described: dict[str, Any], arns: tuple[str, str], table_id: str, times: tuple[float, float], files: ExportFiles
) -> dict[str, Any]:
    """The summary manifest without what was counted; `arns` are those of export and table, `times` begin and end."""
    incremental = described.get("IncrementalExportSpecification")
    period = (
        {"exportTime": written(described["ExportTime"])}
        if incremental is None
        else {
            "exportFromTime": written(incremental["ExportFromTime"]),
            "exportToTime": written(incremental["ExportToTime"]),
        }
    )
    return {
        "version": VERSION_FULL if incremental is None else VERSION_INCREMENTAL,
        "exportArn": arns[0],
        "startTime": written(times[0]),
        "endTime": written(times[1]),
        "tableArn": arns[1],
        "tableId": table_id,
        **period,
        "s3Bucket": described["S3Bucket"],
        "s3Prefix": described.get("S3Prefix"),
        "s3SseAlgorithm": described["S3SseAlgorithm"],
        "s3SseKmsKeyId": described.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": f"{files.folder}/manifest-files.json",
    }


def written(instant: float) -> str:
    """A time in ISO 8601, to the millisecond."""
    moment = datetime.fromtimestamp(int(instant * 1000) / 1000, UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='milliseconds')}Z"
