"""DeleteScalingPolicy: takes a policy away, and its alarms with it."""

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
    policies = namespace.auto_scaling.policies
    if resource is None or (resource, request["PolicyName"]) not in policies:
        text = messages.SCALING_POLICY_NOT_FOUND.format(*lookup.names_of(request), request["PolicyName"])
        raise errors.object_not_found(text)
    del policies[resource, request["PolicyName"]]
    namespace.keep_scaling(resource, now)
    return {}
