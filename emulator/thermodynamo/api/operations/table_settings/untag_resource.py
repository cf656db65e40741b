"""UntagResource: removes tags from a table by their keys; keys it does not have are ignored."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import tags
from thermodynamo_storage.tables.definition import TagsSet
from thermodynamo_storage.values.dataclass import dataclass

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
    for key in request["TagKeys"]:
        tags.check_key(key)
    # Also where tags are only taken away (ack-api-quirks, DDB-TABLE-107, October 2026).
    tags.refuse_too_many(request["TagKeys"])
    return UntagResource(resource, frozenset(request["TagKeys"]))


def execute(namespace: Namespace, request: UntagResource, now: float) -> bytes:
    table = tags.tagged_table(namespace, request.resource, now)
    left = {key: value for key, value in table.tags.items() if key not in request.keys}
    tags.admit(namespace, table, left, None, now)
    if left != table.tags:
        namespace.define(now, TagsSet(table.id, left, namespace.settled_at(now)))
    return b""
