"""GetShardIterator: a position in a shard to read from."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.streams.shard_iterator import ShardIterator
from thermodynamo_storage.followers.shard import Shard
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

SEQUENCE_NUMBER_TYPES = ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")


@dataclass(slots=True)
class GetShardIterator:
    """A checked request. `number` is there for the two types that need it, `time` for AT_TIMESTAMP."""

    stream_arn: str
    shard_id: str
    type: str
    number: int | None
    time: float | None


def validate(request: dict[str, Any]) -> GetShardIterator:
    type = request["ShardIteratorType"]
    number = None
    text = request.get("SequenceNumber")
    if type in SEQUENCE_NUMBER_TYPES:
        if text is None or not (text.isascii() and text.isdecimal()):
            raise errors.validation(messages.SEQUENCE_NUMBER_INVALID)
        number = int(text)
    elif text is not None:
        raise errors.validation(messages.SEQUENCE_NUMBER_SURPLUS)
    time = request.get("Timestamp")
    if type == "AT_TIMESTAMP" and time is None:
        raise errors.validation(messages.TIMESTAMP_REQUIRED)
    return GetShardIterator(request["StreamArn"], request["ShardId"], type, number, time)


def execute(namespace: Namespace, request: GetShardIterator, now: float) -> dict[str, Any]:
    stream = namespace.stream(request.stream_arn, now)
    shard = stream.shards.get(request.shard_id)
    if shard is None:
        raise errors.resource_not_found(messages.SHARD_NOT_FOUND)
    after = position(stream, shard, request, now)
    return {"ShardIterator": str(ShardIterator(request.stream_arn, shard.id, after, now))}


def position(stream: Stream, shard: Shard, request: GetShardIterator, now: float) -> int:
    """The number after which the iterator reads."""
    if request.number is not None:
        return numbered(stream, shard, request.number, request.type == "AT_SEQUENCE_NUMBER")
    if request.type == "LATEST":
        return stream.last_number
    if request.type == "TRIM_HORIZON":
        return shard.trimmed
    assert request.time is not None
    if request.time > now:
        raise errors.validation(messages.TIMESTAMP_IN_FUTURE)
    return max(shard.trimmed, stream.first_at(shard, request.time))


def numbered(stream: Stream, shard: Shard, number: int, is_inclusive: bool) -> int:
    """The position at or after a record's number. Raises for one that is trimmed, or was never in the shard."""
    # A number that is still to come would hide the records up to it.
    if not shard.start <= number <= (shard.end or stream.last_number):
        raise errors.validation(messages.SEQUENCE_NUMBER_INVALID)
    after = number - 1 if is_inclusive else number
    # The shard's first number is no record's: before any record is trimmed, it is where the shard begins.
    if after < shard.trimmed:
        raise errors.trimmed_data_access(messages.DATA_TRIMMED)
    return after
