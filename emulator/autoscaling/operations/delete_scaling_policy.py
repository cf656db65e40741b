"""DeleteScalingPolicy: takes a policy away, and its alarms with it."""

from typing import Any

from emulator import messages
from emulator.autoscaling import errors
from emulator.autoscaling.operations import lookup
from emulator.engine import Engine


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return request


def execute(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    resource = lookup.resource_of(request)
    policies = engine.auto_scaling.policies
    if resource is None or (resource, request["PolicyName"]) not in policies:
        text = messages.POLICY_NOT_FOUND.format(*lookup.names_of(request), request["PolicyName"])
        raise errors.object_not_found(text)
    del policies[resource, request["PolicyName"]]
    return {}
