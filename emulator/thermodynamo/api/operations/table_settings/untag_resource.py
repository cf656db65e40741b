"""UntagResource: removes tags from a table by their keys; keys it does not have are ignored."""

from dataclasses import dataclass
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import tags
from thermodynamo_storage.tables.definition import TagsSet

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class UntagResource:
    """A checked request."""

    resource: str
    keys: frozenset[str]


def validate(request: dict[str, Any]) -> UntagResource:
    resource = tags.resource_of(request)
    if not request.get("TagKeys"):
        raise errors.validation(messages.TAG_KEYS_REQUIRED)
    return UntagResource(resource, frozenset(request["TagKeys"]))


def execute(namespace: Namespace, request: UntagResource, now: float) -> bytes:
    try:
        table = namespace.tagged_table(request.resource, now)
        tags.refuse_being_created(table, request.resource, now)
    except errors.ApiError:
        # Here the service does not name the resource.
        raise errors.resource_not_found(messages.RESOURCE_NOT_FOUND) from None
    left = {key: value for key, value in table.tags.items() if key not in request.keys}
    namespace.define(now, TagsSet(table.id, left))
    return b""
