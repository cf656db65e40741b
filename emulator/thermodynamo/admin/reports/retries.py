"""What clients did about throttling, as the admin API shows it."""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client.core import Metric

from thermodynamo.admin.metrics.family import Counter, Summary
from thermodynamo.admin.metrics.requests import operation
from thermodynamo.api.client_retries import RetryCounts
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo_storage.tables.table import Table

COUNTS_AT_ONCE = 100
"""Counts that one slice describes: about a millisecond."""
NO_CLOUDWATCH = "CloudWatch has no such metric"


def report(namespace: Namespace, tables: Iterable[Table], now: float) -> Slices[list[dict[str, Any]]]:
    """The calls that met a throttle, by table and operation."""
    found: list[dict[str, Any]] = []
    for counts in namespace.client_retries.of_tables(tables, now):
        if found and len(found) % COUNTS_AT_ONCE == 0:
            yield
        found.append(describe(counts))
    return found


def describe(counts: RetryCounts) -> dict[str, Any]:
    through, over = counts.got_through, counts.got_through + counts.gave_up
    return {
        "table": counts.table_name,
        "operation": counts.operation,
        "calls": counts.calls,
        "retries": counts.retries,
        "got_through": through,
        "gave_up": counts.gave_up,
        "may_be_tried_again": counts.open,
        "retries_until_through": round(counts.retries_of_those_through / through, 2) if through else None,
        "seconds_on_average": round(counts.seconds / over, 3) if over else None,
        "seconds_at_most": round(counts.seconds_max, 3) if over else None,
        "requests_without_id": counts.unmarked,
        "summary": counts.summary(),
    }


def families(namespace: Namespace, tables: Iterable[Table], now: float) -> Iterator[Metric]:
    calls = Counter("ThrottledCalls", f"Calls that met a throttle, by how they ended; {NO_CLOUDWATCH}")
    retries = Counter("ThrottledCallRetries", f"Attempts at such calls after the first; {NO_CLOUDWATCH}")
    seconds = Summary("ThrottledCallSeconds", f"From the first attempt at such a call to the last; {NO_CLOUDWATCH}")
    for counts in namespace.client_retries.of_tables(tables, now):
        dimensions = {"TableName": counts.table_name, **operation(counts.operation)}
        calls.count(counts.got_through, **dimensions, Outcome="GotThrough")
        calls.count(counts.gave_up, **dimensions, Outcome="GaveUp")
        retries.count(counts.retries, **dimensions)
        seconds.sum(counts.got_through + counts.gave_up, round(counts.seconds, 6), **dimensions)
    yield calls.metric
    yield retries.metric
    yield seconds.metric
