"""UpdateContributorInsights: whether the keys of a table or an index are watched, and which.

What changes nothing is accepted and answered with the settled status. A mode is changed by enabling again, and goes
back to the first one where none is named: ack-api-quirks, DDB-TABLE-091, 092 and 341, October 2026. Where CloudWatch
has no room for the rules, the reply tells nothing of it: the status becomes FAILED (DDB-TABLE-337 to 339).
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import insights_summary, known_tables
from thermodynamo_storage.facets.insights import Insights, Mode
from thermodynamo_storage.tables.definition import InsightsSet
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

FIRST_MODE: Mode = "ACCESSED_AND_THROTTLED_KEYS"


@dataclass(slots=True)
class UpdateContributorInsights:
    """A checked request. To disable needs no mode, and takes none."""

    table_name: str
    index_name: str | None
    is_enabled: bool
    mode: Mode


def validate(request: dict[str, Any]) -> UpdateContributorInsights:
    insights_summary.check_index_name(request.get("IndexName"))
    return UpdateContributorInsights(
        request["TableName"],
        request.get("IndexName"),
        request["ContributorInsightsAction"] == "ENABLE",
        request.get("ContributorInsightsMode", FIRST_MODE),
    )


def execute(namespace: Namespace, request: UpdateContributorInsights, now: float) -> dict[str, Any]:
    table = known_tables.find(namespace, request.table_name, now)
    insights_summary.key_schema_of(table, request.index_name, now)
    insights_summary.refuse_not_active(table, request.index_name, now)
    changed = change(table.insights.get(request.index_name), request, now)
    if changed is None:
        status = insights_summary.status(table, request.index_name, now)
        return insights_summary.summary(table, request.index_name, status)
    if request.is_enabled:
        has_room = insights_summary.has_room(namespace, table, request.index_name, changed)
        changed = replace(changed, is_failed=not has_room)
    setting = replace(changed, settled_at=namespace.settled_at(now))
    namespace.define(now, InsightsSet(table.id, request.index_name, setting))
    return insights_summary.summary(table, request.index_name, "ENABLING" if request.is_enabled else "DISABLING")


def change(current: Insights | None, request: UpdateContributorInsights, now: float) -> Insights | None:
    """The setting from now on; None where nothing changes."""
    is_on = current is not None and current.is_enabled
    if not request.is_enabled:
        return replace(current, is_enabled=False, changed_at=now) if current is not None and is_on else None
    if current is None or not is_on or current.is_failed:
        return Insights(True, request.mode, now, now, now)
    return replace(current, mode=request.mode, changed_at=now) if current.mode != request.mode else None
