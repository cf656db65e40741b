"""Turning the clock while requests go on: they are let through between the steps of what becomes due."""

import asyncio
from collections.abc import Iterator

from thermodynamo.upkeep import Upkeep


class Turning:
    """Turns one clock, for one request at a time."""

    def __init__(self, upkeep: Upkeep) -> None:
        self.upkeep = upkeep
        self.lock = asyncio.Lock()

    async def turn(self, instant: float) -> None:
        """Turns the clock forward; everything due until then has happened, each at its time, when this returns."""
        async with self.lock:
            await _run(self.upkeep.turn(instant))

    def run(self, rate: float) -> None:
        """Lets `rate` seconds pass in each second; 0 freezes the clock."""
        self.upkeep.run(rate)

    async def advance(self, seconds: float) -> None:
        """Turns the clock forward by so much. Of several that do so at once, each adds its seconds."""
        async with self.lock:
            await _run(self.upkeep.advance(seconds))


async def _run(steps: Iterator[None]) -> None:
    for _ in steps:
        await asyncio.sleep(0)
