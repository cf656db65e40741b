"""The folder that keeps a server's data (`--data-dir`): read at the start, and written by the journal from then on."""

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from thermodynamo.settings.clock import INSTANT_MAX, VirtualClock
from thermodynamo.settings.config import Config
from thermodynamo_storage.database import Database
from thermodynamo_storage.durability.checkpoints import Checkpoints
from thermodynamo_storage.durability.file import LOG_PAGES_MAX, Durability, File
from thermodynamo_storage.durability.loading import Loader, Progress
from thermodynamo_storage.durability.sqlite_journal import SqliteJournal
from thermodynamo_storage.values.errors import JournalStalled

log = logging.getLogger("thermodynamo")

RETRY_SECONDS = 5.0
"""How soon it is tried again to make a file shorter that could not be written."""

Told = Callable[[Progress], None]
"""Hears how far the loading is."""


class DataFolder:
    """The folder of one service, locked against every other one until it is closed."""

    def __init__(self, config: Config) -> None:
        """Raises FileError where the folder cannot be used."""
        self.file = File(Path(config.data_dir), cast(Durability, config.durability))
        self.journal = SqliteJournal(self.file)
        self.checkpoints: Checkpoints | None = None
        self.retry_at = 0.0
        """When it is tried again to make the file shorter, as `time.monotonic` counts; 0 where that went well."""

    def load(self, database: Database, clock: VirtualClock, told: Told | None = None) -> None:
        """Makes an empty database what the folder keeps, and the clock; from then on its journal is the sink.

        `told` is called now and then with what is done. Raises FileError, and leaves the folder as it is.
        """
        loader = Loader(self.file, database.catalog, database.replay)
        try:
            for progress in loader.load():
                if told is not None:
                    told(progress)
        except BaseException:
            self.close()
            raise
        database.sequence = self.journal.sequence = loader.sequence
        self.journal.bytes_since_image = loader.replayed_bytes
        self.checkpoints = Checkpoints(self.journal, database.catalog, loader.image_ids, database.copies_ahead)
        database.durability = self.journal
        setting = database.catalog.clock
        if setting is not None:
            passed = max(0.0, time.time() - setting.machine_at) * setting.rate
            clock.resume(max(loader.now, min(setting.instant + passed, INSTANT_MAX)), setting.rate)
        elif clock.mode == "virtual" and loader.now > clock.now():
            clock.restart(loader.now)

    def flush(self) -> None:
        """Brings what was recorded into the file. Raises JournalStalled.

        What could not be written before is left alone: the next write tries that again, and a read does not fail.
        """
        if self.journal.is_open:
            self.journal.flush()

    def step(self, database: Database, now: float) -> bool:
        """One bounded step of making the file smaller; returns whether there is more to do. The file is marked, too."""
        self.file.mark()
        checkpoints = self.checkpoints
        if checkpoints is None or time.monotonic() < self.retry_at:
            return False
        was_busy = checkpoints.steps is not None
        try:
            has_more = checkpoints.step(database.sequence, now)
        except sqlite3.Error as error:
            self._try_later(error)
            return False
        if was_busy and not has_more:
            self.retry_at = 0.0
        return has_more

    @property
    def log_is_long(self) -> bool:
        """Whether the pages of the write-ahead log are to be copied to their places."""
        return (
            self.file.log_pages > LOG_PAGES_MAX and self.journal.in_flight is None and time.monotonic() >= self.retry_at
        )

    def copy_log(self) -> None:
        """Copies them; another thread may write meanwhile."""
        try:
            self.file.copy_log()
        except sqlite3.Error as error:
            self._try_later(error)

    def end_log(self) -> None:
        """Copies the last ones, while nothing is written."""
        try:
            self.file.end_log()
        except sqlite3.Error as error:
            self._try_later(error)

    def _try_later(self, error: sqlite3.Error) -> None:
        """Says once what keeps the file from being made shorter, as a full disk does, and lets it grow until then."""
        if not self.retry_at:
            log.error(
                "%s cannot be tidied: %s. It grows meanwhile, and it is tried again every %.0f s",
                self.file.path,
                error,
                RETRY_SECONDS,
            )
        self.retry_at = time.monotonic() + RETRY_SECONDS

    def tidy(self, database: Database, now: float) -> None:
        """What is due between two calls where nothing runs in the background."""
        self.step(database, now)
        if self.log_is_long:
            self.copy_log()
            self.end_log()

    def close(self) -> None:
        """Brings everything into the file, and lets another service have the folder."""
        try:
            self.journal.flush()
        except JournalStalled as stalled:
            log.error("%s; what was not acknowledged is lost", stalled)
        self.file.close()
