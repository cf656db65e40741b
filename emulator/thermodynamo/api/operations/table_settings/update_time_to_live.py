"""UpdateTimeToLive: whether the items of a table expire, and by which attribute."""

from dataclasses import dataclass
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.tables.definition import TimeToLiveSet
from thermodynamo_storage.tables.table import Table

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class UpdateTimeToLive:
    """A checked request."""

    table_name: str
    attribute_name: str
    is_enabled: bool


def validate(request: dict[str, Any]) -> UpdateTimeToLive:
    given = request["TimeToLiveSpecification"]
    return UpdateTimeToLive(request["TableName"], given["AttributeName"], given["Enabled"])


def execute(namespace: Namespace, request: UpdateTimeToLive, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now)
    namespace.refuse_unless_active(table, now)
    check(table, request, now)
    settled_at = now + namespace.config.ttl_change_seconds
    setting = TimeToLive(request.attribute_name, request.is_enabled, settled_at)
    namespace.define(now, TimeToLiveSet(table.id, setting))
    return {"TimeToLiveSpecification": {"AttributeName": request.attribute_name, "Enabled": request.is_enabled}}


def check(table: Table, request: UpdateTimeToLive, now: float) -> None:
    """Refuses what would change nothing, another attribute than the enabled one, and a change upon a change."""
    current = table.time_to_live
    if current is not None and now < current.settled_at:
        raise errors.validation(messages.TIME_TO_LIVE_CHANGING)
    if current is not None and current.is_enabled:
        if current.attribute_name != request.attribute_name:
            raise errors.validation(messages.TIME_TO_LIVE_OTHER_ATTRIBUTE.format(current.attribute_name))
        if request.is_enabled:
            raise errors.validation(messages.TIME_TO_LIVE_ENABLED)
    elif not request.is_enabled:
        raise errors.validation(messages.TIME_TO_LIVE_DISABLED)
