"""Scan: every item of a table or an index in key order, or one of several disjoint segments of it."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import placeholders
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity
from thermodynamo.api.operations.items import request_expressions
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.pages import evaluation, page_source, paging, select
from thermodynamo.api.operations.pages.page_source import Source
from thermodynamo.api.slices import Slices
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo_storage.partitions.keyspace import token_bound
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import decode

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class Scan:
    """A checked request. `segment` is (number, total)."""

    table_name: str
    index_name: str | None
    filter: Condition | None
    wanted: evaluation.Wanted
    selection: select.Selection | None
    is_consistent: bool
    segment: tuple[int, int]
    start_key: dict[str, Any] | None
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> Scan:
    placeholders.check(request, ("FilterExpression",))
    start_key = request.get("ExclusiveStartKey")
    if start_key is not None:
        canonicalise(start_key)
    filter, projection, values = request_expressions.scan_of(request)
    segment = segment_of(request)
    return Scan(
        table_name=request["TableName"],
        index_name=request.get("IndexName"),
        filter=filter,
        wanted=evaluation.wanted_of(request, filter, projection, values),
        selection=select.selection_of(request, is_query=False),
        is_consistent=request.get("ConsistentRead", False),
        segment=segment,
        start_key=start_key,
        consumed_mode=consumed_capacity.mode_of(request),
    )


def segment_of(request: dict[str, Any]) -> tuple[int, int]:
    """Segment and TotalSegments, which come together; (0, 1) for a whole scan. Raises ValidationException."""
    segment, total = request.get("Segment"), request.get("TotalSegments")
    if segment is None and total is None:
        return 0, 1
    if total is None:
        raise errors.validation(messages.SEGMENT_WITHOUT_TOTAL)
    if segment is None:
        raise errors.validation(messages.TOTAL_WITHOUT_SEGMENT)
    if segment >= total:
        raise errors.validation(messages.SEGMENT_TOO_LARGE.format(segment, total))
    return segment, total


def execute(namespace: Namespace, request: Scan, now: float) -> bytes | Slices[bytes]:
    table = namespace.table(request.table_name, now)
    read = page_source.find(table, request.index_name, request.is_consistent, now, "Scan")
    read.refuse_key_paths(request.filter, request.wanted.projection)
    low, high = bounds_of(request.segment)
    if request.start_key is not None:
        low = start_of(read, request.start_key, request.segment, low, high) + b"\x00"
    if request.selection is not None:
        request.selection.check()
    page = paging.read(read, low, high, False, request.wanted)
    last_key = read.key_of(decode(page.last)) if page.last is not None else None
    paging.charge(read, (b"", page))
    capacity = paging.capacity(request.consumed_mode, request.table_name, read, page)
    return paging.answer(read, page, request.wanted, last_key, capacity, "Scan")


def bounds_of(segment: tuple[int, int]) -> tuple[bytes, bytes | None]:
    """The key range of a segment: an even share of the token space, so segments never split an item collection."""
    number, total = segment
    return token_bound(number, total), token_bound(number + 1, total) if number + 1 < total else None


def start_of(
    read: Source, start_key: dict[str, Any], segment: tuple[int, int], low: bytes, high: bytes | None
) -> bytes:
    """The key bytes of ExclusiveStartKey. Raises ValidationException where it is no key or not of the segment."""
    if read.index is None and start_key.keys() != set(read.key_schema.names):
        raise errors.validation(messages.START_KEY_MISMATCH)  # A Query says less; dynalite and dynoxide.
    start = read.position(start_key)
    if start < low or (high is not None and start >= high):
        number, total = segment
        raise errors.validation(messages.START_KEY_OUTSIDE_SEGMENT.format(total, number))
    return start
