"""What a restored table is: what its source was, but for what the request overrides.

A restore keeps the encryption, the billing mode, the throughput, the on-demand maxima and the indexes. It has no
stream, no class, no protection: ack-api-quirks, DDB-TABLE-215, October 2026. The overrides are those of 273, 276 and
279 to 281.
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.operations.table_settings import encryption_definition, throughput_definition
from thermodynamo.api.operations.table_settings.throughput_definition import ON_DEMAND
from thermodynamo.api.operations.tables import index_definition, table_definition, vector_index_definition
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import BillingMode, IndexSchema, TableSchema, Throughput, VectorIndexSchema

Request = dict[str, Any]
MAXIMA = ("MaxReadRequestUnits", "MaxWriteRequestUnits")


@dataclass(frozen=True, slots=True)
class Restored:
    """A table to be: the name of each of its indexes with that of the source's, and the warm throughput asked for."""

    schema: TableSchema
    index_names: tuple[tuple[str, str], ...]
    warm: dict[str | None, Throughput]


def restored(source: TableSchema, request: Request) -> Restored:
    """Raises ValidationException where the overrides do not agree with the source, or with each other."""
    mode: BillingMode = request.get("BillingModeOverride", source.billing_mode)
    throughput = _throughput(source, mode, request)
    maxima = _maxima(source, mode, request)
    settings: dict[str, object] = {}
    if maxima:
        settings["OnDemandThroughput"] = maxima
    encryption = _encryption(source, request)
    if encryption is not None:
        settings["SSESpecification"] = encryption
    indexes = _indexes(source, mode, request)
    schemas = tuple(index for index, _ in indexes)
    vectors = _vector_indexes(source, request)
    index_definition.refuse_duplicates((*schemas, *vectors))
    if vectors and mode == "PROVISIONED":
        raise errors.validation(messages.VECTOR_INDEX_ON_PROVISIONED)
    schema = TableSchema(
        name=request["TargetTableName"],
        key_schema=source.key_schema,
        attribute_kinds=source.attribute_kinds,
        billing_mode=mode,
        throughput=throughput,
        indexes=schemas,
        settings=settings,
        vector_indexes=vectors,
    )
    schema = replace(schema, attribute_kinds=table_definition.used_kinds(source.attribute_kinds, schema))
    return Restored(schema, tuple((index.name, name) for index, name in indexes), _warm(request, schemas))


def _throughput(source: TableSchema, mode: BillingMode, request: Request) -> Throughput:
    given = request.get("ProvisionedThroughputOverride")
    throughput_definition.check_bounds(given)
    if given is not None:
        _refuse_units(mode, request, "")
        return throughput_definition.provisioned(given)
    if request.get("BillingModeOverride") == "PROVISIONED":
        raise errors.validation(messages.RESTORE_UNITS_REQUIRED)
    return source.throughput if mode == "PROVISIONED" else ON_DEMAND


def _refuse_units(mode: BillingMode, request: Request, place: str) -> None:
    """Refuses provisioned throughput of what is on demand; `place` names the index."""
    if mode == "PAY_PER_REQUEST":
        overridden = "BillingModeOverride" in request
        text = messages.RESTORE_UNITS_ON_DEMAND if overridden else messages.RESTORE_UNITS_UNLESS_PROVISIONED
        raise errors.validation(text.format(place))


def _maxima(source: TableSchema, mode: BillingMode, request: Request) -> object:
    """The on-demand maxima: what is asked for, or what the source has."""
    given = request.get("OnDemandThroughputOverride")
    if given is not None:
        check_maxima(given, mode, "")
        return given
    return source.settings.get("OnDemandThroughput") if mode == "PAY_PER_REQUEST" else None


def check_maxima(given: dict[str, int], mode: BillingMode, place: str) -> None:
    """Raises ValidationException for maxima of what is provisioned, and for less than one unit."""
    for member in MAXIMA:
        if member not in given:
            continue
        if mode == "PROVISIONED":
            raise errors.validation(messages.RESTORE_MAXIMUM_UNLESS_ON_DEMAND.format(member, place))
        if given[member] < 1:
            raise errors.validation(messages.RESTORE_MAXIMUM_OUT_OF_RANGE.format(member, place))


def _encryption(source: TableSchema, request: Request) -> dict[str, Any] | None:
    """An empty override, or one that disables, means the key that AWS owns (DDB-TABLE-276 and 463)."""
    given = request.get("SSESpecificationOverride")
    if given is None:
        return encryption_definition.of_schema(source)
    checked = encryption_definition.check({"SSESpecification": given})
    return checked if encryption_definition.is_enabled(checked) else None


