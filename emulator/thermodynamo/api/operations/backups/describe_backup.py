"""DescribeBackup: a backup, and what its table was. The ARN is repeated as it was given (DDB-BACKUP-012)."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import backup_description, named_backups
from thermodynamo.api.operations.backups.named_backups import BackupArn
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> BackupArn:
    return named_backups.parse(request["BackupArn"])


def execute(namespace: Namespace, request: BackupArn, now: float) -> dict[str, Any]:
    backup = named_backups.find(namespace, request, now)
    status = backup_description.status(backup, now)
    return {"BackupDescription": backup_description.describe(namespace, backup, request.text, status, now)}
