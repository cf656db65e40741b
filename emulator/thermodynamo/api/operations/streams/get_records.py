"""GetRecords: the records of a shard from an iterator on, and the iterator that goes on after them."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import reply
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.streams import shard_iterator, stream_records
from thermodynamo.api.operations.streams.shard_iterator import ShardIterator
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

PAGE_RECORDS_MAX = 1000
PAGE_BYTES_MAX = 1_048_576


@dataclass(slots=True)
class GetRecords:
    """A checked request."""

    iterator: ShardIterator
    limit: int


def validate(request: dict[str, Any]) -> GetRecords:
    return GetRecords(shard_iterator.parse(request["ShardIterator"]), request.get("Limit", PAGE_RECORDS_MAX))


def execute(namespace: Namespace, request: GetRecords, now: float) -> bytes:
    iterator = request.iterator
    if iterator.is_expired(now):
        raise errors.expired_iterator(messages.ITERATOR_EXPIRED)
    stream = namespace.stream(iterator.stream_arn, now)
    shard = stream.shards.get(iterator.shard_id)
    if shard is None or iterator.after < shard.trimmed:
        raise errors.trimmed_data_access(messages.DATA_TRIMMED)
    namespace.asked[stream] = None
    blobs: list[bytes] = []
    page_bytes = returned_bytes = 0
    after = iterator.after
    has_more = False
    for record in shard.read(iterator.after):
        has_more = len(blobs) == request.limit
        if has_more:
            break
        blob, size_bytes = stream_records.render(stream, record, namespace.region)
        page_bytes += size_bytes
        has_more = page_bytes > PAGE_BYTES_MAX and bool(blobs)
        if has_more:
            break
        blobs.append(blob)
        returned_bytes = page_bytes
        after = record.number
    stream.tally.returned_items["GetRecords"] += len(blobs)
    stream.tally.returned_bytes += returned_bytes
    if not has_more:
        # Nothing between here and the stream's last number can be in this shard any more.
        after = stream.last_number
    is_drained = not has_more and shard.end is not None
    namespace.stream_readers.note(stream.label, shard.id, iterator.after, None if is_drained else after, now)
    next_iterator = None if is_drained else str(ShardIterator(iterator.stream_arn, shard.id, after, now))
    return reply.long_body({b"NextShardIterator": next_iterator, b"Records": reply.array(blobs)})