def _indexes(source: TableSchema, mode: BillingMode, request: Request) -> list[tuple[IndexSchema, str]]:
    """The indexes, local ones first, each with the name of the source's index that it is.

    An empty list drops all of them, and no list keeps them. An index is the source's by its keys and its projection.
    """
    found: list[tuple[IndexSchema, str]] = []
    given_local = request.get("LocalSecondaryIndexOverride")
    if given_local is None:
        found += [(index, index.name) for index in source.local_indexes]
    else:
        left = list(source.local_indexes)
        for given in given_local:
            index = _matching(given, left)
            found.append((replace(index, name=given["IndexName"]), index.name))
    given_global = request.get("GlobalSecondaryIndexOverride")
    if given_global is None:
        found += [(_kept(index, mode), index.name) for index in source.global_indexes]
        return found
    left = list(source.global_indexes)
    for given in given_global:
        index = _matching(given, left)
        found.append((_overridden(index, given, mode, request), index.name))
    return found


def _vector_indexes(source: TableSchema, request: Request) -> tuple[VectorIndexSchema, ...]:
    """The vector indexes, as the other ones: each must be one of the source's but for its name (API model)."""
    given = request.get("VectorIndexOverride")
    if given is None:
        return source.vector_indexes
    left = list(source.vector_indexes)
    found: list[VectorIndexSchema] = []
    for each in given:
        wanted = vector_index_definition.define(each, source.attribute_kinds)
        alike = [index for index in left if _bare(index) == _bare(wanted)]
        if not alike:
            raise errors.validation(messages.RESTORE_INDEX_UNKNOWN.format(each["IndexName"]))
        left.remove(alike[0])
        found.append(replace(alike[0], name=wanted.name))
    return tuple(found)


def _bare(index: VectorIndexSchema) -> VectorIndexSchema:
    """A vector index without its name, in which the order of names means nothing."""
    projection = replace(index.projection, names=tuple(sorted(index.projection.names)))
    filters = tuple(sorted(index.filters, key=lambda attribute: attribute.name))
    return replace(index, name="", projection=projection, filters=filters)


def _matching(given: dict[str, Any], left: list[IndexSchema]) -> IndexSchema:
    """Takes the index with these keys and this projection out of those that are left."""
    keys = [(element["AttributeName"], element["KeyType"]) for element in given["KeySchema"]]
    projection = index_definition.projection(given["Projection"])
    for index in left:
        own = [
            *((attribute.name, "HASH") for attribute in index.key_schema.partition),
            *((attribute.name, "RANGE") for attribute in index.key_schema.sort),
        ]
        alike = (index.projection.kind, set(index.projection.names)) == (projection.kind, set(projection.names))
        if own == keys and alike:
            left.remove(index)
            return index
    raise errors.validation(messages.RESTORE_INDEX_UNKNOWN.format(given["IndexName"]))


def _kept(index: IndexSchema, mode: BillingMode) -> IndexSchema:
    """An index as it was recorded; its own on-demand maxima are not (DDB-BACKUP-021)."""
    if mode == "PAY_PER_REQUEST":
        return replace(index, throughput=ON_DEMAND, settings={})
    if index.throughput == ON_DEMAND:
        raise errors.validation(messages.RESTORE_INDEX_UNITS_REQUIRED.format(index.name))
    return replace(index, settings={})


def _overridden(index: IndexSchema, given: dict[str, Any], mode: BillingMode, request: Request) -> IndexSchema:
    name = given["IndexName"]
    place = f" for index {name}"
    units = given.get("ProvisionedThroughput")
    throughput_definition.check_bounds(units, name)
    if units is not None:
        _refuse_units(mode, request, place)
    elif mode == "PROVISIONED":
        raise errors.validation(messages.RESTORE_INDEX_UNITS_REQUIRED.format(name))
    maxima = given.get("OnDemandThroughput")
    if maxima:
        check_maxima(maxima, mode, place)
    return replace(
        index,
        name=name,
        throughput=throughput_definition.provisioned(units) if units is not None else ON_DEMAND,
        settings={"OnDemandThroughput": maxima} if maxima else {},
    )


def _warm(request: Request, indexes: tuple[IndexSchema, ...]) -> dict[str | None, Throughput]:
    """The warm throughput that is asked for, of global indexes by name. Raises ValidationException."""
    throughputs = {index.name: index.throughput for index in indexes}
    wanted: dict[str | None, Throughput] = {}
    for given in request.get("GlobalSecondaryIndexOverride") or ():
        name = given["IndexName"]
        warm = throughput_definition.new_warm(given, name, throughputs[name])
        if warm is not None:
            wanted[name] = warm
    return wanted
