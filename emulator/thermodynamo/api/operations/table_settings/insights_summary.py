"""What the operations on Contributor Insights share: which table or index is meant, how its setting is shown."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo_storage.tables.insights import Status
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import KeySchema

NAME_LENGTH_MIN, NAME_LENGTH_MAX = 3, 255


def check_index_name(name: str | None) -> None:
    """The service checks the length by itself, in words of its own (ack-api-quirks, DDB-TABLE-457, October 2026)."""
    if name is not None and not NAME_LENGTH_MIN <= len(name) <= NAME_LENGTH_MAX:
        raise errors.validation(messages.INDEX_NAME_LENGTH)


def key_schema_of(table: Table, index_name: str | None) -> KeySchema:
    """The key schema of the table or of its global index. Raises ResourceNotFoundException where there is no such."""
    if index_name is None:
        return table.schema.key_schema
    index = table.indexes.get(index_name)
    if index is None or not index.schema.is_global:
        raise errors.resource_not_found(messages.INDEX_RESOURCE_NOT_FOUND.format(index_name, table.schema.name))
    return index.schema.key_schema


def status(table: Table, index_name: str | None, now: float) -> Status:
    setting = table.insights.get(index_name)
    return setting.status(now) if setting is not None else "DISABLED"


def summary(table: Table, index_name: str | None, shown_status: Status) -> dict[str, Any]:
    """The members that all replies have. What was never enabled has no mode."""
    setting = table.insights.get(index_name)
    shown: dict[str, Any] = {"TableName": table.schema.name}
    if index_name is not None:
        shown["IndexName"] = index_name
    shown["ContributorInsightsStatus"] = shown_status
    if setting is not None:
        shown["ContributorInsightsMode"] = setting.mode
    return shown
