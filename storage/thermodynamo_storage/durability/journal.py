"""Where commits and definitions go before they are applied."""

from typing import Protocol

from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.tables.definition import Defined


class Durability(Protocol):
    """A sink for commits and definitions, which come in the order of their sequence numbers.

    Each method returns once what it was given would survive, or raises and that does not happen. What a commit holds is
    not to be kept: `records.record_of` makes a plain value of it.
    """

    def record(self, commit: Commit) -> None: ...

    def record_definitions(self, defined: Defined) -> None: ...


class NoDurability:
    """Data live in memory only."""

    def record(self, commit: Commit) -> None:
        """Keeps nothing."""

    def record_definitions(self, defined: Defined) -> None:
        """Keeps nothing."""
