"""Stream records as GetRecords returns them: spliced from key bytes and stored images."""

from typing import Any

import orjson
from mmh3 import mmh3_x64_128_digest

from thermodynamo_storage.followers.shard import StreamRecord
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import item_size
from thermodynamo_storage.values.schema import KeySchema

EXPIRY_IDENTITY = b'{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}'
"""Who removed an expired item (developer guide, time-to-live-ttl-streams; member names as in the streams model)."""


def key_attributes(schema: KeySchema, key: bytes) -> dict[str, Any]:
    """The key of an item, from its key bytes."""
    _, parts = keys.split(key)
    return {
        attribute.name: {attribute.kind: keys.part_value(attribute.kind, part)}
        for attribute, part in zip(schema.attributes, parts, strict=True)
    }


def render(stream: Stream, record: StreamRecord, region: str) -> tuple[bytes, int]:
    """The record as JSON, and its size: the sizes of key and images added up (developer guide, Streams)."""
    key = key_attributes(stream.key_schema, record.key)
    images, images_bytes = render_images(record)
    size_bytes = item_size(key) + images_bytes
    blob = (
        b'{"eventID":"%b","eventName":"%b","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"%b",'
        b'"dynamodb":{"ApproximateCreationDateTime":%d,"Keys":%b,%b'
        b'"SequenceNumber":"%d","SizeBytes":%d,"StreamViewType":"%b"}'
    ) % (
        event_id(stream, record),
        record.event.encode(),
        region.encode(),
        int(record.created_at),
        orjson.dumps(key),
        images,
        record.number,
        size_bytes,
        stream.view_type.encode(),
    )
    identity = b',"userIdentity":%b' % EXPIRY_IDENTITY if record.is_expiry else b""
    return blob + identity + b"}", size_bytes


def render_images(record: StreamRecord) -> tuple[bytes, int]:
    """The members of the images that the record has, with a comma after each, and the sizes of the items in bytes."""
    images, size_bytes = b"", 0
    if record.new is not None:
        images += b'"NewImage":%b,' % record.new[0]
        size_bytes += record.new[1]
    if record.old is not None:
        images += b'"OldImage":%b,' % record.old[0]
        size_bytes += record.old[1]
    return images, size_bytes


def event_id(stream: Stream, record: StreamRecord) -> bytes:
    """32 hexadecimal digits, the same whenever the record is read."""
    return mmh3_x64_128_digest(f"{stream.table_name}/{stream.label}/{record.number}".encode()).hex().encode()
