"""Hot keys: what one key was asked for that no partition serves, and over how many keys it must be spread."""

from collections.abc import Iterator
from math import ceil

from thermodynamo.foresight.advice.evidence import Evidence, KeyEvidence
from thermodynamo.foresight.advice.finding import Finding, finding, of_operations
from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT


def findings(evidence: Evidence) -> Iterator[Finding]:
    """A partition key whose items are hot together is told only where it met refusals: a split may hold it."""
    for key in evidence.keys:
        count = shards(key.read_units_peak, key.write_units_peak)
        if count > 1 and (key.throttled or not key.is_collection):
            figures: dict[str, float | int | str] = {
                "key": key.key,
                "read_units_peak": key.read_units_peak,
                "write_units_peak": key.write_units_peak,
                "shards": count,
                "throttled": key.throttled,
            }
            requests = key.requests or (of_operations(evidence, True) if evidence.index is not None else ())
            yield finding(evidence, "hot key", _text(key, count), figures, requests)


def _text(key: KeyEvidence, count: int) -> str:
    served = PARTITION_THROUGHPUT
    subject = f"the items of {key.key} were" if key.is_collection else f"{key.key} was"
    asked = f"{key.write_units_peak:,.0f} write and {key.read_units_peak:,.0f} read units in one second"
    advice = f"Spread it over {count} partition keys, or read it from a cache"
    if key.is_collection:
        advice = (
            f"Spread them over {count} partition keys: within one, a partition is split only where the load lasts, and "
            "never with a local index"
        )
    return (
        f"{subject} asked for {'about ' if key.is_estimated else ''}{asked}; a partition serves "
        f"{served.write_units:,} and {served.read_units:,}. {advice}"
    )


def shards(read_units: float, write_units: float) -> int:
    """Over how many partition keys so much in one second must be spread, each on a partition of its own."""
    served = PARTITION_THROUGHPUT
    return max(1, ceil(read_units / served.read_units), ceil(write_units / served.write_units))
