"""Stream records, and the shards that hold them in the order of their numbers.

Records share the stored images: a record costs its tuple and whatever images the table no longer holds.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from copy import copy
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from thermodynamo_storage.values.item import Item, same

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change

EventName = Literal["INSERT", "MODIFY", "REMOVE"]

RECORD_OVERHEAD_BYTES = 218
"""The tuple, its number and time, its place in the list, an empty key (209 bytes by tracemalloc), and its sum."""
IMAGE_OVERHEAD_BYTES = 89
"""An item's tuple and empty bytes, by sys.getsizeof."""


class StreamRecord(NamedTuple):
    """One item's change. `old` and `new` are the images the view type asks for; `key` is the item's key bytes."""

    number: int
    created_at: float
    event: EventName
    key: bytes
    old: Item | None
    new: Item | None
    is_expiry: bool

    @property
    def held_bytes(self) -> int:
        """What the record holds in memory, at most."""
        held = RECORD_OVERHEAD_BYTES + len(self.key)
        if self.old is not None:
            held += IMAGE_OVERHEAD_BYTES + len(self.old[0])
        if self.new is not None:
            held += IMAGE_OVERHEAD_BYTES + len(self.new[0])
        return held


def event_of(change: "Change") -> EventName | None:
    """What a change does to its item; None where it leaves the item as it was, or none where there was none."""
    if change.old is None:
        return None if change.new is None else "INSERT"
    if change.new is None:
        return "REMOVE"
    is_same = change.is_same if change.is_same is not None else same(change.old, change.new)
    return None if is_same else "MODIFY"


class Shard:
    """A run of records. `end` and `closed_at` are None while it is open; `trimmed` is the last number that is gone."""

    __slots__ = (
        "closed_at",
        "end",
        "held_bytes",
        "id",
        "opened_at",
        "parent_id",
        "partition_id",
        "records",
        "start",
        "sums_bytes",
        "trimmed",
    )

    def __init__(self, id: str, parent_id: str | None, partition_id: int, start: int, opened_at: float) -> None:
        self.id = id
        self.parent_id = parent_id
        self.partition_id = partition_id
        self.start = start
        self.end: int | None = None
        self.opened_at = opened_at
        self.closed_at: float | None = None
        self.records: list[StreamRecord] = []
        self.held_bytes = 0
        """What the records hold."""
        self.sums_bytes = array("Q")
        """What each record and all before it held, those that were trimmed among them."""
        self.trimmed = start - 1

    def copy(self) -> "Shard":
        """A shard with the records that are in this one now; a million take about 10 ms."""
        copied = copy(self)
        copied.records = self.records.copy()
        copied.sums_bytes = self.sums_bytes[:]
        return copied

    def append(self, record: StreamRecord) -> int:
        """Takes the next record; returns the bytes it holds."""
        held_bytes = record.held_bytes
        self.held_bytes += held_bytes
        self.records.append(record)
        self.sums_bytes.append(held_bytes + (self.sums_bytes[-1] if self.sums_bytes else 0))
        return held_bytes

    def read(self, after: int) -> Iterator[StreamRecord]:
        """The records with numbers greater than `after`. Getting to the first costs the same wherever it is."""
        first = bisect_right(self.records, after, key=number_of)
        return map(self.records.__getitem__, range(first, len(self.records)))

    def trim(self, count: int) -> list[StreamRecord]:
        """Takes out the `count` oldest records."""
        if not count:
            return []
        gone = self.records
        if 2 * count < len(gone):  # The fewer are copied.
            gone = gone[:count]
            del self.records[:count]
        else:
            self.records = gone[count:]
            del gone[count:]
        self.trimmed = gone[-1].number
        self.held_bytes = self.sums_bytes[-1] - self.sums_bytes[count - 1]
        del self.sums_bytes[:count]
        return gone

    def refill(self, records: list[StreamRecord]) -> None:
        """Puts all records in that are to be there: of a shard that was kept somewhere."""
        self.records = records
        self.sums_bytes = array("Q", accumulate(record.held_bytes for record in records))

    def check(self) -> None:
        """Asserts that the records are in order and inside the shard, and that the bytes add up."""
        numbers = [record.number for record in self.records]
        assert numbers == sorted(set(numbers))
        assert all(self.start < number < (self.end or number + 1) and number > self.trimmed for number in numbers)
        assert self.held_bytes == sum(record.held_bytes for record in self.records)
        assert len(self.sums_bytes) == len(self.records)


def number_of(record: StreamRecord) -> int:
    return record.number
