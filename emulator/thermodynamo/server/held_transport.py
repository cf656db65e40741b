"""A transport that keeps what is written to it while the turn of its server is open (`held_replies.py`).

A reply that says that something was done, and then that could not be brought into the journal, is not sent: the client
gets an internal error in its place, and a new connection to try again.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from thermodynamo.server.held_replies import HeldReplies

DONE = b"HTTP/1.1 2"
"""How a reply begins that says so."""


class HeldTransport:
    """Stands before the transport of one connection."""

    def __init__(self, transport: asyncio.Transport, held_replies: HeldReplies, refusal: Callable[[], bytes]) -> None:
        """`refusal` makes the reply that is sent in place of one that must not be."""
        self.transport = transport
        self.held_replies = held_replies
        self.refusal = refusal
        self.is_ending = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        if self.held_replies.is_open:
            self.held_replies.hold(partial(self._send, data))
        else:
            self.transport.write(data)

    def close(self) -> None:
        self._end(self.transport.close)

    def write_eof(self) -> None:
        self._end(self.transport.write_eof)

    def is_closing(self) -> bool:
        return self.is_ending or self.transport.is_closing()

    def _end(self, act: Callable[[], None]) -> None:
        """Ends the connection after what is kept."""
        if self.held_replies.is_open:
            self.is_ending = act == self.transport.close or self.is_ending
            self.held_replies.hold(lambda is_lost: act())
        else:
            act()

    def _send(self, data: bytes, is_lost: bool) -> None:
        if self.transport.is_closing():
            return
        if is_lost and data.startswith(DONE):
            self.transport.write(self.refusal())
            self.transport.close()
        else:
            self.transport.write(data)
