"""Vector index definitions: from VectorIndexes of a request, or an action that creates one, to VectorIndexSchemas.

The limits are those of the developer guide (VectorSearch.Requirements, ServiceQuotas) and of the API model, where
CreateTable says what counts as projected.
"""

from collections.abc import Collection
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.operations.tables import index_definition
from thermodynamo.api.operations.tables.key_definition import Kinds
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.values.schema import (
    BillingMode,
    IndexSchema,
    KeyAttribute,
    KeySchema,
    VectorIndexSchema,
)

VECTOR_INDEXES_MAX = 5
DIMENSIONS_MAX = 4_096
FILTERS_MAX = 18
PROJECTED_MAX = 20
"""The vector, each inline filter and each attribute projected by name count."""


def define_all(
    request: dict[str, Any], table_key: KeySchema, kinds: Kinds, mode: BillingMode, indexes: tuple[IndexSchema, ...]
) -> tuple[VectorIndexSchema, ...]:
    """The vector indexes of a new table. Raises ValidationException."""
    given = request.get("VectorIndexes")
    if given is None:
        return ()
    found = tuple(define(index, kinds) for index in given)
    check_together(found, table_key, mode, indexes)
    return found


def define(index: dict[str, Any], kinds: Kinds) -> VectorIndexSchema:
    """One vector index; `kinds` are the attribute definitions that it may use. Raises ValidationException."""
    name, dimensions = index["IndexName"], index["Dimensions"]
    if not vector_indexes.are_available():
        raise errors.validation(messages.VECTORS_UNAVAILABLE)
    if not 1 <= dimensions <= DIMENSIONS_MAX:
        raise errors.validation(messages.DIMENSIONS_OUT_OF_RANGE.format(DIMENSIONS_MAX, name))
    elements = index.get("SearchSchema", [])
    refuse_repeated(elements)
    if any(element["AttributeName"] not in kinds for element in elements):
        raise errors.validation(messages.SEARCH_SCHEMA_NOT_DEFINED)
    by_type: dict[str, list[KeyAttribute]] = {"HASH": [], "INLINE_FILTER": []}
    for element in elements:
        attribute = KeyAttribute(element["AttributeName"], kinds[element["AttributeName"]])
        by_type[element["SearchSchemaElementType"]].append(attribute)
    partition, filters = by_type["HASH"], by_type["INLINE_FILTER"]
    if len(partition) > 1:
        raise errors.validation(messages.SEARCH_SCHEMA_HASH_KEYS.format(name))
    if len(filters) > FILTERS_MAX:
        raise errors.validation(messages.SEARCH_SCHEMA_FILTERS.format(FILTERS_MAX, name))
    projection = index_definition.projection(index["Projection"])
    if 1 + len(filters) + len(projection.names) > PROJECTED_MAX:
        raise errors.validation(messages.VECTOR_PROJECTION_TOO_LARGE.format(PROJECTED_MAX, name))
    return VectorIndexSchema(
        name=name,
        vector_name=index["VectorAttribute"]["AttributeName"],
        dimensions=dimensions,
        distance=index["DistanceFunction"],
        projection=projection,
        partition=partition[0] if partition else None,
        filters=tuple(filters),
    )


def check_together(
    vectors: Collection[VectorIndexSchema], table_key: KeySchema, mode: BillingMode, indexes: tuple[IndexSchema, ...]
) -> None:
    """The rules about all vector indexes of a table, with its key and its other indexes. Raises ValidationException."""
    if not vectors:
        return
    if len(vectors) > VECTOR_INDEXES_MAX:
        raise errors.validation(messages.VECTOR_INDEXES_TOO_MANY.format(VECTOR_INDEXES_MAX))
    if mode != "PAY_PER_REQUEST":
        raise errors.validation(messages.VECTOR_INDEX_ON_PROVISIONED)
    index_definition.refuse_duplicates((*indexes, *vectors))
    index_definition.refuse_projected_twice(vectors)
    dimensions: dict[str, int] = {}
    key_names = {*table_key.names, *(name for index in indexes for name in index.key_schema.names)}
    for index in vectors:
        if dimensions.setdefault(index.vector_name, index.dimensions) != index.dimensions:
            raise errors.validation(messages.DIMENSIONS_DIFFER.format(index.vector_name))
        key_names.update(each.name for each in index.searched)
    for name in dimensions:
        if name in key_names:
            raise errors.validation(messages.VECTOR_ATTRIBUTE_IS_KEY.format(name))


def refuse_repeated(elements: list[dict[str, Any]]) -> None:
    """Each attribute is one element of a search schema."""
    seen: set[str] = set()
    for element in elements:
        name = element["AttributeName"]
        if name in seen:
            raise errors.validation(messages.SEARCH_SCHEMA_REPEATS.format(name))
        seen.add(name)
