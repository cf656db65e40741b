"""Where commits go before they are applied."""

from typing import Protocol

from thermodynamo_storage.changes.commit import Commit


class Durability(Protocol):
    """A sink for commits. `record` returns once the commit would survive, or raises and the commit does not happen."""

    def record(self, commit: Commit) -> None: ...


class NoDurability:
    """Data live in memory only."""

    def record(self, commit: Commit) -> None:
        """Keeps nothing."""
