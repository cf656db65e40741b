"""How long a transaction holds its items, as `--transaction-hold` says: a fixed time, or a range drawn from a seed."""

from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True)
class TransactionHold:
    """Times between two bounds; the same seed draws the same ones."""

    low_seconds: float
    high_seconds: float
    seed: str
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)

    def draw(self) -> float:
        """The seconds that the next transaction holds its items."""
        if self.low_seconds == self.high_seconds:
            return self.low_seconds
        return self.chance.uniform(self.low_seconds, self.high_seconds)


def bounds_of(text: str) -> tuple[float, float]:
    """The bounds in `0.5` or `0.1-2`. Raises ValueError."""
    low, is_range, high = text.partition("-")
    bounds = float(low), float(high if is_range else low)
    if not 0 <= bounds[0] <= bounds[1] < float("inf"):
        raise ValueError(text)
    return bounds


def of_setting(text: str, seed: str) -> TransactionHold | None:
    """The hold that the setting means; None for no holding at all."""
    low_seconds, high_seconds = bounds_of(text)
    return TransactionHold(low_seconds, high_seconds, seed) if high_seconds else None
