"""Point-in-time recovery of a table: since when it is on, and how far back it reaches.

Source: ack-api-quirks, DDB-TABLE-083 to 085, October 2026. Times are whole seconds.
"""

from math import floor

from thermodynamo_storage.values.dataclass import dataclass

PERIOD_DAYS_MAX = 35
"""The period, too, that is chosen where none is given."""
DAY_SECONDS = 86_400
LAG_SECONDS = 300
"""How far the latest time trails behind now, once recovery has been on for so long."""


@dataclass(frozen=True, slots=True)
class PointInTimeRecovery:
    """Recovery that is on. Turned off, it is forgotten, with its period."""

    enabled_at: float
    period_days: int
    reaches_to: int = 0
    """The earliest time when the period was changed last: what a shorter one gave up stays given up."""

    def earliest_at(self, now: float) -> int:
        """The earliest time that the table could be restored to."""
        return max(floor(self.enabled_at), self.reaches_to, floor(now) - self.period_days * DAY_SECONDS)

    def latest_at(self, now: float) -> int:
        """The latest such time."""
        return max(floor(self.enabled_at), floor(now) - LAG_SECONDS)
