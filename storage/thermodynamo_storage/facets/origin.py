"""What a table is being restored from: a backup, or another table at a second of its past."""

from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a restore, which is forgotten once the table is there.

    Source: ack-api-quirks, DDB-TABLE-216, October 2026.
    """

    account: str
    region: str
    table_name: str
    """The table that is restored, which may be gone where there is a backup of it."""
    backup_id: str | None
    instant: float
    """When the backup was made, or the second to which the table is restored."""
