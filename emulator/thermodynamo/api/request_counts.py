"""The counts of one namespace's requests: which tables the request at hand has asked for, and how it ended.

The rules are CloudWatch's (developer guide, metrics-dimensions). A request that ends in HTTP status 400 is a user
error, except for a false condition and for throttling, which have metrics of their own; user errors belong to the
account and the region, everything else to a table or a stream, which keeps the counts.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from thermodynamo.api.errors import ApiError
from thermodynamo_storage.changes.request_counts import Latency, Tally

THROTTLING = frozenset(("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"))
CONDITION_FAILED = "ConditionalCheckFailedException"


class Counted(Protocol):
    """A table or a stream."""

    @property
    def tally(self) -> Tally: ...


Request = tuple[str, list[Counted]]
"""What a request is counted as, and what it has asked for."""


class RequestCounts:
    """The request at hand, and the counts that belong to no table. `asked` is empty between requests."""

    __slots__ = ("asked", "operation", "system_errors", "user_errors")

    def __init__(self) -> None:
        self.asked: dict[Counted, None] = {}
        """The tables and streams that the request has asked for."""
        self.operation = ""
        """What the request is counted as: see `thermodynamo_storage.changes.request_counts`."""
        self.user_errors = 0
        self.system_errors: Counter[str] = Counter()
        """Those of requests that had asked for no table yet."""

    def set_aside(self) -> Request:
        """Lets other requests come before the end of the one at hand."""
        request = self.operation, list(self.asked)
        self.asked.clear()
        return request

    def resume(self, request: Request) -> None:
        """Makes a request that was set aside the one at hand, so that it can end."""
        self.operation, asked = request
        self.asked.update(dict.fromkeys(asked))

    def succeed(self, seconds: float) -> None:
        """Ends a request that was answered in so many seconds."""
        for counted in self.asked:
            latency = counted.tally.latencies.get(self.operation)
            if latency is None:
                latency = counted.tally.latencies[self.operation] = Latency()
            latency.count += 1
            latency.seconds += seconds
        self.asked.clear()

    def fail(self, error: ApiError, refusing: Counted | None = None) -> Sequence[Counted]:
        """Ends a request that was answered with an error; `refusing` is the one table that throttled it.

        Returns what it counts as throttled for.
        """
        asked = list(self.asked)
        self.asked.clear()
        if error.status >= 500:
            for counters in [counted.tally.system_errors for counted in asked] or [self.system_errors]:
                counters[self.operation] += 1
        elif error.name == CONDITION_FAILED:
            for counted in asked:
                counted.tally.condition_failures += 1
        elif is_throttled(error):
            throttling = asked if refusing is None else [refusing]
            for counted in throttling:
                counted.tally.throttled[self.operation] += 1
            return throttling
        elif error.is_counted:
            self.user_errors += 1
        return ()


def is_throttled(error: ApiError) -> bool:
    """Whether limits refused the request, be it by way of its members' reasons."""
    if error.name in THROTTLING:
        return True
    reasons = (error.members or {}).get("CancellationReasons", ())
    return any(reason["Code"] in ("ProvisionedThroughputExceeded", "ThrottlingError") for reason in reasons)
