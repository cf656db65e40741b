"""What writes have changed whose copies may still come.

With more traffic a request comes several times. A copy that writes the same item would find there what the first has
written, and change nothing: neither an entry of an index, nor an item from large to small. But ten times the traffic
makes ten times as many changes. So each copy asks every limit for what the first asked, and its entries wait in the
queues of the indexes once more. The item and its entries are the same ones after it.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from thermodynamo_storage.changes.commit import Change

COPIES_SECONDS = 2.0
"""Copies come within the second after a request."""
RETRIES_SECONDS = 20.0
"""So long a client waits at most before it tries a copy again: see `clients`."""
Value = TypeVar("Value")
OfOne = tuple[bytes, int]
"""The key that is written, and the number of the request."""


@dataclass(frozen=True, slots=True)
class EntryAgain:
    """The change of an entry that is made already: it waits once more, and changes nothing when its time comes."""

    half_units: int
    key: bytes
    old: None = None
    new: None = None


def wait_again(change: Change, now: float) -> None:
    """Puts the entries of a change that is made already into the queues of their global indexes."""
    for entry in change.entries:
        if entry.index.schema.is_global:
            entry.index.propagation.put(EntryAgain(entry.half_units, entry.key), now)  # type: ignore[arg-type]


class Recent(Generic[Value]):
    """Values that are kept for some seconds after they were put or found last, and less than twice as long."""

    __slots__ = ("earlier", "kept_seconds", "later", "turned_at")

    def __init__(self, kept_seconds: float) -> None:
        self.kept_seconds = kept_seconds
        self.later: dict[OfOne, Value] = {}
        self.earlier: dict[OfOne, Value] = {}
        self.turned_at = 0.0

    def find(self, one: OfOne) -> Value | None:
        found = self.later.get(one)
        if found is None and one in self.earlier:
            found = self.later[one] = self.earlier[one]
        return found

    def put(self, one: OfOne, value: Value, now: float) -> None:
        if now >= self.turned_at + self.kept_seconds:
            # After a long pause nothing of what was there is recent.
            self.earlier = self.later if now < self.turned_at + 2 * self.kept_seconds else {}
            self.later, self.turned_at = {}, now
        self.later[one] = value
