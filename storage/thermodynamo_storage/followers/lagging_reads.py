"""Lagging reads: what an eventually consistent read of a table may find instead of the latest items.

Every change of the last `lag_seconds` is kept with the item that it replaced. A read draws how far back it looks and
finds the table as it was then; each read draws anew, as the service asks any one of three replicas.
"""

from collections import deque
from collections.abc import Callable, Iterator
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change, Commit
    from thermodynamo_storage.values.item import Item

Entries = Iterator[tuple[bytes, "Item"]]


class LaggingReads:
    """The recent past of one table. `draw` says how many seconds a read looks back, up to `lag_seconds`."""

    __slots__ = ("by_key", "draw", "lag_seconds", "past")

    def __init__(self, lag_seconds: float, draw: Callable[[], float]) -> None:
        self.lag_seconds = lag_seconds
        self.draw = draw
        self.past: deque[tuple[float, bytes, Item | None]] = deque()
        """The time of each change, its key bytes, and the item that was there before it; oldest first."""
        self.by_key: dict[bytes, deque[tuple[float, Item | None]]] = {}
        """The time of each change and the item before it, by key bytes."""

    def take(self, change: "Change", commit: "Commit") -> None:
        """Follows a change of an item."""
        self._forget(commit.now)
        self.past.append((commit.now, change.key, change.old))
        self.by_key.setdefault(change.key, deque()).append((commit.now, change.old))

    def get(self, key: bytes, latest: "Item | None", now: float) -> "Item | None":
        """What a read at `now` finds at `key`, where the latest item is `latest`."""
        changes = self.by_key.get(key)
        if changes is None:
            return latest
        instant = now - self.draw()
        return next((old for changed_at, old in changes if changed_at > instant), latest)

    def range(self, latest: Entries, low: bytes, high: bytes | None, is_reverse: bool, now: float) -> Entries:
        """What a read of `[low, high)` at `now` finds; `latest` are the latest items in the order of reading."""
        if not self.past:
            return latest
        replaced = {
            key: item
            for key, item in self._since(now - self.draw()).items()
            if low <= key and (high is None or key < high)
        }
        if not replaced:
            return latest
        old = sorted(
            ((key, item) for key, item in replaced.items() if item is not None), key=itemgetter(0), reverse=is_reverse
        )
        unchanged = (entry for entry in latest if entry[0] not in replaced)
        return merge(unchanged, old, key=itemgetter(0), reverse=is_reverse)

    def _since(self, instant: float) -> "dict[bytes, Item | None]":
        """The items that were there at `instant`, of all keys that have changed since."""
        found: dict[bytes, Item | None] = {}
        for changed_at, key, item in reversed(self.past):
            if changed_at <= instant:
                break
            found[key] = item
        return found

    def _forget(self, now: float) -> None:
        while self.past and self.past[0][0] <= now - self.lag_seconds:
            _, key, _ = self.past.popleft()
            changes = self.by_key[key]
            changes.popleft()
            if not changes:
                del self.by_key[key]
