"""Where a trace or a source is: a path of this machine, or a URL that fsspec reaches, such as s3://bucket/run.parquet.

What follows a question mark of a URL are options of its file system, as in `s3://b/run.parquet?anon=true`. Keys and
secrets are better given by the environment, in the way of each file system.
"""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

from thermodynamo.foresight.traces.trace_error import MissingExtra, TraceError

SEPARATOR = "://"
FILE = "file://"
ON, OFF = "true", "false"


@dataclass(frozen=True, slots=True)
class Url:
    """A file or a folder that fsspec reaches. Its members are named as those of a path."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def plain(self) -> str:
        """The URL without options."""
        return self.text.partition("?")[0]

    @property
    def protocol(self) -> str:
        return self.text.partition(SEPARATOR)[0]

    @property
    def name(self) -> str:
        return self._pure.name

    @property
    def suffix(self) -> str:
        return self._pure.suffix

    @property
    def suffixes(self) -> list[str]:
        return self._pure.suffixes

    @property
    def _pure(self) -> PurePosixPath:
        return PurePosixPath(self.plain.partition(SEPARATOR)[2])

    def resolve(self) -> "Url":
        """Itself: what a URL is of is not known here."""
        return self

    def system(self) -> Any:
        """The file system. Raises TraceError, MissingExtra."""
        if importlib.util.find_spec("fsspec") is None:
            raise MissingExtra("fsspec", "s3")
        import fsspec

        options: dict[str, Any] = dict(parse_qsl(self.text.partition("?")[2]))
        options = {name: value == ON if value in (ON, OFF) else value for name, value in options.items()}
        try:
            return fsspec.filesystem(self.protocol, **options)
        except ImportError as error:
            raise TraceError(f"{self} needs a package: {error}") from None
        except Exception as error:
            raise TraceError(f"{self} cannot be reached: {_line(error)}") from None

    def is_file(self) -> bool:
        with self._reached() as system:
            return bool(system.isfile(self.plain))

    def is_dir(self) -> bool:
        with self._reached() as system:
            return bool(system.isdir(self.plain))

    def files(self) -> list["Url"]:
        """All files below it, in the order of their names."""
        with self._reached() as system:
            found = sorted(system.find(self.plain))
            options = self.text.partition("?")[1:]
            return [Url(system.unstrip_protocol(each) + "".join(options)) for each in found]

    def version(self) -> str:
        """What tells one content from another, as far as the file system knows."""
        with self._reached() as system:
            about = system.info(self.plain)
            return " ".join(str(about.get(name)) for name in ("size", "mtime", "created", "LastModified", "ETag"))

    def open(self) -> BinaryIO:
        """The file, to be read."""
        with self._reached() as system:
            stream: BinaryIO = system.open(self.plain, "rb")
            return stream

    def put(self, path: Path) -> None:
        """Writes what a file of this machine has."""
        with self._reached() as system:
            system.put_file(str(path), self.plain)

    @contextmanager
    def _reached(self) -> Iterator[Any]:
        """The file system; what goes wrong with it raises TraceError."""
        system = self.system()
        try:
            yield system
        except FileNotFoundError:
            raise TraceError(f"there is no file {self}") from None
        except Exception as error:
            raise TraceError(f"{self} cannot be reached: {_line(error)}") from None


Location = Path | Url


def of(text: str) -> Location:
    """The location of a text: a URL has ://, and those of files are paths."""
    if text.startswith(FILE):
        return Path(text.removeprefix(FILE))
    return Url(text) if SEPARATOR in text else Path(text)


def files(location: Location) -> list[Location]:
    """A file, or all files in a folder in the order of their names. Raises TraceError."""
    if isinstance(location, Url):
        return [*location.files()] if not location.is_file() and location.is_dir() else [location]
    return [*sorted(each for each in location.rglob("*") if each.is_file())] if location.is_dir() else [location]


def version(location: Location) -> str:
    """What tells one content of a file from another. Raises TraceError, OSError."""
    if isinstance(location, Url):
        return location.version()
    stat = location.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
