"""Which backup a request means by its ARN.

What matters is the account, the name of the table and the id. The region in the ARN must be one, and is ignored
otherwise: ack-api-quirks, DDB-BACKUP-012, October 2026.
"""

import re
from collections.abc import Mapping

from thermodynamo.api import arn, errors, messages, regions
from thermodynamo.api.arn import TableArn
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.facets.backup_label import BackupKey
from thermodynamo_storage.tables.snapshot import Backup
from thermodynamo_storage.values.dataclass import dataclass

PARTITION, SERVICE = "aws", "dynamodb"
_resource = re.compile(f"table/({arn.TABLE_NAME_PATTERN})/backup/([^/]+)").fullmatch


@dataclass(frozen=True, slots=True)
class BackupArn:
    """The parts of a backup's ARN. `text` is the ARN as it was given."""

    text: str
    region: str
    account: str
    table_name: str
    id: str

    @property
    def key(self) -> BackupKey:
        return self.table_name, self.id


def parse(text: str) -> BackupArn:
    """Raises ValidationException for what is no ARN of a backup."""
    parts = text.split(":", 5)
    resource = _resource(parts[5]) if len(parts) == 6 and parts[0] == "arn" else None
    if resource is None:
        raise errors.validation(messages.BACKUP_ARN_INVALID)
    _, partition, service, region, account, _ = parts
    if (partition, service) != (PARTITION, SERVICE) or (region and region not in regions.names()):
        raise errors.validation(messages.BACKUP_ARN_UNKNOWN)
    return BackupArn(text, region, account, resource[1], resource[2])


def refuse_foreign(namespace: Namespace, named: BackupArn) -> None:
    """Raises AccessDeniedException for a backup of another account, or of no region."""
    if named.account != namespace.account or not named.region:
        raise errors.access_denied(messages.BACKUP_ARN_OF_OTHER_ACCOUNT)


def all_of(namespace: Namespace, now: float) -> Mapping[BackupKey, Backup]:
    """All backups of an account and region at `now`, oldest first. What has ended is defined before.

    Some may have expired; see `Backup.is_expired`.
    """
    namespace.database.settle_tables(now)
    return namespace.database.catalog.backups.get((namespace.account, namespace.region), {})


def find(namespace: Namespace, named: BackupArn, now: float) -> Backup:
    """The backup of this account and region. Raises BackupNotFoundException, and as `refuse_foreign` does."""
    refuse_foreign(namespace, named)
    backup = all_of(namespace, now).get(named.key)
    if backup is None or backup.is_expired(now):
        raise errors.backup_not_found(messages.BACKUP_NOT_FOUND.format(named.text))
    return backup


def feeds_restore(namespace: Namespace, backup: Backup) -> bool:
    """Whether a table is being restored from it, in whatever region."""
    return any(
        table.origin is not None
        and (table.origin.table_name, table.origin.backup_id) == backup.key
        and (table.origin.account, table.origin.region) == (namespace.account, namespace.region)
        for table in namespace.database.tables_of_all()
    )


def arn_of(namespace: Namespace, backup: Backup) -> str:
    """The ARN of a backup of this account and region."""
    table_name, id = backup.key
    return f"{TableArn(namespace.region, namespace.account, table_name)}/backup/{id}"
