"""DeregisterScalableTarget: takes a target away with its policies and scheduled actions; its units stay."""

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
    if resource is None or resource not in namespace.auto_scaling.targets:
        raise errors.object_not_found(messages.TARGET_NOT_FOUND.format(*lookup.names_of(request)))
    namespace.auto_scaling.deregister(resource)
    namespace.keep_scaling(resource, now)
    return {}
