"""What the operations on continuous backups share: which table is meant, and how its backups are described.

The service calls continuous backups of every ACTIVE table enabled, whether or not it can be restored to a point in
time: ack-api-quirks, DDB-TABLE-083 and 111, October 2026.
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace, is_only_described
from thermodynamo.api.operations.table_settings import known_tables
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.table import Table


def table_of(namespace: Namespace, name: str, now: float) -> Table:
    """The table of that name or ARN. Raises TableNotFoundException, which other operations on tables do not."""
    short_name = namespace.own_name(name)
    table = known_table(namespace, short_name, now)
    if table is None:
        raise errors.table_not_found(messages.CONTINUOUS_BACKUPS_NOT_FOUND.format(short_name))
    return table


def known_table(namespace: Namespace, name: str, now: float) -> Table | None:
    """The table of that name, if backups are known of it: not early in its creation, and not while it is restored."""
    if not namespace.exists(name, now):
        return None
    table = namespace.tables[name]
    is_known = known_tables.is_known(table, now, known_tables.KNOWN_AFTER) and not is_only_described(table)
    return table if is_known and not known_tables.is_forgotten(table, now) else None


def describe(table: Table, now: float) -> dict[str, Any]:
    """The reply of both operations. Only recovery that is on has times and a period."""
    recovery, bounds = table.recovery, point_in_time.bounds(table, now)
    described: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if recovery is not None and bounds is not None:
        described = {
            "EarliestRestorableDateTime": bounds[0],
            "LatestRestorableDateTime": bounds[1],
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": recovery.period_days,
        }
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "DISABLED" if table.transition == "CREATING" else "ENABLED",
            "PointInTimeRecoveryDescription": described,
        }
    }
