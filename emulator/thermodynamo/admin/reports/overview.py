"""What the console's first page shows of a table or a global index: load, limits, size, lag, and what is wrong."""

from collections.abc import Sequence
from operator import add
from typing import Any

from thermodynamo.admin.reports import descriptions, keyspaces
from thermodynamo.admin.reports.diagnosis import Diagnosis, diagnose
from thermodynamo.admin.reports.heat import throttled_indexes
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo.settings.clock import Clock
from thermodynamo_storage.database import Database
from thermodynamo_storage.partitions.admission import PoolReport

SERIES_SECONDS = 60
PARTITIONS_AT_ONCE = 64
"""So many are summed up before other requests have their turn: a millisecond or two."""

Described = dict[str, Any]


def report(namespace: Namespace, clock: Clock) -> Slices[Described]:
    """All tables and global indexes of a namespace, and which namespaces have tables."""
    lines: list[Described] = []
    partitions = 0
    for table in keyspaces.tables(namespace, clock.now()):
        for place in keyspaces.of_table(table):
            now = clock.now()
            diagnosis = yield from diagnosis_of(place, now)
            lines.append((yield from describe(place, diagnosis, SERIES_SECONDS, now)))
            partitions += len(place.keyspace.partitions)
            if partitions >= PARTITIONS_AT_ONCE:
                partitions = 0
                yield
    return {
        "now": round(clock.now(), 3),
        "account": namespace.account,
        "region": namespace.region,
        "capacity": namespace.config.capacity,
        "profile": namespace.config.profile,
        "lines": lines,
        "namespaces": inhabited(namespace.database),
    }


def inhabited(database: Database) -> list[Described]:
    """The namespaces that have tables, and how many."""
    return [
        {"account": account, "region": region, "tables": len(tables)}
        for (account, region), tables in sorted(database.catalog.namespaces.items())
        if tables
    ]


def describe(place: Place, diagnosis: Diagnosis, seconds: int, now: float) -> Slices[Described]:
    """`read`, `write` and `throttled` are of each of the last seconds, oldest first; empty for nothing but zeros."""
    table, keyspace = place.table, place.keyspace
    admission = keyspace.admission.report(now)
    reads, writes, refusals = yield from series(place, seconds, now)
    index = place.index
    transition = table.transition if index is None else index.transition
    return {
        "table": table.schema.name,
        "index": place.index_name,
        "id": table.id,
        "status": transition or "ACTIVE",
        "billing": table.schema.billing_mode,
        "items": keyspace.item_count,
        "bytes": keyspace.size_bytes,
        "partitions": len(keyspace.partitions),
        "until": int(now),
        "read": [half_units / 2 for half_units in reads] if any(reads) else [],
        "write": [half_units / 2 for half_units in writes] if any(writes) else [],
        "throttled": list(refusals) if any(refusals) else [],
        "throttles": sum(admission.refused.values()) if admission is not None else 0,
        "limits": {"read": pool(admission.reads), "write": pool(admission.writes)} if admission is not None else None,
        "pending_changes": len(index.propagation.pending) if index is not None else 0,
        "lag_seconds": round(index.propagation.age_seconds(now), 3) if index is not None else 0,
        "diagnosis": diagnosis.word,
        "advice": diagnosis.advice,
    }


def diagnosis_of(place: Place, now: float) -> Slices[Diagnosis]:
    return diagnose(place.keyspace, throttled_indexes(place, now), now)


def pool(report: PoolReport) -> Described:
    return {"limit": report.limit, "units_per_second": report.rate / 2, "units_left": round(report.tokens / 2, 1)}


def series(place: Place, seconds: int, now: float) -> Slices[Sequence[Sequence[int]]]:
    """Half units read and written, and refusals, of a keyspace in each of the last whole seconds, oldest first."""
    total: list[Sequence[int]] = [[0] * seconds] * 3
    for number, meter in enumerate(list(place.keyspace.meters(now - seconds))):
        if number and number % PARTITIONS_AT_ONCE == 0:
            yield
        if meter.second >= int(now) - seconds:
            own = descriptions.lines(meter, now, seconds)
            total = [list(map(add, line, served)) for line, served in zip(total, own, strict=True)]
    return total
