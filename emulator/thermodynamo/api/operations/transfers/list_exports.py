"""ListExports: the exports of a namespace, or those of one table while it is there.

Once a table is deleted, or made anew, a listing by its ARN has none of its exports (ack-api-quirks, DDB-EXPORT-020,
October 2026).
"""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transfers import export_description, transfer_names, transfer_page
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class ListExports:
    """A checked request."""

    table_arn: str | None
    count: int
    token: str | None


def validate(request: dict[str, Any]) -> ListExports:
    table_arn = transfer_page.check_table_arn(request.get("TableArn"))
    return ListExports(table_arn, request.get("MaxResults", transfer_page.PAGE_TRANSFERS), request.get("NextToken"))


def execute(namespace: Namespace, request: ListExports, now: float) -> dict[str, Any]:
    def is_shown(transfer: Transfer) -> bool:
        if request.table_arn is None:
            return True
        table = namespace.tables.get(transfer.table_name)
        is_there = table is not None and table.id == transfer.table_id and namespace.settle(table, now) is not None
        return is_there and request.table_arn == transfer_names.table_arn(namespace, transfer)

    found, token = transfer_page.page(namespace, "export", request.token, request.count, is_shown, now)
    reply: dict[str, Any] = {"ExportSummaries": [export_description.summarize(namespace, each) for each in found]}
    return {**reply, "NextToken": token} if token is not None else reply
