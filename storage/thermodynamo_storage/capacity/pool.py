"""A pool: the units that a whole table or index may use, for reads or for writes, and which limit they stand for.

Provisioned units are supplied every second and kept for a burst; on demand, what counts is the least of the quota, the
configured maximum, and what is served at once.
"""

from collections.abc import Callable

from thermodynamo_storage.capacity.on_demand import MINUTE_SECONDS, Peak
from thermodynamo_storage.capacity.refusals import Limit
from thermodynamo_storage.capacity.routed_bucket import RoutedBucket
from thermodynamo_storage.capacity.units import TokenBucket

BURST_SECONDS = 300
"""How much unused provisioned capacity is kept (developer guide, burst-adaptive-capacity)."""


class Pool:
    """The bucket of a whole keyspace for reads or for writes, and which limit it stands for."""

    __slots__ = ("bucket", "limit", "peak", "total", "total_at_minute")

    def __init__(self, chance: Callable[[], float] | None) -> None:
        self.bucket = TokenBucket(0.0, 0.0) if chance is None else RoutedBucket(0.0, 0.0, chance)
        self.limit: Limit = "ProvisionedThroughput"
        self.peak = Peak()
        self.total = 0
        """The half units ever used."""
        self.total_at_minute = 0

    def provision(self, units: int, now: float) -> None:
        self._set("ProvisionedThroughput", units, BURST_SECONDS, now)

    def serve_on_demand(self, initial_units: int, quota_units: int, maximum_units: int | None, now: float) -> None:
        """The least of the quota, the configured maximum and what is served on demand is what counts."""
        limits: list[tuple[float, Limit]] = [(quota_units, "AccountLimit")]
        if maximum_units is not None:
            limits.append((maximum_units, "MaxOnDemandThroughput"))
        limits.append((self.peak.limit(2 * initial_units) / 2, "KeyRangeThroughput"))
        units, limit = min(limits, key=lambda each: each[0])
        self._set(limit, units, 1, now)

    def _set(self, limit: Limit, units: float, depth_seconds: int, now: float) -> None:
        rate = 2.0 * units
        bucket = self.bucket
        if (limit, rate, rate * depth_seconds) != (self.limit, bucket.rate, bucket.depth):
            is_new = not bucket.rate
            self.limit = limit
            bucket.set_rate(rate, rate * depth_seconds, now)
            if is_new or depth_seconds == 1:
                bucket.set_tokens(rate * depth_seconds, now)

    def end_minute(self, warm_units: int, ended_at: float, now: float) -> bool:
        """Takes in the use of the minute that ended at `ended_at`; whether the previous peak has risen by `now`.

        `warm_units` a second are served on demand whatever the peak.
        """
        rate = (self.total - self.total_at_minute) / MINUTE_SECONDS
        self.total_at_minute = self.total
        return self.peak.observe(rate, 2 * warm_units, ended_at, now)
