"""Held replies: what the requests of one turn record goes into the journal together, and then they are answered.

While something waits for that, every reply waits too, also one to a read: it may show what is not in the journal yet.
With `--durability power` a thread writes the journal, so that the loop serves on while the disk works. Where the disk
was fast the last time the loop writes by itself: the thread would take longer to hear of it and to answer.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from thermodynamo_storage.durability.sqlite_journal import Batch, SqliteJournal

FAST_SECONDS = 0.0005
"""The longest write that is no work for a thread, which costs a turn 0.15 ms of processor time."""

log = logging.getLogger("thermodynamo")

Release = Callable[[bool], None]
"""Lets a reply go; True where what it answers did not get into the journal."""


class HeldReplies:
    """The replies of one server with a journal, from `start` to `stop`."""

    def __init__(self, journal: SqliteJournal) -> None:
        self.journal = journal
        self.waiting: list[Release] = []
        """The replies that wait for what is recorded."""
        self.pauses = 0
        self.thread: ThreadPoolExecutor | None = None
        self.write_seconds = FAST_SECONDS
        """How long the last write took."""
        self.idle = asyncio.Event()
        self.idle.set()
        """Set while no thread writes."""

    def start(self) -> None:
        """Begins with the turn of the running loop."""
        if self.journal.file.durability == "power":
            self.thread = ThreadPoolExecutor(1, "journal")
        loop = asyncio.get_running_loop()

        def commit_soon() -> None:
            loop.call_soon(self._commit)

        self.journal.on_first = commit_soon
        self._commit()

    async def stop(self) -> None:
        """Waits for the thread; what is recorded from then on is written when it is asked for."""
        self.journal.on_first = _do_nothing
        await self.idle.wait()
        self._commit()
        await self.idle.wait()
        if self.thread is not None:
            self.thread.shutdown()
            self.thread = None

    @property
    def is_open(self) -> bool:
        """Whether replies have to wait."""
        return bool(self.waiting) or self.journal.is_open

    def hold(self, release: Release) -> None:
        """Keeps a reply until what was recorded before it is in the journal."""
        self.waiting.append(release)

    async def quiet(self, work: Callable[[], Any]) -> None:
        """Does work in a thread while nothing is written; replies to writes wait, and the loop goes on."""
        loop = asyncio.get_running_loop()
        self.pauses += 1
        try:
            await self.idle.wait()
            await loop.run_in_executor(None, work)
        finally:
            self.pauses -= 1
            self._commit()

    def _commit(self) -> None:
        if self.pauses:
            return
        batch = self.journal.begin()
        if batch is None:
            if self.journal.in_flight is None:
                self._let_go(self._taken(), False)
            return
        waiting = self._taken()
        if self.thread is None:
            return self._end(waiting, self.journal.write(batch))
        if self.write_seconds < FAST_SECONDS:
            return self._end(waiting, self._timed_write(batch))
        self.idle.clear()
        future = asyncio.get_running_loop().run_in_executor(self.thread, self._timed_write, batch)
        future.add_done_callback(partial(self._written, waiting))

    def _timed_write(self, batch: Batch) -> sqlite3.Error | None:
        begun = time.perf_counter()
        fault = self.journal.write(batch)
        self.write_seconds = time.perf_counter() - begun
        return fault

    def _taken(self) -> list[Release]:
        waiting, self.waiting = self.waiting, []
        return waiting

    def _written(self, waiting: list[Release], future: "asyncio.Future[sqlite3.Error | None]") -> None:
        self.idle.set()
        self._end(waiting, future.result())

    def _end(self, waiting: list[Release], fault: sqlite3.Error | None) -> None:
        had_fault = self.journal.fault is not None
        self.journal.end(fault)
        if fault is not None and not had_fault:
            log.error(
                "the journal %s cannot be written: %s. Writes are refused until it can, and reads go on",
                self.journal.file.path,
                fault,
            )
        self._let_go(waiting, fault is not None)
        if fault is None and (self.journal.pending or self.waiting):
            self._commit()

    def _let_go(self, waiting: list[Release], is_lost: bool) -> None:
        for release in waiting:
            release(is_lost)


def _do_nothing() -> None:
    """After the last turn nothing is written by itself."""
