"""The time, as seconds since the epoch. Everything that depends on time takes `now` from one of these."""

import time
from datetime import UTC, datetime
from math import isfinite
from typing import Literal, Protocol

Mode = Literal["system", "virtual"]
INSTANT_MAX = 253_402_300_799.0
"""The last second of the year 9999, the last that can be written as a date."""


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> float:
        """Seconds since the epoch. It may stand still, and steps back only where the machine's clock is set back."""
        ...


class VirtualClock:
    """A clock that can be turned forward, stopped, and made to run faster or slower.

    It tells the machine's time until it is turned, and so costs nothing until then; given an instant, it begins frozen
    there. `upkeep.Upkeep` does what is due by a turn.
    """

    __slots__ = ("_at", "_read_at", "mode", "now", "rate")

    def __init__(self, start: float | None = None, rate: float = 0.0) -> None:
        self.restart(start, rate)

    def restart(self, start: float | None = None, rate: float = 0.0) -> None:
        """Makes the clock what a new one is that begins there. Nothing but this and `resume` turns it back."""
        self.mode: Mode = "system"
        self.rate = 1.0
        self.now = time.time
        self._at = self._read_at = 0.0
        if start is not None:
            self._set(start, rate)

    def move_to(self, instant: float) -> None:
        """Turns the clock forward. An instant that has passed already leaves it as it is."""
        if instant > self.now():
            self._set(instant, self.rate)

    def resume(self, instant: float, rate: float) -> None:
        """Lets the clock go on from an instant, before or after its own, at a rate."""
        self._set(instant, rate)

    def run(self, rate: float) -> None:
        """Lets `rate` seconds pass in each second from now on; 0 freezes the clock."""
        self._set(self.now(), rate)

    def _set(self, instant: float, rate: float) -> None:
        self._at = instant
        self._read_at = time.monotonic()
        self.mode = "virtual"
        self.rate = rate
        self.now = self._frozen if rate == 0 else self._running

    def _frozen(self) -> float:
        return self._at

    def _running(self) -> float:
        return min(self._at + (time.monotonic() - self._read_at) * self.rate, INSTANT_MAX)


def parse_instant(value: str | int | float) -> float:
    """Seconds since the epoch, given as such or as a date in ISO 8601 (UTC unless it says otherwise).

    Raises ValueError for what is neither, or beyond the year 9999.
    """
    try:
        instant = float(value)
    except ValueError:
        moment = datetime.fromisoformat(str(value))
        instant = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not isfinite(instant) or not 0 <= instant <= INSTANT_MAX:
        raise ValueError(f"{value} is not an instant between 1970 and 9999")
    return instant
