"""Auto scaling of the replicas of a global table: what it is in each region, and setting it in all of them.

DynamoDB keeps none of it: it is that of Application Auto Scaling, whose target and policy together make a dimension
auto scaled (ack-api-quirks, DDB-TABLE-187 to 195, 232, 249, 288 and 289, October 2026).
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.scaling.auto_scaling import AutoScaling
from thermodynamo.api.scaling.policy import ScalingPolicy, TargetTracking
from thermodynamo.api.scaling.resource import Resource
from thermodynamo.api.scaling.target import ScalableTarget
from thermodynamo_storage.tables.table import Table

Settings = dict[str, Any]
TRACKING = "TargetTrackingScalingPolicyConfiguration"
MEMBERS = ("MaximumUnits", "ScalingPolicyUpdate", "MinimumUnits")
"""What sets a dimension, in the order in which the service names it."""
NEW_INDEX_UNITS = (1, 10)
NEW_INDEX_PERCENT = 70.0
"""The bounds and the target of writes that a new index of a global table is given (DDB-TABLE-322)."""
METRIC = "PredefinedMetricSpecification"


def is_scaled(scaling: AutoScaling, resource: Resource) -> bool:
    return resource in scaling.targets and bool(scaling.policies_of(resource))


def refuse_unscaled_writes(namespace: Namespace, table: Table) -> None:
    """Each provisioned write dimension of a table with replicas is auto scaled. Raises ValidationException."""
    if table.schema.billing_mode != "PROVISIONED":
        return
    name = table.schema.name
    if not is_scaled(namespace.auto_scaling, Resource(name, None, True)):
        raise errors.validation(messages.REPLICA_NOT_AUTO_SCALED)
    refuse_unscaled_indexes(namespace, table)


def refuse_unscaled_indexes(namespace: Namespace, table: Table) -> None:
    """A provisioned table with an index whose writes are not auto scaled gets no replica, and a replica no index.

    Raises ValidationException (DDB-TABLE-288 and 291).
    """
    scaling, name = namespace.auto_scaling, table.schema.name
    if table.schema.billing_mode == "PROVISIONED" and not all(
        is_scaled(scaling, Resource(name, index.name, True)) for index in table.schema.global_indexes
    ):
        raise errors.validation(messages.REPLICA_INDEX_NOT_AUTO_SCALED)


def scale_new_indexes(namespace: Namespace, table: Table, names: list[str], now: float) -> None:
    """Lets the writes of new indexes of a provisioned global table be auto scaled in every region (DDB-TABLE-322)."""
    if table.schema.billing_mode != "PROVISIONED":
        return
    for name in names:
        resource = Resource(table.schema.name, name, True)
        for its in (namespace, *(peer for peer, _ in namespace.other_replicas(table, now))):
            metric = {"PredefinedMetricType": resource.metric_type}
            configuration: Settings = {METRIC: metric, "TargetValue": NEW_INDEX_PERCENT}
            set_bounds(its, resource, *NEW_INDEX_UNITS, now)
            set_policy(its, resource, own_name(resource), configuration, _tracking(configuration), now)


def has_index(table: Table, name: str) -> bool:
    """Whether auto scaling knows an index: not while it is being created (DDB-TABLE-323)."""
    index = table.indexes.get(name)
    return index is not None and index.schema.is_global and index.transition != "CREATING"


def own_name(resource: Resource) -> str:
    """The name of a policy that was given none (DDB-TABLE-237)."""
    return f"{resource.metric_type}:{resource.id}"


def copy_writes(namespace: Namespace, peer: Namespace, table: Table, now: float) -> None:
    """Gives the region of a new replica the write targets and policies that its source has (DDB-TABLE-194)."""
    for owner in table.schema.throughputs:
        resource = Resource(table.schema.name, owner, True)
        if is_scaled(namespace.auto_scaling, resource):
            target = namespace.auto_scaling.targets[resource]
            set_bounds(peer, resource, target.min_capacity, target.max_capacity, now)
            for policy in namespace.auto_scaling.policies_of(resource):
                set_policy(peer, resource, policy.name, policy.configuration, policy.tracking, now)


def set_bounds(namespace: Namespace, resource: Resource, low: int, high: int, now: float) -> None:
    """Registers a target, or gives it new bounds; auto scaling moves the units into them at its next step."""
    scaling = namespace.auto_scaling
    target = scaling.targets.get(resource)
    if target is None:
        if not scaling.targets:
            scaling.evaluated_minute = None
        target = ScalableTarget(resource, scaling.target_arn(), scaling.role_arn(), low, high, now)
        scaling.targets[resource] = target
    target.min_capacity, target.max_capacity = low, high
    target.has_new_bounds = True
    for policy in scaling.policies_of(resource):
        policy.settled = None
    namespace.keep_scaling(resource, now)


def set_policy(
    namespace: Namespace,
    resource: Resource,
    name: str,
    configuration: dict[str, object],
    tracking: TargetTracking,
    now: float,
) -> None:
    """Sets the policy of a target; one of another name is replaced (DDB-TABLE-193)."""
    scaling = namespace.auto_scaling
    policies = {key: each for key, each in scaling.policies.items() if key[0] != resource or key[1] == name}
    scaling.policies = policies
    policy = policies.get((resource, name))
    if policy is None:
        arn = scaling.policy_arn(resource, name)
        policy = policies[resource, name] = ScalingPolicy(name, resource, arn, now, configuration, tracking)
    policy.configuration, policy.tracking, policy.settled = configuration, tracking, None
    scaling.name_alarms(policy)
    namespace.keep_scaling(resource, now)


def update(namespace: Namespace, resource: Resource, given: Settings, now: float) -> None:
    """Carries out an AutoScalingSettingsUpdate, which `check` has allowed."""
    scaling = namespace.auto_scaling
    if given.get("AutoScalingDisabled"):
        if resource in scaling.targets:
            scaling.deregister(resource)
            namespace.keep_scaling(resource, now)
        return
    target = scaling.targets.get(resource)
    low, high = given.get("MinimumUnits"), given.get("MaximumUnits")
    if target is not None:
        low = target.min_capacity if low is None else low
        high = target.max_capacity if high is None else high
    assert low is not None and high is not None
    set_bounds(namespace, resource, low, high, now)
    wanted = given.get("ScalingPolicyUpdate")
    if wanted is not None:
        tracking = wanted[TRACKING]
        name = wanted.get("PolicyName") or own_name(resource)
        configuration = {METRIC: {"PredefinedMetricType": resource.metric_type}, **tracking}
        set_policy(namespace, resource, name, configuration, _tracking(tracking), now)


def _tracking(given: Settings) -> TargetTracking:
    return TargetTracking(
        float(given["TargetValue"]),
        given.get("ScaleOutCooldown", 0),
        given.get("ScaleInCooldown", 0),
        given.get("DisableScaleIn", False),
    )


def missing(given: Settings) -> list[str]:
    """The members that an update lacks, in the service's order."""
    if given.get("AutoScalingDisabled"):
        return []
    return [member for member in MEMBERS if member not in given]


