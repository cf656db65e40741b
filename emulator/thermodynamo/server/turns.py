"""Replies that take long to make: a slice of one of them at a time, and other requests between any two slices.

A page with an expensive filter takes up to half a minute. However many such pages there are, a request waits for one
slice of one of them, about five milliseconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeVar

from thermodynamo.api.slices import Slices

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
T = TypeVar("T")

BEGUN_MAX = 16
"""So many replies are made by turns. Others wait until one is finished: each holds what it has made so far."""


class Turns:
    """The replies of one server that take long."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` tells the time that slices are told."""
        self.now = now
        self.places = asyncio.Semaphore(BEGUN_MAX)
        self.turn = asyncio.Lock()
        """It is given in the order in which it is asked for."""
        self.count = 0
        """The replies that are not finished."""

    async def finish(self, slices: Slices[T], receive: Receive) -> T | None:
        """The result of the slices; None if the client is gone before the last, and then they end.

        `receive` is ASGI's, after the whole request was received.
        """
        gone = asyncio.ensure_future(_gone(receive))
        self.count += 1
        try:
            async with self.places:
                is_begun = False
                while not gone.done():
                    async with self.turn:
                        try:
                            slices.send(self.now() if is_begun else None)
                        except StopIteration as end:
                            result: T = end.value
                            return result
                        is_begun = True
                        await asyncio.sleep(0)
            return None
        finally:
            self.count -= 1
            gone.cancel()
            slices.close()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
