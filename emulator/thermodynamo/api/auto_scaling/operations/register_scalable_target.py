"""RegisterScalableTarget: which units may be changed, and between which bounds; at once the units are moved into them.

Tags are those of a new target; of one that exists, TagResource changes them (API reference).
"""

from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import capacity, errors
from thermodynamo.api.auto_scaling.operations import lookup, tags
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.scaling.resource import SERVICE_NAMESPACE, Resource
from thermodynamo.api.scaling.target import ScalableTarget
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

TARGETS_MAX = 5_000
"""The quota of scalable targets of DynamoDB in a region (user guide, quotas)."""


@dataclass(slots=True)
class RegisterScalableTarget:
    """A checked request."""

    resource: Resource
    min_capacity: int | None
    max_capacity: int | None
    suspended: dict[str, bool]
    tags: dict[str, str]


def validate(request: dict[str, Any]) -> RegisterScalableTarget:
    if request["ServiceNamespace"] != SERVICE_NAMESPACE:
        raise errors.validation(messages.NAMESPACE_NOT_SERVED.format(request["ServiceNamespace"]))
    resource = lookup.resource_of(request)
    if resource is None:
        raise errors.validation(messages.UNSUPPORTED_DIMENSION)
    low, high = request.get("MinCapacity"), request.get("MaxCapacity")
    if any(units is not None and units < 1 for units in (low, high)):
        raise errors.validation(messages.CAPACITY_TOO_SMALL)
    given = tags.check(request.get("Tags", {}))
    if len(given) > tags.TAGS_MAX:
        raise errors.validation(messages.SCALING_TAGS_TOO_MANY.format(tags.TAGS_MAX))
    return RegisterScalableTarget(resource, low, high, request.get("SuspendedState", {}), given)


def execute(namespace: Namespace, request: RegisterScalableTarget, now: float) -> dict[str, Any]:
    scaling, resource = namespace.auto_scaling, request.resource
    target = scaling.targets.get(resource)
    low = request.min_capacity if request.min_capacity is not None or target is None else target.min_capacity
    high = request.max_capacity if request.max_capacity is not None or target is None else target.max_capacity
    if low is None or high is None:
        raise errors.validation(messages.CAPACITY_REQUIRED)
    if high < low:
        raise errors.validation(messages.CAPACITY_OUT_OF_ORDER)
    if capacity.table_of(namespace, resource, now) is None:
        text = messages.SCALED_TABLE_NOT_FOUND if resource.index_name is None else messages.SCALED_INDEX_NOT_FOUND
        raise errors.validation(text.format(resource.id))
    if target is None:
        if len(scaling.targets) >= TARGETS_MAX:
            raise errors.limit_exceeded(messages.SCALING_QUOTA.format(TARGETS_MAX, "scalable targets"))
        target = ScalableTarget(resource, scaling.target_arn(), scaling.role_arn(), low, high, now)
        target.tags = request.tags
        if not scaling.targets:
            # Nothing has been looked at since the last target went.
            scaling.evaluated_minute = None
        scaling.targets[resource] = target
    target.min_capacity, target.max_capacity = low, high
    target.suspended.update(request.suspended)
    for policy in scaling.policies_of(resource):
        policy.settled = None
    capacity.begin_points(namespace, target, now)
    capacity.enforce(namespace, target, now)
    namespace.keep_scaling(resource, now)
    return {"ScalableTargetARN": target.arn}
