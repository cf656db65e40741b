"""The provisioned units of a resource, what was used of them, and changing them by UpdateTable."""

from dataclasses import replace
from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.call import perform
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED
from thermodynamo.api.operations.table_changes import update_table
from thermodynamo.api.scaling.activity import ScalingActivity
from thermodynamo.api.scaling.points import MINUTE_SECONDS, MinutePoints
from thermodynamo.api.scaling.resource import Resource
from thermodynamo.api.scaling.target import ScalableTarget
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

UPDATE_TABLE = NAMED["UpdateTable"]


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A resource that can be changed at this moment: its table is ACTIVE, and it has provisioned units."""

    table: Table
    units: int


def table_of(namespace: Namespace, resource: Resource, now: float) -> Table | None:
    """The table of a resource, in whatever state; None where the table, or the index, does not exist."""
    if not namespace.exists(resource.table_name, now):
        return None
    table = namespace.tables[resource.table_name]
    if resource.index_name is None:
        return table
    index = table.indexes.get(resource.index_name)
    return table if index is not None and index.schema.is_global else None


def provisioned(namespace: Namespace, resource: Resource, now: float) -> Provisioned | None:
    """What there is to change; None for what does not exist, is on demand, or is not ACTIVE."""
    table = table_of(namespace, resource, now)
    if table is None or table.status(now) != "ACTIVE":
        return None
    if resource.index_name is not None and table.indexes[resource.index_name].transition is not None:
        return None
    throughput = table.schema.throughputs[resource.index_name]
    units = throughput.write_units if resource.is_write else throughput.read_units
    return Provisioned(table, units) if units else None


def consumed(table: Table, resource: Resource, now: float) -> tuple[str, int] | None:
    """The table's id, and the half units used of the resource since it exists; None where nothing is metered."""
    keyspace = table.keyspace if resource.index_name is None else table.indexes[resource.index_name].keyspace
    report = keyspace.admission.report(now)
    if report is None:
        return None
    return table.id, (report.writes if resource.is_write else report.reads).total


def begin_points(namespace: Namespace, target: ScalableTarget, now: float) -> None:
    """Begins to count a target's units by minute: what was used earlier is not known."""
    table = table_of(namespace, target.resource, now)
    used = consumed(table, target.resource, now) if table is not None else None
    if used is not None and target.points is None:
        target.points = MinutePoints(*used, int(now // MINUTE_SECONDS))


def change(namespace: Namespace, resource: Resource, table: Table, units: int, cause: str, now: float) -> bool:
    """Sets the units by UpdateTable, and logs the activity; whether the table took it."""
    name = messages.UNITS_NAME[resource.is_write]
    activity = new_activity(namespace, resource, messages.SETTING_UNITS.format(name, units), cause, now)
    try:
        request = _request(table, resource, units)
        if table.is_replica(now) and not resource.is_write:
            # Read units that auto scaling sets are one region's: the others keep theirs (DDB-TABLE-321).
            regional = replace(update_table.validate(request), is_regional=True)
            update_table.execute(namespace, regional, now)
        else:
            perform(namespace, UPDATE_TABLE, request, Caller(namespace.account, namespace.region), now)
    except ApiError as error:
        activity.status = "Failed"
        reason = error.message or error.name
        if error.name == "LimitExceededException":
            reason = messages.UPDATE_FAILED.format(reason)
        activity.message = messages.SET_FAILED.format(name, units, reason)
        activity.ends_at = now
    else:
        activity.status = "InProgress"
        activity.message_before = messages.SET_AND_WAITING.format(name, units)
        activity.message = messages.SET_AND_FULFILLED.format(name, units)
        activity.ends_at = max(table.settled_at, now)
    namespace.auto_scaling.activities.add(activity)
    return activity.status != "Failed"


def new_activity(namespace: Namespace, resource: Resource, description: str, cause: str, now: float) -> ScalingActivity:
    """An activity with an id of its own, which the caller completes and logs."""
    scaling = namespace.auto_scaling
    id = scaling.new_id()
    return ScalingActivity(scaling.numbers, id, resource, description, cause, now, "Successful")


def _request(table: Table, resource: Resource, units: int) -> dict[str, Any]:
    """The UpdateTable request that changes one kind of units and leaves the other."""
    throughput = table.schema.throughputs[resource.index_name]
    given = {"ReadCapacityUnits": throughput.read_units, "WriteCapacityUnits": throughput.write_units}
    given["WriteCapacityUnits" if resource.is_write else "ReadCapacityUnits"] = units
    request: dict[str, Any] = {"TableName": resource.table_name}
    if resource.index_name is None:
        return {**request, "ProvisionedThroughput": given}
    update = {"IndexName": resource.index_name, "ProvisionedThroughput": given}
    return {**request, "GlobalSecondaryIndexUpdates": [{"Update": update}]}


def enforce(namespace: Namespace, target: ScalableTarget, now: float) -> None:
    """Moves the units into the target's bounds, where the table can be changed now.

    It is done when the bounds are set, not when a user moves the units out of them (ack-api-quirks, DDB-TABLE-314 and
    315, October 2026: a value below the minimum stayed for twelve minutes).
    """
    current = provisioned(namespace, target.resource, now)
    if current is None:
        return
    if current.units < target.min_capacity:
        cause = messages.CAUSED_BY_MIN.format(target.min_capacity)
    elif current.units > target.max_capacity:
        cause = messages.CAUSED_BY_MAX.format(target.max_capacity)
    else:
        return
    change(namespace, target.resource, current.table, target.clamp(current.units), cause, now)
