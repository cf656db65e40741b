"""Times that something takes, as settings give them: a fixed time, or a random one of a range, from a seed.

So long is an index behind its table, and so long does a transaction hold its items.
"""

from dataclasses import dataclass
from random import Random


class DelayError(ValueError):
    """A text or value that is no delay."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Between `low_seconds` and `high_seconds`, both included."""

    low_seconds: float
    high_seconds: float

    def __post_init__(self) -> None:
        if not 0 <= self.low_seconds <= self.high_seconds < float("inf"):
            raise DelayError(f"{self.low_seconds:g}-{self.high_seconds:g}: seconds from 0 on, the lower bound first")

    def __str__(self) -> str:
        if self.low_seconds == self.high_seconds:
            return f"{self.low_seconds:g}"
        return f"{self.low_seconds:g}-{self.high_seconds:g}"

    def sampler(self, seed: str) -> "Sampler":
        """What draws the delays one after the other, the same for the same seed."""
        return Sampler(self, Random(seed))


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws one delay at each call."""

    delay: Delay
    random: Random

    def __call__(self) -> float:
        return self.random.uniform(self.delay.low_seconds, self.delay.high_seconds)


NO_DELAY = Delay(0, 0)


def parse(text: str) -> Delay:
    """A delay from seconds (`0.5`) or a range of them (`0.1-2`). Raises DelayError."""
    low, separator, high = text.partition("-")
    try:
        return Delay(float(low), float(high) if separator else float(low))
    except ValueError as error:
        raise DelayError(f"{text!r} is neither a number of seconds nor a range such as 0.1-2") from error
