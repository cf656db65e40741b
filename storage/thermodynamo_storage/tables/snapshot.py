"""Snapshots: what all namespaces, or some of them, held at one instant, and were; and backups, which are of one table.

A snapshot holds copies of tables that share runs with them (`table_copy.py`), so it costs next to nothing until much of
a table is written anew. `restoring.py` takes snapshots and brings them back, and `restoration.py` does so with backups.
"""

from collections.abc import Mapping
from typing import NamedTuple

from thermodynamo_storage.changes.request_tokens import RequestTokens
from thermodynamo_storage.facets.backup_label import BackupKey, BackupLabel
from thermodynamo_storage.facets.scaling import Scaling
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.followers.change_feed import ChangeFeed
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.followers.replication import Replicated
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.tables.definition import ClockSet
from thermodynamo_storage.tables.global_table import Replica
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass


class Scope(NamedTuple):
    """Which namespaces are meant: those of an account, of a region, of both; None stands for every one."""

    account: str | None = None
    region: str | None = None

    def holds(self, namespace: tuple[str, str]) -> bool:
        """Whether the account and region are in it."""
        return self.account in (None, namespace[0]) and self.region in (None, namespace[1])

    @property
    def is_everything(self) -> bool:
        return self == (None, None)


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """How far the filling of an index is; see `Backfill`."""

    table_name: str
    index_name: str
    position: bytes
    item_count: int


@dataclass(frozen=True, slots=True)
class WayCopy:
    """The changes that one replica had sent to another and that had not arrived; see `Way`."""

    source_id: str
    regions: tuple[str, str] | None
    """Those of its link, from and to; None for one of a strongly consistent global table."""
    is_ended: bool
    retry_at: float
    changes: tuple[Replicated, ...]
    under_way: tuple[tuple[bytes, float], ...] = ()
    """Until when writes keep their items in a strongly consistent global table, by key bytes, oldest first."""


@dataclass(frozen=True, slots=True)
class ReplicaCopy:
    """One table's part of its global table; see `GlobalTable` and `Replication`."""

    replicas: tuple[Replica, ...]
    witness: Replica | None
    is_strong: bool
    filled_from: str | None
    position: bytes
    incoming: tuple[WayCopy, ...]
    outgoing: tuple[str, ...]
    """The ids of the tables that its changes are sent to, in their order."""
    versions: Mapping[bytes, int]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a table held when a backup was made. It outlives its table, and nothing in it ever changes.

    `table` is a kept copy of it without its streams, its history, its tags and its jobs. Snapshots, forks and images
    share backups as they are.
    """

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


@dataclass(slots=True)
class NamespaceCopy:
    """All of one namespace at one instant. Nothing in it changes any more."""

    tables: list[Table]
    gone_streams: list[Stream]
    """Of tables that were gone then."""
    tokens: RequestTokens
    backfills: list[BackfillProgress]
    replicas: dict[str, ReplicaCopy]
    """The tables that are replicas, by table id."""
    feeds: list[ChangeFeed]
    """What was owed to Kinesis."""
    backups: dict[BackupKey, Backup]
    transfers: list[Transfer]
    scaling: Scaling

    def is_empty(self, now: float) -> bool:
        if self.tables or self.gone_streams or self.feeds or self.backups or self.transfers or self.scaling.numbers:
            return False
        return not any(known[1] > now for known in self.tokens.carried_out.values())


@dataclass(slots=True)
class Snapshot:
    """A snapshot by its name, taken at `taken_at` of all namespaces in its scope."""

    name: str
    scope: Scope
    taken_at: float
    namespaces: dict[tuple[str, str], NamespaceCopy]
    clock: ClockSet | None
    """How the clock was set, where the snapshot is of everything; None for one that was never set."""

    @property
    def tables(self) -> list[Table]:
        """Those of all its namespaces."""
        return [table for namespace in self.namespaces.values() for table in namespace.tables]


class ReadyCopies:
    """Copies of tables that were made before a definition needs those of all tables at once.

    Those that are kept, by the id of their table, and live ones, by the kept table that each is of. A copy is forgotten
    where anything of its table is about to change.
    """

    __slots__ = ("kept", "live", "users")

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Table, Table]] = {}
        self.live: dict[Table, Table] = {}
        self.users = 0
        """How many are making copies ahead."""

    def forget(self, table_id: str) -> None:
        """A table is about to change."""
        table = self.kept.pop(table_id, None)
        if table is not None:
            self.live.pop(table[1], None)

    def holds(self, table: Table) -> bool:
        """Whether there is a copy of this very table, to be kept."""
        found = self.kept.get(table.id)
        return found is not None and found[0] is table

    def take(self, table: Table) -> Table | None:
        """The copy of a table that is to be kept, if it is there; it is there no more."""
        return self.kept.pop(table.id)[1] if self.holds(table) else None
