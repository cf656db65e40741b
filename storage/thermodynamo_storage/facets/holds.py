"""Items that a transaction holds: until it is over, no other request may write them, or read them in a transaction.

A transaction here is applied in one step, so nothing needs holding. A table is given holds only to make the conflicts
of a concurrent service reachable. They end by themselves: `now` decides, no timer does.
"""

from collections.abc import Iterable


class Holds:
    """The held items of one table, by their key bytes."""

    __slots__ = ("until",)

    def __init__(self) -> None:
        self.until: dict[bytes, float] = {}
        """When each hold ends. A hold may be over already; such a one is forgotten when it is asked for."""

    def copy(self) -> "Holds":
        copied = Holds()
        copied.until = self.until.copy()
        return copied

    def forget(self, now: float) -> None:
        """Forgets every hold that is over."""
        self.until = {key: end for key, end in self.until.items() if end > now}

    def hold(self, keys: Iterable[bytes], now: float, until: float) -> None:
        """Holds the items until the given time, and forgets every hold that is over."""
        self.forget(now)
        for key in keys:
            self.until[key] = until

    def is_held(self, key: bytes, now: float) -> bool:
        """Whether the item is held at `now`."""
        return self.end(key, now) is not None

    def end(self, key: bytes, now: float) -> float | None:
        """When the item is let go; None where it is not held at `now`."""
        end = self.until.get(key)
        if end is None or now < end:
            return end
        del self.until[key]
        return None
