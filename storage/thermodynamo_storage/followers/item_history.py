"""The history of a table's items: what each change has replaced, in the order of the changes.

It follows a table while point-in-time recovery is on. What the table held when a second began is what it holds now,
with every item that was replaced since then as it was before its first change (`past_items.py`). Entries are kept in
segments. A segment that copies share takes no more entries, so a copy costs as much as the list of the segments.
"""

import logging
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice
from math import floor
from typing import TYPE_CHECKING

from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.values.item import Item

if TYPE_CHECKING:
    from thermodynamo_storage.changes.commit import Change, Commit

log = logging.getLogger("thermodynamo")

Replaced = tuple[float, bytes, Item | None]
"""When a change happened, the key bytes, and the item that was there until then; None where there was none."""
HELD_BYTES_MAX = 1_073_741_824
SEGMENT_ENTRIES = 256
SEGMENT_BYTES = 128 * 1024
"""The entry that reaches either ends a segment."""
SEGMENTS_DISCARDED = 4
"""Segments that one step of the discards frees: about a fifth of a millisecond."""
ENTRY_OVERHEAD_BYTES = 200
"""The tuple, its time, its place in the list, an empty key, and the tuple and empty bytes of an item (getsizeof)."""


class Segment:
    """Neighbouring entries of a history. `saved_as` is as a run has it."""

    __slots__ = ("entries", "held_bytes", "saved_as")

    def __init__(self, entries: Iterable[Replaced] = ()) -> None:
        self.entries: list[Replaced] = list(entries)
        self.held_bytes = sum(map(held_bytes, self.entries))
        self.saved_as: tuple[int, int] | None = None

    @property
    def last_at(self) -> float:
        """The time of the last change in it. There must be one."""
        return self.entries[-1][0]


def held_bytes(entry: Replaced) -> int:
    """What an entry holds in memory, at most."""
    image = entry[2]
    return ENTRY_OVERHEAD_BYTES + len(entry[1]) + (len(image[0]) if image is not None else 0)


class ItemHistory:
    """What was replaced in one table. Beyond `held_bytes_max` the oldest entries go, and recovery reaches less far."""

    __slots__ = ("held_bytes", "held_bytes_max", "last_at", "lost_until", "open", "segments", "table_name")

    def __init__(self, table_name: str, held_bytes_max: int = HELD_BYTES_MAX, segments: Iterable[Segment] = ()) -> None:
        self.table_name = table_name
        self.held_bytes_max = held_bytes_max
        self.segments = list(segments)
        self.held_bytes = sum(segment.held_bytes for segment in self.segments)
        self.open: Segment | None = None
        """The last segment, while it takes entries."""
        self.last_at = self.segments[-1].last_at if self.segments else 0.0
        self.lost_until: float | None = None
        """The time of the last entry that was dropped because there were too many."""

    def take(self, change: "Change", commit: "Commit") -> None:
        """Keeps what a change has replaced. A clock that went back does not turn the order round."""
        old = change.old
        if old is None and change.new is None:
            return
        if commit.now > self.last_at:
            self.last_at = commit.now
        segment = self.open
        if segment is None:
            segment = self.open = Segment()
            self.segments.append(segment)
        entry = self.last_at, change.key, old
        size_bytes = held_bytes(entry)
        segment.entries.append(entry)
        segment.held_bytes += size_bytes
        self.held_bytes += size_bytes
        if segment.held_bytes >= SEGMENT_BYTES or len(segment.entries) >= SEGMENT_ENTRIES:
            self.open = None
        while self.held_bytes > self.held_bytes_max and len(self.segments) > 1:
            self._overflow()

    def _overflow(self) -> None:
        is_first = self.lost_until is None
        self.lost_until = self.segments[0].last_at
        self._drop_first()
        if is_first:
            log.warning(
                "the history of table %s is more than %d bytes: its oldest part is lost, and the table cannot be "
                "restored to the times before; --recovery-bytes-max raises the limit",
                self.table_name,
                self.held_bytes_max,
            )

    def _drop_first(self) -> None:
        self.held_bytes -= self.segments.pop(0).held_bytes

    def complete_from(self) -> int:
        """The first second from which on nothing is lost for lack of room."""
        return 0 if self.lost_until is None else floor(self.lost_until) + 1

    def trim(self, earliest: float) -> bool:
        """Drops a segment with which the table could only be taken back beyond `earliest`; whether there was one."""
        if not self.segments or self.segments[0].last_at >= earliest:
            return False
        if self.segments[0] is self.open:
            self.open = None
        self._drop_first()
        return True

    def since(self, instant: float) -> list[Segment]:
        """The segments with the entries of `instant` or later. Nothing is added to them any more."""
        self.open = None
        return self.segments[bisect_left(self.segments, instant, key=lambda segment: segment.last_at) :]

    def copy(self) -> "ItemHistory":
        """A history of its own with what is in this one now."""
        self.open = None
        other = ItemHistory(self.table_name, self.held_bytes_max)
        other.segments = self.segments.copy()
        other.held_bytes, other.last_at, other.lost_until = self.held_bytes, self.last_at, self.lost_until
        return other

    def discard(self, discards: Discards) -> None:
        """Lets go of all entries."""
        self.open = None
        discards.add(self.segments, SEGMENTS_DISCARDED)
        self.segments = []
        self.held_bytes = 0

    def check(self) -> None:
        """Asserts that times do not fall, that segments are bounded and have entries, and that bytes add up."""
        times = [entry[0] for segment in self.segments for entry in segment.entries]
        assert times == sorted(times) and (not times or times[-1] <= self.last_at)
        assert all(0 < len(segment.entries) <= SEGMENT_ENTRIES for segment in self.segments)
        for segment in self.segments:
            assert segment.held_bytes == sum(map(held_bytes, segment.entries))
        assert self.held_bytes == sum(segment.held_bytes for segment in self.segments)
        assert self.open is None or self.open in islice(reversed(self.segments), 1)
