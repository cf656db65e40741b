"""The bodies that have begun to arrive and are not whole: how much memory all of them together may take.

A piece that takes them beyond it makes room first: clients that have sent nothing for a while are refused, those with
the longest bodies first. Where all of them send, the request of that piece is refused. So a client that sends finds
room as long as others hold it without using it, and every client gets an answer.
"""

from typing import Protocol

STALLED_SECONDS = 1.0
"""How long a client may send nothing before others may have its room."""


class Sender(Protocol):
    """The connection that a body arrives on."""

    def is_held_up(self) -> bool:
        """Whether the server reads nothing of it for now: its silence is not its client's."""

    def refuse_for_room(self) -> None:
        """Lets go of the body, calls `release` and answers the client."""


class ArrivingBodies:
    """Those of one server, each from its first `hold` to `release`."""

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        self.held: dict[Sender, tuple[int, float]] = {}
        """How many bytes each has sent, and when the last of them came."""
        self.total_bytes = 0

    def hold(self, sender: Sender, body_bytes: int, now: float) -> None:
        """A piece has come with which a body is so long, and not whole."""
        self.release(sender)
        self.held[sender] = body_bytes, now
        self.total_bytes += body_bytes
        if self.total_bytes > self.bytes_max:
            self._make_room(sender, now)

    def release(self, sender: Sender) -> None:
        """A body is whole, or given up."""
        self.total_bytes -= self.held.pop(sender, (0, 0.0))[0]

    def _make_room(self, sender: Sender, now: float) -> None:
        """Refuses stalled clients, and the one that sends only where those are not enough."""
        stalled = [
            (body_bytes, each)
            for each, (body_bytes, moved_at) in self.held.items()
            if now - moved_at >= STALLED_SECONDS and not each.is_held_up()
        ]
        for _, each in sorted(stalled, key=lambda entry: entry[0], reverse=True):
            each.refuse_for_room()
            if self.total_bytes <= self.bytes_max:
                return
        sender.refuse_for_room()

    def check(self) -> None:
        """Asserts that the total is the sum of what is held."""
        assert self.total_bytes == sum(body_bytes for body_bytes, _ in self.held.values())
