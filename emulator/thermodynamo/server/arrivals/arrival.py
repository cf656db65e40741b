"""How a request arrives that takes several pieces, and what is done with the bytes of a client that was refused."""

import asyncio

HEAD_END = b"\r\n\r\n"
DISCARDED_BYTES_MAX = 4 * 1024 * 1024
"""How much is still read, to be thrown away, from a client that was refused: many read only after they have sent."""


class HeadTooLong(Exception):
    """A request line and headers that are longer than they may be."""


class Arrival:
    """The bytes since the last that belonged to a body: those of a head, or of the lines between and after chunks."""

    __slots__ = ("body_bytes", "idle_bytes", "timer")

    def __init__(self, timer: asyncio.TimerHandle, body_bytes: int) -> None:
        self.timer = timer
        """Ends the request if the rest does not come."""
        self.body_bytes = body_bytes
        self.idle_bytes = 0

    def count(self, piece_bytes: int, body_bytes: int) -> int:
        """Counts a piece, with which the body has become so long."""
        if body_bytes != self.body_bytes:
            self.body_bytes = body_bytes
            self.idle_bytes = 0
        else:
            self.idle_bytes += piece_bytes
        return self.idle_bytes


class Discarding:
    """In place of a parser: throws bytes away, and ends the connection of a client that does not stop sending."""

    def __init__(self, transport: asyncio.Transport, bytes_max: int = DISCARDED_BYTES_MAX) -> None:
        self.transport = transport
        self.bytes_max = bytes_max
        self.discarded_bytes = 0

    def feed_data(self, data: bytes) -> None:
        self.discarded_bytes += len(data)
        if self.discarded_bytes > self.bytes_max:
            self.transport.abort()
