"""DescribeScalableTargets: the targets of a namespace, some or all of them."""

from typing import Any

from thermodynamo.api.auto_scaling.operations import lookup
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.scaling.resource import SERVICE_NAMESPACE
from thermodynamo.api.scaling.target import ScalableTarget

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return lookup.check_filter(request)


def execute(namespace: Namespace, request: dict[str, Any], now: float) -> dict[str, Any]:
    found = [target for target in namespace.auto_scaling.targets.values() if lookup.is_wanted(target.resource, request)]
    shown, more = lookup.page(sorted(found, key=_key), _key, request)
    return {"ScalableTargets": [describe(target) for target in shown], **more}


def _key(target: ScalableTarget) -> str:
    return lookup.key_of(target.resource)


def describe(target: ScalableTarget) -> dict[str, Any]:
    return {
        "ServiceNamespace": SERVICE_NAMESPACE,
        "ResourceId": target.resource.id,
        "ScalableDimension": target.resource.dimension,
        "MinCapacity": target.min_capacity,
        "MaxCapacity": target.max_capacity,
        "RoleARN": target.role_arn,
        "CreationTime": round(target.created_at, 3),
        "SuspendedState": target.suspended,
        "ScalableTargetARN": target.arn,
    }
