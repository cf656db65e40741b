"""Which partitions are due to be split: one that has been hot for long enough or is full, or all for raised throughput.

What is found here while a request is metered is carried out before the next one, by the database.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from thermodynamo_storage.capacity.policy import Policy
    from thermodynamo_storage.partitions.heat import HeatMeter
    from thermodynamo_storage.partitions.keyspace import Keyspace
    from thermodynamo_storage.partitions.partition import Partition
    from thermodynamo_storage.tables.table import Table
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


@dataclass(frozen=True, slots=True)
class DueSplit:
    """A partition that is split before the next request."""

    table: "Table"
    keyspace: "Keyspace"
    partition: "Partition"
    reason: SplitReason


@dataclass(frozen=True, slots=True)
class DueGrowth:
    """A keyspace whose partitions are split, all of them and again, until there are `wanted` (or none can be split)."""

    table: "Table"
    keyspace: "Keyspace"
    wanted: int


def end_second(
    partition: "Partition", meter: "HeatMeter", served: "Throughput", policy: "Policy", exact_weight: int, now: float
) -> SplitReason | None:
    """Turns the partition's meter to the second of `now`; returns why a split is due, if it is.

    `served` is what the partition serves in a second; `exact_weight` is handed on to the meter.
    """
    is_hot = _is_near_limit(meter.read_half_units, meter.write_half_units, served)
    idle_seconds = meter.turn(now, exact_weight) - 1
    if is_hot or meter.hot_seconds:
        meter.hot_seconds = max(0.0, meter.hot_seconds + (1 if is_hot else -COOLING) - COOLING * idle_seconds)
        if meter.hot_seconds >= policy.split_after_seconds and is_hot:
            meter.hot_seconds = 0.0
            return "heat"
    total_bytes = partition.total_bytes
    if total_bytes < policy.partition_bytes_max:
        return None
    return "size" if abs(total_bytes - meter.unsplit_bytes) > RETRY_SHARE * meter.unsplit_bytes else None


def why_unsplit(partition: "Partition", served: "Throughput", policy: "Policy", now: float) -> str | None:
    """Why a partition could not be split, as long as it is hot, or full."""
    meter = partition.meter
    if meter is None or meter.unsplit is None:
        return None
    if meter.unsplit_for == "heat":
        seconds = meter.seconds(now, UNSPLIT_SECONDS)
        lasts = any(_is_near_limit(read, write, served) for read, write, _ in seconds)
    else:
        lasts = meter.unsplit_for != "size" or partition.total_bytes >= policy.partition_bytes_max
    return meter.unsplit if lasts else None


def _is_near_limit(read_half_units: int, write_half_units: int, served: "Throughput") -> bool:
    """Whether that in one second is near what a partition serves."""
    return (
        read_half_units >= HOT_SHARE * 2 * served.read_units or write_half_units >= HOT_SHARE * 2 * served.write_units
    )
