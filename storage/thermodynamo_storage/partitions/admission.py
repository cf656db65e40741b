"""What a keyspace asks before it serves a request, and tells what the request cost: its limits, its meters.

`Admission` itself admits everything and counts nothing; `metering/metered.py` is the one with limits. Neither knows
what a request is: each is given a partition, the key bytes asked for, and half units.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from thermodynamo_storage.capacity.policy import Policy
from thermodynamo_storage.capacity.pool import Pool
from thermodynamo_storage.capacity.refusals import Limit
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.keyspace_name import KeyspaceName

if TYPE_CHECKING:
    from thermodynamo_storage.values.item import Item

AccessKind = Literal["alone", "failed", "transaction", "check"]
"""A write of its own; one whose condition is false; one of a transaction; a look by a transaction that writes."""


class PlannedChange(Protocol):
    """What is about to be written: the key bytes of the item, its old and its new image."""

    @property
    def key(self) -> bytes: ...

    @property
    def old(self) -> "Item | None": ...

    @property
    def new(self) -> "Item | None": ...


class Listener(Protocol):
    """Hears what keyspaces are asked for, before any limit is looked at: a recorder of traces."""

    def hear_read(self, name: KeyspaceName, key: bytes, half_units: int, is_consistent: bool) -> None:
        """An item is read."""
        ...

    def hear_page(
        self, name: KeyspaceName, visits: Sequence[tuple[Partition, int, bytes]], is_consistent: bool
    ) -> None:
        """A page is read, as `Admission.read_page` has it."""
        ...

    def hear_write(self, name: KeyspaceName, change: PlannedChange, kind: AccessKind) -> None:
        """An item is written."""
        ...

    def hear_look(self, name: KeyspaceName, key: bytes, half_units: int, is_write: bool, kind: AccessKind) -> None:
        """An item is paid for and stays as it is; the half units of a `check` are for a write of it as it stands."""
        ...


@dataclass(frozen=True, slots=True)
class PoolReport:
    """The state of a keyspace's pool of read or of write units. All amounts are half units."""

    limit: Limit
    rate: float
    """What flows in, in a second."""
    tokens: float
    """What is left; negative is debt."""
    depth: float
    """What is kept at most."""
    total: int
    """What was ever used."""


@dataclass(frozen=True, slots=True)
class AdmissionReport:
    """The state of a keyspace's limits, and what they refused so far."""

    policy: Policy
    reads: PoolReport
    writes: PoolReport
    owed_max: int
    """How many half units of writes an index may owe before it refuses them."""
    refused: Mapping[str, int]
    """Refusals by reason."""
    refused_filling: Mapping[str, int]
    """Those among them of an index while it was being filled."""
    refused_at: Mapping[tuple[bool, Limit], float]
    """When writes (True) or reads last met each limit."""


class Admission:
    """Admits everything and counts nothing."""

    __slots__ = ()

    listener: Listener | None = None
    """Hears what the keyspace is asked for; mostly there is none."""
    entries_pool: Pool | None = None
    """The pool of writes that the changes of an index wait for; None where they wait for no units."""

    def refresh(self, now: float) -> None:
        """Follows what has changed since the last request: the schema, and the peaks that time has settled."""

    def refresh_partition(self, partition: Partition, now: float) -> None:
        """Follows what has changed since the last request of a partition."""

    def note_split(self, now: float) -> None:
        """Takes notice that the keyspace has more partitions."""

    def report(self, now: float) -> AdmissionReport | None:
        """The limits as they stand, which changes nothing; None where nothing is metered."""
        return None

    def read(self, partition: Partition, key: bytes, half_units: int, now: float, is_consistent: bool = True) -> None:
        """Admits and charges a read of the item at `key`. Raises Throttled."""

    def read_page(self, visits: Sequence[tuple[Partition, int, bytes]], now: float, is_consistent: bool = True) -> None:
        """Admits and charges a page: each partition visited pays the 4 KB blocks read in it. Raises Throttled.

        A visit's third part is the key bytes at which what was asked for begins; empty for nothing in particular.
        """

    def write(self, partition: Partition, key: bytes, half_units: int, now: float) -> None:
        """Admits and charges a write that meets no limit of another keyspace. Raises Throttled."""

    def admits(self, partition: Partition, key: bytes, is_write: bool, now: float) -> bool:
        """Whether the pool and the partition have tokens left. Raises Throttled, or returns False if observing."""
        return True

    def has_write_units(self, now: float) -> bool:
        """Whether the pool of writes has tokens left. Counts nothing."""
        return True

    def refuse_write(self, partition: Partition, key: bytes, now: float) -> bool:
        """Refuses a write because the pool is exhausted. Raises Throttled, or returns False if observing."""
        return True

    def partition_admits_write(self, partition: Partition, key: bytes, now: float) -> bool:
        """Whether the partition has tokens left for a write, whatever the pool has.

        Raises Throttled, or returns False if observing.
        """
        return True

    def charge(
        self, partition: Partition, key: bytes, half_units: int, is_write: bool, now: float, is_admitted: bool = True
    ) -> None:
        """Charges what was admitted before. What observing would have refused is only counted."""

    def drain(self, is_write: bool, partition: Partition | None, seconds: float, now: float) -> float | None:
        """Leaves the pool, or one partition's bucket, with so many seconds of debt; returns the half units left.

        None where nothing is metered.
        """
        return None

    def fill(self, is_write: bool, partition: Partition | None, now: float) -> float | None:
        """Fills the pool, or one partition's bucket; returns as `drain` does."""
        return None


UNMETERED = Admission()
