"""The asyncio tasks whose work waits for others: changes sent to an endpoint of Kinesis, files in buckets.

A thread waits for them; the server does not. It makes items of the files, too, wherever the buckets are: one of 400 KB
takes up to a tenth of a second. Where changes go to a file, upkeep writes it, and there is no such task.
"""

import asyncio
import logging

from thermodynamo.service import Service

IDLE_SECONDS = 0.05
"""How soon a change or a transfer is noticed, and the end of a pause."""
FAILED_SECONDS = 1.0
"""How soon work that failed is tried again."""
STOP_SECONDS = 2.0
"""How long the end of the server waits for what is owed."""

log = logging.getLogger("thermodynamo")


class Delivering:
    """The server's deliveries, from `start` to `stop`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if not self.service.deliveries.receiver.is_local:
            self.task = asyncio.create_task(self._run(), name="delivering")

    async def stop(self) -> None:
        """Sends what is owed, as far as the receiver takes it soon. The last changes reach a file, too."""
        task = self.task
        deliveries = self.service.deliveries
        if task is None:
            while deliveries.step(self.service.clock.now()):
                await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        stops_at = loop.time() + STOP_SECONDS
        while deliveries.next_task(self.service.clock.now()) is not None and loop.time() < stops_at:
            await asyncio.sleep(IDLE_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        deliveries, clock = self.service.deliveries, self.service.clock
        while True:
            try:
                task = deliveries.next_task(clock.now())
                if task is None:
                    await asyncio.sleep(IDLE_SECONDS)
                    continue
                await asyncio.to_thread(task.run, deliveries.receiver)
                deliveries.finish(task, clock.now())
            except Exception:
                log.exception("a delivery to Kinesis failed; it is tried again")
                await asyncio.sleep(FAILED_SECONDS)


class Transferring:
    """The server's exports and imports, from `start` to `stop`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.service.transfers.is_threaded = True
        self.task = asyncio.create_task(self._run(), name="transferring")

    async def stop(self) -> None:
        """What is in progress then goes on after the next start, where a data folder keeps it."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        self.service.transfers.is_threaded = False

    async def _run(self) -> None:
        transfers, clock = self.service.transfers, self.service.clock
        while True:
            try:
                if not transfers.is_loaded:
                    await asyncio.to_thread(transfers.load)
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
