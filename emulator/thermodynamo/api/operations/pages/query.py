"""Query: the items of one item collection of a table or an index, in sort key order."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import placeholders
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.key_condition import KeyCondition
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity
from thermodynamo.api.operations.items import request_expressions
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.pages import evaluation, key_ranges, page_source, paging, select
from thermodynamo.api.operations.pages.page_source import Source
from thermodynamo.api.slices import Slices
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import decode
from thermodynamo_storage.values.schema import KeySchema

FACTS = Facts(is_read=True, wording="current")


@dataclass(slots=True)
class Query:
    """A checked request; the key condition waits for the key schema."""

    table_name: str
    index_name: str | None
    bind: request_expressions.KeyConditionBinder
    filter: Condition | None
    has_legacy_filter: bool
    wanted: evaluation.Wanted
    selection: select.Selection | None
    is_consistent: bool
    is_reverse: bool
    start_key: dict[str, Any] | None
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> Query:
    placeholders.check(request, ("FilterExpression", "KeyConditionExpression"))
    start_key = request.get("ExclusiveStartKey")
    if start_key is not None:
        canonicalise(start_key)
    bind, filter, projection, values = request_expressions.query_of(request)
    wanted = evaluation.wanted_of(request, filter, projection, values)
    return Query(
        table_name=request["TableName"],
        index_name=request.get("IndexName"),
        bind=bind,
        filter=filter,
        has_legacy_filter="QueryFilter" in request,
        wanted=wanted,
        selection=select.selection_of(request, is_query=True),
        is_consistent=request.get("ConsistentRead", False),
        is_reverse=not request.get("ScanIndexForward", True),
        start_key=start_key,
        consumed_mode=consumed_capacity.mode_of(request),
    )


def execute(namespace: Namespace, request: Query, now: float) -> bytes | Slices[bytes]:
    table = namespace.table(request.table_name, now)
    read = page_source.find(table, request.index_name, request.is_consistent, now)
    schema = read.key_schema
    start = read.position(request.start_key) if request.start_key is not None else None
    condition = request.bind(schema)
    low, high = key_ranges.of_condition(schema, condition)
    first = low
    is_of_one_item = read.index is None and not schema.sort
    if request.start_key is not None and start is not None:
        if not low <= start < high:
            raise refused_start(read, request.start_key, condition, low, high)
        if is_of_one_item:
            raise errors.validation(messages.QUERY_OF_ONE_ITEM)
        low, high = (low, start) if request.is_reverse else (start + b"\x00", high)
    read.refuse_key_paths(None, request.wanted.projection)
    refuse_key_filters(schema, request)
    read.refuse_key_paths(request.filter, None)
    read.refuse_unprojected(request.filter)
    if request.selection is not None:
        request.selection.check()
    page = paging.read(read, low, high, request.is_reverse, request.wanted)
    # There is nothing after the one item, and a query that begins after it is refused.
    last_key = read.key_of(decode(page.last)) if page.last is not None and not is_of_one_item else None
    paging.charge(read, (first if request.is_reverse else low, page))
    capacity = paging.capacity(request.consumed_mode, request.table_name, read, page)
    return paging.answer(read, page, request.wanted, last_key, capacity, "Query")


def refuse_key_filters(schema: KeySchema, request: Query) -> None:
    """A filter may not look at key attributes: those belong in the key condition."""
    if request.filter is not None:
        for attribute in schema.attributes:
            if attribute.name in request.filter.paths:
                message = messages.QUERY_FILTER_ON_KEY if request.has_legacy_filter else messages.FILTER_ON_KEY
                raise errors.validation(message.format(attribute.name))


def refused_start(
    read: Source, start_key: dict[str, Any], condition: KeyCondition, low: bytes, high: bytes
) -> errors.ApiError:
    """Why the query cannot start at `start_key`, which lies outside its range `[low, high)`.

    The sort key is looked at before the partition key: AWS's DynamoDB Local and dynalite.
    """
    names = (attribute.name for attribute in read.key_schema.partition)
    moved = read.position({**start_key, **dict(zip(names, condition.partition, strict=True))})
    is_inside = low <= moved < high
    return errors.validation(messages.START_KEY_OUTSIDE_QUERY if is_inside else messages.START_KEY_AGAINST_PREDICATE)
