"""The unit of everything that is written: an atomic list of changes, and the only code that carries them out.

A Commit is handed to the durability sink first and applied afterwards: a sink that keeps commits has every item that
was ever shown. The definitions of tables are no commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from thermodynamo_storage.changes.index import EntryChange
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.item import Item


@dataclass(slots=True)
class Change:
    """One item's old and new image, None standing for no item, and what that does to the table's indexes.

    A change names its table by its id and does not hold it. `followers` are those of the table.
    """

    table_id: str
    followers: "Sequence[Follower]"
    partition: Partition
    key: bytes
    old: Item | None
    new: Item | None
    entries: Sequence[EntryChange] = ()


@dataclass(slots=True)
class Commit:
    """Changes that happen together, at one point of the commit sequence. Time to live makes commits of its own."""

    sequence: int
    now: float
    changes: list[Change]
    is_expiry: bool = False


class Follower(Protocol):
    """What follows the changes of a table's items: its stream, its expiry queue."""

    def take(self, change: Change, commit: Commit) -> None:
        """Takes notice of a change that has just happened."""
        ...


def apply(commit: Commit) -> None:
    """Carries out every change of the commit."""
    for change in commit.changes:
        change.partition.put(change.key, change.old, change.new)
        for entry in change.entries:
            entry.index.put(entry, commit.now)
        if change.followers:
            for follower in change.followers:
                follower.take(change, commit)
