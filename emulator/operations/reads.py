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
from emulator.operations.source import Source
from storage.capacity import read_half_units
from storage.item import Item, decode

PAGE_BYTES_MAX = 1_048_576

Attributes = dict[str, Any]
Entries = Iterator[tuple[bytes, Item]]


@dataclass(slots=True)
class Wanted:
    """What a reader wants of each item evaluated."""

    limit: int | None
    selected: str | None
    projection: Projection | None
    matches: Callable[[Attributes], bool] | None
    project: Callable[[Attributes], Attributes] | None
    counts_only: bool


def wanted_of(
    request: dict[str, Any], filter: Condition | None, projection: Projection | None, values: Attributes
) -> Wanted:
    """What a Query or a Scan wants, its filter bound to the request's values."""
    return Wanted(
        limit=request.get("Limit"),
        selected=request.get("Select"),
        projection=projection,
        matches=None if filter is None else partial(_matches, filter.test, values),
        project=None if projection is None else projection.apply,
        counts_only=request.get("Select") == "COUNT",
    )


def _matches(test: Callable[[Attributes, Attributes], bool], values: Attributes, attributes: Attributes) -> bool:
    return test(attributes, values)


@dataclass(slots=True)
class Page:
    """What one page found. `last` is the last item evaluated where the range may hold more, else None.

    `fetched_blocks` counts the 4 KB blocks read from the table for entries of a local index that lacks attributes.
    """

    blobs: list[bytes]
    count: int
    scanned_count: int
    size_bytes: int
    last: Item | None
    fetched_blocks: int = 0


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


def walk_fetching(entries: Entries, wanted: Wanted, source: Source) -> Page:
    """Evaluates one page of a local index's entries, fetching the item of each from the table.

    Each item fetched is charged on its own, whether the filter keeps it or not (black-box evidence: two emulators,
    one of them AWS's), and its bytes count against the page's 1 MB, so that a reply stays bounded.
    """
    page = Page([], 0, 0, 0, None)
    fetched_bytes = 0
    for key, entry in entries:
        item = source.fetch(key)
        page.scanned_count += 1
        page.size_bytes += entry[1]
        fetched_bytes += item[1]
        page.fetched_blocks += read_half_units(item[1], False)
        attributes = decode(item)
        if wanted.matches is None or wanted.matches(attributes):
            page.count += 1
            page.blobs.append(orjson.dumps(wanted.project(attributes)) if wanted.project is not None else item[0])
        if page.scanned_count == wanted.limit:
            page.last = entry
            break
        if page.size_bytes + fetched_bytes >= PAGE_BYTES_MAX:
            page.last = entry if next(entries, None) is not None else None
            break
    return page


def read(source: Source, low: bytes, high: bytes | None, is_reverse: bool, wanted: Wanted) -> Page:
    """Evaluates one page of the items or entries in `[low, high)`."""
    entries = source.range(low, high, is_reverse)
    if source.index is not None and source.fetches(wanted.selected, wanted.projection):
        return walk_fetching(entries, wanted, source)
    return walk(entries, wanted)


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


def charge(
    source: Source,
    low: bytes,
    high: bytes | None,
    key: bytes,
    page: Page,
    last_key: Attributes | None,
    is_reverse: bool,
    is_consistent: bool,
    now: float,
) -> None:
    """Charges the partitions that the page visited, up to the last item evaluated. Raises Throttled.

    The page is walked by then, but nobody has seen it. `key` is the key bytes that say what was asked for.
    """
    if last_key is not None:
        place = source.position(last_key)
        low, high = (place, high) if is_reverse else (low, place + b"\x00")
    half_units = read_half_units(page.size_bytes, is_consistent)
    if page.fetched_blocks:
        half_units += page.fetched_blocks * 2 if is_consistent else page.fetched_blocks
    keyspace = source.table.keyspace if source.index is None else source.index.keyspace
    keyspace.admission.read_range(low, high, key, half_units, now, is_consistent)


def capacity(
    mode: str | None, table_name: str, source: Source, page: Page, is_consistent: bool
) -> dict[str, Any] | None:
    """The ConsumedCapacity of a page: its bytes are summed first and rounded once; fetched items one by one."""
    if mode is None:
        return None
    fetched = page.fetched_blocks * 2 if is_consistent else page.fetched_blocks
    consumption = source.consumption(read_half_units(page.size_bytes, is_consistent), fetched)
    return consumed.capacity(mode, table_name, consumption)
