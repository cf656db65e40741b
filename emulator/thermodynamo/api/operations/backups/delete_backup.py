"""DeleteBackup: lets go of a backup, which is gone at once.

Source: ack-api-quirks, DDB-BACKUP-005, 010 and 015, October 2026.
"""

from datetime import UTC, datetime
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import backup_description, named_backups
from thermodynamo.api.operations.backups.named_backups import BackupArn
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.tables.definition import BackupDeleted

FACTS = Facts(is_read=False)


def validate(request: dict[str, Any]) -> BackupArn:
    return named_backups.parse(request["BackupArn"])


def execute(namespace: Namespace, request: BackupArn, now: float) -> dict[str, Any]:
    backup = named_backups.find(namespace, request, now)
    expires_at = backup.label.expires_at
    if expires_at is not None:
        expiry = datetime.fromtimestamp(int(expires_at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise errors.validation(messages.BACKUP_OF_SYSTEM.format(request.text, expiry))
    if now < backup.label.available_at:
        raise errors.backup_in_use(messages.BACKUP_BEING_CREATED.format(request.text))
    if named_backups.feeds_restore(namespace, backup):
        raise errors.backup_in_use(messages.BACKUP_FEEDS_RESTORE.format(request.text))
    reply = backup_description.describe(namespace, backup, request.text, "DELETED", now)
    namespace.define(now, BackupDeleted(namespace.account, namespace.region, *backup.key))
    return {"BackupDescription": reply}
