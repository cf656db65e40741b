"""From a CreateTable request to the TableSchema it means, with every rule that needs no other table.

The order of the checks is the service's, as recorded replies to requests with two faults show it: throughput, the
table's key, which definitions the keys use, local indexes, global indexes, then what spans them. That a definition
which no key uses is told before any fault of an index is of October 2026 (ack-api-quirks, DDB-TABLE-127).
"""

from typing import Any

from thermodynamo.api import errors, messages, printed_sets
from thermodynamo.api.operations.table_settings import (
    encryption_definition,
    stream_definition,
    table_class_definition,
    throughput_definition,
)
from thermodynamo.api.operations.tables import index_definition, key_definition, vector_index_definition
from thermodynamo.api.operations.tables.key_definition import Kinds
from thermodynamo_storage.values.schema import TableSchema

NOT_BUILT = {
    "GlobalTableSourceArn": (
        "it makes a replica in another account, and replicas are those of one account here, which ReplicaUpdates of "
        "UpdateTable adds"
    ),
    "GlobalTableSettingsReplicationMode": (
        "it is for global tables of several accounts, and those of one account are ENABLED_WITH_OVERRIDES"
    ),
}
"""Parameters that would change what a table does, and why they do not do it here."""


def define(request: dict[str, Any]) -> TableSchema:
    """The schema of the table; `name` is as the request gave it, name or ARN. Raises ValidationException."""
    mode, throughput = throughput_definition.of_table(request)
    throughput_definition.check_bounds(request.get("ProvisionedThroughput"))
    for index in request.get("GlobalSecondaryIndexes", ()):
        throughput_definition.check_bounds(index.get("ProvisionedThroughput"), index["IndexName"])
    definitions = request["AttributeDefinitions"]
    key_definition.refuse_repeated(definitions)
    kinds = key_definition.kinds_of(definitions)
    key_schema = key_definition.define(request["KeySchema"], kinds)
    index_definition.refuse_empty(request)
    check_all_used(list(kinds), request)
    indexes = index_definition.define_all(request, key_schema, kinds, mode)
    index_definition.refuse_projected_twice(indexes)
    index_definition.refuse_too_many_projected(indexes)
    vectors = vector_index_definition.define_all(request, key_schema, kinds, mode, indexes)
    settings: dict[str, object] = {}
    maxima = throughput_definition.on_demand_maxima(request, mode, None)
    if maxima:
        settings["OnDemandThroughput"] = maxima
    table_class_definition.check(request)
    encryption = encryption_definition.check(request)
    if encryption is not None:
        settings["SSESpecification"] = encryption
    stream_view_type = stream_definition.check(request)
    refuse_not_built(request, ("GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"))
    return TableSchema(
        name=request["TableName"],
        key_schema=key_schema,
        attribute_kinds=kinds,
        billing_mode=mode,
        throughput=throughput,
        indexes=indexes,
        table_class=request.get("TableClass"),
        is_deletion_protected=request.get("DeletionProtectionEnabled", False),
        stream_view_type=stream_view_type,
        settings=settings,
        vector_indexes=vectors,
    )


def check_all_used(defined: list[str], request: dict[str, Any]) -> None:
    """Every definition is of a key attribute, of the table or of an index, or of an element of a search schema."""
    indexes = [*request.get("LocalSecondaryIndexes", ()), *request.get("GlobalSecondaryIndexes", ())]
    vectors = request.get("VectorIndexes", ())
    if not indexes and not vectors:
        if len(defined) != len(request["KeySchema"]):
            raise errors.validation(messages.DEFINITIONS_COUNT)
        return
    elements = [
        *(element for holder in (request, *indexes) for element in holder["KeySchema"]),
        *(element for index in vectors for element in index.get("SearchSchema", ())),
    ]
    used = dict.fromkeys(element["AttributeName"] for element in elements)
    if len(used) < len(defined):
        raise errors.validation(
            messages.DEFINITIONS_NOT_USED.format(printed_sets.sized(defined), printed_sets.grown(used))
        )


def used_kinds(kinds: Kinds, schema: TableSchema) -> Kinds:
    """The definitions that the table and its indexes need."""
    used = schema.key_names
    return {name: kind for name, kind in kinds.items() if name in used}


def refuse_not_built(request: dict[str, Any], members: tuple[str, ...]) -> None:
    """Refuses what would be accepted without effect, also where it is false."""
    for member in members:
        if request.get(member) is not None:
            raise errors.validation(messages.NOT_BUILT.format(member, NOT_BUILT[member]))
