"""UpdateContinuousBackups: turns point-in-time recovery of a table on or off, or gives it another period.

It is done at once, and asking for what is so already changes nothing: ack-api-quirks, DDB-TABLE-084 and 085, October
2026.
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import continuous_backups
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.facets.recovery import PERIOD_DAYS_MAX, PointInTimeRecovery
from thermodynamo_storage.tables.definition import RecoverySet
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class UpdateContinuousBackups:
    """A checked request. Without a period the present one stays, or the longest is chosen."""

    table_name: str
    is_enabled: bool
    period_days: int | None


def validate(request: dict[str, Any]) -> UpdateContinuousBackups:
    given = request["PointInTimeRecoverySpecification"]
    period_days = given.get("RecoveryPeriodInDays")
    if not given["PointInTimeRecoveryEnabled"] and period_days is not None:
        raise errors.validation(messages.RECOVERY_PERIOD_WHEN_DISABLING)
    return UpdateContinuousBackups(request["TableName"], given["PointInTimeRecoveryEnabled"], period_days)


def execute(namespace: Namespace, request: UpdateContinuousBackups, now: float) -> dict[str, Any]:
    table = continuous_backups.table_of(namespace, request.table_name, now)
    if table.transition == "CREATING":
        raise errors.continuous_backups_unavailable(messages.BACKUPS_BEING_ENABLED.format(table.schema.name))
    setting = changed(table.recovery, request, now)
    if setting != table.recovery:
        namespace.define(now, RecoverySet(table.id, setting))
    return continuous_backups.describe(table, now)


def changed(
    current: PointInTimeRecovery | None, request: UpdateContinuousBackups, now: float
) -> PointInTimeRecovery | None:
    """Recovery from now on; None where it is off."""
    if not request.is_enabled:
        return None
    if current is None:
        return PointInTimeRecovery(now, request.period_days or PERIOD_DAYS_MAX)
    if request.period_days in (None, current.period_days):
        return current
    return PointInTimeRecovery(current.enabled_at, request.period_days, current.earliest_at(now))
