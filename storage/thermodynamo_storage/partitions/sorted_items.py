"""Items by their key bytes, in key order: those of a partition, or the entries of an index in it.

They are kept in runs: sorted dicts of neighbours in key order, at most RUN_ITEMS_MAX, with their bytes added up. What
is done to all of them at once is done run by run: a split hands whole runs to either side and divides one, so that it
takes as long for a million items as for a thousand. One sorted dict of 100,000 items took 0.15 s to be divided, and
requests waited. A copy shares the runs with the original: either copies a run when it is first written to.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, tee
from typing import TYPE_CHECKING

from sortedcontainers import SortedDict

if TYPE_CHECKING:
    from thermodynamo_storage.values.item import Item

RUN_ITEMS_MAX = 1_024
"""A longer run is divided, which takes a fifth of a millisecond."""
RUN_ITEMS_MIN = RUN_ITEMS_MAX // 4
"""A shorter run is joined with a neighbour."""
JOINED_ITEMS_MAX = RUN_ITEMS_MAX * 3 // 4
"""Two that are more together share evenly what they have, so that the next few writes do not divide them again."""


class Run:
    """Neighbours in key order."""

    __slots__ = ("is_shared", "items", "saved_as", "size_bytes")

    def __init__(self, items: "Iterable[tuple[bytes, Item]]" = ()) -> None:
        self.items: SortedDict[bytes, Item] = SortedDict(items)
        self.size_bytes: int = sum(size_bytes for _, size_bytes in self.items.values())
        self.is_shared = False
        """Whether it may be elsewhere as well: it stays as it is then, for good, and a write makes a copy of it."""
        self.saved_as: tuple[int, int] | None = None
        """The first of the parts in which a file has it as it stands, and their number; None where no file has it."""

    def share(self, same: "Callable[[bytes], Item | None]") -> None:
        """Puts the item that `same` gives for a key in the place of the one there, where they are equal."""
        for key, item in self.items.items():
            other = same(key)
            if other == item:
                dict.__setitem__(self.items, key, other)

    def in_order(self, is_reverse: bool) -> "Iterator[Item]":
        """The items in key order, or backwards."""
        items = self.items
        return map(items.__getitem__, reversed(items) if is_reverse else items)


NO_ITEMS = Run()
"""What every map without items has in place of a run of its own: a sorted dict takes as long to make as a copy of all
else in a partition, and most partitions of many small tables are empty."""
NO_ITEMS.is_shared = True

Piece = tuple[Run | None, Iterator["Item"]]
"""Neighbouring items of a range; with them the run whose items they are, where they are all of a run."""


def _entries(
    items: "SortedDict[bytes, Item]", low: bytes, high: bytes | None, is_reverse: bool
) -> "Iterator[tuple[bytes, Item]]":
    keys, same_keys = tee(items.irange(low, high, (True, False), is_reverse))
    return zip(keys, map(items.__getitem__, same_keys), strict=False)


def _items(items: "SortedDict[bytes, Item]", low: bytes, high: bytes | None, is_reverse: bool) -> "Iterator[Item]":
    return map(items.__getitem__, items.irange(low, high, (True, False), is_reverse))


class SortedItems:
    """A map from key bytes to items that is iterated in key order."""

    __slots__ = ("count", "lows", "only", "runs", "size_bytes")

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        """`runs` must be in key order; those without items are left out."""
        self.runs = [run for run in runs if run.items] or [NO_ITEMS]
        self.lows: list[bytes] = [b"", *(run.items.keys()[0] for run in self.runs[1:])]
        """The keys of a run are from its own low on, below the next one's."""
        self.count = sum(len(run.items) for run in self.runs)
        self.size_bytes = sum(run.size_bytes for run in self.runs)
        self.only: SortedDict[bytes, Item] | None = self._only()
        """The items where there is but one run: a lookup in one of 1,000 small partitions finds nothing cached."""

    def _only(self) -> "SortedDict[bytes, Item] | None":
        return self.runs[0].items if len(self.runs) == 1 else None

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[bytes]:
        """The keys in order."""
        return chain.from_iterable(run.items for run in self.runs)

    def get(self, key: bytes) -> "Item | None":
        items = self.only
        if items is None:
            items = self.runs[bisect_right(self.lows, key) - 1].items
        item: Item | None = items.get(key)
        return item

    def shared_run(self, key: bytes) -> Run | None:
        """The run of which a write at a key first makes a copy, if it does."""
        run = self.runs[bisect_right(self.lows, key) - 1]
        return run if run.is_shared else None

    def range(self, low: bytes, high: bytes | None, is_reverse: bool = False) -> "Iterator[tuple[bytes, Item]]":
        """The keys in `[low, high)` and their items, in key order or backwards; `high` None means to the end."""
        first = bisect_right(self.lows, low) - 1
        runs = self.runs[first : None if high is None else bisect_left(self.lows, high)]
        if is_reverse:
            runs.reverse()
        return chain.from_iterable(_entries(run.items, low, high, is_reverse) for run in runs)

    def pieces(self, low: bytes, high: bytes | None, is_reverse: bool, is_whole: bool) -> Iterator[Piece]:
        """The items of `range`, run by run. `is_whole` says that all keys are in the range."""
        first = bisect_right(self.lows, low) - 1
        runs = self.runs[first : None if high is None else bisect_left(self.lows, high)]
        last = len(runs) - 1
        places = range(last, -1, -1) if is_reverse else range(last + 1)
        for place in places:
            run = runs[place]
            yield run if is_whole or 0 < place < last else None, _items(run.items, low, high, is_reverse)

    def put(self, key: bytes, new: "Item | None") -> "Item | None":
        """Puts an item in the place of the one at a key, None standing for no item; returns the one that was there."""
        place = bisect_right(self.lows, key) - 1 if self.only is None else 0
        run = self.runs[place]
        if run.is_shared:
            run = self._own(place)
        items = run.items
        old: Item | None = items.get(key)
        grown_bytes = (new[1] if new is not None else 0) - (old[1] if old is not None else 0)
        if grown_bytes:
            run.size_bytes += grown_bytes
            self.size_bytes += grown_bytes
        if new is None:
            if old is not None:
                del items[key]
                self.count -= 1
                if len(items) < RUN_ITEMS_MIN and len(self.runs) > 1:
                    self._share_out(max(0, place - 1), 2)
        elif old is None:
            items[key] = new
            self.count += 1
            if len(items) > RUN_ITEMS_MAX:
                self._share_out(place, 1)
        else:
            # The key is in order already: the sorted dict's own way, in Python, asks for it again.
            dict.__setitem__(items, key, new)
        return old

    def _own(self, place: int) -> Run:
        """Puts a copy in the place of a run that may be elsewhere as well: a quarter of a millisecond at most."""
        run = self.runs[place] = Run(self.runs[place].items)
        self.only = self._only()
        return run

    def copy(self) -> "SortedItems":
        """Another map with what is in this one now, which shares its runs: as quick for a million items as for one."""
        for run in self.runs:
            run.is_shared = True
        other: SortedItems = SortedItems.__new__(SortedItems)
        other.runs, other.lows = self.runs.copy(), self.lows.copy()
        other.count, other.size_bytes = self.count, self.size_bytes
        other.only = self.only
        return other

    def _share_out(self, place: int, count: int) -> None:
        """Replaces `count` runs by two that have as many items each, or by one where they have few together."""
        pairs = [pair for run in self.runs[place : place + count] for pair in run.items.items()]
        half = len(pairs) // 2 if len(pairs) > JOINED_ITEMS_MAX else len(pairs)
        shares = [Run(share) for share in (pairs[:half], pairs[half:]) if share] or [Run()]
        self.runs[place : place + count] = shares
        self.lows[place : place + count] = [self.lows[place], *(run.items.keys()[0] for run in shares[1:])]
        self.only = self._only()

    def split(self, at: bytes) -> "tuple[SortedItems, SortedItems]":
        """The items below a key, and the others. They take over the runs: this is not to be used any more."""
        place = bisect_right(self.lows, at) - 1
        pairs = list(self.runs[place].items.items())
        inside = self.runs[place].items.bisect_left(at)
        below, above = Run(pairs[:inside]), Run(pairs[inside:])
        return SortedItems([*self.runs[:place], below]), SortedItems([above, *self.runs[place + 1 :]])

    def drain(self) -> list[Run]:
        """Takes everything out; returns the runs, which the caller frees one by one."""
        runs = [run for run in self.runs if run is not NO_ITEMS]
        self.runs, self.lows = [NO_ITEMS], [b""]
        self.count = self.size_bytes = 0
        self.only = self._only()
        return runs

    def ends(self) -> tuple[bytes, bytes]:
        """The first and the last key. There must be one."""
        return self.runs[0].items.keys()[0], self.runs[-1].items.keys()[-1]

    def middle(self) -> bytes | None:
        """The key of the item that reaches half of the bytes; None where there is no item."""
        missing_bytes = self.size_bytes / 2
        for run in self.runs:
            if run.size_bytes >= missing_bytes:
                key: bytes
                for key, (_, size_bytes) in run.items.items():
                    missing_bytes -= size_bytes
                    if missing_bytes <= 0:
                        return key
            missing_bytes -= run.size_bytes
        return None

    def check(self) -> None:
        """Asserts the invariants: runs in order and not too long, their keys too, and all sums right."""
        keys = list(self)
        assert keys == sorted(set(keys))
        assert self.lows == sorted(set(self.lows)) and self.lows[0] == b"" and len(self.lows) == len(self.runs)
        for low, high, run in zip(self.lows, [*self.lows[1:], None], self.runs, strict=True):
            assert all(low <= key and (high is None or key < high) for key in run.items)
            assert len(run.items) <= RUN_ITEMS_MAX and (run.items or len(self.runs) == 1)
            assert run.size_bytes == sum(size_bytes for _, size_bytes in run.items.values())
        assert self.count == len(keys)
        assert self.only is self._only()
        assert self.size_bytes == sum(run.size_bytes for run in self.runs)
