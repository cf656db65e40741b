"""How the throughput of a table or an index has changed: what its replies show, and what limits the next change.

A history is a value: what changes it gives another one. All methods take `now`; days are UTC days.
"""

from dataclasses import replace

from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import Throughput

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
FREE_DECREASES_MAX = 4
"""Decreases available when a day begins; each one more waits for an hour after the last, so that a day has up to 27
(developer guide, Quotas; that no hours are saved up: ack-api-quirks, DDB-TABLE-326, October 2026)."""
ON_DEMAND_SWITCHES_MAX = 4
"""Switches to on-demand in any 24 hours (developer guide, on-demand-capacity-mode)."""
ON_DEMAND_WARM = Throughput(12_000, 4_000)
"""What a table without history serves at once on demand (same page)."""


def warm_throughput(throughput: Throughput) -> Throughput:
    """What a new table or index serves at once: what it is provisioned for, or what every on-demand one does."""
    return throughput if throughput.read_units or throughput.write_units else ON_DEMAND_WARM


@dataclass(frozen=True, slots=True)
class ThroughputHistory:
    """When throughput was raised, lowered or made on-demand, and the most it ever was (`warm`)."""

    warm: Throughput
    increased_at: float | None = None
    decreases: tuple[float, ...] = ()
    """The times of the decreases of the last day on which there was one."""
    on_demand: tuple[float, ...] = ()
    """The times of the last switches to on-demand, as many as are limited."""

    @property
    def decreased_at(self) -> float | None:
        return self.decreases[-1] if self.decreases else None

    def decreases_today(self, now: float) -> int:
        today = now // DAY_SECONDS
        return sum(1 for time in self.decreases if time // DAY_SECONDS == today)

    def next_decrease_at(self, now: float) -> float:
        """The earliest time, not before `now`, at which throughput may be lowered."""
        if self.decreases_today(now) < FREE_DECREASES_MAX:
            return now
        tomorrow = (now // DAY_SECONDS + 1) * DAY_SECONDS
        return max(now, min(self.decreases[-1] + HOUR_SECONDS, tomorrow))

    def next_on_demand_at(self, now: float) -> float:
        """The earliest time, not before `now`, at which the table may be made on-demand."""
        if len(self.on_demand) < ON_DEMAND_SWITCHES_MAX:
            return now
        return max(now, self.on_demand[-ON_DEMAND_SWITCHES_MAX] + DAY_SECONDS)

    def with_decrease(self, now: float) -> "ThroughputHistory":
        today = now // DAY_SECONDS
        return replace(self, decreases=(*(time for time in self.decreases if time // DAY_SECONDS == today), now))

    def with_change(self, old: Throughput, new: Throughput, now: float) -> "ThroughputHistory":
        """When a change from `old` to `new` begins; one that raises and lowers counts as both."""
        changed = self.with_decrease(now) if is_lower(new, old) else self
        return replace(changed, increased_at=now) if is_lower(old, new) else changed

    def with_on_demand(self, now: float) -> "ThroughputHistory":
        return replace(self, on_demand=(*self.on_demand, now)[-ON_DEMAND_SWITCHES_MAX:])

    def warmed(self, throughput: Throughput) -> "ThroughputHistory":
        """After throughput that was served, or asked for; what is warm never goes down."""
        warm = Throughput(
            max(self.warm.read_units, throughput.read_units), max(self.warm.write_units, throughput.write_units)
        )
        return replace(self, warm=warm)


def is_lower(left: Throughput, right: Throughput) -> bool:
    """Whether `left` has fewer units than `right` of either kind."""
    return left.read_units < right.read_units or left.write_units < right.write_units
