"""Point-in-time recovery of a table: its history begun and ended, and what can be asked of it."""

from dataclasses import replace

from thermodynamo_storage.facets.backup_label import BackupLabel
from thermodynamo_storage.facets.recovery import DAY_SECONDS, PERIOD_DAYS_MAX, PointInTimeRecovery
from thermodynamo_storage.followers.item_history import ItemHistory
from thermodynamo_storage.followers.past_items import PastChanges, PastItems
from thermodynamo_storage.tables.definition import BackupCreated
from thermodynamo_storage.tables.table import Table


def set_recovery(table: Table, setting: PointInTimeRecovery | None, held_bytes_max: int) -> None:
    """Turns recovery on or off, or gives it another period. Turned off, all that was kept for it is forgotten."""
    table.recovery = setting
    if setting is None:
        table.followers = tuple(follower for follower in table.followers if follower is not table.item_history)
        if table.item_history is not None:
            table.item_history.discard(table.discards)
        table.item_history = None
    elif table.item_history is None:
        table.item_history = ItemHistory(table.schema.name, held_bytes_max)
        table.followers = (*table.followers, table.item_history)


def bounds(table: Table, now: float) -> tuple[int, int] | None:
    """The earliest and the latest second that the table can be restored to at `now`; None while recovery is off."""
    recovery, history = table.recovery, table.item_history
    if recovery is None or history is None:
        return None
    earliest_at = max(recovery.earliest_at(now), history.complete_from())
    # What is lost for lack of room may reach into the last five minutes.
    return earliest_at, max(earliest_at, recovery.latest_at(now))


def items_at(table: Table, second: float) -> PastItems:
    """What the table held when a second began that lies between its bounds, or as recovery was turned on in it."""
    assert table.item_history is not None
    return PastItems(table.keyspace, table.item_history, second)


def changes_between(table: Table, start: float, end: float) -> PastChanges:
    """What became of the table's items from the beginning of one second until that of another between its bounds."""
    assert table.item_history is not None
    return PastChanges(table.keyspace, table.item_history, start, end)


def backup_of_deleted(table: Table) -> BackupCreated | None:
    """The backup that the service makes of a table whose deletion is over, and keeps for 35 days.

    There is one where recovery is on in the end, whenever it was turned on (ack-api-quirks, DDB-BACKUP-015,
    DDB-TABLE-088, 167 and 453, October 2026).
    """
    if table.recovery is None:
        return None
    milliseconds = int(table.settled_at * 1000)
    created_at = milliseconds / 1000
    expires_at = created_at + PERIOD_DAYS_MAX * DAY_SECONDS
    name = f"{table.schema.name}$DeletedTableBackup"
    label = BackupLabel(f"{milliseconds:014}-00000000", name, "SYSTEM", created_at, created_at, expires_at)
    return BackupCreated(table.id, label)


def give_up_lost(table: Table, now: float) -> None:
    """Drops all of the history that the period does not reach back to: not even once the clock is turned back."""
    recovery = table.recovery
    if recovery is None:
        return
    while trim(table, now):
        pass
    earliest_at = recovery.earliest_at(now)
    if earliest_at > recovery.enabled_at:
        table.recovery = replace(recovery, reaches_to=earliest_at)


def trim(table: Table, now: float) -> bool:
    """Drops a bounded part of the history that the period does not reach back to; whether there was any."""
    if table.recovery is None or table.item_history is None:
        return False
    return table.item_history.trim(table.recovery.earliest_at(now))
