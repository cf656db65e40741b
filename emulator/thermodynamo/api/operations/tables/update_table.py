"""UpdateTable: throughput, billing mode, encryption, table class, deletion protection and global indexes of a table."""

from dataclasses import dataclass, replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import (
    account_limits,
    encryption_definition,
    stream_definition,
    throughput_definition,
)
from thermodynamo.api.operations.tables import (
    global_index_changes,
    index_change,
    key_definition,
    table_definition,
    table_description,
    throughput_change,
)
from thermodynamo.api.operations.tables.global_index_changes import GlobalIndexUpdates
from thermodynamo.api.operations.tables.throughput_change import ThroughputUpdate
from thermodynamo_storage.tables.definition import Definition, IndexAdded, TableUpdated
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import BillingMode, IndexSchema, TableSchema, Throughput

FACTS = Facts(is_read=False)

NOT_BUILT = (
    *("ReplicaUpdates", "MultiRegionConsistency", "GlobalTableWitnessUpdates", "GlobalTableSettingsReplicationMode"),
    *("DisassociationProtectionEnabled", "VectorIndexUpdates"),
)
CHANGES = (
    *("ProvisionedThroughput", "BillingMode", "StreamSpecification", "SSESpecification", "TableClass"),
    *("DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput", *NOT_BUILT),
)
"""The members of which a request needs one. Lists must have elements, and throughput members."""


@dataclass(slots=True)
class UpdateTable:
    """A checked request; `request` is what it was, for the members that only a table can tell about."""

    table_name: str
    mode: BillingMode | None
    throughputs: dict[str | None, Throughput]
    """By owner: None for the table, a name for a global index."""
    encryption: dict[str, Any] | None
    definitions: list[dict[str, Any]]
    index_updates: GlobalIndexUpdates
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> UpdateTable:
    if not any(is_change(request, member) for member in ("GlobalSecondaryIndexUpdates", *CHANGES)):
        raise errors.validation(messages.UPDATE_EMPTY)
    given = request.get("ProvisionedThroughput")
    throughput_definition.check_bounds(given)
    mode = request.get("BillingMode")
    if mode == "PAY_PER_REQUEST" and given is not None:
        raise errors.validation(messages.UNITS_NOT_ALLOWED)
    if mode == "PROVISIONED" and given is None:
        raise errors.validation(messages.THROUGHPUT_REQUIRED)
    index_updates = global_index_changes.of_request(request)
    definitions = request.get("AttributeDefinitions", [])
    if len(key_definition.kinds_of(definitions)) < len(definitions):
        raise errors.validation(messages.DEFINITIONS_DUPLICATE)
    encryption = encryption_definition.check(request)
    stream_definition.check(request)
    table_definition.refuse_not_built(request, NOT_BUILT)
    throughputs = index_updates.throughputs
    if given is not None:
        throughputs = {None: throughput_definition.provisioned(given), **throughputs}
    return UpdateTable(request["TableName"], mode, throughputs, encryption, definitions, index_updates, request)


def is_change(request: dict[str, Any], member: str) -> bool:
    """Whether a member asks for anything."""
    value = request.get(member)
    return (
        value is not None and value != [] and not (value == {} and member in ("OnDemandThroughput", "WarmThroughput"))
    )


def execute(namespace: Namespace, request: UpdateTable, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now)
    namespace.refuse_unless_active(table, now)
    throughput = throughput_change.plan(table, request.mode, request.throughputs)
    mode = throughput.mode
    throughput_definition.on_demand_maxima(request.request, mode, "table", is_update=True)
    throughput_definition.warm(request.request, "table", table.history(None).warm)
    throughput_definition.check_quota(request.request, "table", namespace.config)
    global_index_changes.check(request.index_updates, table, mode, namespace.config)
    change = global_index_changes.index_update(request.index_updates, table, request.definitions, mode)
    stream_definition.check_update(request.request, table)
    throughput_change.check_limits(table, throughput, now)
    check_quotas(namespace, table, throughput.throughputs, change.create if change else None, now)

    definitions: list[Definition] = [] if change is None else [index_change.definition(namespace, table, change)]
    definitions.append(updated(namespace, table, request, throughput, definitions, now))
    namespace.define(now, *definitions, *stream_definition.change(namespace, table, request.request, now))
    return {"TableDescription": table_description.describe(namespace, table, now, "UPDATING", maxima_of(request))}


