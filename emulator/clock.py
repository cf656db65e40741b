"""The time, as seconds since the epoch. Everything that depends on time takes `now` from one of these."""

import time
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> float:
        """Seconds since the epoch; never goes backwards within a process."""
        ...


class SystemClock:
    """The machine's clock, read afresh each time."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now = time.time
