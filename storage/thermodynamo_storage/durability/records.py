"""Commits as plain values, which a journal can write down and a database can carry out again.

A record names tables by id, and has of each change only what comes of it: what that does to indexes, streams and
expiries follows from the definitions before it.
"""

from thermodynamo_storage.changes.commit import Commit, TransactionCommit
from thermodynamo_storage.changes.request_tokens import RequestToken
from thermodynamo_storage.tables.definition import Defined
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """The item that a commit leaves at some key bytes of a table; None stands for no item."""

    table_id: str
    key: bytes
    item: Item | None


@dataclass(frozen=True, slots=True)
class RecordedCommit:
    """A commit. The last three members are those of a transaction."""

    sequence: int
    now: float
    changes: tuple[RecordedChange, ...]
    is_expiry: bool = False
    token: RequestToken | None = None
    held: tuple[tuple[str, bytes], ...] = ()
    """Table ids and key bytes."""
    held_until: float = 0.0


Record = RecordedCommit | Defined


def record_of(commit: Commit) -> RecordedCommit:
    """The plain value of a commit."""
    changes = tuple(RecordedChange(change.table_id, change.key, change.new) for change in commit.changes)
    if not isinstance(commit, TransactionCommit):
        return RecordedCommit(commit.sequence, commit.now, changes, commit.is_expiry)
    held = tuple((table.id, key) for table, key in commit.held)
    return RecordedCommit(commit.sequence, commit.now, changes, False, commit.token, held, commit.held_until)
