"""What was denied, or would have been: by caller, action, resource and statement, and by what a signature lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

OBSERVATIONS_MAX = 1_000
"""Different denials that are kept; the ones that were least recently repeated go first."""


@dataclass(frozen=True, slots=True)
class Denial:
    """One kind of denial. `decided_by` names a statement, or what was missing, or the error of a signature."""

    caller: str
    operation: str
    action: str
    resource: str
    decided_by: str
    reason: str


class Observations:
    """How often each kind of denial occurred, and when last, in seconds of the epoch."""

    def __init__(self) -> None:
        self.counts: dict[Denial, tuple[int, float]] = {}

    def add(self, denial: Denial, now: float) -> None:
        count, _ = self.counts.pop(denial, (0, 0.0))
        if len(self.counts) >= OBSERVATIONS_MAX:
            del self.counts[next(iter(self.counts))]
        self.counts[denial] = (count + 1, now)

    def clear(self) -> None:
        self.counts.clear()

    def describe(self) -> Iterator[dict[str, Any]]:
        """The denials as JSON, the most frequent first."""
        for denial, (count, last_at) in sorted(self.counts.items(), key=lambda each: -each[1][0]):
            yield {
                "caller": denial.caller,
                "operation": denial.operation,
                "action": denial.action,
                "resource": denial.resource,
                "decided_by": denial.decided_by,
                "reason": denial.reason,
                "count": count,
                "last_at": last_at,
            }
