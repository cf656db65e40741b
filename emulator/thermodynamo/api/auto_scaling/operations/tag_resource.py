"""TagResource: adds tags to a scalable target; a tag that is there already gets the new value."""

from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.auto_scaling.operations import tags
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class TagResource:
    """A checked request."""

    arn: str
    tags: dict[str, str]


def validate(request: dict[str, Any]) -> TagResource:
    return TagResource(request["ResourceARN"], tags.check(request["Tags"]))


def execute(namespace: Namespace, request: TagResource, now: float) -> dict[str, Any]:
    target = tags.tagged(namespace, request.arn)
    wanted = {**target.tags, **request.tags}
    if len(wanted) > tags.TAGS_MAX:
        raise errors.too_many_tags(request.arn, messages.SCALING_TAGS_TOO_MANY.format(tags.TAGS_MAX))
    target.tags = wanted
    namespace.keep_scaling(target.resource, now)
    return {}
