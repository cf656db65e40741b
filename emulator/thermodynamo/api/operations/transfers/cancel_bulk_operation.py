"""CancelBulkOperation: a bulk operation stops soon; what it has written stays (API reference)."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transfers import transfer_names
from thermodynamo.api.operations.transfers.bulk_description import KIND
from thermodynamo_storage.tables.definition import TransferCancelled

FACTS = Facts(is_read=False)


def validate(request: dict[str, Any]) -> str:
    """The ARN."""
    arn: str = request["BulkOperationArn"]
    return arn


def execute(namespace: Namespace, arn: str, now: float) -> dict[str, Any]:
    transfer = transfer_names.find(namespace, KIND, arn)
    if transfer.ended_at is not None:
        raise errors.validation(messages.BULK_NOT_IN_PROGRESS.format(arn))
    if transfer.cancelled_at is None:
        namespace.define(now, TransferCancelled(namespace.account, namespace.region, KIND, transfer.id))
    return {"BulkOperationArn": arn, "BulkOperationStatus": "CANCELLING"}
