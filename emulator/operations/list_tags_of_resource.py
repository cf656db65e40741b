"""ListTagsOfResource: the tags of a table, in the order of their keys, some to a page."""

from base64 import b64decode, b64encode
from binascii import Error
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from emulator import errors, messages
from emulator.engine import Engine
from emulator.operations import tags

PAGE_TAGS_MAX = 10
"""The service's page size is not documented; a small one makes clients that forget NextToken fail here, not there."""


@dataclass(slots=True)
class ListTagsOfResource:
    """A checked request. The page begins after the key `start`."""

    resource: str
    start: str


def validate(request: dict[str, Any]) -> ListTagsOfResource:
    token = request.get("NextToken", "")
    try:
        start = b64decode(token, validate=True).decode()
    except (Error, ValueError):
        raise errors.validation(messages.TAGS_TOKEN_INVALID) from None
    return ListTagsOfResource(tags.resource_of(request), start)


def execute(engine: Engine, request: ListTagsOfResource) -> dict[str, Any]:
    try:
        table = engine.tagged_table(request.resource, engine.clock.now())
    except errors.ApiError:
        # Recorded: only the operation that reads tags answers as if the resource were somebody else's.
        message = messages.TAGS_NOT_AUTHORIZED.format(engine.account, "ListTagsOfResource", request.resource)
        raise errors.access_denied(message) from None
    keys = sorted(table.tags)
    first = bisect_right(keys, request.start)
    page = keys[first : first + PAGE_TAGS_MAX]
    reply: dict[str, Any] = {"Tags": [{"Key": key, "Value": table.tags[key]} for key in page]}
    if first + PAGE_TAGS_MAX < len(keys):
        reply["NextToken"] = b64encode(page[-1].encode()).decode()
    return reply
