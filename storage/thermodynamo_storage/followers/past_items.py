"""What a table held when a second of the past began, and what became of its items between two such seconds.

Both are taken at once and read later, as slowly as the reader likes: they share the table's runs and its history, and
what happens to the table meanwhile does not show in them. A step gathers one segment of the history. Reading begins
when all is gathered, and goes on in key order.

A second stands for its beginning: an export from one to another takes the first in and leaves the second out (developer
guide, S3DataExport_Requesting, exportFromTime and exportToTime), so that an export of the whole table as of a second
and one of the changes from it on have each change once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sortedcontainers import SortedDict

from thermodynamo_storage.followers.item_history import ItemHistory, Segment
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values.item import Item


class PastChange(NamedTuple):
    """What became of one item: what it was at the beginning and at the end, and when it was last written between."""

    key: bytes
    old: Item | None
    new: Item | None
    written_at: float


class PastItems:
    """The items of a table when `instant` began. `instant` must not be before the history's beginning."""

    def __init__(self, keyspace: Keyspace, history: ItemHistory, instant: float) -> None:
        self.instant = instant
        self.keyspace = keyspace.copy(keyspace.name, keyspace.served)
        self.waiting: list[Segment] = history.since(instant)[::-1]
        self.replaced: SortedDict[bytes, Item | None] = SortedDict()
        """What the items were that were changed since then."""

    def step(self) -> bool:
        """Gathers one segment of the history; returns whether there are more."""
        if self.waiting:
            for changed_at, key, image in self.waiting.pop().entries:
                if changed_at >= self.instant:
                    self.replaced.setdefault(key, image)
        return bool(self.waiting)

    def items(self) -> Iterator[tuple[bytes, Item]]:
        """The key bytes and items in key order, once all is gathered."""
        assert not self.waiting
        replaced = iter(self.replaced.items())
        next_key, image = next(replaced, (None, None))
        for key, item in self.keyspace.range(b"", None):
            while next_key is not None and next_key < key:
                if image is not None:
                    yield next_key, image
                next_key, image = next(replaced, (None, None))
            if key != next_key:
                yield key, item
        while next_key is not None:
            if image is not None:
                yield next_key, image
            next_key, image = next(replaced, (None, None))


class PastChanges:
    """What became of the items of a table from the beginning of second `start` until that of `end`."""

    def __init__(self, keyspace: Keyspace, history: ItemHistory, start: float, end: float) -> None:
        self.start, self.end = start, end
        self.keyspace = keyspace.copy(keyspace.name, keyspace.served)
        self.waiting: list[Segment] = history.since(start)[::-1]
        self.old: SortedDict[bytes, Item | None] = SortedDict()
        """What the items were at the beginning that were changed between."""
        self.written_at: dict[bytes, float] = {}
        self.later: dict[bytes, Item | None] = {}
        """What those were at the end that were changed after it, too."""

    def step(self) -> bool:
        """Gathers one segment of the history; returns whether there are more."""
        if self.waiting:
            for changed_at, key, image in self.waiting.pop().entries:
                if changed_at < self.start:
                    continue
                if changed_at < self.end:
                    self.old.setdefault(key, image)
                    self.written_at[key] = changed_at
                elif key in self.old:
                    self.later.setdefault(key, image)
        return bool(self.waiting)

    def changes(self) -> Iterator[PastChange]:
        """What was changed, in key order, once all is gathered; also what came and went between."""
        assert not self.waiting
        for key, old in self.old.items():
            new = self.later[key] if key in self.later else self.keyspace.get(key)
            yield PastChange(key, old, new, self.written_at[key])
