"""ListTables: the names of the namespace's tables in order, up to 100 a page."""

from bisect import bisect_right
from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

PAGE_NAMES_MAX = 100


@dataclass(slots=True)
class ListTables:
    """A checked request. `start_name` need not be a table's name: the page begins after it."""

    start_name: str
    limit: int


def validate(request: dict[str, Any]) -> ListTables:
    return ListTables(request.get("ExclusiveStartTableName", ""), request.get("Limit", PAGE_NAMES_MAX))


def execute(namespace: Namespace, request: ListTables, now: float) -> dict[str, Any]:
    names = namespace.settled_names(now)
    start = bisect_right(names, request.start_name)
    page = names[start : start + request.limit]
    if start + request.limit < len(names):
        return {"LastEvaluatedTableName": page[-1], "TableNames": page}
    return {"TableNames": page}
