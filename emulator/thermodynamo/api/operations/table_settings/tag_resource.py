"""TagResource: adds tags to a table; a tag that is there already gets the new value."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import tags
from thermodynamo_storage.tables.definition import TagsSet
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class TagResource:
    """A checked request."""

    resource: str
    tags: dict[str, str]


def validate(request: dict[str, Any]) -> TagResource:
    resource = tags.resource_of(request)
    if not request.get("Tags"):
        raise errors.validation(messages.TAGS_REQUIRED)
    return TagResource(resource, tags.check(request["Tags"]))


def execute(namespace: Namespace, request: TagResource, now: float) -> bytes:
    table = tags.tagged_table(namespace, request.resource, now)
    tags.refuse_too_many([*table.tags, *request.tags])
    wanted = {**table.tags, **request.tags}
    tags.admit(namespace, table, wanted, request.tags, now)
    if wanted != table.tags:
        namespace.define(now, TagsSet(table.id, wanted, namespace.settled_at(now)))
    return b""
