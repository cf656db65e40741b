"""Time to live: which items expire when, in the order of their expiry.

The queue holds the expiry of every item of a table that has one: a map by key that is always exact, and a heap that may
also hold entries the map has outgrown; they are dropped when they come up, or all at once when they are the majority.
Items that were there before time to live was enabled are entered in bounded steps, and so are large items that are
written: to find their expiry may take milliseconds, and a request may write a hundred of them.
"""

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Literal

from thermodynamo_storage.followers.number_search import NumberSearch
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Item, decode

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change, Commit
    from thermodynamo_storage.partitions.keyspace import Keyspace

TimeToLiveStatus = Literal["ENABLING", "ENABLED", "DISABLING", "DISABLED"]

AGE_SECONDS_MAX = 5 * 365 * 24 * 3600
"""An expiry longer ago than five years is taken for a mistake, and ignored (developer guide, TTL)."""
OUTGROWN_MIN = 1000
CHANGE_SECONDS = 31 * 60
"""Between two changes: the next was refused after 1,812 seconds, taken after 1,872 (ack-api-quirks, DDB-TABLE-143)."""


@dataclass(frozen=True, slots=True)
class TimeToLive:
    """Whether the items of a table expire, and by which attribute. A change of it is over at `settled_at`.

    `changed_at` is when it was asked for; None where none was, as in a new replica.
    """

    attribute_name: str
    is_enabled: bool
    settled_at: float
    changed_at: float | None = None

    def free_at(self) -> float:
        """When the next change may be asked for, cool-downs and all."""
        return self.settled_at if self.changed_at is None else max(self.settled_at, self.changed_at + CHANGE_SECONDS)

    def status(self, now: float) -> TimeToLiveStatus:
        if self.is_enabled:
            return "ENABLED" if now >= self.settled_at else "ENABLING"
        return "DISABLED" if now >= self.settled_at else "DISABLING"


class ExpiryQueue:
    """When the items of one table expire."""

    __slots__ = ("attribute_name", "cursor", "expiries", "heap", "removal", "search", "unread")

    def __init__(self, attribute_name: str) -> None:
        self.attribute_name = attribute_name
        self.expiries: dict[bytes, float] = {}
        self.heap: list[tuple[float, bytes]] = []
        self.cursor: bytes | None = b""
        """The item keys from here on are still to be entered; None once all are."""
        self.unread: dict[bytes, float] = {}
        """Large items that are still to be entered, oldest first, and when they were written or found."""
        self.search: NumberSearch | None = None
        """The search in the first of them, where it has begun."""
        self.removal: object = None
        """What is worked out of the removal of a long item; each table has one of its own, as they take turns."""

    def take(self, change: "Change", commit: "Commit") -> None:
        """Follows a change of an item."""
        if self.unread:
            self.unread.pop(change.key, None)
        if change.new is None:
            self.expiries.pop(change.key, None)
        elif len(change.new[0]) >= STEP_BYTES_MAX:
            self.expiries.pop(change.key, None)
            self.unread[change.key] = commit.now
        else:
            self.enter(change.key, change.new, commit.now)
        if len(self.heap) > 2 * len(self.expiries) + OUTGROWN_MIN:
            self.heap = [(expires_at, key) for key, expires_at in self.expiries.items()]
            heapify(self.heap)

    def enter(self, key: bytes, item: Item, now: float) -> None:
        """Notes when an item expires, in place of what was known of it."""
        self._note(key, decode(item).get(self.attribute_name, {}).get("N"), now)

    def _note(self, key: bytes, number: str | None, now: float) -> None:
        """Notes the expiry of an item, whose attribute has this number. One too long ago counts for nothing."""
        expires_at = float(number) if number is not None else None
        if expires_at is not None and expires_at < now - AGE_SECONDS_MAX:
            expires_at = None
        if expires_at is None:
            self.expiries.pop(key, None)
        elif self.expiries.get(key) != expires_at:
            self.expiries[key] = expires_at
            heappush(self.heap, (expires_at, key))

    def fill(self, keyspace: "Keyspace", count: int, now: float) -> tuple[int, int]:
        """Enters large items, then those that were there before, as many as a step may.

        They are up to `count`, or up to the one with which their JSON reaches STEP_BYTES_MAX: a large item alone, or a
        part of one. Returns how many it were, and their bytes.
        """
        entered = size_bytes = 0
        if self.unread:
            return self._read_large(keyspace)
        if self.cursor is None:
            return 0, 0
        for key, item in keyspace.range(self.cursor, None):
            if len(item[0]) < STEP_BYTES_MAX:
                self.enter(key, item, now)
            else:
                self.expiries.pop(key, None)
                self.unread[key] = now
                self._read_large(keyspace)
            entered += 1
            size_bytes += len(item[0])
            if entered == count or size_bytes >= STEP_BYTES_MAX:
                self.cursor = key + b"\x00"
                break
        else:
            self.cursor = None
        return entered, size_bytes

    def _read_large(self, keyspace: "Keyspace") -> tuple[int, int]:
        """Reads on in the first large item; as `fill` does, it says how many were entered."""
        key, written_at = next(iter(self.unread.items()))
        item = keyspace.get(key)
        assert item is not None
        if self.search is None or self.search.item is not item:
            self.search = NumberSearch(item, self.attribute_name)
        if not self.search.step():
            return 0, len(item[0])
        del self.unread[key]
        self._note(key, self.search.number, written_at)
        self.search = None
        return 1, len(item[0])

    def next_at(self) -> float | None:
        """The earliest expiry."""
        while self.heap:
            expires_at, key = self.heap[0]
            if self.expiries.get(key) == expires_at:
                return expires_at
            heappop(self.heap)
        return None

    def next_due(self, now: float, delay_seconds: float) -> bytes | None:
        """The key of the earliest item to be removed, which expired so long ago; None where there is none."""
        next_at = self.next_at()
        return None if next_at is None or next_at + delay_seconds > now else self.heap[0][1]

    def take_out(self, key: bytes) -> None:
        """Takes out the key that `next_due` has found."""
        assert self.heap[0][1] == key
        heappop(self.heap)
        del self.expiries[key]

    def postpone(self, key: bytes, until: float) -> None:
        """Puts back an item that was taken out and that cannot be removed yet, as if it expired at `until`."""
        self.expiries[key] = until
        heappush(self.heap, (until, key))

    def check(self) -> None:
        """Asserts that every expiry is on the heap, and that no item is both entered and yet to be."""
        assert self.expiries.keys().isdisjoint(self.unread)
        assert {(expires_at, key) for key, expires_at in self.expiries.items()} <= set(self.heap)