def unwanted(given: Settings) -> list[str]:
    """The members that an update must not have, since it disables what they set."""
    return [member for member in MEMBERS if member in given] if given.get("AutoScalingDisabled") else []


def describe(namespace: Namespace, table: Table, owner: str | None, *, is_write: bool) -> Settings:
    """An AutoScalingSettingsDescription. A target without a policy counts as none (DDB-TABLE-292).

    Of a table that is on demand, settings that it still has are shown as disabled (DDB-TABLE-317).
    """
    scaling, resource = namespace.auto_scaling, Resource(table.schema.name, owner, is_write)
    if not is_scaled(scaling, resource):
        return {"AutoScalingDisabled": True, "ScalingPolicies": []}
    target = scaling.targets[resource]
    return {
        **({"AutoScalingDisabled": True} if table.schema.billing_mode == "PAY_PER_REQUEST" else {}),
        "AutoScalingRoleArn": target.role_arn,
        "MaximumUnits": target.max_capacity,
        "MinimumUnits": target.min_capacity,
        "ScalingPolicies": [
            {
                "PolicyName": policy.name,
                TRACKING: {name: value for name, value in policy.configuration.items() if name != METRIC},
            }
            for policy in scaling.policies_of(resource)
        ],
    }


def describe_table(namespace: Namespace, table: Table, now: float) -> Settings:
    """A TableAutoScalingDescription: all replicas by the names of their regions, the table's own among them."""
    global_table = table.global_table
    assert global_table is not None
    members = [(namespace, table), *namespace.other_replicas(table, now)]
    replicas = []
    for its, other in sorted(members, key=lambda member: member[0].region):
        found = global_table.find(other.region, now)
        status = "ACTIVE" if found is None else found.status(now, is_filled=not other.is_filling)
        replicas.append(
            {
                "GlobalSecondaryIndexes": [
                    _index(its, other, index.name)
                    for index in other.schema.global_indexes
                    if has_index(other, index.name)
                ],
                "RegionName": other.region,
                "ReplicaProvisionedReadCapacityAutoScalingSettings": describe(its, other, None, is_write=False),
                "ReplicaProvisionedWriteCapacityAutoScalingSettings": describe(its, other, None, is_write=True),
                "ReplicaStatus": status,
            }
        )
    return {"Replicas": replicas, "TableName": table.schema.name, "TableStatus": table.status(now)}


def _index(namespace: Namespace, table: Table, name: str) -> Settings:
    return {
        "IndexName": name,
        "IndexStatus": table.indexes[name].transition or "ACTIVE",
        "ProvisionedReadCapacityAutoScalingSettings": describe(namespace, table, name, is_write=False),
        "ProvisionedWriteCapacityAutoScalingSettings": describe(namespace, table, name, is_write=True),
    }


def found_table(namespace: Namespace, given: str, now: float) -> Table:
    """The table of a global table, by name or ARN. Raises ResourceNotFoundException for any other (DDB-TABLE-254)."""
    name = namespace.own_name(given)
    table = namespace.tables.get(name)
    if table is None or namespace.settle(table, now) is None or not table.is_replica(now):
        raise errors.resource_not_found(messages.GLOBAL_TABLE_UNKNOWN.format(name))
    return table
