"""What the operations on Contributor Insights share: which table or index is meant, how its setting is shown."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.table_settings import known_tables
from thermodynamo_storage.facets.insights import Insights, Status
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import KeySchema

RULES_MAX = 100
"""Rules that CloudWatch has in a region for one account (ack-api-quirks, DDB-TABLE-337, October 2026)."""
NAME_LENGTH_MIN, NAME_LENGTH_MAX = 3, 255


def check_index_name(name: str | None) -> None:
    """The service checks the length by itself, in words of its own (ack-api-quirks, DDB-TABLE-457, October 2026)."""
    if name is not None and not NAME_LENGTH_MIN <= len(name) <= NAME_LENGTH_MAX:
        raise errors.validation(messages.INDEX_NAME_LENGTH)


def key_schema_of(table: Table, index_name: str | None, now: float) -> KeySchema:
    """The key schema of the table or of its global index. Raises ResourceNotFoundException where there is no such.

    An index is not known before it has its resources (ack-api-quirks, DDB-TABLE-116, October 2026).
    """
    if index_name is None:
        return table.schema.key_schema
    index = table.indexes.get(index_name)
    if index is None or not index.schema.is_global or not table.is_allocated(index_name, now):
        raise errors.resource_not_found(messages.INDEX_RESOURCE_NOT_FOUND.format(index_name, table.schema.name))
    return index.schema.key_schema


def refuse_not_active(table: Table, index_name: str | None, now: float) -> None:
    """Insights change while the table and the index are there. Raises ValidationException."""
    if table.transition == "CREATING" or known_tables.is_forgotten(table, now):
        raise errors.validation(messages.INSIGHTS_NOT_ACTIVE.format("TableStatus"))
    if index_name is not None and table.indexes[index_name].transition == "CREATING":
        raise errors.validation(messages.INSIGHTS_NOT_ACTIVE.format("IndexStatus"))


def has_room(namespace: Namespace, table: Table, index_name: str | None, setting: Insights) -> bool:
    """Whether CloudWatch takes the rules that a setting needs, beside those of all other tables and indexes."""
    taken = [
        rule
        for other in namespace.tables.values()
        for name, its in other.insights.items()
        if other is not table or name != index_name
        for rule in its.rules(bool(schema_of(other, name).sort))
    ]
    return len(taken) + len(setting.rules_wanted(bool(schema_of(table, index_name).sort))) <= RULES_MAX


def schema_of(table: Table, index_name: str | None) -> KeySchema:
    return table.schema.key_schema if index_name is None else table.indexes[index_name].schema.key_schema


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
