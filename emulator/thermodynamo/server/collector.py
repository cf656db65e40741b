"""Full collections of the garbage collector: they are made while no request comes.

A full collection visits every key, item and definition, and what a request in progress has decoded: 0.3 s beside one
item of 190,000 values, 0.5 s with 500,000 stream records. It finds next to nothing, since stored items are bytes and
cannot be part of a cycle. So the thresholds put off automatic ones for good, and this makes them in quiet moments.
"""

import gc
from collections.abc import Callable

THRESHOLDS = (1_000, 10, 1_000_000)
"""Young collections stay frequent and so short: 0.3 ms at most in a load of 600,000 items."""
YOUNGER_MIN = 1_000
"""A full collection follows so many younger ones at the earliest."""
QUIET_SECONDS = 1.0


class Collector:
    """Watches one server. What `seen` returns changes with each request; None says that one is in progress."""

    def __init__(self, seen: Callable[[], str | None]) -> None:
        self.seen = seen
        self.last: str | None = None
        self.quiet_from = 0.0

    def look(self, now: float) -> None:
        """Collects all garbage where it is time, and no request has come since a second ago; `now` is the loop's."""
        if gc.get_count()[2] < YOUNGER_MIN:
            return
        seen = self.seen()
        if seen is None or seen != self.last:
            self.last, self.quiet_from = seen, now
        elif now >= self.quiet_from + QUIET_SECONDS:
            gc.collect()
