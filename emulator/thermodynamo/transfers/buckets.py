"""Buckets: where the objects of S3 are, for all that reads and writes them.

The setting `s3` is a folder, or a URL that fsspec understands. An object has a key, such as `2026/data.json.gz`, and
bytes; a prefix means every key that begins with it (ack-api-quirks, DDB-IMPORT-014, October 2026).
"""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from thermodynamo_storage.values.dataclass import dataclass

WORDS = "{} (Service: Amazon S3; Status Code: {}; Error Code: {})"


class BucketError(Exception):
    """S3 says no. `code` is what an export or import fails with; `hint` says where the bucket or object should be.

    The codes and their words are those of live probes (ack-api-quirks, DDB-EXPORT-010 and 011, October 2026), without
    the ids of S3's requests.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def no_such_bucket(hint: str) -> BucketError:
    text = WORDS.format("The specified bucket does not exist", 404, "NoSuchBucket")
    return BucketError("S3NoSuchBucket", text, hint)


def no_such_key(hint: str) -> BucketError:
    """An object that was listed is gone."""
    return BucketError("S3NoSuchKey", WORDS.format("The specified key does not exist.", 404, "NoSuchKey"), hint)


def access_denied(hint: str) -> BucketError:
    return BucketError("S3AccessDenied", WORDS.format("Access Denied", 403, "AccessDenied"), hint)


def unavailable(hint: str) -> BucketError:
    """Anything else that keeps bytes from being read or written, such as a disk that is full."""
    text = WORDS.format(f"We encountered an internal error: {hint}", 500, "InternalError")
    return BucketError("S3InternalError", text, hint)


@dataclass(frozen=True, slots=True)
class Object:
    """One object of a bucket."""

    key: str
    size_bytes: int


class Upload(Protocol):
    """An object on its way: what is written shows when it is finished, and not at all when it is abandoned."""

    def write(self, data: bytes) -> None:
        """Raises BucketError."""
        ...

    def finish(self) -> None:
        """Raises BucketError."""
        ...

    def abandon(self) -> None:
        """Raises nothing."""
        ...


class Buckets(Protocol):
    """All buckets. Everything here may wait for a file system, and raises BucketError."""

    is_local: bool
    """Whether reading or writing a few kilobytes takes no longer than a step of upkeep may."""

    def refuse_missing(self, bucket: str) -> None:
        """Raises BucketError where the bucket is not there."""
        ...

    def objects(self, bucket: str, prefix: str) -> Iterator[Object]:
        """The objects whose keys begin with the prefix, in the order of their keys' bytes, as S3 lists them."""
        ...

    def open(self, bucket: str, key: str) -> BinaryIO:
        """The bytes of an object as a stream, whose errors are those of `readable`."""
        ...

    def create(self, bucket: str, key: str) -> Upload:
        """A new object, which takes the place of one with its key."""
        ...
