"""Replication between the replicas of a global table: what is on its way, and which write of an item wins.

Every local change of a replica goes on its way to each other replica, on a way of its own that keeps the order. Where
it arrives, the later write of the item stays: each change carries its place in the commit sequence, which is the order
of all writes of all regions. So replicas that have received everything are equal, whatever came first.

A replica remembers when an item was last written only while something is on its way to it: what sets out later than a
write is itself later.

Replicas that are strongly consistent have each write at once, as if a quorum had it before the reply. One that reaches
neither of the two other members is isolated: it takes no writes, and nothing arrives. Where the way to a replica has a
lag, a write counts as under way for so long there, and a write of the item in that region meets it.
"""

from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from thermodynamo_storage.values.errors import ItemUnderWay, ReplicaIsolated
from thermodynamo_storage.values.item import STEP_BYTES_MAX

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change, Commit
    from thermodynamo_storage.values.item import Item


class Replicated(NamedTuple):
    """A change on its way: what it leaves at the key bytes, its place in the sequence, when it may arrive."""

    key: bytes
    item: "Item | None"
    version: int
    due_at: float


class Link:
    """The way from one region to another, for all tables: how long changes take, and whether it is cut."""

    __slots__ = ("bounds_seconds", "delay", "is_cut")

    def __init__(self, delay: Callable[[], float] | None) -> None:
        self.delay = delay
        """Draws the seconds that a change takes; None stands for no delay."""
        self.bounds_seconds: tuple[float, float] | None = None
        """The bounds that it was given; None where it has those of the settings."""
        self.is_cut = False


class Way:
    """The changes that one replica has sent to another and that have not arrived, oldest first."""

    __slots__ = ("ahead", "changes", "is_ended", "is_strong", "link", "retry_at", "source_id", "under_way")

    def __init__(self, source_id: str, link: Link, *, is_strong: bool = False) -> None:
        self.source_id = source_id
        self.link = link
        self.is_strong = is_strong
        """Whether changes arrive at once, over whichever member is reached."""
        self.under_way: dict[bytes, float] = {}
        """Until when a write that came this way keeps its item, by key bytes, where that is strongly consistent."""
        self.changes: deque[Replicated] = deque()
        self.retry_at = 0.0
        """When the next change is tried again, where the replica had no capacity for it."""
        self.ahead: object = None
        """What is worked out of the next change, where its item is long."""
        self.is_ended = False
        """Whether its source has left: what is on its way still arrives."""

    def send(self, key: bytes, item: "Item | None", version: int, now: float) -> None:
        """Puts a change on its way. It arrives no earlier than those before it."""
        due_at = now if self.link.delay is None else now + self.link.delay()
        if self.is_strong:
            self._keep(key, now, due_at)
            due_at = now
        if self.changes and self.changes[-1].due_at > due_at:
            due_at = self.changes[-1].due_at
        self.changes.append(Replicated(key, item, version, due_at))

    def _keep(self, key: bytes, now: float, until: float) -> None:
        """Notes that a write of an item is under way until then, and forgets the oldest that have landed."""
        while self.under_way and (oldest := next(iter(self.under_way))) is not None:
            if self.under_way[oldest] > now:
                break
            del self.under_way[oldest]
        if until > now:
            self.under_way.pop(key, None)
            self.under_way[key] = until

    @property
    def is_open(self) -> bool:
        """Whether anything gets through. Strongly consistent replicas reach one another over the third member, too."""
        return self.is_strong or not self.link.is_cut

    def is_due(self, now: float) -> bool:
        """Whether a change may arrive at `now`."""
        return bool(self.changes) and self.changes[0].due_at <= now and self.retry_at <= now and self.is_open

    def size_bytes(self, count: int) -> int:
        """The bytes of the items of the next so many changes."""
        return sum(change.item[1] for change in islice(self.changes, count) if change.item is not None)

    def due(self, now: float, count_max: int) -> list[Replicated]:
        """Changes that may arrive at `now`, none of them on the same item as one before it.

        Up to `count_max`, or up to the one with which their items reach STEP_BYTES_MAX.
        """
        found: list[Replicated] = []
        if not self.is_due(now):
            return found
        keys: set[bytes] = set()
        size_bytes = 0
        for change in islice(self.changes, count_max):
            if change.due_at > now or change.key in keys or size_bytes >= STEP_BYTES_MAX:
                break
            size_bytes += change.item[1] if change.item is not None else 0
            keys.add(change.key)
            found.append(change)
        return found


