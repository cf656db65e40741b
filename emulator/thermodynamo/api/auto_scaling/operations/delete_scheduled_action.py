"""DeleteScheduledAction: takes a scheduled action away."""

from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.auto_scaling.operations import lookup
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=False)


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return request


def execute(namespace: Namespace, request: dict[str, Any], now: float) -> dict[str, Any]:
    resource = lookup.resource_of(request)
    actions = namespace.auto_scaling.actions
    if resource is None or (resource, request["ScheduledActionName"]) not in actions:
        text = messages.SCHEDULED_ACTION_NOT_FOUND.format(*lookup.names_of(request), request["ScheduledActionName"])
        raise errors.object_not_found(text)
    del actions[resource, request["ScheduledActionName"]]
    namespace.keep_scaling(resource, now)
    return {}
