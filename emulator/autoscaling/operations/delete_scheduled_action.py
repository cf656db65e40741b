"""DeleteScheduledAction: takes a scheduled action away."""

from typing import Any

from emulator import messages
from emulator.autoscaling import errors
from emulator.autoscaling.operations import lookup
from emulator.engine import Engine


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return request


def execute(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    resource = lookup.resource_of(request)
    actions = engine.auto_scaling.actions
    if resource is None or (resource, request["ScheduledActionName"]) not in actions:
        text = messages.ACTION_NOT_FOUND.format(*lookup.names_of(request), request["ScheduledActionName"])
        raise errors.object_not_found(text)
    del actions[resource, request["ScheduledActionName"]]
    return {}
