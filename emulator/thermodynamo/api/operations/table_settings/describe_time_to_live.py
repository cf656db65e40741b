"""DescribeTimeToLive: by which attribute the items of a table expire, if they do."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class DescribeTimeToLive:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DescribeTimeToLive:
    return DescribeTimeToLive(request["TableName"])


def execute(namespace: Namespace, request: DescribeTimeToLive, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now)
    if table.transition in ("CREATING", "DELETING"):
        raise errors.validation(messages.EXPIRY_UNKNOWN.format(table.transition))
    time_to_live = table.time_to_live
    status = time_to_live.status(now) if time_to_live is not None else "DISABLED"
    if time_to_live is None or status == "DISABLED":
        return {"TimeToLiveDescription": {"TimeToLiveStatus": status}}
    return {"TimeToLiveDescription": {"AttributeName": time_to_live.attribute_name, "TimeToLiveStatus": status}}
