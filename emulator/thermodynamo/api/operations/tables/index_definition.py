"""Secondary index definitions: from a request's LocalSecondaryIndexes and GlobalSecondaryIndexes to IndexSchemas."""

from collections.abc import Iterable
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.operations.table_settings import throughput_definition
from thermodynamo.api.operations.tables import key_definition
from thermodynamo.api.operations.tables.key_definition import Kinds
from thermodynamo_storage.values.schema import BillingMode, IndexSchema, KeySchema, Projection, VectorIndexSchema

LOCAL_INDEXES_MAX = 5
GLOBAL_INDEXES_MAX = 20
PROJECTED_NAMES_MAX = 100
"""Attributes projected by name, over all indexes of a table; the same name in two indexes counts twice."""


def define_all(
    request: dict[str, Any], table_key: KeySchema, kinds: Kinds, mode: BillingMode
) -> tuple[IndexSchema, ...]:
    """The indexes of a new table, local ones first; neither list is empty. Raises ValidationException."""
    indexes: list[IndexSchema] = []
    local = request.get("LocalSecondaryIndexes")
    if local is not None:
        indexes += [define_local(index, table_key, kinds) for index in local]
        refuse_duplicates(indexes)
        if len(local) > LOCAL_INDEXES_MAX:
            raise errors.validation(messages.LOCAL_INDEXES_TOO_MANY.format(LOCAL_INDEXES_MAX))
    given_global = request.get("GlobalSecondaryIndexes")
    if given_global is not None:
        indexes += [define_global(index, kinds, mode) for index in given_global]
        refuse_duplicates(indexes)
        refuse_too_many_global(len(given_global))
    return tuple(indexes)


def define_local(index: dict[str, Any], table_key: KeySchema, kinds: Kinds) -> IndexSchema:
    """A local index: the table's partition key with another sort key. Raises ValidationException."""
    name = index["IndexName"]
    key_schema = key_definition.define(index["KeySchema"], kinds)
    if not table_key.sort:
        raise errors.validation(messages.TABLE_WITHOUT_SORT_KEY)
    if not key_schema.sort:
        raise errors.validation(messages.INDEX_WITHOUT_SORT_KEY.format(name))
    own, wanted = key_schema.partition[0].name, table_key.partition[0].name
    if own != wanted:
        raise errors.validation(messages.INDEX_WITH_OTHER_PARTITION_KEY.format(name, own, wanted))
    return IndexSchema(name, False, key_schema, projection(index["Projection"]))


def define_global(index: dict[str, Any], kinds: Kinds, mode: BillingMode, *, is_update: bool = False) -> IndexSchema:
    """A global index, of a new table or to be created on an existing one. Raises ValidationException."""
    name = index["IndexName"]
    key_schema = key_definition.define_global(index["KeySchema"], kinds)
    projected = projection(index["Projection"])
    throughput = throughput_definition.of_index(index, mode, is_update=is_update)
    settings: dict[str, object] = {}
    maxima = throughput_definition.on_demand_maxima(index, mode, name, is_update=is_update)
    if maxima is not None:
        settings["OnDemandThroughput"] = maxima
    return IndexSchema(name, True, key_schema, projected, throughput, settings)


def projection(given: dict[str, Any]) -> Projection:
    """What entries carry besides keys. Raises ValidationException for names without INCLUDE or the reverse."""
    kind = given.get("ProjectionType")
    names = given.get("NonKeyAttributes")
    if kind is None:
        raise errors.validation(messages.PROJECTION_UNKNOWN)
    if kind != "INCLUDE":
        if names is not None:
            raise errors.validation(messages.PROJECTION_WITH_NAMES.format(kind))
        return Projection(kind)
    if not names:
        raise errors.validation(messages.PROJECTION_WITHOUT_NAMES)
    return Projection(kind, tuple(names))


def refuse_projected_twice(indexes: Iterable[IndexSchema | VectorIndexSchema]) -> None:
    """No index names an attribute twice; looked at when all else about all indexes is known: dynoxide and dynalite.

    The words are of October 2026 (ack-api-quirks, DDB-TABLE-126).
    """
    for index in indexes:
        names = index.projection.names
        for position, name in enumerate(names):
            if name in names[:position]:
                raise errors.validation(messages.PROJECTION_DUPLICATE.format(name))


def refuse_too_many_projected(indexes: Iterable[IndexSchema]) -> None:
    """The limit on names projected with INCLUDE, over all indexes of a table."""
    if sum(len(index.projection.names) for index in indexes) > PROJECTED_NAMES_MAX:
        raise errors.validation(messages.PROJECTIONS_TOO_MANY.format(PROJECTED_NAMES_MAX))


def refuse_too_many_global(count: int) -> None:
    if count > GLOBAL_INDEXES_MAX:
        raise errors.validation(messages.GLOBAL_INDEXES_TOO_MANY.format(GLOBAL_INDEXES_MAX))


def refuse_one_more_global(count: int) -> None:
    """The limit for an index that is created later has another name (ack-api-quirks, DDB-TABLE-169, October 2026)."""
    if count >= GLOBAL_INDEXES_MAX:
        raise errors.limit_exceeded(messages.GLOBAL_INDEX_TOO_MANY.format(GLOBAL_INDEXES_MAX))


def refuse_empty(request: dict[str, Any]) -> None:
    """A list of indexes that is given has elements."""
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes", "VectorIndexes"):
        if request.get(member) == []:
            raise errors.validation(messages.INDEXES_EMPTY.format(member))


def refuse_duplicates(indexes: Iterable[IndexSchema | VectorIndexSchema]) -> None:
    """All indexes of a table share one set of names."""
    seen = set()
    for index in indexes:
        if index.name in seen:
            raise errors.validation(messages.INDEX_NAME_DUPLICATE.format(index.name))
        seen.add(index.name)
