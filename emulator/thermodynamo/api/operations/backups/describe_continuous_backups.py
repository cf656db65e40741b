"""DescribeContinuousBackups: whether a table can be restored to a point in time; none can yet.

The service calls continuous backups of every table enabled, and point-in-time recovery disabled until it is asked for.
"""

from dataclasses import dataclass
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class DescribeContinuousBackups:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DescribeContinuousBackups:
    return DescribeContinuousBackups(request["TableName"])


def execute(namespace: Namespace, request: DescribeContinuousBackups, now: float) -> dict[str, Any]:
    name = namespace.table_name(request.table_name)
    if not namespace.exists(name, now):
        raise errors.table_not_found(messages.CONTINUOUS_BACKUPS_NOT_FOUND.format(name))
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        }
    }
