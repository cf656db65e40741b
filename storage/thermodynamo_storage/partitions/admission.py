"""What a keyspace asks before it serves a request, and tells what the request cost: its limits, its meters.

`Admission` itself admits everything and counts nothing; `metering/metered.py` is the one with limits.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change
    from thermodynamo_storage.changes.index import EntryChange, SecondaryIndex
    from thermodynamo_storage.partitions.keyspace import Keyspace
    from thermodynamo_storage.partitions.partition import Partition
    from thermodynamo_storage.values.item import Item


class Admission:
    """Admits everything and counts nothing."""

    __slots__ = ()

    def of_index(self, index: "SecondaryIndex", keyspace: "Keyspace") -> "Admission":
        """The admission of a global index of the same table."""
        return self

    def refresh(self, now: float) -> None:
        """Follows what has changed since the last request: the schema, and the peaks that time has settled."""

    def read(self, partition: "Partition", key: bytes, half_units: int, now: float, is_consistent: bool = True) -> None:
        """Admits and charges a read of the item at `key`. Raises Throttled."""

    def read_page(
        self, visits: Sequence[tuple["Partition", int, bytes]], now: float, is_consistent: bool = True
    ) -> None:
        """Admits and charges a page: each partition visited pays the 4 KB blocks read in it. Raises Throttled.

        A visit's third part is the key bytes at which what was asked for begins; empty for nothing in particular.
        """

    def admits_write(self, change: "Change", now: float) -> bool:
        """Whether every limit that the write meets has tokens left. Raises Throttled, or returns False if observing."""
        return True

    def charge_write(self, change: "Change", now: float, factor: int = 1, is_admitted: bool = True) -> None:
        """Charges the table for the item and its local index entries, and each global index for its entries.

        A transaction pays the item by a `factor` of two. What observing would have refused is only counted.
        """

    def write(self, change: "Change", now: float, factor: int = 1) -> None:
        """Admits and charges a write that is about to be committed. Raises Throttled."""

    def fail_write(self, partition: "Partition", key: bytes, old: "Item | None", now: float) -> None:
        """Admits and charges a write whose condition is false, by the item as it stands. Raises Throttled."""

    def admits_item(self, partition: "Partition", key: bytes, is_write: bool, now: float) -> bool:
        """Whether what leaves an item as it is has tokens left: a read, or as a write a condition that is looked at.

        Raises Throttled, or returns False if observing.
        """
        return True

    def charge_item(
        self, partition: "Partition", key: bytes, half_units: int, is_write: bool, now: float, is_admitted: bool
    ) -> None:
        """Charges what leaves an item as it is."""

    def has_write_units(self, now: float) -> bool:
        """Whether the pool of writes has tokens left."""
        return True

    def admits_entry(self, entry: "EntryChange", now: float) -> bool:
        """Whether the partitions of an index that an entry's change touches have tokens left. Raises Throttled."""
        return True

    def charge_entry(self, entry: "EntryChange", now: float, is_admitted: bool = True) -> None:
        """Charges an entry's change: one that moves is paid where it was and where it goes."""

    def refuse_entry(self, key: bytes, now: float) -> bool:
        """Refuses a write of the table because this index's pool is exhausted. Raises Throttled, or returns False."""
        return True


UNMETERED = Admission()
