"""The clock of a service in this process; `server_clock` has that of a server, with the same methods."""

from thermodynamo.settings.clock import INSTANT_MAX, parse_instant
from thermodynamo.testing.server_clock import ClockError
from thermodynamo.testing.shared_service import SharedService


class LocalClock:
    """Time only goes forward. What is due by the new time has happened when a method returns."""

    def __init__(self, shared: SharedService) -> None:
        self.shared = shared

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.shared.service.clock.now()

    def rate(self) -> float:
        """How many seconds pass in each second; 0 while the clock stands still."""
        return self.shared.service.clock.rate

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0) -> float:
        """Lets so much time pass at once; returns the new time. Raises ClockError."""
        amount = seconds + 60 * minutes + 3600 * hours + 86_400 * days
        if not amount >= 0:
            raise ClockError(f"advance is {amount!r}: it must be a number, 0 or more")
        if self.now() + amount > INSTANT_MAX:
            raise ClockError("advance leads beyond the year 9999")
        self.shared.turn(amount)
        return self.now()

    def set(self, instant: float | str) -> float:
        """Turns the clock forward to epoch seconds or a date in ISO 8601. Raises ClockError."""
        try:
            wanted = parse_instant(instant)
        except (TypeError, ValueError):
            raise ClockError(f"set is {instant!r}: it must be epoch seconds or a date in ISO 8601") from None
        now = self.now()
        if wanted < now:
            raise ClockError(f"set is before the clock's {now:.6f}: time only goes forward")
        self.shared.turn(wanted - now)
        return self.now()

    def freeze(self) -> float:
        """Stops the clock until it is turned or given a rate."""
        return self.run(0.0)

    def run(self, rate: float = 1.0) -> float:
        """Lets `rate` seconds pass in each second. Raises ClockError."""
        if not rate >= 0:
            raise ClockError(f"rate is {rate!r}: it must be a number, 0 or more")
        with self.shared.lock:
            self.shared.service.clock.run(rate)
        return self.now()
