"""What happens between requests: the only asyncio task of the server, and what it does when the clock is turned.

Each turn of the loop does a bounded piece of work and lets requests through. Answers do not depend on it: what is due
by the clock happens lazily too, except that expired items stay until they are removed here.
"""

import asyncio
import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from thermodynamo.api.auto_scaling import upkeep
from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.clock import INSTANT_MAX, VirtualClock
from thermodynamo.settings.config import Config
from thermodynamo_storage.database import Database

EXPIRY_ITEMS = 16
"""Items that one step removes of each table: about a quarter of a millisecond, which is what a request waits longer."""
EXPIRY_ITEMS_TURNING = 256
"""The same while the clock is turned: the one who turns it waits for the end."""
BACKFILL_ITEMS = 64
"""Items that one step adds to a new index: about half a millisecond."""
INDEX_CHANGES = 64
"""Changes that one step makes visible in each index that is behind its table: about half a millisecond."""
PAUSE_SECONDS = 0.001
"""Between two steps, so that requests get most of the time."""
IDLE_SECONDS = 0.05
"""How soon work that has turned up is noticed."""
FAILED_SECONDS = 1.0
"""How soon work that failed is tried again."""
SETTLE_SECONDS = 10.0
"""How often streams nobody reads are trimmed."""

log = logging.getLogger("thermodynamo")


class Background:
    """The server's background task, from `start` to `stop`."""

    def __init__(
        self,
        database: Database,
        clock: VirtualClock,
        config: Config,
        namespaces: Mapping[Any, Namespace] = MappingProxyType({}),
    ) -> None:
        """`namespaces` may grow; the tables of each are scaled as its scalable targets say."""
        self.database = database
        self.namespaces = namespaces
        self.clock = clock
        self.config = config
        self.task: asyncio.Task[None] | None = None
        self.turning = asyncio.Lock()

    def start(self) -> None:
        self.task = asyncio.create_task(self._run(), name="background")

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def turn(self, instant: float) -> None:
        """Turns the clock forward; everything due until then has happened, each at its time, when this returns."""
        async with self.turning:
            await self._turn(instant)

    async def advance(self, seconds: float) -> None:
        """Turns the clock forward by so much. Of several that do so at once, each adds its seconds."""
        async with self.turning:
            await self._turn(min(self.clock.now() + seconds, INSTANT_MAX))

    async def _turn(self, instant: float) -> None:
        delay_seconds = self.config.ttl_delay
        while True:
            while self.database.step_expiry(EXPIRY_ITEMS_TURNING, delay_seconds, self.clock.now()):
                await asyncio.sleep(0)
            scaling_at = self._scale(self.clock.now())
            due_at = self.database.next_removal_at(delay_seconds)
            times = [time for time in (due_at, scaling_at) if time is not None and time <= instant]
            if not times:
                break
            self.clock.move_to(min(times))
            await asyncio.sleep(0)
        self.clock.move_to(instant)
        self._scale(self.clock.now())
        while self.database.step_backfill(BACKFILL_ITEMS, self.clock.now()):
            await asyncio.sleep(0)
        while self.database.step_indexes(INDEX_CHANGES, self.clock.now()):
            await asyncio.sleep(0)
        self.database.settle(self.clock.now())

    def _scale(self, now: float) -> float | None:
        """Does what auto scaling has to do at `now`; returns when there will be more."""
        upkeep.step_of_all(self.namespaces.values(), now)
        return upkeep.next_at_of_all(self.namespaces.values(), now)

    async def _run(self) -> None:
        settled_at = asyncio.get_running_loop().time()
        while True:
            is_busy = False
            try:
                is_busy = self._step()
                if asyncio.get_running_loop().time() >= settled_at + SETTLE_SECONDS:
                    settled_at = asyncio.get_running_loop().time()
                    self.database.settle(self.clock.now())
            except Exception:
                log.exception("work between requests failed; it is tried again")
                await asyncio.sleep(FAILED_SECONDS)
            await asyncio.sleep(PAUSE_SECONDS if is_busy else IDLE_SECONDS)

    def _step(self) -> bool:
        """One bounded piece of work; returns whether there is more. While a clock stands still, nothing expires."""
        now = self.clock.now()
        is_busy = self.database.step_backfill(BACKFILL_ITEMS, now)
        is_busy |= self.database.step_indexes(INDEX_CHANGES, now)
        is_busy |= self.database.step_discards()
        if self.clock.rate == 0 or self.turning.locked():
            return is_busy
        upkeep.step_of_all(self.namespaces.values(), now)
        return self.database.step_expiry(EXPIRY_ITEMS, self.config.ttl_delay, now) or is_busy