class Replication:
    """One replica's part: the ways that lead to it, by the id of the table at their other end, and from it."""

    __slots__ = (
        *("ahead", "arriving", "filled_from", "incoming", "is_isolated", "outgoing", "planned", "position"),
        "versions",
    )

    def __init__(self, filled_from: str | None = None) -> None:
        """`filled_from` is the id of the table whose items a new replica is to hold first."""
        self.filled_from = filled_from
        self.is_isolated = False
        """Whether it is strongly consistent, and cut off from every other member of its global table."""
        self.position = b""
        """The items with lower key bytes are there, while it is being filled."""
        self.ahead: object = None
        """What is worked out of the item that is next then, where it is long."""
        self.incoming: dict[str, Way] = {}
        self.outgoing: dict[str, Way] = {}
        self.versions: dict[bytes, int] = {}
        """When items were last written, as places in the sequence, as far as that can matter."""
        self.arriving: int | None = None
        """The place in the sequence of the change from elsewhere that is being applied; None for local changes."""
        self.planned: dict[bytes, Change] = {}
        """By key, what changes do here that were admitted and arrive at once: an item is decoded once for both."""

    def refuse_isolated(self) -> None:
        """Raises ReplicaIsolated for what needs another member of the global table: a write, or a consistent read."""
        if self.is_isolated:
            raise ReplicaIsolated

    def refuse_write(self, key: bytes, now: float) -> None:
        """Raises ReplicaIsolated; ItemUnderWay for an item that a write in another region has not let go of."""
        self.refuse_isolated()
        for way in self.incoming.values():
            if way.under_way and way.under_way.get(key, 0.0) > now:
                raise ItemUnderWay

    def take(self, change: "Change", commit: "Commit") -> None:
        """Follows a change of an item. Only local changes are sent on: each replica hears of a write from its origin.

        A removal by time to live is sent as one of any kind (developer guide, global tables and time to live).
        """
        if self.arriving is not None:
            self._note(change.key, self.arriving)
            return
        self._note(change.key, commit.sequence)
        for way in self.outgoing.values():
            way.send(change.key, change.new, commit.sequence, commit.now)

    def _note(self, key: bytes, version: int) -> None:
        if any(way.changes for way in self.incoming.values()):
            self.versions[key] = version

    def is_later(self, change: Replicated) -> bool:
        """Whether a change from elsewhere is later than the last write of its item here, and so replaces it."""
        return change.version > self.versions.get(change.key, 0)

    def arrive(self, source_id: str, count: int) -> Iterable[Replicated]:
        """Takes so many changes off the way from a table; gives those that win, one after the other.

        While one is applied, it counts as arriving.
        """
        way = self.incoming[source_id]
        for _ in range(count):
            change = way.changes[0]
            if self.is_later(change):
                self.arriving = change.version
                try:
                    yield change
                finally:
                    self.arriving = None
            way.changes.popleft()
        self.tidy()

    def tidy(self) -> None:
        """Forgets ways that have ended, and what no change on its way can be earlier than."""
        for source_id in [source_id for source_id, way in self.incoming.items() if way.is_ended and not way.changes]:
            del self.incoming[source_id]
        if not self.pending:
            self.versions.clear()

    def is_due(self, now: float) -> bool:
        """Whether any change may arrive at `now`. None does before the replica is filled, or while it is isolated."""
        if self.filled_from is not None or self.is_isolated:
            return False
        return any(way.changes and way.is_due(now) for way in self.incoming.values())

    def next_at(self) -> float | None:
        """When the next change may arrive; None where nothing is on its way, or only on ways that are cut."""
        if self.filled_from is not None or self.is_isolated:
            return None
        times = [
            max(way.changes[0].due_at, way.retry_at) for way in self.incoming.values() if way.changes and way.is_open
        ]
        return min(times, default=None)

    @property
    def pending(self) -> int:
        """How many changes are on their way to the replica."""
        return sum(len(way.changes) for way in self.incoming.values())

    def check(self) -> None:
        """Asserts that each way keeps its order, and that nothing is remembered in vain."""
        for way in (*self.incoming.values(), *self.outgoing.values()):
            changes = list(way.changes)
            assert all(one.version <= other.version for one, other in pairwise(changes))
            assert all(one.due_at <= other.due_at for one, other in pairwise(changes))
        assert self.arriving is None
        assert self.pending or not self.versions
