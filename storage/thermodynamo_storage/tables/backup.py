"""Backups: what tables held and were when each was made. They outlive their tables, and nothing in one ever changes.

A backup shares runs with its table, as a snapshot does. Snapshots, forks and images share backups as they are.
"""

from dataclasses import dataclass

from thermodynamo_storage.facets.backup_label import BackupKey, BackupLabel
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.tables.table import Table


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup. `table` is a kept copy of the table without its streams, its history, its tags and its jobs."""

    label: BackupLabel
    table: Table
    time_to_live: TimeToLive | None
    """What it was, to be told: a table that is restored has none."""

    @property
    def key(self) -> BackupKey:
        return self.table.schema.name, self.label.id

    def is_expired(self, now: float) -> bool:
        """Whether it is gone at `now`, noticed or not."""
        return self.label.expires_at is not None and now >= self.label.expires_at
