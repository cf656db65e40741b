"""The tables of a namespace from second to second: an event has those that are busy and those that changed.

A table without load costs a comparison a second. The diagnosis of a keyspace looks at a minute of each partition, so
one of many partitions is judged less often.
"""

from dataclasses import dataclass
from typing import Any

from thermodynamo.admin.reports import keyspaces, overview
from thermodynamo.admin.reports.diagnosis import Diagnosis
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.admin.reports.overview import PARTITIONS_AT_ONCE
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices

BUSY_SECONDS = 62
"""A table counts as busy for as long as its last load is among what a page shows."""
JUDGED_PARTITIONS = 100
"""A keyspace is judged every second for each so many partitions that it has."""

Key = tuple[str, str | None]
"""The name of a table and of its index."""
Described = dict[str, Any]


@dataclass(slots=True)
class Seen:
    """What the last event knew of a table or an index."""

    marks: tuple[object, ...]
    diagnosis: Diagnosis
    judged_at: float
    busy_until: float


class TableEvents:
    """The events of one namespace."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.seen: dict[Key, Seen] = {}
        self.until = 0

    def data(self, now: float) -> Slices[Described]:
        """What changed since the last call, with the load of the seconds since then: `read`, `write`, `throttled`.

        The first call tells of all tables, and says so in `is_all`.
        """
        is_all = not self.until
        seconds = max(1, min(int(now) - self.until, overview.SERIES_SECONDS)) if self.until else 1
        self.until = int(now)
        lines: list[Described] = []
        present: set[Key] = set()
        looked = 0
        for table in keyspaces.tables(self.namespace, now):
            for place in keyspaces.of_table(table):
                present.add((table.schema.name, place.index_name))
                diagnosis = yield from self._news(place, now)
                looked += 1
                if diagnosis is not None:
                    lines.append((yield from overview.describe(place, diagnosis, seconds, now)))
                    looked += len(place.keyspace.partitions)
                if looked >= PARTITIONS_AT_ONCE:
                    looked = 0
                    yield
        removed = [key for key in self.seen if key not in present]
        for key in removed:
            del self.seen[key]
        return {"until": self.until, "seconds": seconds, "is_all": is_all, "lines": lines, "removed": removed}

    def _news(self, place: Place, now: float) -> Slices[Diagnosis | None]:
        """The diagnosis of a keyspace that has something new; None for one that has not."""
        key = (place.table.schema.name, place.index_name)
        marks = _marks(place, now)
        seen = self.seen.get(key)
        if seen is None:
            diagnosis = yield from overview.diagnosis_of(place, now)
            seen = self.seen[key] = Seen((), diagnosis, now, 0.0)
        is_changed = marks != seen.marks
        if is_changed:
            seen.busy_until = now + BUSY_SECONDS
            seen.marks = marks
        elif now >= seen.busy_until:
            return None
        if not seen.judged_at <= now < seen.judged_at + 1 + len(place.keyspace.partitions) / JUDGED_PARTITIONS:
            seen.diagnosis, seen.judged_at = (yield from overview.diagnosis_of(place, now)), now
        return seen.diagnosis


def _marks(place: Place, now: float) -> tuple[object, ...]:
    """What differs where there is something new. Refused requests use no units, and are counted besides."""
    report = place.keyspace.admission.report(now)
    index = place.index
    return (
        place.table.id,
        place.table.transition if index is None else index.transition,
        id(place.table.schema),
        len(place.keyspace.partitions),
        place.keyspace.item_count,
        len(index.propagation.pending) if index is not None else 0,
        (report.reads.total, report.writes.total, sum(report.refused.values())) if report is not None else None,
    )
