"""DescribeExport: one export, that of a table that is gone by now too."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transfers import export_description, transfer_names

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str:
    """The ARN."""
    arn: str = request["ExportArn"]
    return arn


def execute(namespace: Namespace, arn: str, now: float) -> dict[str, Any]:
    transfer_names.find(namespace, "export", arn)
    namespace.carry_on(now)
    found = transfer_names.find(namespace, "export", arn)
    return {"ExportDescription": export_description.describe(namespace, found)}
