"""The streams of a table: the shards as a tree, how far each is read, and the last records."""

import heapq
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from thermodynamo.api import arn
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.streams import stream_records
from thermodynamo_storage.followers.shard import Shard, StreamRecord, number_of
from thermodynamo_storage.followers.stream import Stream

RECORDS_MAX = 100
RECORD_BYTES_MAX = 16_384
"""Of a longer record only the keys are told."""

Described = dict[str, Any]


def report(namespace: Namespace, table_name: str, now: float, after: int, records_max: int) -> Described:
    """The streams of a name, the newest first, with the newest one's last records after a sequence number."""
    owner = (namespace.account, namespace.region)
    found = [stream for stream in namespace.database.streams(owner, now) if stream.table_name == table_name]
    found.reverse()
    return {
        "now": round(now, 3),
        "table": table_name,
        "streams": [_stream(namespace, stream, now) for stream in found],
        "records": _records(namespace, found[0], after, records_max) if found else [],
    }


def _stream(namespace: Namespace, stream: Stream, now: float) -> Described:
    return {
        "arn": str(arn.StreamArn(arn.TableArn(namespace.region, namespace.account, stream.table_name), stream.label)),
        "label": stream.label,
        "status": stream.status(now),
        "view_type": stream.view_type,
        "bytes": stream.held_bytes,
        "trimmed_early": stream.overflow_count,
        "last_number": str(stream.last_number),
        "shards": [_shard(namespace, stream, shard, now) for shard in stream.shards.values()],
    }


def _shard(namespace: Namespace, stream: Stream, shard: Shard, now: float) -> Described:
    positions = namespace.stream_readers.of(stream.label, shard.id)
    return {
        "id": shard.id,
        "parent": shard.parent_id,
        "partition": shard.partition_id,
        "opened_at": round(shard.opened_at, 3),
        "closed_at": round(shard.closed_at, 3) if shard.closed_at is not None else None,
        "records": len(shard.records),
        "readers": [_reader(shard, after, asked_at, now) for after, asked_at in sorted(positions.items())],
    }


def _reader(shard: Shard, after: int, asked_at: float, now: float) -> Described:
    """Where a reader stands, and how old the oldest record is that it has not read."""
    oldest = next(shard.read(after), None)
    return {
        "after": str(after),
        "asked_at": round(asked_at, 3),
        "records_behind": sum(1 for _ in shard.read(after)),
        "seconds_behind": round(max(0.0, now - oldest.created_at), 3) if oldest is not None else 0,
    }


def _records(namespace: Namespace, stream: Stream, after: int, records_max: int) -> list[Any]:
    newest = heapq.merge(*(_backwards(shard, after) for shard in stream.shards.values()), key=number_of, reverse=True)
    return [_record(namespace, stream, record) for record in islice(newest, records_max)]


def _backwards(shard: Shard, after: int) -> Iterator[StreamRecord]:
    for record in reversed(shard.records):
        if record.number <= after:
            return
        yield record


def _record(namespace: Namespace, stream: Stream, record: StreamRecord) -> Any:
    blob, _ = stream_records.render(stream, record, namespace.region)
    if len(blob) > RECORD_BYTES_MAX:
        blob, _ = stream_records.render(stream, record._replace(old=None, new=None), namespace.region)
    return orjson.Fragment(blob)
