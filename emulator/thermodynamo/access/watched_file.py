"""The access file as it is in force: read again when it changes, and kept as it was while it cannot be read."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from thermodynamo.access import access_file
from thermodynamo.access.access_file import AccessFile, AccessFileError

LOOKED_AT_EVERY_SECONDS = 0.5

log = logging.getLogger("thermodynamo")


class WatchedFile:
    """`current` is in force. `problem` says why the file that is there now is not, or is None.

    Raises AccessFileError where the first reading fails.
    """

    def __init__(self, path: Path, monotonic: Callable[[], float]) -> None:
        self.path = path
        self._monotonic = monotonic
        self._stamp = self._stamp_of()
        self._looked_at = monotonic()
        self.current = access_file.load(path)
        self.problem: str | None = None

    def refresh(self) -> AccessFile:
        """What is in force, after a look at the file where the last one is long ago."""
        now = self._monotonic()
        if now - self._looked_at >= LOOKED_AT_EVERY_SECONDS:
            self._looked_at = now
            stamp = self._stamp_of()
            if stamp != self._stamp:
                self._stamp = stamp
                self._read()
        return self.current

    def _read(self) -> None:
        try:
            self.current = access_file.load(self.path)
            self.problem = None
            log.info("%s was read again", self.path)
        except AccessFileError as error:
            self.problem = str(error)
            log.error("%s; what was read before stays in force", error)

    def _stamp_of(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
