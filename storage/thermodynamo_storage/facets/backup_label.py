"""What a backup is called and when it was made, apart from what is in it."""

from typing import Literal

from thermodynamo_storage.values.dataclass import dataclass

BackupType = Literal["USER", "SYSTEM"]
BackupKey = tuple[str, str]
"""The name of the table and the id of the backup, which are unique in an account and region."""


@dataclass(frozen=True, slots=True)
class BackupLabel:
    """What a backup is called, and its times. It can be used from `available_at` on, and is gone at `expires_at`."""

    id: str
    name: str
    type: BackupType
    created_at: float
    available_at: float
    expires_at: float | None
