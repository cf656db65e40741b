"""The journal: the sink that keeps all commits and definitions in a file, those of one turn of the server together.

What is recorded waits until the turn ends (`flush`), and so do the replies of the turn. Where the file cannot be
written it goes on waiting, in its place of the sequence: no more is taken until the file can be written again, and
nothing that was acknowledged is lost. What time alone brings is still taken, so that reads go on.
"""

import sqlite3
from collections.abc import Callable

from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.durability import record_codec
from thermodynamo_storage.durability.file import File
from thermodynamo_storage.tables.definition import (
    ChangeEnded,
    Defined,
    IndexFilled,
    PartitionSplit,
    StreamSettled,
    TableDropped,
    ThroughputWarmed,
)
from thermodynamo_storage.values.errors import JournalStalled

BY_TIME = (ChangeEnded, IndexFilled, PartitionSplit, StreamSettled, TableDropped, ThroughputWarmed)
"""The kinds of definitions that come of time alone, or of what was there before."""

Batch = tuple[int, bytes]
"""The last sequence number of some records, and all of them as bytes."""


def _tell_nobody() -> None:
    """Where no turn waits for what it has recorded."""


class SqliteJournal:
    """A sink that keeps everything in `file`. It is for one thread; `write` alone may run in another."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.pending: list[bytes] = []
        """What was recorded and is not in the file yet."""
        self.sequence = 0
        self.in_flight: Batch | None = None
        """What another thread is writing."""
        self.fault: sqlite3.Error | None = None
        """Why the file could not be written when it was last tried."""
        self.on_first: Callable[[], None] = _tell_nobody
        """Is told when something begins to wait."""
        self.bytes_since_image = 0

    @property
    def is_open(self) -> bool:
        """Whether something waits that a turn can still bring into the file."""
        return self.in_flight is not None or (bool(self.pending) and self.fault is None)

    def record(self, commit: Commit) -> None:
        """Takes a commit. Raises JournalStalled."""
        if self.fault is not None:
            self._try_again()
        if not self.pending:
            self.on_first()
        self.pending.append(record_codec.encode_commit(commit))
        self.sequence = commit.sequence

    def record_definitions(self, defined: Defined) -> None:
        """Takes definitions. Raises JournalStalled, but not for those that time brings."""
        if self.fault is not None and not all(isinstance(each, BY_TIME) for each in defined.definitions):
            self._try_again()
        if not self.pending:
            self.on_first()
        self.pending.append(record_codec.encode_defined(defined))
        self.sequence = defined.sequence

    def _try_again(self) -> None:
        self.flush()

    def flush(self) -> None:
        """Brings everything that waits into the file. Raises JournalStalled where that cannot be."""
        batch = self.begin()
        if batch is not None:
            self.end(self.write(batch))
        if self.fault is not None:
            raise JournalStalled(str(self.file.path), str(self.fault)) from self.fault

    def begin(self) -> Batch | None:
        """What is to be written now; None for nothing, or while something else is being written."""
        if not self.pending or self.in_flight is not None:
            return None
        self.in_flight = self.sequence, b"".join(self.pending)
        self.pending = []
        return self.in_flight

    def write(self, batch: Batch) -> sqlite3.Error | None:
        """Writes a batch; returns why that could not be."""
        try:
            self.file.append(*batch)
        except sqlite3.Error as error:
            return error
        return None

    def end(self, fault: sqlite3.Error | None) -> None:
        """Takes notice of how the writing of a batch ended; what could not be written waits again, before the rest."""
        assert self.in_flight is not None
        (_, body), self.in_flight = self.in_flight, None
        self.fault = fault
        if fault is not None:
            self.pending.insert(0, body)
        else:
            self.bytes_since_image += len(body)
