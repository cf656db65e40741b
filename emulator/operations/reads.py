"""What Query and Scan share: the walk over one page of a key range, and the reply made of it.

A page ends when Limit items were evaluated or when the items evaluated reach 1 MB; the item that crosses 1 MB belongs
to the page. Black-box evidence: AWS's DynamoDB Local of 2020 returns and charges it, and published runs against the
service show pages of 128.5 units, which pages that stop short of 1 MB cannot cost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from emulator.expressions.condition import Condition
from emulator.expressions.projection import Projection
from emulator.operations import consumed, reply
from storage.capacity import read_half_units
from storage.item import Item, decode

PAGE_BYTES_MAX = 1_048_576

Attributes = dict[str, Any]
Entries = Iterator[tuple[bytes, Item]]


@dataclass(slots=True)
class Wanted:
    """What a reader wants of each item evaluated."""

    limit: int | None
    matches: Callable[[Attributes], bool] | None
    project: Callable[[Attributes], Attributes] | None
    counts_only: bool


def wanted_of(
    request: dict[str, Any], filter: Condition | None, projection: Projection | None, values: Attributes
) -> Wanted:
    """What a Query or a Scan wants, its filter bound to the request's values."""
    return Wanted(
        limit=request.get("Limit"),
        matches=None if filter is None else partial(_matches, filter.test, values),
        project=None if projection is None else projection.apply,
        counts_only=request.get("Select") == "COUNT",
    )


def _matches(test: Callable[[Attributes, Attributes], bool], values: Attributes, attributes: Attributes) -> bool:
    return test(attributes, values)


@dataclass(slots=True)
class Page:
    """What one page found. `last` is the last item evaluated where the range may hold more, else None."""

    blobs: list[bytes]
    count: int
    scanned_count: int
    size_bytes: int
    last: Item | None


def walk(entries: Entries, wanted: Wanted) -> Page:
    """Evaluates one page of `entries`."""
    blobs: list[bytes] = []
    count = scanned_count = size_bytes = 0
    matches, project, counts_only = wanted.matches, wanted.project, wanted.counts_only
    limit = wanted.limit
    for _, item in entries:
        blob, item_bytes = item
        scanned_count += 1
        size_bytes += item_bytes
        if matches is None and project is None:
            count += 1
            if not counts_only:
                blobs.append(blob)
        else:
            attributes = decode(item)
            if matches is None or matches(attributes):
                count += 1
                if not counts_only:
                    blobs.append(orjson.dumps(project(attributes)) if project is not None else blob)
        if scanned_count == limit:
            return Page(blobs, count, scanned_count, size_bytes, item)
        if size_bytes >= PAGE_BYTES_MAX:
            has_more = next(entries, None) is not None
            return Page(blobs, count, scanned_count, size_bytes, item if has_more else None)
    return Page(blobs, count, scanned_count, size_bytes, None)


def answer(page: Page, wanted: Wanted, last_key: Attributes | None, capacity: dict[str, Any] | None) -> bytes:
    """The reply to a Query or a Scan."""
    return reply.body(
        {
            b"ConsumedCapacity": capacity,
            b"Count": page.count,
            b"Items": None if wanted.counts_only else reply.array(page.blobs),
            b"LastEvaluatedKey": last_key,
            b"ScannedCount": page.scanned_count,
        }
    )


def capacity(mode: str | None, table_name: str, page: Page, is_consistent: bool) -> dict[str, Any] | None:
    """The ConsumedCapacity of a page: its bytes are summed first and rounded once."""
    if mode is None:
        return None
    return consumed.capacity(mode, table_name, read_half_units(page.size_bytes, is_consistent))
