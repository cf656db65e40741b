"""ListTagsOfResource: the tags of a table, in the order of their keys.

All of them come in one reply, although the model has a NextToken: the service's team says that the operation has no
pages, since a table has 50 tags at most (https://github.com/aws/aws-sdk/issues/583, July 2024).
"""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import tags
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class ListTagsOfResource:
    """A checked request."""

    resource: str


def validate(request: dict[str, Any]) -> ListTagsOfResource:
    """A NextToken is ignored, whatever it is (ack-api-quirks, DDB-TABLE-073, October 2026)."""
    return ListTagsOfResource(tags.resource_of(request))


def execute(namespace: Namespace, request: ListTagsOfResource, now: float) -> dict[str, Any]:
    table = tags.tagged_table(namespace, request.resource, now)
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.listed(table, now).items())]}
