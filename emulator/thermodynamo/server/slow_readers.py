"""The replies that clients have asked for and do not read: how much memory all of them together may take.

While more than that is unsent, further requests wait, and connections whose client takes nothing between two looks are
closed, those with most to send first. So a client that reads gets its whole reply, however slowly.
"""

import asyncio
from typing import Protocol

LOOK_SECONDS = 0.25
"""Between two looks at connections while there is too much unsent."""


class Transport(Protocol):
    """What is used of a connection."""

    def get_write_buffer_size(self) -> int: ...

    def abort(self) -> None: ...


class SlowReaders:
    """The connections of one server that have more to send than the socket takes, each from `pause` to `resume`."""

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        self.unsent: dict[Transport, int] = {}
        """Each connection, and how many bytes it had to send at the last look."""
        self.is_full = False
        """Whether requests must wait."""
        self.has_room = asyncio.Event()

    def pause(self, transport: Transport) -> None:
        """A connection has more to send than its client takes."""
        self.unsent[transport] = transport.get_write_buffer_size()
        if not self.is_full and self.unsent_bytes() > self.bytes_max:
            self.is_full = True
            self.has_room.clear()
            asyncio.get_running_loop().call_later(LOOK_SECONDS, self.look)

    def resume(self, transport: Transport) -> None:
        """The client has taken nearly all of it, or is gone."""
        self.unsent.pop(transport, None)

    def unsent_bytes(self) -> int:
        return sum(transport.get_write_buffer_size() for transport in self.unsent)

    async def room(self) -> None:
        """Waits until there is room for another reply."""
        while self.is_full:
            await self.has_room.wait()

    def look(self) -> None:
        """Closes connections that have not moved since the last look, until there is room."""
        total = self.unsent_bytes()
        sizes = {transport: transport.get_write_buffer_size() for transport in self.unsent}
        stalled = [transport for transport, size in sizes.items() if size >= self.unsent[transport]]
        self.unsent = sizes
        for transport in sorted(stalled, key=sizes.__getitem__, reverse=True):
            if total <= self.bytes_max:
                break
            total -= sizes[transport]
            self.resume(transport)
            transport.abort()
        if total > self.bytes_max:
            asyncio.get_running_loop().call_later(LOOK_SECONDS, self.look)
        else:
            self.is_full = False
            self.has_room.set()
