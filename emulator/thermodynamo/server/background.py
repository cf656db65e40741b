"""The asyncio task that runs the steps of upkeep and sleeps between them to let requests through."""

import asyncio
import logging
from typing import TYPE_CHECKING

from thermodynamo.upkeep import Upkeep

if TYPE_CHECKING:
    from thermodynamo.data_folder import DataFolder
    from thermodynamo.server.collector import Collector
    from thermodynamo.server.held_replies import HeldReplies

PAUSE_SECONDS = 0.001
"""Between two steps, so that requests get most of the time."""
IDLE_SECONDS = 0.05
"""How soon work that has turned up is noticed."""
FAILED_SECONDS = 1.0
"""How soon work that failed is tried again."""
SETTLE_SECONDS = 10.0
"""How often streams that are not read are trimmed."""

log = logging.getLogger("thermodynamo")


class Background:
    """The server's background task, from `start` to `stop`."""

    def __init__(
        self,
        upkeep: Upkeep,
        folder: "DataFolder | None" = None,
        held_replies: "HeldReplies | None" = None,
        collector: "Collector | None" = None,
    ) -> None:
        """`folder` and `held_replies` are those of a server that keeps its data."""
        self.upkeep = upkeep
        self.folder = folder
        self.held_replies = held_replies
        self.collector = collector
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self._run(), name="background")

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def _copy_log(self, folder: "DataFolder", held_replies: "HeldReplies") -> None:
        """Writes go on while nearly all is copied, and wait for the rest."""
        await asyncio.get_running_loop().run_in_executor(None, folder.copy_log)
        await held_replies.quiet(folder.end_log)

    async def _run(self) -> None:
        settled_at = asyncio.get_running_loop().time()
        while True:
            is_busy = False
            try:
                is_busy = self.upkeep.step()
                if self.folder is not None and self.held_replies is not None:
                    is_busy |= self.folder.step(self.upkeep.database, self.upkeep.clock.now())
                    if self.folder.log_is_long:
                        await self._copy_log(self.folder, self.held_replies)
                if asyncio.get_running_loop().time() >= settled_at + SETTLE_SECONDS:
                    settled_at = asyncio.get_running_loop().time()
                    for _ in self.upkeep.settle():
                        await asyncio.sleep(PAUSE_SECONDS)
            except Exception:
                log.exception("work between requests failed; it is tried again")
                await asyncio.sleep(FAILED_SECONDS)
            if self.collector is not None and not is_busy:
                self.collector.look(asyncio.get_running_loop().time())
            await asyncio.sleep(PAUSE_SECONDS if is_busy else IDLE_SECONDS)
