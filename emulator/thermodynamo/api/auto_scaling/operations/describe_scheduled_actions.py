"""DescribeScheduledActions: the scheduled actions of a namespace, some or all of them."""

from typing import Any

from thermodynamo.api.auto_scaling.operations import lookup
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.scaling.resource import SERVICE_NAMESPACE
from thermodynamo.api.scaling.scheduled_action import ScheduledAction

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return lookup.check_filter(request)


def execute(namespace: Namespace, request: dict[str, Any], now: float) -> dict[str, Any]:
    names = request.get("ScheduledActionNames")
    found = [
        action
        for action in namespace.auto_scaling.actions.values()
        if lookup.is_wanted(action.resource, request) and (not names or action.name in names)
    ]
    shown, more = lookup.page(sorted(found, key=_key), _key, request)
    return {"ScheduledActions": [describe(action) for action in shown], **more}


def _key(action: ScheduledAction) -> str:
    return lookup.key_of(action.resource, action.name)


def describe(action: ScheduledAction) -> dict[str, Any]:
    bounds = {"MinCapacity": action.min_capacity, "MaxCapacity": action.max_capacity}
    described = {
        "ScheduledActionName": action.name,
        "ScheduledActionARN": action.arn,
        "ServiceNamespace": SERVICE_NAMESPACE,
        "Schedule": action.schedule_text,
        "Timezone": action.time_zone,
        "ResourceId": action.resource.id,
        "ScalableDimension": action.resource.dimension,
        "StartTime": action.starts_at,
        "EndTime": action.ends_at,
        "ScalableTargetAction": {name: units for name, units in bounds.items() if units is not None},
        "CreationTime": round(action.created_at, 3),
    }
    return {name: value for name, value in described.items() if value is not None}
