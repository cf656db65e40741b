"""UpdateTable: throughput, billing mode, encryption, class, protection, global indexes and replicas of a table."""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.replicas import (
    disassociation,
    members,
    replica_actions,
    replica_creation,
    replica_deletion,
    replica_description,
    replica_overrides,
    replica_scaling,
)
from thermodynamo.api.operations.replicas.replica_actions import ReplicaActions
from thermodynamo.api.operations.table_changes import (
    begun_jobs,
    global_index_changes,
    index_change,
    replica_settings,
    shared_change,
    throughput_change,
    update_concerns,
    vector_index_changes,
)
from thermodynamo.api.operations.table_changes.change_admission import Admission
from thermodynamo.api.operations.table_changes.throughput_change import ThroughputUpdate
from thermodynamo.api.operations.table_changes.update_request import Planned, UpdateTable
from thermodynamo.api.operations.table_settings import (
    account_limits,
    cooldowns,
    encryption_definition,
    stream_definition,
    table_class_definition,
    throughput_definition,
)
from thermodynamo.api.operations.tables import key_definition, table_description, vector_modules
from thermodynamo.api.service_failures import ServiceFailure
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.definition import Definition, IndexAdded, TableUpdated, VectorIndexAdded
from thermodynamo_storage.tables.table import Table, TableStatus
from thermodynamo_storage.values.schema import BillingMode, IndexSchema, TableSchema, Throughput, VectorIndexSchema

FACTS = Facts(is_read=False)


def validate(request: dict[str, Any]) -> UpdateTable:
    update_concerns.refuse_nothing(request)
    if request.get("GlobalSecondaryIndexUpdates") == [] and update_concerns.given(request):
        raise errors.validation(messages.INDEX_UPDATES_EMPTY)
    given = request.get("ProvisionedThroughput")
    throughput_definition.check_bounds(given)
    index_updates = global_index_changes.of_request(request)
    vector_updates = vector_index_changes.of_request(request)
    replica_settings.check(request)
    replicas = replica_actions.of_request(request, update_concerns.given(request))
    update_concerns.refuse_combination(request, bool(index_updates.creates), bool(index_updates.deletes))
    mode = request.get("BillingMode")
    if mode == "PAY_PER_REQUEST" and given is not None:
        raise errors.validation(messages.UNITS_WITH_SWITCH_TO_ON_DEMAND)
    if mode == "PROVISIONED" and given is None:
        raise errors.validation(messages.THROUGHPUT_REQUIRED)
    definitions = request.get("AttributeDefinitions", [])
    if index_updates.creates or vector_updates.creates:
        key_definition.refuse_repeated(definitions)
    table_class_definition.check(request)
    encryption = encryption_definition.check(request)
    stream_definition.check(request, is_update=True)
    throughputs = index_updates.throughputs
    if given is not None:
        throughputs = {None: throughput_definition.provisioned(given), **throughputs}
    return UpdateTable(
        request["TableName"],
        mode,
        throughputs,
        encryption,
        definitions,
        index_updates,
        vector_updates,
        request,
        replicas=replicas,
    )


def execute(namespace: Namespace, request: UpdateTable, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now, knows_restored=request.replicas is not None)
    if request.replicas is not None:
        return {"TableDescription": update_replicas(namespace, table, request.replicas, now)}
    if update_concerns.is_bare(request.request):
        raise ServiceFailure.EMPTY_THROUGHPUT.error()
    admission = Admission(table, now)
    admission.refuse_table_change()
    if table.is_replica(now):
        stream_definition.check_update(request.request, table, now)
        members.refuse_busy(table, now)
        if request.index_updates.creates:
            replica_scaling.refuse_unscaled_indexes(namespace, table)
    of_replicas = replica_settings.definitions(namespace, table, request.request, now)
    if of_replicas is not None:
        namespace.define(now, *of_replicas)
        return {"TableDescription": table_description.describe(namespace, table, now)}
    global_index_changes.refuse_unknown(request.index_updates, table)
    vector_index_changes.refuse_unknown(request.vector_updates, table)
    if request.vector_updates.creates:
        vector_modules.require()
    if is_lost_reversal(admission, request):
        return {"TableDescription": table_description.describe_lost_reversal(namespace, table, now)}
    planned = plan(namespace, table, request, now)
    others = shared_change.definitions(namespace, table, request, plan, now)
    namespace.define(now, *planned.definitions, *others)
    if request.index_updates.creates and table.is_replica(now):
        names = [create["IndexName"] for create in request.index_updates.creates]
        replica_scaling.scale_new_indexes(namespace, table, names, now)
    shown = table_description.Shown(planned.jobs, shown_status(request), maxima_of(request))
    return {"TableDescription": table_description.describe(namespace, table, now, shown)}


