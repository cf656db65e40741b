"""When settings of a table were changed, as far as that limits the next change of them.

The limits are those of live probes (ack-api-quirks, October 2026); none is visible in a description, and all go with
the table (DDB-TABLE-377).
"""

from dataclasses import replace

from thermodynamo_storage.values.dataclass import dataclass

PROTECTION_SECONDS = 15
"""DDB-TABLE-003: between two changes of the deletion protection."""
CLASS_CHANGES_MAX, CLASS_DAYS = 2, 30
"""DDB-TABLE-283: changes of the table class."""
ENCRYPTION_CHANGES_MAX, ENCRYPTION_WINDOW_SECONDS, ENCRYPTION_PAUSE_SECONDS = 4, 24 * 3600, 6 * 3600
"""DDB-TABLE-081: so many changes in a window, then one after each pause."""
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class ChangeTimes:
    """The times of the last changes, oldest first."""

    protection: float | None = None
    table_class: tuple[float, ...] = ()
    encryption: tuple[float, ...] = ()

    def protection_free_at(self, now: float) -> float:
        """The earliest time, not before `now`, at which the deletion protection may change."""
        return now if self.protection is None else max(now, self.protection + PROTECTION_SECONDS)

    def is_class_spent(self, now: float) -> bool:
        """Whether the table class may not change now, not even to what it is."""
        window = now - CLASS_DAYS * _DAY_SECONDS
        return sum(1 for time in self.table_class if time > window) >= CLASS_CHANGES_MAX

    def encryption_changes(self, now: float) -> tuple[float, ...]:
        """The changes of the encryption in the window that began with the first of them."""
        changes = self.encryption
        while changes and now >= changes[0] + ENCRYPTION_WINDOW_SECONDS:
            changes = changes[1:]
        return changes

    def encryption_free_at(self, now: float) -> float:
        """The earliest time, not before `now`, at which the encryption may change."""
        changes = self.encryption_changes(now)
        if len(changes) < ENCRYPTION_CHANGES_MAX:
            return now
        return max(now, min(changes[-1] + ENCRYPTION_PAUSE_SECONDS, changes[0] + ENCRYPTION_WINDOW_SECONDS))

    def with_protection(self, now: float) -> "ChangeTimes":
        return replace(self, protection=now)

    def with_class(self, now: float) -> "ChangeTimes":
        return replace(self, table_class=(*self.table_class, now)[-CLASS_CHANGES_MAX:])

    def with_encryption(self, now: float) -> "ChangeTimes":
        return replace(self, encryption=(*self.encryption_changes(now), now))
