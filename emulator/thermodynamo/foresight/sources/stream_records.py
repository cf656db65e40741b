"""Writes out of stream records: of DynamoDB Streams, of Lambda's events, and of a stream of Kinesis.

A record stands on a line, or in an object with `Records`, as GetRecords and Lambda have them. Records of Kinesis may be
wrapped in `Data`, in base 64 or as they are, or in Lambda's `kinesis.data`. A write has the size of its image; where
the image is not there, what `SizeBytes` leaves when the key is taken from it (developer guide, Streams: the sizes of
key and images added up). A record of time to live is an expiry, which costs nothing.
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from thermodynamo.api.errors import ApiError
from thermodynamo.api.values import canonical
from thermodynamo.foresight.sources import json_records, source_values
from thermodynamo.foresight.sources.key_names import TELL_KEY, KeyNames
from thermodynamo.foresight.sources.mapped_lines import ACCOUNT
from thermodynamo.foresight.sources.passed_over import Found, Passed
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.sketch import sketch
from thermodynamo_storage.values.errors import StorageError
from thermodynamo_storage.values.item import item_size

OPERATIONS = {"INSERT": "PutItem", "MODIFY": "UpdateItem", "REMOVE": "DeleteItem"}
EXPIRED_BY = "dynamodb.amazonaws.com"
IDS_KEPT = 1_000_000
"""So many records back a record that was delivered twice is found."""
ONCE = "the record was delivered before"
TELL_TABLE = "the record does not tell its table: give --set table=NAME"
NO_RECORD = "the record is none of a stream"
NO_ITEM = "the key or an image is no item of DynamoDB"
Record = Mapping[str, Any]


def read(path: Location, key_names: KeyNames, fixed: Mapping[str, str], requests: Iterator[int]) -> Iterator[Found]:
    """The writes of a file or of all files in a folder, with the numbers of `requests`. Raises TraceError.

    `fixed` may have the table and the region of records that do not tell them, as those of GetRecords.
    """
    seen: dict[str, None] = {}
    for file in location.files(path):
        for place, record in json_records.read(file):
            try:
                change = _change(record)
                number = change.get("eventID")
                if isinstance(number, str):
                    if number in seen:
                        raise ValueError(ONCE)
                    seen[number] = None
                    if len(seen) > IDS_KEPT:
                        del seen[next(iter(seen))]
                yield _event(change, key_names, fixed, next(requests))
            except ValueError as wrong:
                yield Passed(place, str(wrong))


def _change(record: Any) -> Record:
    """The record of a change, out of what it is wrapped in. Raises ValueError."""
    if isinstance(record, dict):
        kinesis = record.get("kinesis")
        wrapped = kinesis.get("data") if isinstance(kinesis, dict) else record.get("Data")
        if isinstance(wrapped, str):
            try:
                record = orjson.loads(b64decode(wrapped, validate=True))
            except ValueError:
                raise ValueError("the data of the record is no JSON in base 64") from None
        elif wrapped is not None:
            record = wrapped
    if not isinstance(record, dict) or not isinstance(record.get("dynamodb"), dict):
        raise ValueError(NO_RECORD)
    return record


def _event(record: Record, key_names: KeyNames, fixed: Mapping[str, str], number: int) -> Event:
    """The event of a change. Raises ValueError with why there is none."""
    change, operation = record["dynamodb"], OPERATIONS.get(str(record.get("eventName")))
    if operation is None:
        raise ValueError(NO_RECORD)
    table = _table(record) or fixed.get("table")
    if table is None:
        raise ValueError(TELL_TABLE)
    key = change.get("Keys")
    if not isinstance(key, dict) or not key:
        raise ValueError("the record does not tell the key")
    given = key_names.get(table)
    if given is None and len(key) > 1:
        raise ValueError(TELL_KEY)
    names = [name for name, _ in given] if given is not None else list(key)
    if set(names) != set(key):
        raise ValueError("the key of the record has other attributes than --key")
    region = fixed.get("region") or str(record.get("awsRegion") or "us-east-1")
    place = ACCOUNT, region, table, None
    at = _at_us(change)
    try:
        key_size = canonical.canonicalise(key)
        values = [next(iter(key[name].items())) for name in names]
        size, old_size = _sizes(change, operation, key_size)
        detail = sketch(change["NewImage"], names) if change.get("NewImage") else None
    except (ApiError, StorageError, AttributeError, KeyError, TypeError, ValueError):
        raise ValueError(NO_ITEM) from None
    made = source_values.key_of(values)
    if operation == "DeleteItem" and _is_expiry(record):
        return Event(at, number, "expiry", "", *place, made)
    return Event(at, number, "write", operation, *place, made, size, old_size, detail=detail)


def _table(record: Record) -> str | None:
    """The table that a record names: that of Kinesis by itself, that of Lambda in the ARN of the stream."""
    named = record.get("tableName")
    if isinstance(named, str):
        return named
    before, separator, after = str(record.get("eventSourceARN") or "").partition(":table/")
    return after.partition("/")[0] if separator and before.startswith("arn:") else None


def _at_us(change: Record) -> int:
    """When the change was made: in seconds or ISO 8601 of DynamoDB Streams, to Kinesis in milli- or microseconds."""
    at = change.get("ApproximateCreationDateTime", "")
    precision = change.get("ApproximateCreationDateTimePrecision")
    unit = {"MICROSECOND": "us", "MILLISECOND": "ms"}.get(str(precision))
    if unit is None:
        unit = "ms" if isinstance(at, int | float) and at >= MILLISECONDS_FROM else "s"
    return source_values.at_us(at, unit)


MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138, as milliseconds it is 1973: records of Kinesis with milliseconds may not say so."""


def _sizes(change: Record, operation: str, key_size: int) -> tuple[int | None, int | None]:
    """The bytes of the item and of what it was before; None for what is not told."""
    new, old = (_size_of(change.get(name)) for name in ("NewImage", "OldImage"))
    given = change.get("SizeBytes")
    left = given - key_size if isinstance(given, int) and given > key_size else None
    view = change.get("StreamViewType", "NEW_AND_OLD_IMAGES")
    if new is None and old is None and left is not None and view != "KEYS_ONLY":
        has_new, has_old = operation != "DeleteItem", operation != "PutItem"
        has_new, has_old = has_new and view != "OLD_IMAGE", has_old and view != "NEW_IMAGE"
        # Of two images the sizes are known together: each is half of it at the least.
        each = -(-left // (has_new + has_old)) if has_new or has_old else None
        new, old = each if has_new else None, each if has_old else None
    if operation == "DeleteItem":
        return 0, old
    return new if new is not None else old, old


def _size_of(image: Any) -> int | None:
    """The size of an image, whose values are canonical afterwards; None where there is none."""
    if not image:
        return None
    canonical.canonicalise(image)
    return item_size(image)


def _is_expiry(record: Record) -> bool:
    """Whether time to live removed the item (developer guide, time-to-live-ttl-streams)."""
    identity = record.get("userIdentity")
    if not isinstance(identity, dict):
        return False
    return EXPIRED_BY in (identity.get("principalId"), identity.get("PrincipalId"))
