"""StreamSpecification: whether a table has a stream, and of which view type."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace, is_only_described
from thermodynamo_storage.tables.definition import Definition, StreamDisabled
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import ViewType


def check(request: dict[str, Any], *, is_update: bool = False) -> ViewType | None:
    """The view type of the stream that is to be enabled, if one is. Refuses what contradicts itself.

    UpdateTable has other words for it than CreateTable (ack-api-quirks, DDB-TABLE-035 and 050, October 2026).
    """
    given = request.get("StreamSpecification")
    if given is None:
        return None
    view_type: ViewType | None = given.get("StreamViewType")
    if given["StreamEnabled"]:
        if view_type is None:
            text = messages.STREAM_TO_ENABLE_WITHOUT_VIEW if is_update else messages.STREAM_ENABLED_WITHOUT_VIEW
            raise errors.validation(text)
        return view_type
    if view_type is not None:
        raise errors.validation(
            messages.STREAM_TO_DISABLE_WITH_VIEW if is_update else messages.STREAM_DISABLED_WITH_VIEW
        )
    return None


def check_update(request: dict[str, Any], table: Table, now: float) -> None:
    """Refuses to enable the stream of a table that has one, and to disable that of one that has none, or of a replica.

    What a replica's stream shows is fixed (ack-api-quirks, DDB-TABLE-222, October 2026).
    """
    given = request.get("StreamSpecification")
    if given is None:
        return
    if not given["StreamEnabled"] and table.is_replica(now):
        raise errors.validation(messages.REPLICA_STREAM)
    if given["StreamEnabled"] and table.stream is not None:
        raise errors.validation(messages.STREAM_ALREADY_ENABLED.format(table.schema.name))
    if not given["StreamEnabled"] and table.stream is None:
        raise errors.validation(messages.STREAM_ALREADY_DISABLED.format(table.schema.name))


def change(namespace: Namespace, table: Table, request: dict[str, Any], now: float) -> list[Definition]:
    """What enables or disables the stream of a table, as `check_update` has allowed."""
    given = request.get("StreamSpecification")
    if given is None:
        return []
    if given["StreamEnabled"]:
        return [namespace.stream_enabled(table.id, given["StreamViewType"], now)]
    return [StreamDisabled(table.id, namespace.settled_at(now))]


def describe(namespace: Namespace, table: Table, now: float) -> dict[str, Any]:
    """The members of a table's description. A disabled stream is still named while it can be read."""
    if not table.streams or table.streams[-1].is_gone(now) or is_only_described(table):
        # A replica that is being created shows no stream yet (ack-api-quirks, DDB-TABLE-298, October 2026).
        return {}
    latest = table.streams[-1]
    described: dict[str, Any] = {
        "LatestStreamArn": str(namespace.stream_arn(latest)),
        "LatestStreamLabel": latest.label,
    }
    if latest.disabled_at is None:
        described["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": latest.view_type}
    return described
