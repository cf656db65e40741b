"""DescribeBulkOperation: one bulk operation, with how far it is."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transfers import bulk_description, transfer_names
from thermodynamo.api.operations.transfers.bulk_description import KIND

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str:
    """The ARN."""
    arn: str = request["BulkOperationArn"]
    return arn


def execute(namespace: Namespace, arn: str, now: float) -> dict[str, Any]:
    transfer_names.find(namespace, KIND, arn)
    namespace.carry_on(now)
    found = transfer_names.find(namespace, KIND, arn)
    return {"BulkOperationDescription": bulk_description.describe(namespace, found)}
