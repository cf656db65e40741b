"""What an on-demand table serves: twice its previous peak, which a new high becomes thirty minutes later.

Source: developer guide, on-demand-capacity-mode. Peaks are averages over a minute, in half units a second.
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

    def observe(self, rate: float, now: float) -> bool:
        """Takes in the rate of the minute that ended at `now`; returns whether the previous peak has risen."""
        has_risen = False
        if self.candidate_at is not None and now - self.candidate_at >= SETTLING_SECONDS:
            self.settled = self.candidate
            self.candidate_at = None
            has_risen = True
        if rate > self.settled:
            if self.candidate_at is None:
                self.candidate = 0.0
                self.candidate_at = now
            self.candidate = max(self.candidate, rate)
        return has_risen

    def limit(self, initial: float) -> float:
        """The half units a second that are served at once; `initial` is the least."""
        return max(initial, 2 * self.settled)
