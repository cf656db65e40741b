"""ListBackups: backups in the order in which they were made, those of users unless the request says otherwise.

Not even a table that never was is an error. The range of times takes its lower bound in and leaves its upper one out;
the cursor need not be there any more: ack-api-quirks, DDB-TABLE-014 and DDB-BACKUP-014, October 2026.
"""

from math import isfinite
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import backup_description, named_backups
from thermodynamo.api.operations.backups.named_backups import BackupArn
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.tables.snapshot import Backup
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

LIMIT_MAX = 100


@dataclass(slots=True)
class ListBackups:
    """A checked request. `type` is the type of backup, or ALL; times are in milliseconds."""

    table_name: str | None
    limit: int
    low: float | None
    high: float | None
    start: BackupArn | None
    type: str

    def takes(self, backup: Backup) -> bool:
        """Whether the filters let a backup pass."""
        created_at = _milliseconds(backup.label.created_at)
        return (
            self.type in ("ALL", backup.label.type)
            and self.table_name in (None, backup.table.schema.name)
            and (self.low is None or self.low <= created_at)
            and (self.high is None or created_at < self.high)
        )


def validate(request: dict[str, Any]) -> ListBackups:
    low, high = request.get("TimeRangeLowerBound"), request.get("TimeRangeUpperBound")
    if low is not None and high is not None and low > high:
        raise errors.validation(messages.TIME_RANGE_INVALID)
    start = request.get("ExclusiveStartBackupArn")
    return ListBackups(
        table_name=request.get("TableName"),
        limit=request.get("Limit", LIMIT_MAX),
        low=_milliseconds(low) if low is not None else None,
        high=_milliseconds(high) if high is not None else None,
        start=named_backups.parse(start) if start is not None else None,
        type=request.get("BackupType", "USER"),
    )


def execute(namespace: Namespace, request: ListBackups, now: float) -> dict[str, Any]:
    if request.table_name is not None:
        request.table_name = namespace.own_name(request.table_name)
    if request.start is not None:
        named_backups.refuse_foreign(namespace, request.start)
        if request.start.region != namespace.region:
            raise errors.validation(messages.BACKUPS_START_ELSEWHERE)
    after = (request.start.id, request.start.table_name) if request.start is not None else ("", "")
    found = sorted(
        (place, backup)
        for key, backup in named_backups.all_of(namespace, now).items()
        if (place := key[::-1]) > after and not backup.is_expired(now) and request.takes(backup)
    )
    page = [backup for _, backup in found[: request.limit]]
    reply: dict[str, Any] = {"BackupSummaries": [backup_description.summary(namespace, each, now) for each in page]}
    if len(found) > len(page):
        reply["LastEvaluatedBackupArn"] = named_backups.arn_of(namespace, page[-1])
    return reply


def _milliseconds(time: float) -> float:
    milliseconds = time * 1000
    return round(milliseconds) if isfinite(milliseconds) else milliseconds
