"""Keys, partitions and refusals in the JSON of the admin API. Units are whole ones here, not half units."""

from collections.abc import Sequence
from typing import Any

from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api import key_text, throttle_report
from thermodynamo.api.slices import Slices
from thermodynamo_storage.capacity.refusals import Refusal
from thermodynamo_storage.partitions.heat import HeatMeter
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import KeySchema

WINDOWS_SECONDS = (1, 10, 60, 300)
HOTTEST_KEYS_MAX = 10
HOTTEST_PARTITION_KEYS_MAX = 3
CLOSED_AT_ONCE = 1_000
"""Partitions that one slice describes of those that were split: about a millisecond."""

Described = dict[str, Any]
Rates = dict[str, float]


def key(schema: KeySchema, key_bytes: bytes) -> Described:
    """The key attributes that key bytes begin with, by name, as on the wire."""
    values = key_text.values(schema, key_bytes)
    return {
        attribute.name: {attribute.kind: values[attribute.name]}
        for attribute in schema.attributes
        if attribute.name in values
    }


def begins_with(place: Place, low: bytes) -> Described | None:
    """The key at the bound of a partition, as far as it is one; that of an index entry includes the table's.

    Entries with the same key in the index differ in the table's.
    """
    found = key(place.key_schema, low)
    if place.index_name is not None and len(found) == len(place.key_schema.attributes):
        found |= key(place.table.schema.key_schema, keys.rest(low, len(found)))
    return found or None


def bounds(partition: Partition) -> Described:
    """The partition's place in the key space: key bytes in hexadecimal, null where there is no bound."""
    return {
        "id": partition.id,
        "low": partition.low.hex() or None,
        "high": partition.high.hex() if partition.high is not None else None,
        "items": len(partition.items),
        "bytes": partition.total_bytes,
        "parent": partition.parent,
    }


def lineage(keyspace: Keyspace) -> Slices[list[Described]]:
    """The partitions that were split, oldest split first."""
    found: list[Described] = []
    for closed in list(keyspace.closed):
        found.append(
            {
                "id": closed.id,
                "parent": closed.parent,
                "low": closed.low.hex() or None,
                "high": closed.high.hex() if closed.high is not None else None,
                "split_at": closed.closed_at,
                "reason": closed.reason,
            }
        )
        if len(found) % CLOSED_AT_ONCE == 0:
            yield
    return found


def heat(partition: Partition, place: Place, now: float) -> Described:
    """A partition with its load over each window, its share of what it may serve, its refusals and its hottest keys."""
    meter = partition.meter
    described = bounds(partition)
    reads, writes, refusals = meter.lines(now, max(WINDOWS_SECONDS)) if meter is not None else ((), (), ())
    schema, served = place.key_schema, place.keyspace.served
    for name, line, served_units in (("read", reads, served.read_units), ("write", writes, served.write_units)):
        found = rates(line)
        described[name] = {"units_per_second": found, "share_of_limit": round(found["10"] / served_units, 4)}
    described["throttled_last_60_seconds"] = sum(refusals[-60:])
    described["throttles"] = dict(meter.refused_total) if meter is not None else {}
    hottest, error = meter.heaviest(now) if meter is not None else ([], 0)
    collections, collections_error = meter.heaviest_collections(now) if meter is not None else ([], 0)
    if place.index_name is not None and not schema.sort:
        # Any number of entries may have one key.
        hottest, error = collections, collections_error
    total = sum(weight for _, weight in collections)
    described["hottest_keys"] = [
        {"key": key(schema, key_bytes), "units": weight / 2, "share": share(weight, total)}
        for key_bytes, weight in hottest[:HOTTEST_KEYS_MAX]
    ]
    # Each of the many sort keys of a hot partition key may be cool.
    described["hottest_partition_keys"] = [
        {"key": key(schema, collection), "share": share(weight, total)}
        for collection, weight in collections[:HOTTEST_PARTITION_KEYS_MAX]
        if schema.sort
    ]
    described["hottest_keys_error_units"] = error / 2
    report = place.keyspace.admission.report(now)
    described["not_split_because"] = partition.why_unsplit(served, report.policy, now) if report is not None else None
    return described


def share(weight: int, total: int) -> float:
    """Of the whole load, which an estimate may exceed."""
    return min(1.0, round(weight / total, 4))


def lines(meter: HeatMeter, now: float, seconds: int) -> Sequence[Sequence[int]]:
    """Half units read and written, and refusals, of each of the last whole seconds before `now`, oldest first.

    Also where a later second has begun meanwhile.
    """
    late_seconds = max(0, meter.second - int(now))
    return [line[: len(line) - late_seconds] for line in meter.lines(now + late_seconds, seconds + late_seconds)]


def rates(line: Sequence[int]) -> Rates:
    """Units a second over the last seconds of each window, by the half units of each second."""
    return {str(window): round(sum(line[-window:]) / 2 / window, 2) for window in WINDOWS_SECONDS}


def refusal(refused: Refusal) -> Described:
    return {
        "time": round(refused.time, 3),
        "operation": refused.operation,
        "table": refused.table_name,
        "index": refused.index_name,
        "reason": refused.reason,
        "resource": throttle_report.resource(refused),
        "partition": refused.partition_id,
        "key": key(refused.key_schema, refused.key),
        "tokens": round(refused.tokens / 2, 2),
        "refused": not refused.is_observed,
        "attempt": refused.attempt,
    }
