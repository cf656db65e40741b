"""Replies that take long to make: a slice of one of them at a time, and other requests between any two slices.

A page with an expensive filter takes up to half a minute. However many such pages there are, a request waits for one
slice of one of them, about five milliseconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeVar

from thermodynamo.api.slices import Slices
from thermodynamo.server.slow_readers import SlowReaders

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
T = TypeVar("T")

BEGUN_MAX = 16
"""So many replies are made by turns. Others wait until one is finished: each holds what it has made so far."""


class Turns:
    """The replies of one server that take long."""

    def __init__(self, now: Callable[[], float], slow_readers: SlowReaders) -> None:
        """`now` tells the time that slices are told."""
        self.now = now
        self.slow_readers = slow_readers
        self.places = asyncio.Semaphore(BEGUN_MAX)
        self.turn = asyncio.Lock()
        """It is given in the order in which it is asked for."""
        self.count = 0
        """The replies that are not finished."""

    async def finish(self, slices: Slices[T], receive: Receive) -> T | None:
        """The result of the slices, once it may be sent; None if the client is gone before, and then they end.

        `receive` is ASGI's, after the whole request was received.
        """
        gone = asyncio.ensure_future(_gone(receive))
        self.count += 1
        try:
            async with self.places:
                made = await self._made(slices, gone)
                return made if await self._may_go_on(gone) else None
        finally:
            self.count -= 1
            gone.cancel()
            slices.close()

    async def _made(self, slices: Slices[T], gone: "asyncio.Future[None]") -> T | None:
        is_begun = False
        while await self._may_go_on(gone):
            async with self.turn:
                try:
                    slices.send(self.now() if is_begun else None)
                except StopIteration as end:
                    result: T = end.value
                    return result
                is_begun = True
                await asyncio.sleep(0)
        return None

    async def _may_go_on(self, gone: "asyncio.Future[None]") -> bool:
        """Waits for room to send replies; False if the client is gone by then."""
        while self.slow_readers.is_full and not gone.done():
            room = asyncio.ensure_future(self.slow_readers.room())
            try:
                await asyncio.wait((room, gone), return_when=asyncio.FIRST_COMPLETED)
            finally:
                room.cancel()
        return not gone.done()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