def check_quotas(
    namespace: Namespace, table: Table, throughputs: dict[str | None, Throughput], new: IndexSchema | None, now: float
) -> None:
    """The quotas, for what the table will have."""
    if not throughputs and new is None:
        return
    schema = table.schema
    indexes = tuple(
        replace(index, throughput=throughputs.get(index.name, index.throughput)) for index in schema.indexes
    )
    if new is not None:
        indexes += (new,)
    account_limits.check(
        namespace, replace(schema, throughput=throughputs.get(None, schema.throughput), indexes=indexes), now
    )


def updated(
    namespace: Namespace,
    table: Table,
    request: UpdateTable,
    throughput: ThroughputUpdate,
    before: list[Definition],
    now: float,
) -> TableUpdated:
    """What the table becomes, after the definitions `before`: of an index that is added or deleted."""
    schema = table.schema
    histories = throughput_change.histories(table, throughput, now)
    for each in before:
        if isinstance(each, IndexAdded):
            kinds = dict(each.attribute_kinds)
            schema = replace(schema, attribute_kinds=kinds, indexes=(*schema.indexes, each.schema))
            histories[each.schema.name] = each.history
    if throughput.is_switch:
        schema = schema.with_throughputs(throughput.throughputs)
    updates = {update["IndexName"]: update for update in request.index_updates.updates}
    for owner, holder in ((None, request.request), *updates.items()):
        warm = throughput_definition.warm(holder, "", histories[owner].warm)
        if warm is not None:
            histories[owner] = histories[owner].warmed(warm)
    named = schema.throughputs if throughput.is_switch else updates
    return TableUpdated(
        table_id=table.id,
        schema=with_settings(schema, request, throughput.mode, updates),
        histories=tuple(histories.items()),
        pending_throughput=() if throughput.is_switch else tuple(throughput.throughputs.items()),
        updating_indexes=tuple(name for name in named if name is not None),
        class_changed_at=now if "TableClass" in request.request else table.class_changed_at,
        settled_at=namespace.settled_at(now),
    )


def with_settings(
    schema: TableSchema, request: UpdateTable, mode: BillingMode, updates: dict[str, dict[str, Any]]
) -> TableSchema:
    """The schema with what takes effect at once: mode, maxima, encryption, class, protection."""
    given = request.request
    settings = with_maxima(schema.settings, given, mode)
    if request.encryption is not None:
        settings["SSESpecification"] = request.encryption
    return replace(
        schema,
        billing_mode=mode,
        table_class=given.get("TableClass", schema.table_class),
        is_deletion_protected=given.get("DeletionProtectionEnabled", schema.is_deletion_protected),
        indexes=tuple(
            replace(index, settings=with_maxima(index.settings, updates.get(index.name, {}), mode))
            for index in schema.indexes
        ),
        settings=settings,
    )


def maxima_of(request: UpdateTable) -> dict[str | None, dict[str, int]]:
    """The on-demand maxima that are given, by owner: the reply repeats them, also a -1 that lifts one."""
    holders = {None: request.request, **{update["IndexName"]: update for update in request.index_updates.updates}}
    return {owner: holder.get("OnDemandThroughput", {}) for owner, holder in holders.items()}


def with_maxima(settings: dict[str, object], given: dict[str, Any], mode: BillingMode) -> dict[str, object]:
    """Settings with the on-demand maxima that are given. -1 lifts one; a provisioned table forgets them."""
    kept = {name: value for name, value in settings.items() if name != "OnDemandThroughput"}
    if mode == "PROVISIONED":
        return kept
    old = settings.get("OnDemandThroughput", {})
    assert isinstance(old, dict)
    maxima = {**old, **given.get("OnDemandThroughput", {})}
    maxima = {member: units for member, units in maxima.items() if units != throughput_definition.NO_MAXIMUM}
    return {**kept, "OnDemandThroughput": maxima} if maxima else kept
