"""DeregisterScalableTarget: takes a target away with its policies and scheduled actions; its units stay."""

from typing import Any

from emulator import messages
from emulator.autoscaling import errors
from emulator.autoscaling.operations import lookup
from emulator.engine import Engine


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return request


def execute(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    resource = lookup.resource_of(request)
    if resource is None or resource not in engine.auto_scaling.targets:
        raise errors.object_not_found(messages.TARGET_NOT_FOUND.format(*lookup.names_of(request)))
    engine.auto_scaling.deregister(resource)
    return {}
