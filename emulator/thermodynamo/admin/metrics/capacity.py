"""The metrics of tables and global indexes: units, refusals by limit, throughput, partitions, and new indexes.

A table's figures leave out those of its indexes, which have both dimensions. The writes of an index have a third one,
`Source`, as published captures of the service show.
"""

from collections.abc import Iterator, Sequence

from prometheus_client.core import Metric

from thermodynamo.admin.metrics.family import Counter, Gauge
from thermodynamo.admin.reports import keyspaces
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.capacity import refusals
from thermodynamo_storage.capacity.refusals import LIMITS, Limit
from thermodynamo_storage.tables.table import Table

SOURCE = "Customer"


def families(namespace: Namespace, tables: Sequence[Table], now: float) -> Iterator[Metric]:
    """The metrics of some of the tables of a namespace."""
    found = [place for table in tables for place in keyspaces.of_table(table)]
    for is_write, kind in ((False, "Read"), (True, "Write")):
        yield _consumed(found, is_write, kind, now)
        yield _provisioned(found, is_write, kind)
        yield _maximum(found, kind)
        yield from _throttle_events(found, is_write, kind, now)
    yield from _online_indexes(namespace, found, now)
    expired = Counter("TimeToLiveDeletedItemCount", "Items that time to live removed")
    for table in tables:
        expired.count(table.tally.expired_items, TableName=table.schema.name)
    yield expired.metric
    yield from _vectors(tables)
    partitions = Gauge("Partitions", "Partitions of the table or index; CloudWatch has no such metric")
    for place in found:
        partitions.set(len(place.keyspace.partitions), **dimensions(place))
    yield partitions.metric


def _vectors(tables: Sequence[Table]) -> Iterator[Metric]:
    """Bytes of vector indexes, which have dimensions of their own (developer guide, VectorSearchMonitoring)."""
    searched = Counter("VectorSearchRequestBytes", "Bytes that searches of a vector index are metered with")
    written = Counter(
        "VectorWriteRequestBytes", "Bytes that writes send to a vector index, without minimums of requests"
    )
    for table in tables:
        for name, index in table.vector_indexes.items():
            place = {"TableName": table.schema.name, "VectorIndexName": name}
            searched.count(index.searched_bytes, **place)
            written.count(index.taken_bytes, **place)
    yield searched.metric
    yield written.metric


def dimensions(place: Place, is_write: bool = False) -> dict[str, str | None]:
    source = SOURCE if is_write and place.index_name is not None else None
    return {"TableName": place.table.schema.name, "GlobalSecondaryIndexName": place.index_name, "Source": source}


def _consumed(found: list[Place], is_write: bool, kind: str, now: float) -> Metric:
    family = Counter(f"Consumed{kind}CapacityUnits", f"{kind} units used")
    for place in found:
        report = place.keyspace.admission.report(now)
        if report is not None:
            pool = report.writes if is_write else report.reads
            family.count(pool.total / 2, **dimensions(place, is_write))
    return family.metric


def _provisioned(found: list[Place], is_write: bool, kind: str) -> Metric:
    family = Gauge(f"Provisioned{kind}CapacityUnits", f"{kind} units provisioned")
    for place in found:
        throughput = place.table.schema.throughputs[place.index_name]
        units = throughput.write_units if is_write else throughput.read_units
        if units:
            family.set(units, **dimensions(place))
    return family.metric


def _maximum(found: list[Place], kind: str) -> Metric:
    """Only of what is on demand and has a maximum."""
    family = Gauge(f"OnDemandMax{kind}RequestUnits", f"The configured maximum of {kind.lower()} units a second")
    for place in found:
        schema = place.index.schema if place.index is not None else place.table.schema
        given = schema.settings.get("OnDemandThroughput")
        units = given.get(f"Max{kind}RequestUnits", 0) if isinstance(given, dict) else 0
        if units > 0 and not schema.throughput.read_units:
            family.set(units, **dimensions(place))
    return family.metric


def _throttle_events(found: list[Place], is_write: bool, kind: str, now: float) -> Iterator[Metric]:
    """Each member of a batch, and each index of a write, is an event of its own; what only observing refused is one."""
    total = Counter(f"{kind}ThrottleEvents", f"{kind}s throttled")
    causes = {
        limit: Counter(f"{kind}{limit}ThrottleEvents", f"{kind}s throttled for this cause: {limit}") for limit in LIMITS
    }
    for place in found:
        counts = throttle_counts(place, is_write, now)
        total.count(sum(counts.values()), **dimensions(place, is_write))
        for limit, family in causes.items():
            family.count(counts[limit], **dimensions(place, is_write))
    yield total.metric
    for family in causes.values():
        yield family.metric


def throttle_counts(place: Place, is_write: bool, now: float) -> dict[Limit, int]:
    """Refusals by limit, but for those of an index while it was being filled."""
    report = place.keyspace.admission.report(now)
    if report is None:
        return dict.fromkeys(LIMITS, 0)
    refused, filling = report.refused, report.refused_filling
    reasons = {limit: refusals.reason(place.index_name is not None, is_write, limit) for limit in LIMITS}
    return {limit: refused.get(reason, 0) - filling.get(reason, 0) for limit, reason in reasons.items()}


def _online_indexes(namespace: Namespace, found: list[Place], now: float) -> Iterator[Metric]:
    """Of indexes added to a live table. The units of filling one are no ConsumedWriteCapacityUnits."""
    consumed = Counter("OnlineIndexConsumedWriteCapacity", "Write units that filling the new index took")
    throttled = Counter("OnlineIndexThrottleEvents", "Writes that the new index throttled while it was being filled")
    progress = Gauge("OnlineIndexPercentageProgress", "How much of the table the filling has looked at, in percent")
    filling = {id(backfill.index): backfill for backfill in namespace.database.catalog.backfills}
    for place in found:
        index = place.index
        if index is None or index.filled_half_units is None:
            continue
        consumed.count(index.filled_half_units / 2, **dimensions(place))
        report = place.keyspace.admission.report(now)
        refused = sum(report.refused_filling.values()) if report is not None else 0
        throttled.count(refused, **dimensions(place))
        if id(index) in filling:
            progress.set(filling[id(index)].percentage, **dimensions(place))
    for family in (consumed, throttled, progress):
        yield family.metric
