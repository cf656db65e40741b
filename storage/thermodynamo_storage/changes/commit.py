"""The unit of everything that is written: an atomic list of changes, and the only code that carries them out.

A Commit is handed to the durability sink first and applied afterwards: a sink that keeps commits has every item that
was ever shown. What a table is changes by definitions (`tables/definition.py`), which share the sequence.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from thermodynamo_storage.changes.index import EntryChange
from thermodynamo_storage.changes.request_tokens import RequestToken, RequestTokens
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item


class VectorChange(NamedTuple):
    """What one item's change does to one vector index."""

    entry: Any
    """What the index takes of the new image, which it alone reads; None where it takes nothing."""
    sent_bytes: int
    """How much data the change sends to the index."""


@dataclass(slots=True)
class Change:
    """One item's old and new image, None standing for no item, and what that does to the table's indexes.

    A change names its table by its id and does not hold it. `followers` are those of the table. `vectors` is what it
    does to each vector index, by name; None where there is none, or where each is to find that out by itself. `is_same`
    says whether both images have equal attributes; None where who wants to know is to find that out.
    """

    table_id: str
    followers: "Sequence[Follower]"
    partition: Partition
    key: bytes
    old: Item | None
    new: Item | None
    entries: Sequence[EntryChange] = ()
    vectors: Mapping[str, VectorChange] | None = None
    is_same: bool | None = None


@dataclass(slots=True)
class Commit:
    """Changes that happen together, at one point of the commit sequence. Time to live makes commits of its own."""

    sequence: int
    now: float
    changes: list[Change]
    is_expiry: bool = False


class Holder(Protocol):
    """A table whose items a transaction may hold."""

    @property
    def id(self) -> str: ...

    def hold(self, keys: Iterable[bytes], now: float, until: float) -> None:
        """Keeps the items from being written, or read in a transaction, until the given time."""
        ...


@dataclass(slots=True)
class TransactionCommit(Commit):
    """The changes of a transaction, with the request token it came with and the items that it holds afterwards."""

    token: RequestToken | None = None
    held: Sequence[tuple[Holder, bytes]] = ()
    """Tables and key bytes, also of items that were only looked at."""
    held_until: float = 0.0


class Follower(Protocol):
    """What follows the changes of a table's items: its stream, its expiry queue."""

    def take(self, change: Change, commit: Commit) -> None:
        """Takes notice of a change that has just happened."""
        ...


def apply_unnoticed(change: Change) -> bool:
    """Carries out a change of which nothing takes notice, so that it needs no commit; whether it is such a change.

    To make a commit was a twentieth of a PutItem in memory.
    """
    if change.followers or change.entries:
        return False
    change.partition.put(change.key, change.old, change.new)
    return True


def apply_plain(partition: Partition, key: bytes, old: Item | None, new: Item | None) -> None:
    """Carries out a change for which none was made, as nothing takes notice of it."""
    partition.put(key, old, new)


def apply(commit: Commit) -> None:
    """Carries out every change of the commit."""
    for change in commit.changes:
        change.partition.put(change.key, change.old, change.new)
        for entry in change.entries:
            entry.index.put(entry, commit.now)
        if change.followers:
            for follower in change.followers:
                follower.take(change, commit)


def apply_transaction(commit: TransactionCommit, tokens: dict[tuple[str, str], RequestTokens]) -> None:
    """Carries out a transaction: its changes, its holds, and its token among those of its account and region."""
    apply(commit)
    for table, key in commit.held:
        table.hold((key,), commit.now, commit.held_until)
    given = commit.token
    if given is not None:
        tokens.setdefault((given.account, given.region), RequestTokens()).remember(given, commit.now)
