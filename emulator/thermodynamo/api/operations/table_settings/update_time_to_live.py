"""UpdateTimeToLive: whether the items of a table expire, and by which attribute."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import cooldowns, known_tables
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.tables.definition import TimeToLiveSet
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

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
    table = known_tables.find(namespace, request.table_name, now)
    if table.transition == "CREATING":
        raise errors.resource_in_use(messages.TABLE_BEING_CREATED_FOR_EXPIRY.format(table.schema.name))
    coming = table.global_table.coming(now) if table.global_table is not None else None
    if coming is not None:
        # It is a setting of the whole global table (ack-api-quirks, DDB-TABLE-306, October 2026).
        raise errors.validation(messages.REPLICA_BEING_ADDED.format(table.schema.name, coming.region))
    check(table, request)
    current = table.time_to_live
    if cooldowns.are_kept(namespace) and current is not None and now < current.free_at():
        raise errors.validation(messages.TIME_TO_LIVE_CHANGING)
    settled_at = now + namespace.config.ttl_change_seconds
    setting = TimeToLive(request.attribute_name, request.is_enabled, settled_at, now)
    if table.global_table is not None and table.global_table.is_strong and table.is_replica(now):
        raise errors.validation(messages.STRONG_EXPIRY)
    others = [TimeToLiveSet(other.id, setting) for _, other in namespace.other_replicas(table, now)]
    namespace.define(now, TimeToLiveSet(table.id, setting), *others)
    return {"TimeToLiveSpecification": {"AttributeName": request.attribute_name, "Enabled": request.is_enabled}}


def check(table: Table, request: UpdateTimeToLive) -> None:
    """Refuses what would change nothing, and another attribute than the enabled one.

    Both come before a change upon a change is refused: ack-api-quirks, DDB-TABLE-143, October 2026.
    """
    current = table.time_to_live
    if current is not None and current.is_enabled:
        if current.attribute_name != request.attribute_name:
            raise errors.validation(messages.TIME_TO_LIVE_OTHER_ATTRIBUTE.format(current.attribute_name))
        if request.is_enabled:
            raise errors.validation(messages.TIME_TO_LIVE_ENABLED)
    elif not request.is_enabled:
        raise errors.validation(messages.TIME_TO_LIVE_DISABLED)
