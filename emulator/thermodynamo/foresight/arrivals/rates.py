"""How many requests a second come on average, by the second: steadily, by day and night, or in a flash.

steady   the peak all the time
diurnal  a wave of a day: lowest at midnight, highest at noon, both in UTC, with the average and the peak that are given
flash    the average, and for some seconds in the middle the peak
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, exp, lgamma, log, pi

DAY = 86_400
NAMES = ("steady", "diurnal", "flash")
STEEPEST = 1 << 20
PEAK_FACTORS = {"diurnal": 2.0, "flash": 10.0}
"""How many times the average the peak is, where one of both is not given."""
Rate = Callable[[int], float]
"""Requests a second, by the second of the epoch."""


@dataclass(frozen=True, slots=True)
class Course:
    """When requests come, and by which shape."""

    shape: str
    start: int
    """The second of the epoch."""
    seconds: int
    peak_factor: float | None = None
    flash_seconds: int = 60

    def rate(self, average: float | None, peak: float | None) -> Rate:
        """The rate of an average and a peak, of which at least one is given."""
        factor = self.peak_factor or PEAK_FACTORS.get(self.shape, 1.0)
        assert average is not None or peak is not None
        if self.shape == "steady":
            always = peak if peak is not None else average or 0.0
            return lambda second: always
        highest = peak if peak is not None else (average or 0.0) * factor
        common = min(average if average is not None else highest / factor, highest)
        if self.shape == "flash":
            begins = self.start + (self.seconds - self.flash_seconds) // 2
            ends = begins + self.flash_seconds
            return lambda second: highest if begins <= second < ends else common
        return _wave(common, highest)


def _wave(average: float, peak: float) -> Rate:
    """A wave whose trough is as deep as the average asks for; where it reaches 0, its crest grows narrower."""
    if average <= 0:
        return lambda second: 0.0
    low = max(0.0, 2 * average - peak)
    steepness = 1.0 if low > 0 else _steepness(average / peak)
    return lambda second: low + (peak - low) * ((1 - cos(2 * pi * (second % DAY) / DAY)) / 2) ** steepness


def _steepness(mean: float) -> float:
    """The power of a wave from 0 to 1 with this mean, of at most a half.

    The mean of ((1 - cos x) / 2) ** k over a turn is gamma(k + 1/2) / (gamma(1/2) gamma(k + 1)), which falls with k.
    """
    least, most = 1.0, float(STEEPEST)
    for _ in range(60):
        middle = (least + most) / 2
        found = exp(lgamma(middle + 0.5) - lgamma(middle + 1) - log(pi) / 2)
        least, most = (middle, most) if found > mean else (least, middle)
    return least
