"""What Query and Scan share: the walk over one page of a key range, what it costs, and the reply made of it.

A page ends when Limit items were evaluated or when the items evaluated reach 1 MB; the item that crosses 1 MB belongs
to the page. Black-box evidence: AWS's DynamoDB Local of 2020 returns and charges it, and published runs against the
service show pages of 128.5 units, which pages that stop short of 1 MB cannot cost.

Each partition that a page visits pays for what was read in it: the bytes of its items are summed and rounded up once,
and where it has none it costs the minimum, so an eventually consistent Scan of a new on-demand table costs 2 units.
Evidence: the documentation of Amazon Keyspaces, whose new tables have four partitions as well, charges a scan for the
three empty ones (docs.aws.amazon.com/keyspaces/latest/devguide/table_scans.html). Other emulators charge a page as one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field
from itertools import chain, islice
from typing import Any

from thermodynamo.api import slices
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.consumed_capacity import Consumption
from thermodynamo.api.operations.pages.evaluation import Wanted, evaluate
from thermodynamo.api.operations.pages.page_source import Entries, Source
from thermodynamo.api.slices import Slices
from thermodynamo_storage.capacity.units import READ_UNIT_BYTES, read_blocks
from thermodynamo_storage.changes.read_shapes import NO_NAMES
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.sorted_items import RUN_ITEMS_MAX, Piece, Run
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item

PAGE_BYTES_MAX = 1_048_576
SHORT_ITEMS = 100
SHORT_BYTES = 64 * 1024
"""A reply made of so little, with nothing but items in it, is written at once: to copy these twice is quick."""
SHORT = b'{"Count":%d,"Items":[%b],"ScannedCount":%d}'

Attributes = dict[str, Any]


@dataclass(slots=True)
class Page:
    """What one page found. `last` is the last item evaluated where the range may hold more, else None."""

    items: list[Item] = field(default_factory=list)
    """Those evaluated, before filter and projection."""
    scanned_count: int = 0
    size_bytes: int = 0
    last: Item | None = None
    fetched_blocks: int = 0
    """Of 4 KB, read from the table for entries of a local index that lacks attributes; rounded up item by item."""
    visits: list[tuple[Partition, int]] = field(default_factory=list)
    """The partitions visited, with the 4 KB blocks read in each."""

    def half_units(self, is_consistent: bool) -> int:
        """What the page costs but for the items fetched."""
        blocks = sum(blocks for _, blocks in self.visits) - self.fetched_blocks
        return blocks * 2 if is_consistent else blocks

    def fetched_half_units(self, is_consistent: bool) -> int:
        return self.fetched_blocks * 2 if is_consistent else self.fetched_blocks


def walk(page: Page, pieces: Iterator[Piece], limit: int | None, is_reverse: bool) -> Iterator[Item]:
    """Finds the items of pieces until they or the page end; returns what is left of the piece in which it ends.

    A run that ends before the page does is taken as a whole: a page may have 200,000 of the smallest items. Of other
    pieces as many items are taken at once as a run has at most.
    """
    items = page.items
    left: Iterator[Item] = iter(())
    for run, left in pieces:
        is_whole = run is not None and page.size_bytes + run.size_bytes < PAGE_BYTES_MAX
        if run is not None and is_whole and (limit is None or len(items) + len(run.items) < limit):
            items.extend(run.in_order(is_reverse))
            page.size_bytes += run.size_bytes
            continue
        room = RUN_ITEMS_MAX
        while page.last is None:
            if limit is not None:
                room = min(limit - len(items), RUN_ITEMS_MAX)
            taken = list(islice(left, room))
            unread = _take(page, taken)
            if len(items) == limit:
                page.last = items[-1]
            if unread:
                left = chain(unread, left)
            if len(taken) < room:
                break
        if page.last is not None:
            break
    page.scanned_count = len(items)
    return left


def _take(page: Page, found: list[Item]) -> list[Item]:
    """Takes items until they or the page end; returns those that are left."""
    found_bytes = sum([item[1] for item in found])
    if page.size_bytes + found_bytes < PAGE_BYTES_MAX:
        page.items += found
        page.size_bytes += found_bytes
        return []
    for number, item in enumerate(found, 1):
        page.size_bytes += item[1]
        if page.size_bytes >= PAGE_BYTES_MAX:
            page.items += found[:number]
            page.last = item
            return found[number:]
    raise AssertionError("unreachable: together they reach the limit")


def walk_fetching(page: Page, entries: Entries, limit: int | None, source: Source) -> Entries:
    """Finds a local index's entries, fetching the item of each from the table.

    Each item fetched is charged on its own, whether the filter keeps it or not (black-box evidence: two emulators,
    one of them AWS's). It counts against the page's 1 MB as it is charged, in whole blocks: the size of such a page is
    that of the entries, rounded up, and of the items, each rounded up (LSI.ThroughputConsiderations.Reads).
    """
    for key, entry in entries:
        item = source.fetch(key)
        page.scanned_count += 1
        page.size_bytes += entry[1]
        page.fetched_blocks += read_blocks(item[1])
        page.items.append(item)
        blocks = read_blocks(page.size_bytes) + page.fetched_blocks
        if page.scanned_count == limit or blocks * READ_UNIT_BYTES >= PAGE_BYTES_MAX:
            page.last = entry
            break
    return entries


def read(source: Source, low: bytes, high: bytes | None, is_reverse: bool, wanted: Wanted) -> Page:
    """Finds one page of the items or entries in `[low, high)`, partition by partition."""
    page = Page()
    fetches = source.index is not None and source.fetches(wanted.selected, wanted.projection)
    parts = source.parts(low, high, is_reverse, fetches)
    for partition, pieces in parts:
        walked_bytes, fetched_blocks = page.size_bytes, page.fetched_blocks
        left: Iterator[Any]
        if fetches:
            left = walk_fetching(page, _flat(pieces), wanted.limit, source)
        else:
            left = walk(page, pieces, wanted.limit, is_reverse)
        blocks = read_blocks(page.size_bytes - walked_bytes) + page.fetched_blocks - fetched_blocks
        page.visits.append((partition, blocks))
        if page.last is not None:
            if page.scanned_count != wanted.limit and _are_all_empty(
                left, _flat(pieces), *(_flat(rest) for _, rest in parts)
            ):
                page.last = None
            break
    return page


def _flat(pieces: Iterator[tuple[Run | None, Iterator[Any]]]) -> Iterator[Any]:
    return chain.from_iterable(found for _, found in pieces)


def _are_all_empty(*found: Iterator[Any]) -> bool:
    return all(next(each, None) is None for each in found)


def answer(
    source: Source,
    page: Page,
    wanted: Wanted,
    last_key: Attributes | None,
    capacity: dict[str, Any] | None,
    operation: str,
) -> bytes | Slices[bytes]:
    """The reply to a Query or a Scan; the tally of the table counts what it finds and returns."""
    return slices.begin(_answer(source, page, wanted, last_key, capacity, operation))


def _answer(
    source: Source,
    page: Page,
    wanted: Wanted,
    last_key: Attributes | None,
    capacity: dict[str, Any] | None,
    operation: str,
) -> Slices[bytes]:
    blobs, count = yield from evaluate(page.items, wanted)
    source.table.tally.returned_items[operation] += count
    note(source, operation, wanted, operation == "Scan", page, blobs, count)
    is_short = len(blobs) <= SHORT_ITEMS and page.size_bytes <= SHORT_BYTES
    if is_short and capacity is None and last_key is None and not wanted.counts_only:
        return SHORT % (count, b",".join(blobs), page.scanned_count)
    return reply.long_body(
        {
            b"ConsumedCapacity": capacity,
            b"Count": count,
            b"Items": None if wanted.counts_only else (yield from reply.long_array(blobs)),
            b"LastEvaluatedKey": last_key,
            b"ScannedCount": page.scanned_count,
        }
    )


def note(
    source: Source, operation: str, wanted: Wanted, is_scan: bool, page: Page, blobs: Sequence[bytes], count: int
) -> None:
    """Counts one request with those of its shape: what it read, and the items and the JSON that came of it.

    Written for speed: every Query comes here.
    """
    index, filter, projection = source.index, wanted.filter, wanted.projection
    shape = (
        operation,
        index.schema.name if index is not None else None,
        filter.paths if filter is not None else NO_NAMES,
        () if projection is None else tuple(projection.selection.entries),
        is_scan,
    )
    reads = source.table.tally.reads
    counts = reads.get(shape)
    if counts is None:
        counts = reads.open(shape)
    counts.requests += 1
    counts.evaluated += page.scanned_count
    counts.returned += count
    counts.read_bytes += page.size_bytes
    per_block = 2 if source.is_consistent else 1
    for _, blocks in page.visits:
        counts.half_units += blocks * per_block
    if projection is not None:
        counts.returned_bytes += sum(map(len, blobs))


def charge(source: Source, *found: tuple[bytes, Page]) -> None:
    """Charges the partitions that the pages visited: all of them or, where a limit refuses, none. Raises Throttled.

    The pages are walked by then, but not evaluated. Each comes with the key bytes at which what was asked for
    begins: load on parts of an item collection is load on different keys, which a split can share out. In a partition
    where a page only goes on, it begins with the partition. No key bytes stand for no key in particular.
    """
    visits = [
        (partition, blocks, max(key, partition.low) if key else key)
        for key, page in found
        for partition, blocks in page.visits
    ]
    source.keyspace.admission.read_page(visits, source.now, source.is_consistent)


def capacity(mode: str | None, table_name: str, source: Source, page: Page) -> dict[str, Any] | None:
    """The ConsumedCapacity of a page."""
    if mode is None:
        return None
    return consumed_capacity.capacity(mode, table_name, used(source, page))


def used(source: Source, page: Page) -> Consumption:
    """What a page used of the table and its indexes."""
    return source.consumption(page.half_units(source.is_consistent), page.fetched_half_units(source.is_consistent))
