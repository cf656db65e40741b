"""The watermark: the number of the last record that the file is known to have, kept beside the file, in its lock.

SQLite takes a log that was cut, emptied or removed for one that was never longer, and says nothing. A file whose last
record is below the watermark has lost what it had.

The watermark is raised now and then, and after the records up to it are in the file: an end without warning leaves it
too low, never too high. Where nothing is flushed to the disk (`process`) the end of the machine may leave more of it
than of the log. So it says then for which run of the machine it holds.
"""

import os
from contextlib import suppress
from pathlib import Path
from struct import Struct

MARK = Struct(">Q36s")
"""The number, and the run of the machine for which it holds; zeros for any."""
MACHINE_RUN = Path("/proc/sys/kernel/random/boot_id")
"""Linux has a UUID for each run. Elsewhere there is no watermark with `process`."""


class Watermark:
    """The watermark in an open file."""

    def __init__(self, descriptor: int, is_flushed: bool) -> None:
        """`is_flushed` says whether records are on the disk before the watermark is raised."""
        self.descriptor = descriptor
        self.run: bytes | None = bytes(36) if is_flushed else _machine_run()
        """The run for which it holds; None where that cannot be said."""
        self.value = _read(descriptor)

    def raise_to(self, sequence: int) -> None:
        """Writes it down. It stays as it is where the disk is full."""
        if sequence > self.value and self.run is not None:
            self.value = sequence
            with suppress(OSError):
                os.pwrite(self.descriptor, MARK.pack(sequence, self.run), 0)

    def forget(self) -> None:
        """Begins at nothing again, for another file."""
        self.value = 0
        os.ftruncate(self.descriptor, 0)


def _read(descriptor: int) -> int:
    """The watermark, or 0 where there is none that holds."""
    body = os.pread(descriptor, MARK.size, 0)
    if len(body) < MARK.size:
        return 0
    sequence, run = MARK.unpack(body)
    return int(sequence) if run in (bytes(36), _machine_run()) else 0


def _machine_run() -> bytes | None:
    try:
        return MACHINE_RUN.read_bytes()[:36]
    except OSError:
        return None
