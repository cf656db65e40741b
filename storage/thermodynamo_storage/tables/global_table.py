"""Global tables of version 2019.11.21: which tables of which regions are replicas of one another.

A replica comes and goes over time, and shows itself late in some places: every state is lazy in `now`. What a global
table is changes where definitions are applied, and nowhere else.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from thermodynamo_storage.values.dataclass import dataclass

ReplicaStatus = Literal["CREATING", "ACTIVE", "DELETING"]
SOURCE_SECONDS = 24 * 3600
"""So long after it was the source of another replica a replica stays as long as that one (ack-api-quirks,
DDB-TABLE-266 and 267, October 2026)."""


@dataclass(frozen=True, slots=True)
class Replica:
    """One region's table, or a witness, which has no table: the id of its table is empty."""

    region: str
    table_id: str
    source_region: str
    """The region whose table was asked to add it; its own for the first one."""
    added_at: float
    shown_at: float
    """When the other replicas begin to show it."""
    settled_at: float
    """When its creation is over; one with many items takes longer."""
    leaving_at: float | None = None
    left_at: float | None = None
    """When its deletion begins, and when the other replicas cease to show it."""

    def is_there(self, now: float) -> bool:
        """Whether it belongs to the global table, shown or not."""
        return self.left_at is None or now < self.left_at

    def is_shown(self, now: float) -> bool:
        return self.is_there(now) and now >= self.shown_at

    def status(self, now: float, *, is_filled: bool) -> ReplicaStatus:
        if self.leaving_at is not None and now >= self.leaving_at:
            return "DELETING"
        return "ACTIVE" if now >= self.settled_at and is_filled else "CREATING"


class GlobalTable:
    """The replicas of one global table in the order in which they were added, and its witness."""

    __slots__ = ("is_strong", "replicas", "witness")

    def __init__(self, first: Replica, *, is_strong: bool = False) -> None:
        self.replicas: list[Replica] = [first]
        self.witness: Replica | None = None
        self.is_strong = is_strong

    def others(self, region: str, now: float) -> Iterator[Replica]:
        """The replicas of other regions that there are at `now`, shown or not."""
        for replica in self.replicas:
            if replica.region != region and replica.is_there(now):
                yield replica

    def find(self, region: str, now: float) -> Replica | None:
        """The replica of a region, if there is one at `now`."""
        return next((each for each in self.replicas if each.region == region and each.is_there(now)), None)

    def coming(self, now: float) -> Replica | None:
        """The replica that is shown as being created, if there is one."""
        return next((each for each in self.replicas if each.is_shown(now) and now < each.settled_at), None)

    def staying_regions(self) -> list[str]:
        """The regions of its replicas, and of its witness, that have not been told to leave."""
        members = [*self.replicas, self.witness] if self.witness is not None else self.replicas
        return [each.region for each in members if each.leaving_at is None]

    def was_source(self, region: str, now: float) -> bool:
        """Whether a replica that is still there was added from this region in the last 24 hours."""
        return any(
            replica.source_region == region and now - replica.added_at < SOURCE_SECONDS
            for replica in self.others(region, now)
        )

    def add(self, replica: Replica) -> None:
        """Adds a replica, in place of one of the region that has left."""
        self.replicas = [each for each in self.replicas if each.region != replica.region]
        self.replicas.append(replica)

    def leave(self, region: str, leaving_at: float, left_at: float) -> None:
        """Lets the replica or the witness of a region go."""
        self.replicas = [
            replace(each, leaving_at=leaving_at, left_at=left_at) if each.region == region else each
            for each in self.replicas
        ]
        if self.witness is not None and self.witness.region == region:
            self.witness = replace(self.witness, leaving_at=leaving_at, left_at=left_at)

    def check(self) -> None:
        """Asserts that no region has two replicas."""
        regions = [replica.region for replica in self.replicas]
        assert len(set(regions)) == len(regions)
