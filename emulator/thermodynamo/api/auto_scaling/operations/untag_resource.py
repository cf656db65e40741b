"""UntagResource: takes tags away from a scalable target; keys that it does not have are no error."""

from typing import Any

from thermodynamo.api.auto_scaling.operations import tags
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class UntagResource:
    """A checked request."""

    arn: str
    keys: list[str]


def validate(request: dict[str, Any]) -> UntagResource:
    return UntagResource(request["ResourceARN"], request["TagKeys"])


def execute(namespace: Namespace, request: UntagResource, now: float) -> dict[str, Any]:
    target = tags.tagged(namespace, request.arn)
    target.tags = {key: value for key, value in target.tags.items() if key not in request.keys}
    namespace.keep_scaling(target.resource, now)
    return {}
