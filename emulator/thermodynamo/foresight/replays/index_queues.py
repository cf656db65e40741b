"""The queues of indexes in an aggregate replay: the storage's own, in which all of a second waits as few changes."""

from dataclasses import dataclass

from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.changes.propagation import Propagation

COLD_PARTS = 16
"""Into so many parts the changes of all cold partitions in one second are divided, as they are shown in turn."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Changes of entries that wait together."""

    key: bytes
    half_units: int
    count: float


class IndexQueue:
    """The queue of one index. `waiting` counts the changes in it."""

    def __init__(self, index: SecondaryIndex) -> None:
        self.index = index
        self.waiting = 0.0
        self.queue = Propagation[Waiting](index.keyspace, self._show)
        self.queue.delay = index.propagation.delay

    def put(self, key: bytes, half_units: int, count: float, now: float) -> None:
        """Takes changes that the index was charged for just now."""
        self.waiting += count
        self.queue.put(Waiting(key, half_units, count), now)

    def _show(self, change: Waiting) -> None:
        self.waiting -= change.count

    def look(self, now: float) -> tuple[int, float]:
        """Shows what is due; returns how many changes wait then, and how many seconds the first of them has waited."""
        self.queue.catch_up(now)
        return (round(self.waiting), self.queue.age_seconds(now)) if self.queue.pending else (0, 0.0)
