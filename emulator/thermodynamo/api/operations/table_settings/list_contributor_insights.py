"""ListContributorInsights: the setting of each table and global index where it is not DISABLED.

A page looks at up to 100 tables and indexes, and may show none of them: ack-api-quirks, DDB-TABLE-343 and 344, October
2026.
"""

from binascii import Error, a2b_base64, b2a_base64
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import insights_summary, known_tables
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

PAGE_MAX = 100

Place = tuple[str, str]


@dataclass(slots=True)
class ListContributorInsights:
    """A checked request. `after` is the table and index (empty for the table itself) that the last page ended with."""

    table_name: str | None
    limit: int
    after: Place


def validate(request: dict[str, Any]) -> ListContributorInsights:
    limit = request.get("MaxResults", PAGE_MAX)
    return ListContributorInsights(request.get("TableName"), limit, place_of(request.get("NextToken")))


def execute(namespace: Namespace, request: ListContributorInsights, now: float) -> dict[str, Any]:
    if request.table_name is not None:
        tables = [known_tables.find(namespace, request.table_name, now)]
    else:
        tables = [namespace.tables[name] for name in namespace.settled_names(now)]
    found = [
        ((table.schema.name, index_name or ""), table, index_name)
        for table in tables
        for index_name in (None, *sorted(index.name for index in table.schema.global_indexes))
    ]
    rest = [each for each in found if each[0] > request.after]
    page = [(table, index_name) for _, table, index_name in rest[: request.limit]]
    statuses = [insights_summary.status(table, index_name, now) for table, index_name in page]
    reply: dict[str, Any] = {
        "ContributorInsightsSummaries": [
            insights_summary.summary(table, index_name, status)
            for (table, index_name), status in zip(page, statuses, strict=True)
            if status != "DISABLED"
        ]
    }
    if len(rest) > request.limit:
        reply["NextToken"] = token_of(rest[request.limit - 1][0])
    return reply


def token_of(place: Place) -> str:
    return b2a_base64("/".join(place).encode(), newline=False).decode()


def place_of(token: str | None) -> Place:
    """Raises ValidationException for what `token_of` never made."""
    if token is None:
        return "", ""
    try:
        table_name, slash, index_name = a2b_base64(token, strict_mode=True).decode().partition("/")
    except (Error, ValueError):
        slash = ""
    if not slash:
        raise errors.validation(messages.NEXT_TOKEN_INVALID)
    return table_name, index_name
