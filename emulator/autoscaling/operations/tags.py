"""The tags of scalable targets, which are named by their ARNs."""

from emulator import messages
from emulator.autoscaling import errors
from emulator.engine import Engine
from emulator.scaling.target import ScalableTarget

TAGS_MAX = 50
RESERVED_PREFIX = "aws:"


def check(given: dict[str, str]) -> dict[str, str]:
    """Raises ValidationException for keys that are AWS's own."""
    if any(key.lower().startswith(RESERVED_PREFIX) for key in given):
        raise errors.validation(messages.SCALING_TAG_RESERVED)
    return given


def tagged(engine: Engine, arn: str) -> ScalableTarget:
    """The target of an ARN. Raises ResourceNotFoundException."""
    for target in engine.auto_scaling.targets.values():
        if target.arn == arn:
            return target
    raise errors.resource_not_found(arn)
