"""Requests with very many values or long texts: a thread beside the event loop parses, checks and validates them.

It decompresses what comes compressed, too, and digests what is long and signed.

A PutItem may have 200,000 values, and one of 16 MB that is refused has 1.5 million: to look at all of them takes a
quarter of a second, or a whole one. Nothing of it depends on a table. While the thread is at work the interpreter
gives the event loop its turn every 5 ms: what C would do in one piece, it does in several. Other requests are not
worth the change of threads, which takes 0.1 ms.
"""

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from thermodynamo.api.client_retries import Headers

T = TypeVar("T")

LARGE_BYTES = 131_072
"""A shorter body has fewer values than are worth counting."""
MARKS = b'",[{'
MARKS_MAX = 60_000
"""About ten milliseconds of work: the smallest value has four of these marks, a member of a set three.

What is no request can have some of them alone.
"""
HUGE_BYTES = 1_048_576
"""A longer body is not looked through: whatever is in it, it takes a few milliseconds, and 16 MB fifty."""
LONG_BYTES = 32_768
"""A shorter body has texts that are parsed in fifteen milliseconds."""
PARSING = (b"ExecuteTransaction", b"BatchExecuteStatement", b"TransactWriteItems", b"TransactGetItems")
"""What may have a hundred texts: as many statements of 1.3 KB take 0.15 s."""

LEGACY = (b'"AttributeUpdates"', b'"AttributesToGet"', b'"Expected"', b'Filter"')
"""Members that may have any number of names: each of them is worth twenty values."""


def is_laborious(headers: Headers, body: bytes) -> bool:
    """Whether a request is worth a thread: for its length, its values, or the statements or expressions it may have."""
    if len(body) > HUGE_BYTES:
        return True
    if len(body) > LARGE_BYTES and len(body) - len(body.translate(None, MARKS)) > MARKS_MAX:
        return True
    return len(body) > LONG_BYTES and (
        any(name == b"x-amz-target" and value.endswith(PARSING) for name, value in headers)
        or any(member in body for member in LEGACY)
    )


PLACES = 2
"""So many requests of more than HUGE_BYTES are parsed and not yet let go: what is made of 16 MB takes 400."""


class Place:
    """A place for a request of such length, for others none; it can be left for a while."""

    def __init__(self, places: asyncio.Semaphore | None) -> None:
        self.places = places
        self.is_held = False

    async def __aenter__(self) -> None:
        if self.places is not None:
            await self.places.acquire()
            self.is_held = True

    async def __aexit__(self, *_: object) -> None:
        if self.places is not None and self.is_held:
            self.places.release()
            self.is_held = False

    async def leave_for(self, seconds: float) -> None:
        """Others may have it meanwhile: a fault may delay this request alone."""
        await self.__aexit__()
        await asyncio.sleep(seconds)
        await self.__aenter__()


class Validation:
    """A thread for what takes long with a request, one at a time. It does not keep the process from ending."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.places = asyncio.Semaphore(PLACES)

    def place(self, body_bytes: int) -> Place:
        """Where a request of this length is to be from its parsing until what was made of it is let go."""
        return Place(self.places if body_bytes > HUGE_BYTES else None)

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns or raises."""
        async with self.lock:
            loop = asyncio.get_running_loop()
            done: asyncio.Future[T] = loop.create_future()

            def in_thread() -> None:
                try:
                    end = partial(_end, done, work(), None)
                except Exception as failure:
                    end = partial(_end, done, None, failure)
                if not loop.is_closed():
                    loop.call_soon_threadsafe(end)

            threading.Thread(target=in_thread, name="validation", daemon=True).start()
            return await done


def _end(done: "asyncio.Future[T]", result: T | None, failure: Exception | None) -> None:
    if done.done():
        return
    if failure is not None:
        done.set_exception(failure)
    else:
        done.set_result(cast(T, result))
