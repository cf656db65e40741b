"""What an on-demand table serves: twice its previous peak, which a new high becomes thirty minutes later.

Source: developer guide, on-demand-capacity-mode. Peaks are averages over a minute, in half units a second. A table that
serves so much without having had any peak is treated as if half of that had been one.
"""

SETTLING_SECONDS = 1_800
MINUTE_SECONDS = 60


class Peak:
    """The previous peak, and the higher one that is on its way to take its place."""

    __slots__ = ("candidate", "candidate_at", "settled")

    def __init__(self) -> None:
        self.settled = 0.0
        self.candidate = 0.0
        self.candidate_at: float | None = None

    def observe(self, rate: float, initial: float, ended_at: float, now: float) -> bool:
        """Takes in the rate of the minute that ended at `ended_at`; whether the previous peak has risen by `now`.

        Only a rate beyond the previous peak is a new high; `initial` is served whatever the peak. Nothing runs between
        two requests, so `now` may be much later.
        """
        has_risen = self._settle(ended_at)
        if rate > self.limit(initial) / 2:
            if self.candidate_at is None:
                self.candidate = 0.0
                self.candidate_at = ended_at
            self.candidate = max(self.candidate, rate)
        return self._settle(now) or has_risen

    def _settle(self, now: float) -> bool:
        if self.candidate_at is None or now - self.candidate_at < SETTLING_SECONDS:
            return False
        self.settled = self.candidate
        self.candidate_at = None
        return True

    def limit(self, initial: float) -> float:
        """The half units a second that are served at once; `initial` is the least."""
        return max(initial, 2 * self.settled)
