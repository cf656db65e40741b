"""Why a partition is split, or is not: it has been hot for long enough, it is full, or throughput was raised.

What is found due while a request is metered is carried out before the next one, by the database.
"""

from collections.abc import Callable
from typing import Literal

from thermodynamo_storage.capacity.policy import REPLICAS, Policy
from thermodynamo_storage.partitions.heat import HeatMeter
from thermodynamo_storage.values.schema import Throughput

SplitReason = Literal["heat", "size", "throughput", "manual"]

HOT_SHARE = 0.8
"""Load from this share of a partition's limit on counts as near it."""
COOLING = 5
"""How many hot seconds a cool one takes back."""
UNSPLIT_SECONDS = 60
"""So long after its last hot second, why a partition could not be split for heat is of no interest any more."""
RETRY_SHARE = 0.01
"""A full partition that could not be split is looked at again when its size has changed by more."""


class SplitReasons:
    """The reasons to split one partition, and why the last of them did not."""

    __slots__ = (
        "hot_seconds",
        "reads_crowded",
        "split_after_seconds",
        "unsplit",
        "unsplit_bytes",
        "unsplit_for",
        "writes_crowded",
    )

    def __init__(self) -> None:
        self.hot_seconds = 0.0
        """How long the load has been near a limit of the leader; a cool second takes back several."""
        self.split_after_seconds = 0.0
        """So long is to be hot before the split; drawn when load gets near a limit."""
        self.reads_crowded = self.writes_crowded = False
        """Whether one was refused in the current second because partitions serve no more."""
        self.unsplit: str | None = None
        """Why the partition was not split when it last was to be."""
        self.unsplit_for: SplitReason | None = None
        """For which reason it was to be."""
        self.unsplit_bytes = 0
        """How large the partition was when it was full and no point was found to split it at."""

    def end_second(
        self,
        meter: HeatMeter,
        total_bytes: int,
        served: Throughput,
        bytes_max: int,
        split_after: Callable[[], float],
        exact_weight: int,
        now: float,
    ) -> SplitReason | None:
        """Turns the partition's meter to the second of `now`; returns why a split is due, if it is.

        `total_bytes` is the size of the partition, `served` what it serves in a second; `split_after` draws how many
        seconds it is to be hot; `exact_weight` is handed on to the meter.
        """
        heat = self._heat(meter, served)
        self.reads_crowded = self.writes_crowded = False
        idle_seconds = meter.turn(now, exact_weight) - 1
        if heat or self.hot_seconds:
            if not self.hot_seconds:
                self.split_after_seconds = split_after()
            self.hot_seconds = max(0.0, self.hot_seconds + (heat or -COOLING) - COOLING * idle_seconds)
            if self.hot_seconds >= self.split_after_seconds and heat:
                self.hot_seconds = 0.0
                return "heat"
        if total_bytes < bytes_max:
            return None
        return "size" if abs(total_bytes - self.unsplit_bytes) > RETRY_SHARE * self.unsplit_bytes else None

    def _heat(self, meter: HeatMeter, served: Throughput) -> float:
        """How much of a hot second the current one is: 0 where no limit is near, else the leader's share.

        Splits follow what a partition consumes (Elhemali et al., USENIX ATC 2022, section 4.4), and one replica leads:
        all writes and consistent reads are its own, and a third of the others. So a key whose replicas serve 4,500
        units a second is as hot as one with half of the reads that its leader could serve, and is split after twice the
        time: 4,500 lasted for ten minutes at least (AWS database blog, Scaling DynamoDB, part 2), where consistent
        reads beyond the limit led to a split after eight (tests/experiments). That the leader is what counts is
        inferred from the two.
        """
        if self.writes_crowded or meter.write_half_units >= HOT_SHARE * 2 * served.write_units:
            return 1.0
        eventual = meter.eventual_half_units
        # Both are multiplied by REPLICAS, so that they are exact.
        used = REPLICAS * meter.read_half_units - (REPLICAS - 2) * eventual
        by_leader = REPLICAS * meter.read_half_units - (REPLICAS - 1) * eventual
        if not self.reads_crowded and used < HOT_SHARE * 2 * served.read_units * REPLICAS:
            return 0.0
        return by_leader / used if eventual else 1.0

    def note_unsplit(self, reason: SplitReason, why: str, total_bytes: int) -> None:
        """Keeps why the partition, of so many bytes, could not be split for a reason."""
        self.unsplit = why
        self.unsplit_for = reason
        if reason == "size":
            self.unsplit_bytes = total_bytes

    def why_unsplit(
        self, meter: HeatMeter | None, total_bytes: int, served: Throughput, policy: Policy, now: float
    ) -> str | None:
        """Why the partition could not be split, as long as it is hot, or full."""
        if self.unsplit_for == "heat":
            seconds = meter.seconds(now, UNSPLIT_SECONDS) if meter is not None else []
            lasts = any(is_near_limit(read, write, served) for read, write, _ in seconds)
        else:
            lasts = self.unsplit_for != "size" or total_bytes >= policy.partition_bytes_max
        return self.unsplit if lasts else None


CALM = SplitReasons()
"""What every partition has in place of reasons of its own as long as nothing is near a limit, or refused: it never
changes. Of a thousand partitions most are calm, and a second of theirs ends without a look at one more object."""


def is_near_limit(read_half_units: int, write_half_units: int, served: Throughput) -> bool:
    """Whether so much in one second is near what a partition serves."""
    return (
        read_half_units >= HOT_SHARE * 2 * served.read_units or write_half_units >= HOT_SHARE * 2 * served.write_units
    )
