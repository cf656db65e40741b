"""ListBulkOperations: those that began within the last 90 days, the most recent first (API reference)."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transfers import bulk_description, transfer_page
from thermodynamo.api.operations.transfers.bulk_description import KIND
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class ListBulkOperations:
    """A checked request."""

    count: int
    token: str | None


def validate(request: dict[str, Any]) -> ListBulkOperations:
    return ListBulkOperations(request.get("MaxResults", transfer_page.PAGE_TRANSFERS), request.get("NextToken"))


def execute(namespace: Namespace, request: ListBulkOperations, now: float) -> dict[str, Any]:
    found, token = transfer_page.page(namespace, KIND, request.token, request.count, lambda transfer: True, now)
    reply: dict[str, Any] = {
        "BulkOperationsSummaryList": [bulk_description.summarize(namespace, each) for each in found]
    }
    return {**reply, "NextToken": token} if token is not None else reply
