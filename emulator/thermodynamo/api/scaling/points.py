"""The consumed units of one resource by minute, as CloudWatch has them: a point for each minute, also for none used."""

from collections import deque

MINUTE_SECONDS = 60
MINUTES_KEPT = 15
"""As many as the alarm that evaluates most of them."""


class MinutePoints:
    """The last minutes, read off a total that only grows. Minutes are numbered from the epoch.

    Minutes in which nothing was used are not stored, so that a clock may be turned over any number of them.
    """

    __slots__ = ("first_minute", "source", "stored", "total")

    def __init__(self, source: str, total: int, minute: int) -> None:
        self.source = source
        """What the total belongs to: a table that took the place of another begins anew."""
        self.total = total
        self.first_minute = minute
        self.stored: deque[tuple[int, int]] = deque(maxlen=MINUTES_KEPT)

    def sample(self, total: int, minute: int, minutes: int = 1) -> None:
        """Counts what was used since the last sample, in half units, for the minute that has ended.

        Where several have ended since, which happens on a clock that runs fast, each of them gets its share.
        """
        # A total that has become less is that of an index that took the place of another.
        used = total - self.total if total >= self.total else total
        self.total = total
        if used:
            count = min(minutes, MINUTES_KEPT)
            self.stored.extend((minute - back, (used + back) // count) for back in reversed(range(count)))

    def last(self, count: int, minute: int) -> list[float] | None:
        """The units used in each of the `count` minutes up to `minute`, oldest first; None where some are not known."""
        if minute - count + 1 < self.first_minute:
            return None
        used = dict(self.stored)
        return [used.get(each, 0) / 2 for each in range(minute - count + 1, minute + 1)]
