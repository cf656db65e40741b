"""A bucket as many request routers see it: each spends a share of its own, vended from time to time.

A share is vended whatever its router owed before, so that debts are forgotten after a few seconds and very small
tables take far more than their units, as was measured on the service (27 of 31 writes of 351 units, 12 s apart, on a
table of one unit a second). Over a minute, a large table gets what its rate and burst allow.
"""

from collections.abc import Callable

from thermodynamo_storage.capacity.units import TRACE, TokenBucket

ROUTERS = 4
VENDING_SECONDS = 12.0
"""How long a share lasts on average. Were it less, a router would have a new one for each of those 31 writes, and none
would be refused; four were."""


class RoutedBucket(TokenBucket):
    """A bucket in shares. `chance` picks the router of each request and how long its share lasts."""

    __slots__ = ("chance", "chosen", "shares", "vended_until")

    def __init__(self, rate: float, depth: float, chance: Callable[[], float]) -> None:
        super().__init__(rate, depth)
        self.chance = chance
        self.shares = [0.0] * ROUTERS
        self.vended_until = [0.0] * ROUTERS
        self.chosen = 0

    def has(self, now: float) -> bool:
        """Picks a router and asks whether its share has tokens left; `charge` is for the same router."""
        router = self.chosen = int(self.chance() * ROUTERS)
        if now >= self.vended_until[router]:
            seconds = VENDING_SECONDS * (0.5 + self.chance())
            kept = max(0.0, super().tokens(now))
            self.shares[router] = max(self.rate * seconds, kept) / ROUTERS
            self.vended_until[router] = now + seconds
        return self.shares[router] > TRACE

    def take_with(self, part: TokenBucket, half_units: float, part_half_units: float, now: float) -> TokenBucket | None:
        if not self.has(now):
            return self
        if not part.take(part_half_units, now):
            return part
        self.charge(half_units, now)
        return None

    def charge(self, half_units: float, now: float) -> None:
        self.shares[self.chosen] -= half_units
        super().charge(half_units, now)
        # What the pool owes is not what a router owes: half a burst of debt is the most that is remembered.
        self.spent = min(self.spent, (now - self.origin) * self.rate + self.depth / 2)

    def set_tokens(self, half_units: float, now: float) -> None:
        """Drains, fills, or anything between; of a debt that is given so, no router vends until it is paid off."""
        super().set_tokens(half_units, now)
        waits_seconds = max(VENDING_SECONDS, -half_units / self.rate) if half_units <= 0 and self.rate else 0.0
        self.vended_until = [now + waits_seconds] * ROUTERS
        self.shares = [0.0] * ROUTERS

    def set_rate(self, rate: float, depth: float, now: float) -> None:
        super().set_rate(rate, depth, now)
        self.vended_until = [min(until, now + VENDING_SECONDS) for until in self.vended_until]
