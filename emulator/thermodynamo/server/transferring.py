"""The asyncio task that carries out exports and imports whose buckets are not on this machine, by a thread for files.

Where buckets are in a folder, upkeep does so, and there is no such task.
"""

import asyncio
import logging

from thermodynamo.service import Service

IDLE_SECONDS = 0.05
"""How soon a transfer is noticed, and the end of a delay."""
FAILED_SECONDS = 1.0
"""How soon work that failed is tried again."""

log = logging.getLogger("thermodynamo")


class Transferring:
    """The server's exports and imports, from `start` to `stop`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if not self.service.transfers.buckets.is_local:
            self.task = asyncio.create_task(self._run(), name="transferring")

    async def stop(self) -> None:
        """What is in progress then goes on after the next start, where a data folder keeps it."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def _run(self) -> None:
        transfers, clock = self.service.transfers, self.service.clock
        while True:
            try:
                job = transfers.next_job(clock.now())
                if job is None:
                    await asyncio.sleep(IDLE_SECONDS)
                    continue
                job.prepare(clock.now())
                job.is_running = True
                try:
                    await asyncio.to_thread(job.run)
                finally:
                    job.is_running = False
                transfers.finish(job, clock.now())
            except Exception:
                log.exception("an export or import could not go on; it is tried again")
                await asyncio.sleep(FAILED_SECONDS)
