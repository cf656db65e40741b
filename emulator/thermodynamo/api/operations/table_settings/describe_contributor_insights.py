"""DescribeContributorInsights: whether the keys of a table or an index are watched, and by which rules.

What the rules have counted is CloudWatch's to show; here, `/_admin/insights/<table>` does.
"""

from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import insights_summary, known_tables
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

RULE = "DynamoDBContributorInsights-{}-{}-{}"
"""Kind, resource, epoch milliseconds (developer guide, contributorinsights_HowItWorks)."""

FAILURE_SHOWN = ("FAILED", "DISABLING")
"""DDB-TABLE-337 and 339 (ack-api-quirks, October 2026)."""


@dataclass(slots=True)
class DescribeContributorInsights:
    """A checked request."""

    table_name: str
    index_name: str | None


def validate(request: dict[str, Any]) -> DescribeContributorInsights:
    insights_summary.check_index_name(request.get("IndexName"))
    return DescribeContributorInsights(request["TableName"], request.get("IndexName"))


def execute(namespace: Namespace, request: DescribeContributorInsights, now: float) -> dict[str, Any]:
    table = known_tables.find(namespace, request.table_name, now)
    schema = insights_summary.key_schema_of(table, request.index_name, now)
    reply = insights_summary.summary(table, request.index_name, insights_summary.status(table, request.index_name, now))
    setting = table.insights.get(request.index_name)
    if setting is not None:
        resource = table.schema.name + (f"-{request.index_name}" if request.index_name is not None else "")
        rules = setting.rules(bool(schema.sort))
        if rules:
            reply["ContributorInsightsRuleList"] = [
                RULE.format(rule, resource, int(setting.enabled_at * 1000)) for rule in rules
            ]
        if setting.is_failed and reply["ContributorInsightsStatus"] in FAILURE_SHOWN:
            reply["FailureException"] = {
                "ExceptionName": "LimitExceededException",
                "ExceptionDescription": messages.INSIGHTS_RULES_TOO_MANY,
            }
        reply["LastUpdateDateTime"] = round(setting.changed_at, 3)
    return reply
