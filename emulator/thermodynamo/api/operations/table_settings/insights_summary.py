"""What the operations on Contributor Insights share: which table or index is meant, how its setting is shown."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo_storage.tables.insights import Insights
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import KeySchema

OFF = Insights(False, "ACCESSED_AND_THROTTLED_KEYS", 0.0)


def key_schema_of(table: Table, index_name: str | None) -> KeySchema:
    """The key schema of the table or of its global index. Raises ResourceNotFoundException where there is no such."""
    if index_name is None:
        return table.schema.key_schema
    index = table.indexes.get(index_name)
    if index is None or not index.schema.is_global:
        raise errors.resource_not_found(messages.INDEX_RESOURCE_NOT_FOUND.format(index_name))
    return index.schema.key_schema


def summary(table: Table, index_name: str | None, status: str | None = None) -> dict[str, Any]:
    """The members that all replies have; `status` in place of the settled one."""
    setting = table.insights.get(index_name, OFF)
    shown: dict[str, Any] = {"TableName": table.schema.name}
    if index_name is not None:
        shown["IndexName"] = index_name
    shown["ContributorInsightsStatus"] = status or setting.status
    if setting is not OFF:
        shown["ContributorInsightsMode"] = setting.mode
    return shown
