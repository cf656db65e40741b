"""CreateBackup: keeps a table as it is now. Names are not unique: every call makes a backup (DDB-BACKUP-011)."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import backup_description, continuous_backups, named_backups
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.facets.backup_label import BackupLabel
from thermodynamo_storage.tables.definition import BackupCreated
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class CreateBackup:
    """A checked request."""

    table_name: str
    backup_name: str


def validate(request: dict[str, Any]) -> CreateBackup:
    return CreateBackup(request["TableName"], request["BackupName"])


def execute(namespace: Namespace, request: CreateBackup, now: float) -> dict[str, Any]:
    table = continuous_backups.table_of(namespace, request.table_name, now)
    if table.transition == "CREATING":
        raise errors.continuous_backups_unavailable(messages.BACKUPS_BEING_ENABLED.format(table.schema.name))
    created_at, available_at = int(now * 1000) / 1000, now + namespace.config.backup_delay_seconds
    id = namespace.new_backup_id(table.id, now)
    label = BackupLabel(id, request.backup_name, "USER", created_at, available_at, None)
    namespace.define(now, BackupCreated(table.id, label))
    backup = named_backups.all_of(namespace, now)[table.schema.name, label.id]
    arn = named_backups.arn_of(namespace, backup)
    return {"BackupDetails": backup_description.details(backup, arn, "CREATING")}
