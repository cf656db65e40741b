"""Buckets in a folder: a folder for each bucket, in it a file for each object, at the path that its key is.

A key that is no path, such as `a//b` or one with `..` in it, is refused. What other programs put there is there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from thermodynamo.transfers import buckets
from thermodynamo.transfers.buckets import BucketError, Object

UNFINISHED = ".thermodynamo-unfinished"
"""What the name of a file ends with while it is written."""


class FolderBuckets:
    """The buckets in the folder at `path`, which need not be there."""

    is_local = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse_missing(self, bucket: str) -> None:
        if not self._folder(bucket).is_dir():
            raise buckets.no_such_bucket(f"make the folder {self._folder(bucket)}")

    def objects(self, bucket: str, prefix: str) -> Iterator[Object]:
        self.refuse_missing(bucket)
        folder = self._folder(bucket)
        inside = prefix.rpartition("/")[0]
        try:
            begin = self._place(bucket, inside) if inside else folder
        except BucketError:
            return
        yield from _walk(begin, f"{inside}/" if inside else "", prefix)

    def open(self, bucket: str, key: str) -> BinaryIO:
        path = self._place(bucket, key)
        try:
            return path.open("rb")
        except OSError as error:
            raise _refusal(error, path) from error

    def create(self, bucket: str, key: str) -> "FileUpload":
        self.refuse_missing(bucket)
        return FileUpload(self._place(bucket, key))

    def _folder(self, bucket: str) -> Path:
        if bucket in ("", ".", "..") or "/" in bucket or "\0" in bucket:
            raise buckets.no_such_bucket(f"{bucket!r} is no name of a bucket")
        return self.path / bucket

    def _place(self, bucket: str, key: str) -> Path:
        parts = key.split("/")
        if "\0" in key or any(part in ("", ".", "..") for part in parts):
            raise buckets.unavailable(f"a folder cannot hold an object with the key {key!r}")
        return self._folder(bucket).joinpath(*parts)


class FileUpload:
    """A file that is written beside its place and moved there in the end."""

    def __init__(self, path: Path) -> None:
        """Makes the folders above it. Raises BucketError."""
        self.path = path
        self.unfinished = path.with_name(path.name + UNFINISHED)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.unfinished.open("wb")
        except OSError as error:
            raise _refusal(error, path) from error

    def write(self, data: bytes) -> None:
        try:
            self.file.write(data)
        except OSError as error:
            raise _refusal(error, self.path) from error

    def finish(self) -> None:
        try:
            self.file.close()
            self.unfinished.replace(self.path)
        except OSError as error:
            raise _refusal(error, self.path) from error

    def abandon(self) -> None:
        try:
            self.file.close()
            self.unfinished.unlink(missing_ok=True)
        except OSError:
            # The disk that took no more may refuse this, too.
            return


def _walk(folder: Path, path: str, prefix: str) -> Iterator[Object]:
    """The files below a folder whose keys begin with a prefix; `path` is where the folder is in its bucket.

    A folder sorts as its name with the slash behind it, so that the whole comes in the order of the keys.
    """
    try:
        entries = sorted(os.scandir(folder), key=_sorting)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise _refusal(error, folder) from error
    for entry in entries:
        key = path + entry.name
        is_folder = entry.is_dir()
        if is_folder and (f"{key}/".startswith(prefix) or prefix.startswith(f"{key}/")):
            yield from _walk(Path(entry.path), f"{key}/", prefix)
        elif not is_folder and key.startswith(prefix) and not key.endswith(UNFINISHED) and _is_text(key):
            try:
                yield Object(key, entry.stat().st_size)
            except OSError as error:
                raise _refusal(error, Path(entry.path)) from error


def _sorting(entry: "os.DirEntry[str]") -> bytes:
    return os.fsencode(entry.name) + (b"/" if entry.is_dir() else b"")


def _is_text(key: str) -> bool:
    """Whether a name can be a key: other programs may have made files whose names are not UTF-8."""
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refusal(error: OSError, path: Path) -> BucketError:
    hint = f"{path}: {error.strerror or error}"
    if isinstance(error, PermissionError):
        return buckets.access_denied(hint)
    if isinstance(error, FileNotFoundError):
        return buckets.no_such_key(hint)
    return buckets.unavailable(hint)
