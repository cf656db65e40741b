"""Times that something takes, as settings give them: a fixed time, or a random one of a range, from a seed.

So long is an index behind its table, so long does a transaction hold its items, and so long is a partition hot before
it is split.
"""

from collections.abc import Callable
from random import Random

from thermodynamo_storage.values.dataclass import dataclass

NEAR_SHARE = 0.2


class DelayError(ValueError):
    """A text or value that is no delay."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Between `low_seconds` and `high_seconds`, both included."""

    low_seconds: float
    high_seconds: float

    def __post_init__(self) -> None:
        if not 0 <= self.low_seconds <= self.high_seconds < float("inf"):
            raise DelayError("it must be a number of seconds from 0 on, or a range of them with the lower first")

    def __str__(self) -> str:
        if self.low_seconds == self.high_seconds:
            return f"{self.low_seconds:g}"
        return f"{self.low_seconds:g}-{self.high_seconds:g}"

    def sampler(self, seed: str) -> "Sampler":
        """What draws the delays one after the other, the same for the same seed."""
        return Sampler(self, Random(seed))

    def near_each_other(self, seed: str) -> Callable[[], float]:
        """What draws delays that lie within a fifth of one delay of the range, the same for the same seed."""
        random = Random(seed)
        middle = random.uniform(self.low_seconds, self.high_seconds)

        def draw() -> float:
            drawn = middle * random.uniform(1 - NEAR_SHARE, 1 + NEAR_SHARE)
            return min(max(drawn, self.low_seconds), self.high_seconds)

        return draw


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws one delay at each call."""

    delay: Delay
    random: Random

    def __call__(self) -> float:
        return self.random.uniform(self.delay.low_seconds, self.delay.high_seconds)


NO_DELAY = Delay(0, 0)


def parse_positive(text: str) -> Delay:
    """A delay that is more than nothing. Raises DelayError."""
    delay = parse(text)
    if not delay.low_seconds:
        raise DelayError(f"{text!r} begins with no time at all")
    return delay


def parse(text: str) -> Delay:
    """A delay from seconds (`0.5`) or a range of them (`0.1-2`). Raises DelayError."""
    low, separator, high = str(text).partition("-")
    try:
        return Delay(float(low), float(high) if separator else float(low))
    except ValueError as error:
        raise DelayError(f"{text!r} is neither a number of seconds nor a range such as 0.1-2") from error
