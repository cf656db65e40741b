"""The metrics of requests: latency, what they returned, and how they failed.

Of a request counted as "ExecuteStatement PartiQLSelect" the second word is the dimension Verb; of "ExecuteTransaction
Read" and "BatchExecuteStatement Read" it is OperationType (developer guide, metrics-dimensions).
"""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client.core import Metric

from thermodynamo.admin.metrics.family import Counter, Summary
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.changes.request_counts import Tally
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.tables.table import Table

GET_RECORDS = "GetRecords"
MILLISECONDS = 1_000

Dimensions = dict[str, str | None]
Tallied = list[tuple[Dimensions, Tally]]


def families(tables: Sequence[Table], streams: Sequence[Stream]) -> Iterator[Metric]:
    """The metrics of requests to some tables and streams."""
    tallied: Tallied = [({"TableName": table.schema.name}, table.tally) for table in tables]
    of_streams: Tallied = [
        ({"TableName": stream.table_name, "StreamLabel": stream.label}, stream.tally) for stream in streams
    ]
    yield _latency([*tallied, *of_streams])
    yield _returned("ReturnedItemCount", "Items that pages returned", tallied)
    yield _returned("ReturnedRecordsCount", "Stream records that GetRecords returned", of_streams)
    yield _returned_bytes(of_streams)
    yield _throttled_requests([*tallied, *of_streams])
    yield from _item_failures(tables)
    yield _system_errors(_of_tallies([*tallied, *of_streams]))


def families_of_none(namespace: Namespace) -> Iterator[Metric]:
    """The metrics of requests that had asked for no table yet."""
    yield _user_errors(namespace)
    yield _system_errors(({}, *each) for each in sorted(namespace.counts.system_errors.items()))


def operation(counted_as: str) -> Dimensions:
    """The dimensions of what a request is counted as."""
    name, _, kind = counted_as.partition(" ")
    return {"Operation": name, "Verb" if name == "ExecuteStatement" else "OperationType": kind}


def _latency(tallied: Tallied) -> Metric:
    family = Summary("SuccessfulRequestLatency", "Milliseconds from reading a request to having its reply")
    for dimensions, tally in tallied:
        for counted_as, latency in sorted(tally.latencies.items()):
            family.sum(latency.count, latency.seconds * MILLISECONDS, **dimensions, **operation(counted_as))
    return family.metric


def _returned(name: str, meaning: str, tallied: Tallied) -> Metric:
    family = Summary(name, meaning)
    for dimensions, tally in tallied:
        for counted_as, count in sorted(tally.returned_items.items()):
            family.sum(_count(tally, counted_as), count, **dimensions, **operation(counted_as))
    return family.metric


def _returned_bytes(streams: Tallied) -> Metric:
    family = Summary("ReturnedBytes", "Bytes of the stream records that GetRecords returned")
    for dimensions, tally in streams:
        if GET_RECORDS in tally.returned_items:
            family.sum(_count(tally, GET_RECORDS), tally.returned_bytes, **dimensions, **operation(GET_RECORDS))
    return family.metric


def _count(tally: Tally, counted_as: str) -> int:
    latency = tally.latencies.get(counted_as)
    return latency.count if latency is not None else 0


def _throttled_requests(tallied: Tallied) -> Metric:
    meaning = "Requests that limits refused as a whole; a batch is where all of its members are"
    family = Counter("ThrottledRequests", meaning)
    for dimensions, tally in tallied:
        for counted_as, count in sorted(tally.throttled.items()):
            family.count(count, **dimensions, **operation(counted_as))
    return family.metric


def _item_failures(tables: Iterable[Table]) -> Iterator[Metric]:
    failures = Counter("ConditionalCheckFailedRequests", "Writes whose conditions were false")
    conflicts = Counter("TransactionConflict", "Requests on an item, each for itself, that met an ongoing transaction")
    for table in tables:
        failures.count(table.tally.condition_failures, TableName=table.schema.name)
        conflicts.count(table.tally.conflicts, TableName=table.schema.name)
    yield failures.metric
    yield conflicts.metric


def _user_errors(namespace: Namespace) -> Metric:
    meaning = "Requests of the account and region answered with HTTP 400, but for throttling and false conditions"
    family = Counter("UserErrors", meaning)
    family.count(namespace.counts.user_errors)
    return family.metric


def _of_tallies(tallied: Tallied) -> Iterator[tuple[Dimensions, str, int]]:
    for dimensions, tally in tallied:
        for counted_as, count in sorted(tally.system_errors.items()):
            yield dimensions, counted_as, count


def _system_errors(counted: Iterable[tuple[Dimensions, str, int]]) -> Metric:
    family = Counter("SystemErrors", "Requests answered with HTTP 500 and above")
    for dimensions, counted_as, count in counted:
        family.count(count, **dimensions, **operation(counted_as))
    return family.metric
