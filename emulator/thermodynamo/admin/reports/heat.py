"""The heat of every table and index: what `/_admin/heat` and its timeline answer."""

from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import Any

from thermodynamo.admin.reports import descriptions, keyspaces, retries
from thermodynamo.admin.reports.diagnosis import diagnose, refused_lately
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo.settings.clock import Clock
from thermodynamo_storage.changes.propagation import CHANGES_AT_ONCE
from thermodynamo_storage.partitions.admission import AdmissionReport, PoolReport
from thermodynamo_storage.partitions.heat import RING_SECONDS
from thermodynamo_storage.partitions.keyspace import ClosedPartition, Keyspace
from thermodynamo_storage.partitions.partition import Partition

PARTITIONS_AT_ONCE = 16
"""So many are described before other requests have their turn: about four milliseconds."""


def report(namespace: Namespace, clock: Clock, wanted: Iterable[Place]) -> Slices[dict[str, Any]]:
    """The heat of some tables and indexes."""
    now = clock.now()
    found = []
    for place in wanted:
        of_table = [place.table] if place.index_name is None else []
        retried = yield from retries.report(namespace, of_table, now)
        found.append((yield from describe(place, clock, retried)))
        yield
    return {
        "now": round(now, 3),
        "capacity": namespace.config.capacity,
        "profile": namespace.config.profile,
        "tables": found,
    }


def describe(place: Place, clock: Clock, retried: Sequence[dict[str, Any]] = ()) -> Slices[dict[str, Any]]:
    """A partition that is split meanwhile is shown as it was. `retried` is what clients did about throttling."""
    keyspace = place.keyspace
    now = clock.now()
    report = keyspace.admission.report(now)
    diagnosis = yield from diagnose(keyspace, throttled_indexes(place, now), now)
    longest = max(descriptions.WINDOWS_SECONDS)
    closed = [meter.lines(now, longest) for meter in keyspace.closed_meters(now - longest)]
    partitions: list[dict[str, Any]] = []
    for partition in list(keyspace.partitions):
        partitions.append(descriptions.heat(partition, place, clock.now()))
        if len(partitions) % PARTITIONS_AT_ONCE == 0:
            yield
    rates = {
        name: summed(
            [partition[name]["units_per_second"] for partition in partitions]
            + [descriptions.rates(lines[number]) for lines in closed]
        )
        for number, name in enumerate(("read", "write"))
    }
    return {
        "table": place.table.schema.name,
        "index": place.index_name,
        "diagnosis": diagnosis.word,
        "advice": diagnosis.advice,
        "units_per_second": rates,
        "second_so_far": second_so_far(keyspace, clock.now()),
        "limits": limits(keyspace, clock.now()),
        "buffer": buffer(place, report, now),
        "throttles": dict(report.refused) if report is not None else {},
        "retries": list(retried),
        "partitions": partitions,
        "splits": (yield from descriptions.lineage(keyspace)),
    }


def buffer(place: Place, report: AdmissionReport | None, now: float) -> dict[str, Any] | None:
    """The changes on their way to a global index, and the write units that it owes; None for a table.

    An index that owes as much as it may refuses its table's writes.
    """
    if place.index is None:
        return None
    propagation = place.index.propagation
    propagation.catch_up(now, CHANGES_AT_ONCE)
    return {
        "changes_waiting": len(propagation.pending),
        "oldest_seconds": round(propagation.age_seconds(now), 3),
        "units_owed": round(max(0.0, -report.writes.tokens) / 2, 2) if report is not None else 0.0,
        "units_owed_at_most": report.owed_max / 2 if report is not None else 0.0,
    }


def summed(rates: Sequence[descriptions.Rates]) -> descriptions.Rates:
    """The rates of all partitions together, those split meanwhile among them."""
    return {str(window): round(sum(each[str(window)] for each in rates), 2) for window in descriptions.WINDOWS_SECONDS}


def second_so_far(keyspace: Keyspace, now: float) -> dict[str, float]:
    """The units of the second of `now`, which the rates leave out until it is over."""
    counts = [meter.current(now) for meter in keyspace.meters(int(now) - 1)]
    return {"read": sum(read for read, _, _ in counts) / 2, "write": sum(write for _, write, _ in counts) / 2}


