"""RestoreTableFromBackup: a new table with what a backup holds.

The order of the refusals: the ARN, whether the backup is there, the name of the table, what else the backup is used
for, the overrides (ack-api-quirks, DDB-TABLE-219, 273, 274 and 463, October 2026; the place of the overrides is ours).
"""

import re
from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import named_backups, restored_table
from thermodynamo.api.operations.backups.named_backups import BackupArn
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.facets.origin import Origin
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

_is_spelled = re.compile(arn.TABLE_NAME_PATTERN).fullmatch


@dataclass(slots=True)
class RestoreTableFromBackup:
    """A checked request; `request` has the overrides."""

    target: str
    backup: BackupArn
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> RestoreTableFromBackup:
    target = request["TargetTableName"]
    if not arn.TABLE_NAME_MIN <= len(target) <= arn.TABLE_NAME_MAX:
        raise errors.validation(messages.TABLE_NAME_LENGTH)
    if _is_spelled(target) is None:
        pattern = messages.PATTERN.format(arn.TABLE_NAME_PATTERN)
        broken = messages.CONSTRAINT.format(f"'{target}'", "targetTableName", pattern)
        raise errors.validation(messages.ONE_CONSTRAINT.format(broken))
    return RestoreTableFromBackup(target, named_backups.parse(request["BackupArn"]), request)


def execute(namespace: Namespace, request: RestoreTableFromBackup, now: float) -> dict[str, Any]:
    named = request.backup
    named_backups.refuse_foreign(namespace, named)
    home = namespace
    if named.region != namespace.region:
        # By the text of the ARN, wherever the backup is (DDB-TABLE-274).
        if "SSESpecificationOverride" not in request.request:
            raise errors.validation(messages.RESTORE_ACROSS_REGIONS)
        home = namespace.peer(named.region)
    backup = named_backups.find(home, named, now)
    restored_table.refuse_taken(namespace, request.target, now)
    if now < backup.label.available_at:
        raise errors.backup_in_use(messages.BACKUP_BEING_CREATED.format(named.text))
    if named_backups.feeds_restore(home, backup):
        raise errors.backup_in_use(messages.BACKUP_FEEDS_OTHER_RESTORE.format(named.text))
    origin = Origin(home.account, home.region, *backup.key, backup.label.created_at)
    reply = restored_table.begin(namespace, backup.table.schema, origin, request.request, now)
    if request.request.get("OnDemandThroughputOverride") == {}:
        # The service answers with an error, and restores the table all the same (DDB-TABLE-463).
        raise errors.table_in_use(restored_table.being_restored(request.target, origin))
    return reply
