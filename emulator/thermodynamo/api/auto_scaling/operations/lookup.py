"""Finding what a request names: its resource, a target, a page of a list."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.scaling import resource as resources
from thermodynamo.api.scaling.resource import SERVICE_NAMESPACE, Resource
from thermodynamo.api.scaling.target import ScalableTarget

PAGE_MAX = 50
Listed = TypeVar("Listed")


def resource_of(request: dict[str, Any]) -> Resource | None:
    """The resource that a request names in full; None for one that cannot be scaled here."""
    if request["ServiceNamespace"] != SERVICE_NAMESPACE:
        return None
    return resources.parse(request["ResourceId"], request["ScalableDimension"])


def names_of(request: dict[str, Any]) -> tuple[str, str, str]:
    """As the messages say them."""
    return request["ServiceNamespace"], request["ResourceId"], request["ScalableDimension"]


def registered(namespace: Namespace, request: dict[str, Any]) -> ScalableTarget:
    """The target that a policy or a scheduled action is for. Raises ObjectNotFoundException."""
    resource = resource_of(request)
    target = namespace.auto_scaling.targets.get(resource) if resource is not None else None
    if target is None:
        raise errors.object_not_found(messages.TARGET_NOT_REGISTERED.format(*names_of(request)))
    return target


def check_filter(request: dict[str, Any], count_max: int = PAGE_MAX) -> dict[str, Any]:
    """Checks the members that all lists have in common. Raises ValidationException."""
    if "ScalableDimension" in request and not (request.get("ResourceId") or request.get("ResourceIds")):
        raise errors.validation(messages.DIMENSION_WITHOUT_RESOURCE)
    if not 1 <= request.get("MaxResults", count_max) <= count_max:
        raise errors.validation(messages.MAX_RESULTS_OUT_OF_RANGE.format(count_max))
    return request


def is_wanted(resource: Resource, request: dict[str, Any]) -> bool:
    """Whether a list that is asked for has this resource in it."""
    return (
        request["ServiceNamespace"] == SERVICE_NAMESPACE
        and request.get("ResourceId") in (None, resource.id)
        and resource.id in (request.get("ResourceIds") or [resource.id])
        and request.get("ScalableDimension") in (None, resource.dimension)
    )


def page(
    found: Sequence[Listed],
    key: Callable[[Listed], str],
    request: dict[str, Any],
    count_max: int = PAGE_MAX,
) -> tuple[Sequence[Listed], dict[str, str]]:
    """A page of what was found, which is in the order of its keys, and the NextToken if there is more.

    A token is the last key of a page, so what is added or taken away meanwhile moves nothing else.
    """
    after = _key_of(request.get("NextToken"))
    rest = [each for each in found if after is None or key(each) > after]
    count = request.get("MaxResults", count_max)
    if len(rest) <= count:
        return rest, {}
    return rest[:count], {"NextToken": base64.b64encode(key(rest[count - 1]).encode()).decode()}


def _key_of(token: str | None) -> str | None:
    if token is None:
        return None
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError):
        raise errors.invalid_next_token() from None


def key_of(resource: Resource, name: str = "") -> str:
    return "\n".join((resource.id, resource.dimension, name))
