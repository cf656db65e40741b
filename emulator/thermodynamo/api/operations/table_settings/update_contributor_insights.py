"""UpdateContributorInsights: whether the keys of a table or an index are watched."""

from dataclasses import dataclass
from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import insights_summary
from thermodynamo_storage.tables.definition import InsightsSet
from thermodynamo_storage.tables.insights import Insights, Mode

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class UpdateContributorInsights:
    """A checked request. Without a mode the last one stays."""

    table_name: str
    index_name: str | None
    is_enabled: bool
    mode: Mode | None


def validate(request: dict[str, Any]) -> UpdateContributorInsights:
    return UpdateContributorInsights(
        request["TableName"],
        request.get("IndexName"),
        request["ContributorInsightsAction"] == "ENABLE",
        request.get("ContributorInsightsMode"),
    )


def execute(namespace: Namespace, request: UpdateContributorInsights, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now)
    insights_summary.key_schema_of(table, request.index_name)
    last = table.insights.get(request.index_name, insights_summary.OFF)
    setting = Insights(request.is_enabled, request.mode or last.mode, now)
    namespace.define(now, InsightsSet(table.id, request.index_name, setting))
    return insights_summary.summary(table, request.index_name, "ENABLING" if request.is_enabled else "DISABLING")
