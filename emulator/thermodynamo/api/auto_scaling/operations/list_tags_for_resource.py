"""ListTagsForResource: the tags of a scalable target."""

from typing import Any

from thermodynamo.api.auto_scaling.operations import tags
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str:
    arn: str = request["ResourceARN"]
    return arn


def execute(namespace: Namespace, arn: str, now: float) -> dict[str, Any]:
    return {"Tags": dict(sorted(tags.tagged(namespace, arn).tags.items()))}
