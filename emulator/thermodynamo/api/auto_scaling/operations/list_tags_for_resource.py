"""ListTagsForResource: the tags of a scalable target."""

from typing import Any

from thermodynamo.api.auto_scaling.operations import tags
from thermodynamo.api.namespace import Namespace


def validate(request: dict[str, Any]) -> str:
    arn: str = request["ResourceARN"]
    return arn


def execute(namespace: Namespace, arn: str) -> dict[str, Any]:
    return {"Tags": dict(sorted(tags.tagged(namespace, arn).tags.items()))}
