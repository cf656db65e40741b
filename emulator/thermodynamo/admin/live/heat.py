"""The heat of a table or an index from second to second: what its partitions served since the last event."""

from typing import Any

from thermodynamo.admin.reports import descriptions, keyspaces
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo_storage.partitions.heat import RING_SECONDS

PARTITIONS_AT_ONCE = 250
"""So many are looked at before other requests have their turn: about two milliseconds."""

Described = dict[str, Any]


class HeatEvents:
    """The events of one keyspace, for as long as it is there."""

    def __init__(self, namespace: Namespace, table_name: str, index_name: str | None) -> None:
        self.namespace = namespace
        self.table_name = table_name
        self.index_name = index_name
        self.until = 0

    def data(self, now: float) -> Slices[Described]:
        """`lines` has `[partition, reads, writes, refusals]` of each partition that had any in those seconds.

        `current` has `[partition, read, write, refused]` of the second that has begun. `layout` changes with each
        split: the timeline is to be read again then.
        """
        place = self._place(now)
        start, self.until = self.until or int(now) - 1, int(now)
        if place is None:
            return {"from": start, "until": self.until, "layout": None}
        seconds = max(0, min(self.until - start, RING_SECONDS))
        lines: list[list[Any]] = []
        current: list[list[float]] = []
        for number, partition in enumerate(list(place.keyspace.partitions)):
            if number and number % PARTITIONS_AT_ONCE == 0:
                yield
            meter = partition.meter
            if meter is None or meter.second < self.until - seconds:
                continue
            reads, writes, refusals = descriptions.lines(meter, now, seconds)
            if any(reads) or any(writes) or any(refusals):
                halves = [[half_units / 2 for half_units in line] for line in (reads, writes)]
                lines.append([partition.id, *halves, list(refusals)])
            read, write, refused = meter.current(now)
            if read or write or refused:
                current.append([partition.id, read / 2, write / 2, refused])
        index = place.index
        return {
            "from": self.until - seconds,
            "until": self.until,
            "layout": layout(place),
            "lines": lines,
            "current": current,
            "pending_changes": len(index.propagation.pending) if index is not None else 0,
            "lag_seconds": round(index.propagation.age_seconds(now), 3) if index is not None else 0,
        }

    def _place(self, now: float) -> Place | None:
        if not self.namespace.exists(self.table_name, now):
            return None
        places = keyspaces.of_table(self.namespace.tables[self.table_name])
        return next((place for place in places if place.index_name == self.index_name), None)


def layout(place: Place) -> str:
    """Differs between any two sets of partitions that a name has had."""
    return f"{place.table.id}/{place.keyspace.next_id}"
