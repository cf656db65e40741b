"""A change as DynamoDB sends it to a stream of Kinesis.

The members and their order are those of records that readers published in 2022 and 2024: of them, those with
microseconds have `ApproximateCreationDateTimePrecision`, those with milliseconds do not. `userIdentity` of an expiry is
that of the developer guide (time-to-live-ttl-streams). The hash that the service uses as partition key is not
published; here it is one of the whole key, so that all changes of an item go to one shard, in order.
"""

from uuid import UUID

import orjson
from mmh3 import mmh3_x64_128_digest

from thermodynamo.api.operations.streams.stream_records import key_attributes, render_images
from thermodynamo_storage.followers.change_feed import ChangeFeed
from thermodynamo_storage.followers.shard import StreamRecord
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import item_size

EXPIRY_IDENTITY = b'{"type":"Service","principalId":"dynamodb.amazonaws.com"}'


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """What Kinesis gets: the partition key, 32 hexadecimal digits, and the data. `number` is the feed's."""

    number: int
    partition_key: str
    data: bytes


def render(feed: ChangeFeed, record: StreamRecord) -> ChangeRecord:
    """The record as JSON. Its id is always the same."""
    key = key_attributes(feed.key_schema, record.key)
    images, images_bytes = render_images(record)
    size_bytes = item_size(key) + images_bytes
    is_fine = feed.precision == "MICROSECOND"
    data = (
        b'{"awsRegion":"%b","eventID":"%b","eventName":"%b","userIdentity":%b,"recordFormat":"application/json",'
        b'"tableName":"%b","dynamodb":{"ApproximateCreationDateTime":%d,"Keys":%b,%b"SizeBytes":%d%b},'
        b'"eventSource":"aws:dynamodb"}'
    ) % (
        feed.name.region.encode(),
        event_id(feed, record).encode(),
        record.event.encode(),
        EXPIRY_IDENTITY if record.is_expiry else b"null",
        feed.name.table_name.encode(),
        int(record.created_at * (1_000_000 if is_fine else 1_000)),
        orjson.dumps(key),
        images,
        size_bytes,
        b',"ApproximateCreationDateTimePrecision":"MICROSECOND"' if is_fine else b"",
    )
    return ChangeRecord(record.number, mmh3_x64_128_digest(record.key).hex().upper(), data)


def event_id(feed: ChangeFeed, record: StreamRecord) -> str:
    """The id of a record: the same whenever it is sent, and another for each stream."""
    name = f"{feed.name.table_id}/{feed.stream_arn}/{record.number}/{record.created_at!r}"
    return str(UUID(bytes=mmh3_x64_128_digest(name.encode()), version=4))
