"""ListTagsForResource: the tags of a scalable target."""

from typing import Any

from emulator.autoscaling.operations import tags
from emulator.engine import Engine


def validate(request: dict[str, Any]) -> str:
    arn: str = request["ResourceARN"]
    return arn


def execute(engine: Engine, arn: str) -> dict[str, Any]:
    return {"Tags": dict(sorted(tags.tagged(engine, arn).tags.items()))}
