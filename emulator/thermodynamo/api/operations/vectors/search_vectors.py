"""SearchVectors: the items of a vector index whose vectors are nearest to a given one.

The service searches approximately; here the result is exact, and where scores are equal in the order of the keys.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from thermodynamo.api import errors, messages, slices
from thermodynamo.api.expressions import placeholders, projection
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.vectors import search_condition
from thermodynamo.api.operations.vectors.search_condition import SearchCondition
from thermodynamo.api.slices import Slices
from thermodynamo.api.values.canonical import canonicalise_value
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

if TYPE_CHECKING:
    from thermodynamo_storage.followers.vector_index import VectorIndex

FACTS = Facts(is_read=True)

TOP_COUNT_MAX = 100
"""Developer guide, ServiceQuotas."""


@dataclass(slots=True)
class SearchVectors:
    """A checked request. `numbers` are the elements of the vector as they came, in canonical text."""

    table_name: str
    index_name: str
    numbers: list[str]
    top_count: int
    condition: SearchCondition | None
    values: dict[str, Any]
    projection: Projection | None
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> SearchVectors:
    placeholders.check(request, ("SearchConditionExpression",))
    placeholders.check_maps(request)
    names = request.get(placeholders.NAMES)
    values = request.get(placeholders.VALUES) or {}
    text = request.get("SearchConditionExpression")
    condition = None
    if text is not None:
        condition = search_condition.compile(text, names)
        condition.check(values)
    chosen = request.get("ProjectionExpression")
    selected = projection.compile(chosen, names) if chosen is not None else None
    used_names = [part.names for part in (condition, selected) if part is not None]
    used_values = condition.values if condition is not None else frozenset[str]()
    placeholders.check_unused(request, frozenset[str]().union(*used_names), used_values)
    if condition is not None and condition.shape_error is not None:
        raise condition.shape_error
    if request["TopK"] > TOP_COUNT_MAX:
        raise errors.validation(messages.TOP_COUNT_OUT_OF_RANGE.format(request["TopK"], TOP_COUNT_MAX))
    return SearchVectors(
        table_name=request["TableName"],
        index_name=request["IndexName"],
        numbers=numbers_of(request["SearchVector"]),
        top_count=request["TopK"],
        condition=condition,
        values=values,
        projection=selected,
        consumed_mode=consumed_capacity.mode_of(request),
    )


def numbers_of(elements: list[dict[str, Any]]) -> list[str]:
    """The numbers of the vector. Raises ValidationException for an element that is none."""
    for element in elements:
        canonicalise_value(element)
        if "N" not in element:
            raise errors.validation(messages.SEARCH_VECTOR_INVALID)
    return [element["N"] for element in elements]


def execute(namespace: Namespace, request: SearchVectors, now: float) -> bytes | Slices[bytes]:
    table = namespace.table(request.table_name, now)
    index = find(table, request.index_name)
    schema = index.schema
    vector = import_module("thermodynamo_storage.followers.vector_index").vector_of(request.numbers)
    if any(number in (float("inf"), float("-inf")) for number in vector.tolist()):
        raise errors.validation(messages.SEARCH_VECTOR_INVALID)
    if len(vector) != schema.dimensions:
        raise errors.validation(messages.SEARCH_DIMENSIONS.format(len(vector), schema.dimensions))
    bound = search_condition.bind(request.condition, schema, request.values) if request.condition is not None else {}
    if schema.partition is not None and schema.partition.name not in bound:
        raise errors.validation(messages.SEARCH_WITHOUT_PARTITION)
    index.catch_up(now)
    return slices.begin(_search(table, index, request, vector, bound))


def _search(
    table: Table, index: "VectorIndex", request: SearchVectors, vector: Any, bound: dict[str, bytes]
) -> Slices[bytes]:
    searching = import_module("thermodynamo_storage.followers.vector_search")
    showing = import_module("thermodynamo.api.operations.vectors.search_results")
    schema = index.schema
    group = index.group(bound[schema.partition.name] if schema.partition is not None else b"")
    count = len(group.keys) if group is not None else 0
    names = index.names
    filters = index.codes_of(bound)
    found = []
    if group is not None:
        found = yield from searching.search(group, schema.distance, vector, filters, request.top_count)
    body, returned_bytes = yield from showing.results(found, names, schema.vector_name, request.projection)
    table.tally.returned_items["SearchVectors"] += len(found)
    capacity = None
    metered = showing.metered_bytes(schema.dimensions, count, returned_bytes)
    index.count_search(metered)
    if request.consumed_mode is not None:
        capacity = {"VectorSearchRequestBytes": float(metered)}
    return reply.long_body({b"ConsumedCapacity": capacity, b"SearchResults": body})


def find(table: Table, name: str) -> "VectorIndex":
    """The vector index of a name. Raises ValidationException where it cannot be searched."""
    index = table.vector_indexes.get(name)
    if index is None:
        if name in table.indexes:
            raise errors.validation(messages.INDEX_TYPE_NOT_SUPPORTED.format("SearchVectors"))
        raise errors.validation(messages.INDEX_NOT_FOUND.format(name))
    if index.transition == "CREATING":
        # Both texts are of the guide: which of them a client gets depends on how far the index is.
        is_allocated = not any(job.kind == "index creation" and job.owner == name for job in table.jobs)
        text = messages.VECTOR_INDEX_BACKFILLING if is_allocated else messages.INDEX_NOT_FOUND
        raise errors.validation(text.format(name))
    if index.transition == "DELETING":
        raise errors.validation(messages.INDEX_NOT_FOUND.format(name))
    return index