def limits(keyspace: Keyspace, now: float) -> dict[str, Any] | None:
    """What the keyspace as a whole may use, and what each partition; None where nothing is metered."""
    keyspace.admission.refresh(now)
    report = keyspace.admission.report(now)
    if report is None:
        return None
    return {
        "read": _pool(report.reads),
        "write": _pool(report.writes),
        "partition": {"read": keyspace.served.read_units, "write": keyspace.served.write_units},
    }


def _pool(pool: PoolReport) -> dict[str, Any]:
    return {
        "limit": pool.limit,
        "units_per_second": pool.rate / 2,
        "units_left": round(pool.tokens / 2, 2),
        "units_kept_at_most": pool.depth / 2,
    }


def throttled_indexes(place: Place, now: float) -> list[str]:
    """The indexes of a table, or the index itself, that refused writes in the last minute."""
    return [
        each.index_name
        for each in keyspaces.of_table(place.table)
        if each.index_name is not None and place.index_name in (None, each.index_name)
        if any(is_write for is_write, _ in refused_lately(each.keyspace, now))
    ]


def timeline(place: Place, seconds: int, now: float, partitions_max: int | None = None) -> Slices[dict[str, Any]]:
    """Units a second by partition and second, oldest first; of all partitions, or of so many of the lowest.

    Before its birth a partition shows the heat of the one that held its range then.
    """
    seconds = max(1, min(seconds, RING_SECONDS))
    closed = _closed(place, seconds, now)
    lines: list[dict[str, Any]] = []
    for partition in place.keyspace.partitions[:partitions_max]:
        if lines and len(lines) % PARTITIONS_AT_ONCE == 0:
            yield
        lines.append(_timeline_line(place, partition, *history(closed, partition, seconds, now)))
    return {**_timeline_head(place, seconds, now), "partitions": lines}


def sparse_timeline(place: Place, seconds: int, clock: Clock) -> Slices[dict[str, Any]]:
    """A timeline in which a list of nothing but zeros is empty.

    Each list ends with the timeline's last second, also where later ones have begun meanwhile; it may be shorter then.
    """
    lines: list[dict[str, Any]] = []
    head = _timeline_head(place, seconds, clock.now())
    for partition in list(place.keyspace.partitions):
        if lines and len(lines) % PARTITIONS_AT_ONCE == 0:
            yield
        now = clock.now()
        late_seconds = int(now) - head["until"]
        wanted = min(seconds + late_seconds, RING_SECONDS)
        series = history(_closed(place, wanted, now), partition, wanted, now)
        reads, writes, refusals = (line[: len(line) - late_seconds] for line in series)
        lines.append(
            _timeline_line(place, partition, *(line if any(line) else () for line in (reads, writes, refusals)))
        )
    return {**head, "partitions": lines}


def _timeline_head(place: Place, seconds: int, now: float) -> dict[str, Any]:
    end = int(now)
    return {
        "table": place.table.schema.name,
        "index": place.index_name,
        "from": end - seconds,
        "until": end,
        "served": {"read": place.keyspace.served.read_units, "write": place.keyspace.served.write_units},
    }


def _closed(place: Place, seconds: int, now: float) -> dict[int, ClosedPartition]:
    return {each.id: each for each in place.keyspace.closed if each.closed_at > now - seconds}


def _timeline_line(
    place: Place, partition: Partition, reads: Sequence[int], writes: Sequence[int], refusals: Sequence[int]
) -> dict[str, Any]:
    return {
        **descriptions.bounds(partition),
        "begins_with": descriptions.begins_with(place, partition.low),
        "read": [half_units / 2 for half_units in reads],
        "write": [half_units / 2 for half_units in writes],
        "throttles": list(refusals),
    }


def history(
    closed: Mapping[int, ClosedPartition], partition: Partition, seconds: int, now: float
) -> Sequence[Sequence[int]]:
    """Reads, writes (half units) and refusals, each of the last seconds, oldest first, over the lineage.

    `closed` are the partitions that were split in those seconds, by id.
    """
    meter = partition.meter
    lines: Sequence[Sequence[int]] = meter.lines(now, seconds) if meter is not None else ([0] * seconds,) * 3
    ancestor = closed.get(partition.parent) if partition.parent is not None else None
    while ancestor is not None:
        if ancestor.meter is not None:
            older = ancestor.meter.lines(now, seconds)
            lines = [list(map(add, line, before)) for line, before in zip(lines, older, strict=True)]
        ancestor = closed.get(ancestor.parent) if ancestor.parent is not None else None
    return lines
