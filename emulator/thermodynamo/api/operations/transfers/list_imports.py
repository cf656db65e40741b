"""ListImports: the imports of a namespace, or those that made a table of one name, deleted tables too.

Source: ack-api-quirks, DDB-IMPORT-008 and 016, October 2026.
"""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transfers import import_description, transfer_names, transfer_page
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class ListImports:
    """A checked request."""

    table_arn: str | None
    count: int
    token: str | None


def validate(request: dict[str, Any]) -> ListImports:
    table_arn = transfer_page.check_table_arn(request.get("TableArn"))
    return ListImports(table_arn, request.get("PageSize", transfer_page.PAGE_TRANSFERS), request.get("NextToken"))


def execute(namespace: Namespace, request: ListImports, now: float) -> dict[str, Any]:
    found, token = transfer_page.page(
        namespace,
        "import",
        request.token,
        request.count,
        lambda transfer: request.table_arn in (None, transfer_names.table_arn(namespace, transfer)),
        now,
    )
    reply: dict[str, Any] = {"ImportSummaryList": [import_description.summarize(namespace, each) for each in found]}
    return {**reply, "NextToken": token} if token is not None else reply
