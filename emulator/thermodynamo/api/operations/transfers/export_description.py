"""How an export is described: what was asked for, what was filled in, and what came of it.

Filled in are the format, AES256 and a token; the type is told only where it was asked for, but always in a listing
(ack-api-quirks, DDB-EXPORT-008, 016 and 017, October 2026).
"""

from typing import Any

import orjson

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.transfers import transfer_names
from thermodynamo_storage.facets.transfer import Transfer


def describe(namespace: Namespace, transfer: Transfer) -> dict[str, Any]:
    described: dict[str, Any] = {
        "ExportArn": transfer_names.transfer_arn(namespace, transfer),
        "ExportStatus": "IN_PROGRESS",
        "StartTime": transfer.begun_at,
        "TableArn": transfer_names.table_arn(namespace, transfer),
        "TableId": transfer.table_id,
        "ClientToken": transfer.token,
    }
    return {**described, **orjson.loads(transfer.request)["described"], **orjson.loads(transfer.outcome)}


def summarize(namespace: Namespace, transfer: Transfer) -> dict[str, Any]:
    described = describe(namespace, transfer)
    return {
        "ExportArn": described["ExportArn"],
        "ExportStatus": described["ExportStatus"],
        "ExportType": described.get("ExportType", "FULL_EXPORT"),
    }
