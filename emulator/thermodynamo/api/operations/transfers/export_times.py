"""Which past an export is of: the items of an instant, or the changes between two.

The order of the checks and their words are those of live probes (ack-api-quirks, DDB-EXPORT-001, 003, 004 and 019,
October 2026). The words for a period of more than 24 hours are not recorded.
"""

from datetime import UTC, datetime
from math import floor, inf, nextafter
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.table import Table

PERIOD_SECONDS_MIN = 15 * 60
PERIOD_SECONDS_MAX = 24 * 3600


def items_at(table: Table, export_time: float | None, now: float) -> float:
    """The instant whose items a full export has: what was written before it.

    Raises PointInTimeRecoveryUnavailableException and InvalidExportTimeException.
    """
    earliest_at, latest_at = _bounds(table, now)
    if export_time is None:
        # All that was written until now, at this very moment too.
        return nextafter(now, inf)
    if export_time > now or export_time < earliest_at:
        raise errors.invalid_export_time(messages.EXPORT_TIME_INVALID)
    if export_time > latest_at:
        raise errors.invalid_export_time(messages.EXPORT_TIME_UNAVAILABLE)
    return export_time


def changes_between(table: Table, given: dict[str, Any], now: float) -> tuple[float, float]:
    """The period of an incremental export, from its first second until before its last.

    Raises InvalidExportTimeException and PointInTimeRecoveryUnavailableException. Where no end is given it is now
    (DDB-EXPORT-019).
    """
    start, end = float(given["ExportFromTime"]), float(given.get("ExportToTime", floor(now)))
    if start < floor(table.created_at):
        raise errors.invalid_export_time(messages.EXPORT_FROM_BEFORE_TABLE.format(_written(start)))
    if end > now:
        raise errors.invalid_export_time(messages.EXPORT_TO_IN_FUTURE.format(_written(end)))
    if end - start < PERIOD_SECONDS_MIN:
        raise errors.invalid_export_time(messages.EXPORT_PERIOD_SHORT)
    if end - start > PERIOD_SECONDS_MAX:
        raise errors.invalid_export_time(messages.EXPORT_PERIOD_LONG)
    if start < _bounds(table, now)[0]:
        raise errors.invalid_export_time(messages.EXPORT_TIME_UNAVAILABLE)
    return start, end


def _bounds(table: Table, now: float) -> tuple[int, int]:
    bounds = point_in_time.bounds(table, now)
    if bounds is None:
        raise errors.recovery_unavailable(messages.EXPORT_WITHOUT_RECOVERY.format(table.schema.name))
    return bounds


def _written(instant: float) -> str:
    return datetime.fromtimestamp(floor(instant), UTC).replace(tzinfo=None).isoformat() + "Z"
