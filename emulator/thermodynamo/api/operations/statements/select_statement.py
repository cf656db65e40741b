"""SELECT: an item by its key, a page of one or more item collections, or a page of a scan.

A page may end inside an item collection or between two; the NextToken says where, and which statement it belongs to.
"""

import base64
import binascii
from dataclasses import field
from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.key_condition import KeyCondition
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.consumed_capacity import Consumption
from thermodynamo.api.operations.items import item_keys
from thermodynamo.api.operations.items.selections import Selection
from thermodynamo.api.operations.pages import key_ranges, page_source, paging
from thermodynamo.api.operations.pages.evaluation import Wanted, evaluate
from thermodynamo.api.operations.pages.page_source import Source
from thermodynamo.api.operations.statements import statement
from thermodynamo.api.operations.statements.statement import Bound, Located
from thermodynamo.api.partiql.plan import SelectPlan, key_conditions
from thermodynamo.api.slices import Slices
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo_storage.capacity.units import read_half_units
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item, decode

Attributes = dict[str, Any]
IN_PAGE_ITEMS_MAX = 10
"""Developer guide, ql-operators: the results of an IN come in pages of up to 10 items."""


@dataclass(slots=True)
class Found:
    """What one request for a SELECT found; a SELECT that ended has no `last_key` and no `next_token`."""

    wanted: Wanted
    source: Source
    consumption: Consumption
    is_scan: bool
    read: paging.Page = field(default_factory=paging.Page)
    """What was read of all item collections together."""
    last_key: Attributes | None = None
    next_token: str | None = None


def item_of(located: Located, now: float) -> tuple[Item | None, int]:
    """The item that a statement means, if there is one, and the half units of reading it. Raises Throttled."""
    keyspace, bound = located.table.keyspace, located.bound
    if bound.is_consistent and located.table.replication is not None:
        located.table.replication.refuse_isolated()
    partition = keyspace.locate(located.key)
    item = partition.items.get(located.key)
    lagging_reads = located.table.lagging_reads
    if lagging_reads is not None and not bound.is_consistent:
        item = lagging_reads.get(located.key, item, now)
    half_units = read_half_units(item[1] if item is not None else 0, bound.is_consistent)
    keyspace.admission.read(partition, located.key, half_units, now, bound.is_consistent)
    return item, half_units


def selection(located: Located, item: Item | None) -> Selection:
    """What a SELECT shows of the item with the key that it gives."""
    plan = located.plan
    assert isinstance(plan, SelectPlan)
    project = plan.selected.apply if plan.selected is not None else None
    return Selection(item, project, plan.filter, located.bound.values)


def read(namespace: Namespace, bound: Bound, limit: int | None, token: str | None, now: float) -> Found:
    """Carries out a SELECT: one page of it. Raises ValidationException."""
    table = statement.table_of(namespace, bound.table_name, now)
    read = _source(table, bound, now)
    plan = bound.statement.plan(read.key_schema)
    assert isinstance(plan, SelectPlan)
    if plan.key is not None:  # one item is never a page: see ExecuteStatement
        raise errors.validation(messages.NEXT_TOKEN_MISMATCH)
    for condition in (plan.key_check, plan.filter):
        if condition is not None:
            condition.check(bound.values)
    if plan.chosen.partitions:
        read.refuse_unprojected(plan.filter)
    ranges = _ranges(read, plan, bound.values)
    if len(ranges) > 1:
        limit = IN_PAGE_ITEMS_MAX if limit is None else min(limit, IN_PAGE_ITEMS_MAX)
    return _read_ranges(read, plan, bound, ranges, limit, token)


def evaluated(found: Found, counted_as: str) -> Slices[list[bytes]]:
    """The JSON of what a SELECT returns."""
    blobs, count = yield from evaluate(found.read.items, found.wanted)
    found.source.table.tally.returned_items[counted_as] += count
    paging.note(found.source, counted_as, found.wanted, found.is_scan, found.read, blobs, count)
    return blobs


