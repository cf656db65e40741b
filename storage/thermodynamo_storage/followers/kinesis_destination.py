"""Kinesis destinations: which stream a table's changes are sent to, and in what state that is.

A table has at most one that is live; those that are disabled or failed stay listed (ack-api-quirks, DDB-TABLE-268, 299
and 301, October 2026).
"""

from typing import Literal

from thermodynamo_storage.values.dataclass import dataclass

Precision = Literal["MILLISECOND", "MICROSECOND"]
Passing = Literal["ENABLING", "DISABLING", "UPDATING"]
DestinationStatus = Literal["ENABLING", "ACTIVE", "DISABLING", "DISABLED", "ENABLE_FAILED", "UPDATING"]


@dataclass(frozen=True, slots=True)
class KinesisDestination:
    """The destination as it was last changed. That change, which is `passing`, is over at `settled_at`."""

    stream_arn: str
    passing: Passing
    settled_at: float
    precision: Precision | None = None
    """Of the time of records; None, which is as good as MILLISECOND, until it is chosen."""
    failure: str | None = None
    """Why it cannot be enabled, as far as the server knows."""
    is_checked: bool = True
    """Whether the receiver has been asked for the stream. Until then it is ENABLING."""

    def status(self, now: float) -> DestinationStatus:
        if now < self.settled_at or not self.is_checked:
            return self.passing
        if self.passing == "DISABLING":
            return "DISABLED"
        return "ACTIVE" if self.failure is None else "ENABLE_FAILED"

    def is_live(self, now: float) -> bool:
        """Whether no other destination can be enabled."""
        return self.status(now) not in ("DISABLED", "ENABLE_FAILED")

    @property
    def takes_changes(self) -> bool:
        """Whether what happens to the table is sent, now or once the destination is ACTIVE."""
        return self.passing != "DISABLING" and self.failure is None