def update_replicas(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> dict[str, Any]:
    """The reply shows the replicas as they were before, and the table as UPDATING (DDB-TABLE-204 and 226)."""
    if table.is_being_restored:
        raise errors.resource_not_found(messages.TABLE_NOT_FOUND.format(table.schema.name))
    if table.transition == "CREATING" and table.is_replica(now):
        replica_deletion.refuse_while_added(table, actions, now)
    Admission(table, now).refuse_table_change()
    chosen = replica_creation if actions.creates else replica_deletion if actions.deletes else replica_overrides
    if actions.disassociates:
        chosen = disassociation
    chosen.check(namespace, table, actions, now)
    before = replica_description.describe(namespace, table, now)
    namespace.define(now, *chosen.begin(namespace, table, actions, now))
    after = replica_description.describe(namespace, table, now)
    replicas = {**after, "GlobalTableWitnesses": None, "Replicas": [], **before}
    shown = table_description.Shown(status="UPDATING", replicas=replicas)
    described = table_description.describe(namespace, table, now, shown)
    namespace.fill_indexes(now)
    for other in [table, *(each for _, each in namespace.other_replicas(table, now))]:
        namespace.database.settle_table(other, now)
    return described


def plan(namespace: Namespace, table: Table, request: UpdateTable, now: float) -> Planned:
    """Everything that the request does to one table, once all rules are met."""
    admission = Admission(table, now)
    admit(admission, request)
    throughput = throughput_change.plan(table, request.mode, request.throughputs)
    mode = throughput.mode
    throughput_definition.on_demand_maxima(request.request, maxima_mode(admission, mode), None, is_update=True)
    if request.request.get("OnDemandThroughput"):
        admission.for_maxima()
    throughput_definition.raised_warm(request.request, None, table.history(None).warm)
    throughput_definition.check_quota(request.request, None, namespace)
    global_index_changes.check(request.index_updates, table, mode, namespace)
    change = global_index_changes.index_update(request.index_updates, table, request.definitions, mode)
    vector_change = vector_index_changes.index_update(request.vector_updates, table, request.definitions, mode)
    if change is not None and vector_change is not None:
        raise errors.limit_exceeded(messages.ONE_INDEX_CHANGE)
    change = change or vector_change
    stream_definition.check_update(request.request, table, now)
    check_settings(namespace, table, request, now)
    if cooldowns.are_kept(namespace):
        throughput_change.check_limits(table, throughput, now)
    check_quotas(namespace, table, throughput.throughputs, change.create if change else None, now)

    definitions: list[Definition] = [] if change is None else [index_change.definition(namespace, table, change)]
    stream = stream_definition.change(namespace, table, request.request, now)
    begun = begun_jobs.Begun(
        throughput=throughput,
        index=change,
        index_updates=request.index_updates.updates,
        stream=stream,
        table_class=new_class(admission, request),
        encryption=request.encryption,
        warm=request.request,
    )
    jobs = begun_jobs.jobs(namespace, table, begun, now)
    if changes_protection(table, request.request) and table.is_replica(now):
        # DDB-TABLE-230 and 263: of a replica, it takes as long as any other change.
        jobs = (*jobs, Job("replica", None, now, namespace.settled_at(now)))
    definitions.append(updated(table, request, throughput, definitions, jobs, now))
    return Planned([*definitions, *stream], jobs)


def admit(admission: Admission, request: UpdateTable) -> None:
    """Refuses what cannot be changed beside what is changing. Maxima are admitted after they are checked."""
    given = request.request
    for update in request.index_updates.updates:
        admission.for_index_update(update["IndexName"])
    is_resent = request.mode == admission.table.schema.billing_mode == "PAY_PER_REQUEST"
    if request.mode is not None and is_resent:
        admission.for_resent_mode()
    elif request.mode is not None or None in request.throughputs:
        admission.for_throughput()
    elif request.throughputs:
        admission.for_resent_mode()
    if "StreamSpecification" in given:
        admission.for_stream()
    if "TableClass" in given:
        admission.for_class()
    if request.encryption is not None:
        admission.for_encryption()
    if given.get("WarmThroughput"):
        admission.for_warm()
    for create in request.index_updates.creates:
        admission.for_index_change(create["IndexName"], deletes=False)
    for create in request.vector_updates.creates:
        admission.for_index_change(create["IndexName"], deletes=False)
    for name in (*request.index_updates.deletes, *request.vector_updates.deletes):
        admission.for_index_change(name, deletes=True)


def is_lost_reversal(admission: Admission, request: UpdateTable) -> bool:
    """Whether the request would undo a switch to PROVISIONED that is in progress.

    The service answers as if it did, and does not: ack-api-quirks, DDB-TABLE-452, October 2026.
    """
    is_to_provisioned = admission.table.schema.billing_mode == "PROVISIONED" and admission.find("billing") is not None
    return is_to_provisioned and request.mode == "PAY_PER_REQUEST"


def maxima_mode(admission: Admission, mode: BillingMode) -> BillingMode:
    """The mode that on-demand maxima are judged by: while it is being switched, the old one (DDB-TABLE-369)."""
    if admission.find("billing") is None:
        return mode
    return "PROVISIONED" if mode == "PAY_PER_REQUEST" else "PAY_PER_REQUEST"


def check_settings(namespace: Namespace, table: Table, request: UpdateTable, now: float) -> None:
    """What the last changes of encryption, class and protection refuse."""
    given = request.request
    if request.encryption is not None:
        encryption_definition.refuse_unchanged(namespace, table.schema, request.encryption)
        cooldowns.refuse_encryption(namespace, table, now)
    if "TableClass" in given:
        cooldowns.refuse_class(namespace, table, now)
    if changes_protection(table, given):
        cooldowns.refuse_protection(namespace, table, now)


def changes_protection(table: Table, given: dict[str, Any]) -> bool:
    return bool(given.get("DeletionProtectionEnabled", table.schema.is_deletion_protected)) != bool(
        table.schema.is_deletion_protected
    )


def new_class(admission: Admission, request: UpdateTable) -> str | None:
    """The class that the table is to get; None where it stays, or where the request is lost.

    A table whose class was never chosen has the first one. A class asked for while a hidden change of the class goes on
    is accepted and never comes (DDB-TABLE-287).
    """
    wanted: str | None = request.request.get("TableClass")
    if wanted == (admission.table.schema.table_class or "STANDARD") or admission.find("class") is not None:
        return None
    return wanted


def shown_status(request: UpdateTable) -> TableStatus | None:
    """The status that the reply shows whatever the table's is; None for the table's own.

    What changes nothing shows UPDATING (DDB-TABLE-156 and 177), a change of the encryption ACTIVE (DDB-TABLE-450).
    """
    if request.encryption is not None:
        return "ACTIVE"
    return "UPDATING" if request.mode is not None or "TableClass" in request.request else None


def check_quotas(
    namespace: Namespace,
    table: Table,
    throughputs: dict[str | None, Throughput],
    new: IndexSchema | VectorIndexSchema | None,
    now: float,
) -> None:
    """The quotas, for what the table will have. Vector indexes have no throughput that counts."""
    if isinstance(new, VectorIndexSchema):
        new = None
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
    table: Table,
    request: UpdateTable,
    throughput: ThroughputUpdate,
    before: list[Definition],
    jobs: tuple[Job, ...],
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
        elif isinstance(each, VectorIndexAdded):
            kinds = dict(each.attribute_kinds)
            schema = replace(schema, attribute_kinds=kinds, vector_indexes=(*schema.vector_indexes, each.schema))
    if throughput.is_switch:
        schema = schema.with_throughputs(throughput.throughputs)
    updates = {update["IndexName"]: update for update in request.index_updates.updates}
    times = table.change_times
    if changes_protection(table, request.request):
        times = times.with_protection(now)
    for job in jobs:
        times = times.with_class(now) if job.kind == "class" else times
        times = times.with_encryption(now) if job.kind == "encryption" else times
    return TableUpdated(
        table_id=table.id,
        schema=with_settings(schema, request, throughput.mode, updates),
        histories=tuple(histories.items()),
        jobs=begun_jobs.after(table, jobs),
        change_times=times,
    )


def with_settings(
    schema: TableSchema, request: UpdateTable, mode: BillingMode, updates: dict[str, dict[str, Any]]
) -> TableSchema:
    """The schema with what takes effect at once: mode, maxima, protection."""
    given = request.request
    return replace(
        schema,
        billing_mode=mode,
        is_deletion_protected=given.get("DeletionProtectionEnabled", schema.is_deletion_protected),
        indexes=tuple(
            replace(index, settings=with_maxima(index.settings, updates.get(index.name, {}), mode))
            for index in schema.indexes
        ),
        settings=with_maxima(schema.settings, given, mode),
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
