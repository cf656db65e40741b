"""The tags of scalable targets, which are named by their ARNs."""

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.scaling.target import ScalableTarget

TAGS_MAX = 50
RESERVED_PREFIX = "aws:"


def check(given: dict[str, str]) -> dict[str, str]:
    """Raises ValidationException for keys that are AWS's own."""
    if any(key.lower().startswith(RESERVED_PREFIX) for key in given):
        raise errors.validation(messages.SCALING_TAG_RESERVED)
    return given


def tagged(namespace: Namespace, arn: str) -> ScalableTarget:
    """The target of an ARN. Raises ResourceNotFoundException."""
    for target in namespace.auto_scaling.targets.values():
        if target.arn == arn:
            return target
    raise errors.resource_not_found(arn)
