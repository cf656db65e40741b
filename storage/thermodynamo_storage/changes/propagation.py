"""Propagation: how the changes of entries reach a global index, in the order of the writes.

A change becomes visible after the index's delay, and where the index has a buffer, not before the index has units for
it. All that was charged before has then been paid for; the change itself may leave a debt, as any write may. Changes
never overtake each other, so that an index never goes backwards.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, Protocol, TypeVar

from thermodynamo_storage.capacity.units import TRACE
from thermodynamo_storage.partitions.keyspace import Keyspace

CHANGES_AT_ONCE = 16
"""So many changes a write makes visible that are due before its own: about a tenth of a millisecond."""


class Priced(Protocol):
    """The change of an entry."""

    @property
    def half_units(self) -> int:
        """What it costs, which the index was charged already."""
        ...

    @property
    def key(self) -> bytes:
        """Where the entry comes to be; where it was, if it goes."""
        ...


Change = TypeVar("Change", bound=Priced)


class Waiting(NamedTuple, Generic[Change]):
    """A change that is not visible yet."""

    put_at: float
    due_at: float
    """The earliest time to become visible; these times never decrease."""
    charged_before: int
    """The half units that the index was ever charged, up to this change."""
    change: Change


class Propagation(Generic[Change]):
    """The changes on their way to one index. `apply` makes one visible."""

    __slots__ = ("apply", "delay", "keyspace", "note_pending", "pending")

    def __init__(
        self, keyspace: Keyspace, apply: Callable[[Change], None], pending: Iterable[Waiting[Change]] = ()
    ) -> None:
        """`pending` are changes that were on their way to another keyspace with these entries; all of them are paid."""
        self.keyspace = keyspace
        self.apply = apply
        self.delay: Callable[[], float] | None = None
        """How many seconds the next change takes at least; None where it takes none."""
        self.note_pending: Callable[[], object] | None = None
        """Called when a change begins to wait and none did before; None where nobody wants to know."""
        self.pending: deque[Waiting[Change]] = deque(
            waiting._replace(charged_before=0) if waiting.charged_before else waiting for waiting in pending
        )

    def put(self, change: Change, now: float) -> None:
        """Takes a change: at once, or to become visible later."""
        pending = self.pending
        if pending:
            self.catch_up(now, CHANGES_AT_ONCE)
        pool = self.keyspace.admission.entries_pool
        if self.delay is None and pool is None and not pending:
            self.apply(change)
            return
        due_at = now + self.delay() if self.delay is not None else now
        charged_before = 0
        if pool is not None:
            charged_before = pool.total - change.half_units
            due_at = max(due_at, now + self._partition_seconds(change, now))
        if pending and pending[-1].due_at > due_at:
            due_at = pending[-1].due_at
        pending.append(Waiting(now, due_at, charged_before, change))
        if len(pending) == 1:
            self.catch_up(now)
            if pending and self.note_pending is not None:
                self.note_pending()

    def _partition_seconds(self, change: Change, now: float) -> float:
        """How long it takes the change's partition to pay what it was charged before."""
        bucket = self.keyspace.locate(change.key).write_bucket
        return max(0.0, -(bucket.tokens(now) + change.half_units) / bucket.rate)

    def catch_up(self, now: float, changes_max: int | None = None) -> bool:
        """Makes visible what is due at `now`, or a bounded number of changes; returns whether more is due."""
        pending = self.pending
        if not pending:
            return False
        pool = self.keyspace.admission.entries_pool
        paid = pool.bucket.tokens(now) + pool.total if pool is not None else float("inf")
        count = 0
        while pending and pending[0].due_at <= now and paid - pending[0].charged_before > TRACE:
            if count == changes_max:
                return True
            self.apply(pending.popleft().change)
            count += 1
        return False

    def age_seconds(self, now: float) -> float:
        """How long the oldest change has waited; 0 where none does."""
        return now - self.pending[0].put_at if self.pending else 0.0