def _source(table: Table, bound: Bound, now: float) -> Source:
    """What the statement reads. Raises ValidationException, worded otherwise than a Query's or a Scan's."""
    name = bound.statement.source.index_name
    index = table.indexes.get(name) if name is not None else None
    if name is not None and (index is None or index.transition == "DELETING"):
        raise errors.validation(messages.STATEMENT_INDEX_NOT_FOUND)
    if index is not None and index.schema.is_global and bound.is_consistent:
        raise errors.validation(messages.STATEMENT_CONSISTENT_READ_OF_INDEX)
    return page_source.find(table, name, bound.is_consistent, now)


def _ranges(read: Source, plan: SelectPlan, values: Attributes) -> list[tuple[bytes, bytes | None]]:
    """The ranges of key bytes to read, in their order; a scan has one without an end."""
    if not plan.chosen.partitions:
        return [(b"", None)]
    ranges: list[tuple[bytes, bytes | None]] = []
    collections = key_conditions(plan.chosen, read.key_schema, values)
    if plan.partition_order is not None and len(collections) > 1:
        first = read.key_schema.partition[0]
        collections.sort(
            key=lambda conditions: item_keys.part(
                first, conditions[0].partition[0][first.kind], keys.PARTITION_KEY_BYTES_MAX
            ),
            reverse=plan.partition_order.is_descending,
        )
    for conditions in collections:
        ranges.append(_range(read, conditions))
    return ranges


def _range(read: Source, conditions: tuple[KeyCondition, ...]) -> tuple[bytes, bytes]:
    """The range in which all conditions on one item collection hold."""
    bounds = [key_ranges.of_condition(read.key_schema, condition) for condition in conditions]
    return max(low for low, _ in bounds), min(high for _, high in bounds)


def _read_ranges(
    read: Source,
    plan: SelectPlan,
    bound: Bound,
    ranges: list[tuple[bytes, bytes | None]],
    limit: int | None,
    token: str | None,
) -> Found:
    found = Found(_wanted(plan, bound.values, limit), read, Consumption(0), not plan.chosen.partitions)
    pages: list[tuple[bytes, paging.Page]] = []
    first, start_key = _position(bound, token, len(ranges))
    for number in range(first, len(ranges)):
        low, high = ranges[number]
        if start_key is not None:
            start = read.position(start_key)
            low, high = (low, start) if plan.is_reverse else (start + b"\x00", high)
            start_key = None
        page = paging.read(read, low, high, plan.is_reverse, _wanted(plan, bound.values, limit))
        found.read.items += page.items
        found.read.scanned_count += page.scanned_count
        found.read.size_bytes += page.size_bytes
        found.read.visits += page.visits
        last_key = read.key_of(decode(page.last)) if page.last is not None else None
        begins_at = ranges[number][0] if plan.is_reverse else low
        pages.append((begins_at if plan.chosen.partitions else b"", page))
        found.consumption.add(paging.used(read, page))
        if last_key is not None:
            found.last_key = last_key
            found.next_token = _token(bound, number, last_key)
            break
        if limit is not None:
            limit -= page.scanned_count
    paging.charge(read, *pages)
    return found


def _wanted(plan: SelectPlan, values: Attributes, limit: int | None) -> Wanted:
    selected = plan.selected
    return Wanted(
        limit=limit,
        selected=None,
        projection=selected.projection if selected is not None else None,
        filter=plan.filter,
        values=values,
        project=None if selected is None else selected.apply,
        counts_only=False,
    )


def _token(bound: Bound, number: int, last_key: Attributes) -> str:
    return base64.b64encode(orjson.dumps([bound.fingerprint, number, last_key])).decode()


def _position(bound: Bound, token: str | None, range_count: int) -> tuple[int, Attributes | None]:
    """The range to read first and the key to begin after. Raises ValidationException for a token that means none."""
    if token is None:
        return 0, None
    try:
        digest, number, start_key = orjson.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise errors.validation(messages.NEXT_TOKEN_INVALID) from None
    if digest != bound.fingerprint or number >= range_count:
        raise errors.validation(messages.NEXT_TOKEN_MISMATCH)
    canonicalise(start_key)
    return number, start_key
