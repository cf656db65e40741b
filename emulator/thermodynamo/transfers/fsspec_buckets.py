"""Buckets in any file system that fsspec reaches by a URL: `s3://` is S3 or a server with its API.

What follows a question mark are options of the file system, as in `s3://?endpoint_url=http://127.0.0.1:9000`. Keys and
secrets are better given by the environment, in the way of each file system.
"""

from collections.abc import Iterator
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

from thermodynamo.transfers import buckets, extras
from thermodynamo.transfers.buckets import BucketError, Object

HELD_BYTES_MAX = 8 * 1024**2
"""What an object that is collected takes of the memory; a file has the rest."""


class FsspecBuckets:
    """The buckets below a URL, each a folder there. The file system is reached with the first call."""

    is_local = False

    def __init__(self, url: str) -> None:
        self.url, _, options = url.partition("?")
        self.options = dict(parse_qsl(options))
        self._found: tuple[Any, str] | None = None

    def refuse_missing(self, bucket: str) -> None:
        system, path = self._place(bucket)
        try:
            is_there = system.exists(path)
        except Exception as error:
            raise _refusal(error, path) from error
        if not is_there:
            raise buckets.no_such_bucket(f"there is no {path} at {self.url}")

    def objects(self, bucket: str, prefix: str) -> Iterator[Object]:
        self.refuse_missing(bucket)
        system, path = self._place(bucket)
        try:
            # Another program may have changed what the file system remembers.
            system.invalidate_cache()
            found = system.find(path, detail=True)
        except Exception as error:
            raise _refusal(error, path) from error
        below = f"{path.rstrip('/')}/"
        sizes = {name.removeprefix(below): about.get("size") or 0 for name, about in found.items()}
        for key in sorted(sizes, key=str.encode):
            if key.startswith(prefix):
                yield Object(key, sizes[key])

    def open(self, bucket: str, key: str) -> BinaryIO:
        system, path = self._place(bucket, key)
        try:
            stream: BinaryIO = system.open(path, "rb")
        except Exception as error:
            raise _refusal(error, path) from error
        return stream

    def create(self, bucket: str, key: str) -> "FsspecUpload":
        self.refuse_missing(bucket)
        return FsspecUpload(*self._place(bucket, key))

    def _place(self, *parts: str) -> tuple[Any, str]:
        """The file system, and the path of a bucket or an object there. Raises BucketError and MissingExtra."""
        if any(part in ("", ".", "..") for part in "/".join(parts).split("/")):
            raise buckets.unavailable(f"{'/'.join(parts)!r} is no path of an object")
        if self._found is None:
            fsspec = extras.load("fsspec", "s3")
            try:
                system, root = fsspec.core.url_to_fs(self.url, **self.options)
            except ImportError as error:
                raise extras.MissingExtra(f"{self.url}: {error}") from error
            except Exception as error:
                raise buckets.unavailable(f"{self.url}: {error}") from error
            self._found = system, root if root.endswith("/") or not root else f"{root}/"
        system, root = self._found
        # Each file system has paths of its own, such as those that begin with a slash.
        return system, system._strip_protocol(root + "/".join(parts))


class FsspecUpload:
    """A file that is collected here, and sent when it is finished."""

    def __init__(self, system: Any, path: str) -> None:
        self.system = system
        self.path = path
        self.file = SpooledTemporaryFile(max_size=HELD_BYTES_MAX)  # noqa: SIM115

    def write(self, data: bytes) -> None:
        try:
            self.file.write(data)
        except OSError as error:
            raise _refusal(error, self.path) from error

    def finish(self) -> None:
        try:
            self.file.seek(0)
            self.system.makedirs(self.path.rpartition("/")[0], exist_ok=True)
            with self.file, self.system.open(self.path, "wb") as sent:
                copyfileobj(self.file, sent)
        except Exception as error:
            raise _refusal(error, self.path) from error

    def abandon(self) -> None:
        self.file.close()


def _refusal(error: Exception, path: str) -> BucketError:
    hint = f"{path}: {error}"
    if isinstance(error, PermissionError):
        return buckets.access_denied(hint)
    if isinstance(error, FileNotFoundError):
        return buckets.no_such_key(hint)
    return buckets.unavailable(hint)
