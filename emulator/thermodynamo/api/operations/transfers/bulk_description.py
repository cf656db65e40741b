"""How a bulk operation is described: what was asked for, how far it is, and what came of it.

Members and their meaning: API reference, BulkOperationDescription. What the input holds is not told before it is known.
"""

from typing import Any

import orjson

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.transfers import transfer_names
from thermodynamo_storage.facets.transfer import Kind, Transfer

KIND: Kind = "bulk-operation"
SUMMARY = ("BulkOperationArn", "BulkOperationStatus", "StartTime", "EndTime")


def describe(namespace: Namespace, transfer: Transfer) -> dict[str, Any]:
    described: dict[str, Any] = {
        "BulkOperationArn": transfer_names.transfer_arn(namespace, transfer),
        "BulkOperationStatus": "IN_PROGRESS" if transfer.cancelled_at is None else "CANCELLING",
        "TableDetails": [{"TableName": transfer.table_name, "TableId": transfer.table_id}],
        "ClientToken": transfer.token,
        "StartTime": transfer.begun_at,
        "ProcessedItemCount": 0,
        "ProcessedInputBytes": 0,
        "FailedItemCount": 0,
    }
    shown: dict[str, Any] = orjson.loads(transfer.progress).get("shown", {})
    return {**described, **orjson.loads(transfer.request), **shown, **orjson.loads(transfer.outcome)}


def summarize(namespace: Namespace, transfer: Transfer) -> dict[str, Any]:
    described = describe(namespace, transfer)
    return {name: described[name] for name in SUMMARY if name in described}
