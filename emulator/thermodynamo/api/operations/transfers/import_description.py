"""How an import is described: what was asked for, what was filled in, and what came of it.

Filled in are the bucket's owner, no compression, a token and the log group; the options are not (ack-api-quirks,
DDB-IMPORT-003 and 015, October 2026). The parameters of the table are repeated as they were sent (DDB-IMPORT-004).
"""

from typing import Any

import orjson

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.transfers import transfer_names
from thermodynamo_storage.facets.transfer import Transfer

LOG_GROUP = "arn:aws:logs:{}:{}:log-group:/aws-dynamodb/imports:*"
SUMMARY = (
    *("ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "CloudWatchLogGroupArn", "InputFormat"),
    *("StartTime", "EndTime"),
)


def describe(namespace: Namespace, transfer: Transfer) -> dict[str, Any]:
    described: dict[str, Any] = {
        "ImportArn": transfer_names.transfer_arn(namespace, transfer),
        "ImportStatus": "IN_PROGRESS",
        "TableArn": transfer_names.table_arn(namespace, transfer),
        "TableId": transfer.table_id,
        "ClientToken": transfer.token,
        "ErrorCount": 0,
        "CloudWatchLogGroupArn": LOG_GROUP.format(namespace.region, namespace.account),
        "StartTime": transfer.begun_at,
    }
    return {**described, **orjson.loads(transfer.request), **orjson.loads(transfer.outcome)}


def summarize(namespace: Namespace, transfer: Transfer) -> dict[str, Any]:
    described = describe(namespace, transfer)
    return {name: described[name] for name in SUMMARY if name in described}
