"""ListTagsOfResource: the tags of a table, in the order of their keys.

All of them come in one reply, although the model has a NextToken: the service's team says that the operation has no
pages, since a table has 50 tags at most (https://github.com/aws/aws-sdk/issues/583, July 2024).
"""

from dataclasses import dataclass
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import tags

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class ListTagsOfResource:
    """A checked request."""

    resource: str


def validate(request: dict[str, Any]) -> ListTagsOfResource:
    if request.get("NextToken"):
        # None was ever given out. No reply of the service is at hand.
        raise errors.validation(messages.NEXT_TOKEN_INVALID)
    return ListTagsOfResource(tags.resource_of(request))


def execute(namespace: Namespace, request: ListTagsOfResource, now: float) -> dict[str, Any]:
    try:
        table = namespace.tagged_table(request.resource, now)
    except errors.ApiError:
        # Recorded: only the operation that reads tags answers as if the resource were somebody else's.
        message = messages.TAGS_NOT_AUTHORIZED.format(namespace.account, "ListTagsOfResource", request.resource)
        raise errors.access_denied(message) from None
    tags.refuse_being_created(table, request.resource, now)
    return {"Tags": [{"Key": key, "Value": table.tags[key]} for key in sorted(table.tags)]}
