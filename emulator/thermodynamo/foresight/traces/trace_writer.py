"""Events into a file: as JSON lines, or as Parquet, which is made of the lines at the end.

While a Parquet file is being recorded, its lines stand beside it (`NAME.parquet.jsonl`), so that what was recorded
survives a killed process: `thermodynamo foresee` reads such a file as it is.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import orjson

from thermodynamo.foresight.traces import columnar
from thermodynamo.foresight.traces.event import Event, as_line
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError

PARQUET = ".parquet"
LINES = (".jsonl", ".json", ".ndjson")
BUFFER_BYTES = 1 << 20


def refuse_name(path: Location) -> None:
    """Raises TraceError where a trace cannot have this name."""
    if path.suffix not in (PARQUET, *LINES):
        raise TraceError(f"{path} is no name of a trace: it must end in .parquet or .jsonl")


@contextmanager
def finished(target: Location) -> Iterator[Path]:
    """A new file of this machine, and of the target's kind, which becomes the target when it is finished.

    Raises TraceError, and then leaves what the target was.
    """
    refuse_name(target)
    if isinstance(target, Path) and not target.parent.is_dir():
        raise TraceError(f"there is no folder {target.parent}")
    with tempfile.TemporaryDirectory(dir=target.parent if isinstance(target, Path) else None) as folder:
        made = Path(folder) / f"made{target.suffix}"
        yield made
        if isinstance(target, Path):
            made.replace(target)
        else:
            target.put(made)


class TraceWriter:
    """A new file of events. Its name says what it is: `.parquet`, or `.jsonl`."""

    def __init__(self, path: Path) -> None:
        """Raises TraceError for a name that says nothing, a folder that is not there, or a package that is missing."""
        self.path = path
        refuse_name(path)
        self.is_parquet = path.suffix == PARQUET
        if self.is_parquet:
            columnar.require()
        self.lines_path = Path(f"{path}.jsonl") if self.is_parquet else path
        try:
            self.file: BinaryIO = self.lines_path.open("wb", BUFFER_BYTES)
        except OSError as error:
            raise TraceError(f"{path} cannot be written: {error.strerror}") from None
        self.count = 0

    def write(self, events: Iterable[Event]) -> None:
        for event in events:
            self.file.write(orjson.dumps(as_line(event), option=orjson.OPT_APPEND_NEWLINE))
            self.count += 1

    def flush(self) -> None:
        """Lets other processes see what was written so far."""
        self.file.flush()

    def close(self) -> None:
        """Ends the file; a Parquet file is made now, and its lines are removed."""
        if self.file.closed:
            return
        self.file.close()
        if self.is_parquet:
            columnar.convert(self.lines_path, self.path)
            self.lines_path.unlink()

    def __enter__(self) -> "TraceWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
