"""UpdateTableReplicaAutoScaling: write capacity of all replicas, read capacity of some, by Application Auto Scaling.

The reply shows the settings as they were (ack-api-quirks, DDB-TABLE-238). The words are those of DDB-TABLE-190, 253,
254 and 255, October 2026. Settings are replaced whole: what is
set has both bounds and a policy, also where there are some already (DDB-TABLE-241). What is disabled has neither
(DDB-TABLE-242). What Application Auto Scaling refuses is passed on in its words, with its name, a code and the id of a
request.
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.replicas import replica_scaling
from thermodynamo.api.operations.replicas.replica_scaling import TRACKING, Settings
from thermodynamo.api.scaling.policy import fault_of_target
from thermodynamo.api.scaling.resource import Resource
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

WRITE, READ = "ProvisionedWriteCapacityAutoScalingUpdate", "ReplicaProvisionedReadCapacityAutoScalingUpdate"
INDEX_READ = "ProvisionedReadCapacityAutoScalingUpdate"
WRITE_NAME = "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate"
READ_NAME = "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate"


@dataclass(slots=True)
class UpdateTableReplicaAutoScaling:
    """A checked request. `table_name` is a name or an ARN."""

    table_name: str
    request: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One setting of one index, or of the table (None): of all regions, or of one."""

    index_name: str | None
    is_write: bool
    region: str | None
    given: Settings


def validate(request: dict[str, Any]) -> UpdateTableReplicaAutoScaling:
    return UpdateTableReplicaAutoScaling(request["TableName"], request)


def execute(namespace: Namespace, request: UpdateTableReplicaAutoScaling, now: float) -> dict[str, Any]:
    name = namespace.own_name(request.table_name)
    refuse_incomplete(request.request, name)
    table = replica_scaling.found_table(namespace, request.table_name, now)
    dimensions = dimensions_of(request.request, name)
    members = [(namespace, table), *namespace.other_replicas(table, now)]
    refuse_unknown_indexes(members, dimensions, name)
    check(members, dimensions, name)
    before = replica_scaling.describe_table(namespace, table, now)
    for each in dimensions:
        for its, _ in members:
            if each.region in (None, its.region):
                replica_scaling.update(its, Resource(name, each.index_name, each.is_write), each.given, now)
    return {"TableAutoScalingDescription": before}


def refuse_incomplete(request: dict[str, Any], name: str) -> None:
    """Raises ValidationException for settings with a member too few or too many, before the table is looked for.

    That is so of those that lack one (DDB-TABLE-455).
    """
    for given in settings_of(request):
        unwanted = replica_scaling.unwanted(given)
        if unwanted:
            members = ", ".join(f"'{member}'" for member in unwanted)
            raise errors.validation(messages.SCALING_NOT_BLANK.format(name, members))
        missing = replica_scaling.missing(given)
        if missing:
            members = ", ".join(f"'{member}'" for member in missing)
            raise errors.validation(messages.SCALING_INCOMPLETE.format(name, members))


def settings_of(request: dict[str, Any]) -> list[Settings]:
    """All settings of the request: those of writes, then those of reads by region."""
    replicas = request.get("ReplicaUpdates", ())
    holders = [(request, WRITE), *((index, WRITE) for index in request.get("GlobalSecondaryIndexUpdates", ()))]
    for replica in replicas:
        holders.append((replica, READ))
        holders += [(index, INDEX_READ) for index in replica.get("ReplicaGlobalSecondaryIndexUpdates", ())]
    return [holder[member] for holder, member in holders if member in holder]


def dimensions_of(request: dict[str, Any], name: str) -> list[Dimension]:
    """What the request sets. Raises ValidationException for a request, or a region, that sets nothing."""
    found = [Dimension(None, True, None, request[WRITE])] if WRITE in request else []
    for index in request.get("GlobalSecondaryIndexUpdates", ()):
        found += [Dimension(index["IndexName"], True, None, index[WRITE])] if WRITE in index else []
    replicas = request.get("ReplicaUpdates", ())
    regions = [replica["RegionName"] for replica in replicas]
    twice = sorted({region for region in regions if regions.count(region) > 1})
    if twice:
        raise errors.validation(messages.SCALING_REGIONS_TWICE.format(name, ", ".join(twice)))
    for replica in replicas:
        region = replica["RegionName"]
        its = [Dimension(None, False, region, replica[READ])] if READ in replica else []
        for index in replica.get("ReplicaGlobalSecondaryIndexUpdates", ()):
            its += [Dimension(index["IndexName"], False, region, index[INDEX_READ])] if INDEX_READ in index else []
        if not its:
            raise errors.validation(messages.SCALING_REGION_WITHOUT_UPDATE.format(name, region))
        found += its
    if not found:
        raise errors.validation(messages.SCALING_WITHOUT_UPDATE.format(name))
    return found


def check(members: list[tuple[Namespace, Table]], dimensions: list[Dimension], name: str) -> None:
    """Raises ResourceNotFoundException for what is no replica or index, ValidationException for wrong settings."""
    table = members[0][1]
    known = {its.region for its, _ in members}
    on_demand = table.schema.billing_mode == "PAY_PER_REQUEST"
    unknown = sorted({each.region for each in dimensions if each.region is not None} - known)
    if unknown:
        raise errors.resource_not_found(messages.SCALING_REGIONS_UNKNOWN.format(name, ", ".join(unknown)))
    for each in dimensions:
        if on_demand and not each.given.get("AutoScalingDisabled"):
            regions = ", ".join(f"'{region.upper()}'" for region in sorted(known))
            member = WRITE_NAME if each.is_write else READ_NAME
            raise errors.validation(messages.SCALING_ON_DEMAND.format(name, regions, member))
        fault = fault_of(members[0][0], Resource(name, each.index_name, each.is_write), each.given)
        if fault is not None:
            request_id = members[0][0].auto_scaling.request_id(f"{name} {fault}")
            raise errors.validation(messages.SCALING_PASSED_ON.format(fault, request_id))


def refuse_unknown_indexes(members: list[tuple[Namespace, Table]], dimensions: list[Dimension], name: str) -> None:
    """Raises ResourceNotFoundException: all indexes of writes are named, of reads one, with its region.

    An index that is still being created counts as none (DDB-TABLE-291 and 323).
    """
    tables = {its.region: table for its, table in members}
    here = members[0][1]
    unknown = [
        each.index_name
        for each in dimensions
        if each.is_write and each.index_name is not None and not replica_scaling.has_index(here, each.index_name)
    ]
    if unknown:
        raise errors.resource_not_found(messages.SCALING_INDEXES_UNKNOWN.format(name, ", ".join(unknown)))
    for each in dimensions:
        table = tables.get(each.region) if each.region is not None else None
        if table is None or each.index_name is None or replica_scaling.has_index(table, each.index_name):
            continue
        raise errors.resource_not_found(messages.SCALING_INDEX_UNKNOWN.format(name, each.index_name, each.region))


def fault_of(namespace: Namespace, resource: Resource, given: Settings) -> str | None:
    """What Application Auto Scaling says of an AutoScalingSettingsUpdate that lacks nothing; None for a good one."""
    if given.get("AutoScalingDisabled"):
        return None
    role = given.get("AutoScalingRoleArn")
    if role is not None and role != namespace.auto_scaling.role_arn():
        return messages.SCALING_ROLE.format(namespace.account, role)
    if given["MaximumUnits"] < given["MinimumUnits"]:
        return messages.CAPACITY_OUT_OF_ORDER
    return fault_of_target(resource.metric_type, float(given["ScalingPolicyUpdate"][TRACKING]["TargetValue"]))
