"""ListBackups: no backups can be made here yet, so the list is empty; what the request says is checked all the same.

Not even a table that never was is an error: ack-api-quirks, DDB-TABLE-014, October 2026.
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str | None:
    """The table's name or ARN, where given."""
    low, high = request.get("TimeRangeLowerBound"), request.get("TimeRangeUpperBound")
    if low is not None and high is not None and low > high:
        raise errors.validation(messages.TIME_RANGE_INVALID)
    start = request.get("ExclusiveStartBackupArn")
    if start is not None and "/backup/" not in start:
        raise errors.validation(messages.BACKUP_ARN_INVALID)
    return request.get("TableName")


def execute(namespace: Namespace, table_name: str | None, now: float) -> dict[str, Any]:
    if table_name is not None:
        namespace.own_name(table_name)
    return {"BackupSummaries": []}
