"""Items by their key bytes, in key order: those of a partition, or the entries of an index in it.

They are kept in runs: neighbours in key order, at most RUN_ITEMS_MAX, with their bytes added up. What is done to all of
them at once is done run by run: a split hands whole runs to either side and divides one, so that it takes as long for a
million items as for a thousand. One sorted dict of 100,000 items took 0.15 s to be divided, and requests waited. A copy
shares the runs with the original: either copies a run when it is first written to.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, tee
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thermodynamo_storage.values.item import Item

RUN_ITEMS_MAX = 1_024
"""A longer run is divided, which takes a fifth of a millisecond."""
RUN_ITEMS_MIN = RUN_ITEMS_MAX // 4
"""A shorter run is joined with a neighbour."""
JOINED_ITEMS_MAX = RUN_ITEMS_MAX * 3 // 4
"""Two that are more together share evenly what they have, so that the next few writes do not divide them again."""


class Run:
    """Neighbours in key order: a dict of the items, and its keys in a list.

    A run is so short that a list takes in another key as quickly as a sorted dict does, which is a kilobyte more.
    """

    __slots__ = ("is_shared", "items", "keys", "saved_as", "size_bytes")

    def __init__(self, items: "Iterable[tuple[bytes, Item]]" = ()) -> None:
        self.items: dict[bytes, Item] = dict(items)
        self.keys: list[bytes] = sorted(self.items)
        self.size_bytes: int = sum(size_bytes for _, size_bytes in self.items.values())
        self.is_shared = False
        """Whether it may be elsewhere as well: it stays as it is then, for good, and a write makes a copy of it."""
        self.saved_as: tuple[int, int] | None = None
        """The first of the parts in which a file has it as it stands, and their number; None where no file has it."""

    def share(self, same: "Callable[[bytes], Item | None]") -> None:
        """Puts the item that `same` gives for a key in the place of the one there, where they are equal."""
        for key, item in self.items.items():
            other = same(key)
            if other is not None and other == item:
                self.items[key] = other

    def in_order(self, is_reverse: bool = False) -> "Iterator[Item]":
        """The items in key order, or backwards."""
        return map(self.items.__getitem__, reversed(self.keys) if is_reverse else self.keys)

    def pairs(self) -> "Iterator[tuple[bytes, Item]]":
        """The keys and items in key order."""
        return zip(self.keys, self.in_order(), strict=True)

    def range(self, low: bytes, high: bytes | None, is_reverse: bool) -> "Iterator[tuple[bytes, Item]]":
        """The keys in `[low, high)` and their items, in key order or backwards; `high` None means to the end."""
        keys, same_keys = tee(self._keys_within(low, high, is_reverse))
        return zip(keys, map(self.items.__getitem__, same_keys), strict=False)

    def within(self, low: bytes, high: bytes | None, is_reverse: bool) -> "Iterator[Item]":
        """The items of `range`."""
        return map(self.items.__getitem__, self._keys_within(low, high, is_reverse))

    def _keys_within(self, low: bytes, high: bytes | None, is_reverse: bool) -> Iterator[bytes]:
        """Each key is looked at when it is asked for: of a thousand, a page may take one."""
        first = bisect_left(self.keys, low)
        places = range(first, len(self.keys) if high is None else bisect_left(self.keys, high, first))
        return map(self.keys.__getitem__, reversed(places) if is_reverse else places)


NO_ITEMS = Run()
"""What every map without items has in place of a run of its own: most partitions of many small tables are empty."""
NO_ITEMS.is_shared = True

Piece = tuple[Run | None, Iterator["Item"]]
"""Neighbouring items of a range; with them the run whose items they are, where they are all of a run."""


class SortedItems:
    """A map from key bytes to items that is iterated in key order."""

    __slots__ = ("count", "lows", "only", "own", "runs", "size_bytes")

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        """`runs` must be in key order; those without items are left out."""
        self.runs = [run for run in runs if run.items] or [NO_ITEMS]
        self.lows: list[bytes] = [b"", *(run.keys[0] for run in self.runs[1:])]
        """The keys of a run are from its own low on, below the next one's."""
        self.count = sum(len(run.items) for run in self.runs)
        self.size_bytes = sum(run.size_bytes for run in self.runs)
        self.only: dict[bytes, Item] | None
        """The items where there is but one run: a lookup in one of 1,000 small partitions finds nothing cached."""
        self.own: dict[bytes, Item] | None
        """The items where there is but one run and it is not shared, so that a write may go into it."""
        self._note_only()

    def _note_only(self) -> None:
        self.only = self.runs[0].items if len(self.runs) == 1 else None
        self.own = self.only if not self.runs[0].is_shared else None

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[bytes]:
        """The keys in order."""
        return chain.from_iterable(run.keys for run in self.runs)

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
        return chain.from_iterable(run.range(low, high, is_reverse) for run in runs)

    def pieces(self, low: bytes, high: bytes | None, is_reverse: bool, is_whole: bool) -> Iterator[Piece]:
        """The items of `range`, run by run. `is_whole` says that all keys are in the range."""
        first = bisect_right(self.lows, low) - 1
        runs = self.runs[first : None if high is None else bisect_left(self.lows, high)]
        last = len(runs) - 1
        places = range(last, -1, -1) if is_reverse else range(last + 1)
        for place in places:
            run = runs[place]
            yield run if is_whole or 0 < place < last else None, run.within(low, high, is_reverse)

    def put(self, key: bytes, new: "Item | None") -> "Item | None":
        """Puts an item in the place of the one at a key, None standing for no item; returns the one that was there."""
        place = 0
        items = self.own
        if items is None:
            place = bisect_right(self.lows, key) - 1
            items = self._owned(place).items
        old = items.get(key)
        if old is not None and new is not None:
            # The key is in order already, and most items stay as large as they were: the run is not looked at.
            items[key] = new
            if old[1] != new[1]:
                self._grow(place, new[1] - old[1])
        elif new is not None:
            self._enter(place, key, new)
        elif old is not None:
            self._remove(place, key, old)
        return old

    def _owned(self, place: int) -> Run:
        """A run to write into. A copy takes its place where it may be elsewhere too: a quarter of a millisecond."""
        run = self.runs[place]
        if run.is_shared:
            run = self.runs[place] = Run(run.items.items())
            self._note_only()
        return run

    def _grow(self, place: int, grown_bytes: int) -> None:
        self.runs[place].size_bytes += grown_bytes
        self.size_bytes += grown_bytes

    def _enter(self, place: int, key: bytes, new: "Item") -> None:
        run = self.runs[place]
        run.items[key] = new
        insort(run.keys, key)
        self._grow(place, new[1])
        self.count += 1
        if len(run.keys) > RUN_ITEMS_MAX:
            self._share_out(place, 1)

    def _remove(self, place: int, key: bytes, old: "Item") -> None:
        run = self.runs[place]
        del run.items[key]
        del run.keys[bisect_left(run.keys, key)]
        self._grow(place, -old[1])
        self.count -= 1
        if len(run.keys) < RUN_ITEMS_MIN and len(self.runs) > 1:
            self._share_out(max(0, place - 1), 2)

    def copy(self) -> "SortedItems":
        """Another map with what is in this one now, which shares its runs: as quick for a million items as for one."""
        for run in self.runs:
            run.is_shared = True
        other: SortedItems = SortedItems.__new__(SortedItems)
        other.runs, other.lows = self.runs.copy(), self.lows.copy()
        other.count, other.size_bytes = self.count, self.size_bytes
        self._note_only()
        other._note_only()
        return other

    def _share_out(self, place: int, count: int) -> None:
        """Replaces `count` runs by two that have as many items each, or by one where they have few together."""
        pairs = [pair for run in self.runs[place : place + count] for pair in run.pairs()]
        half = len(pairs) // 2 if len(pairs) > JOINED_ITEMS_MAX else len(pairs)
        shares = [Run(share) for share in (pairs[:half], pairs[half:]) if share] or [Run()]
        self.runs[place : place + count] = shares
        self.lows[place : place + count] = [self.lows[place], *(run.keys[0] for run in shares[1:])]
        self._note_only()

    def split(self, at: bytes) -> "tuple[SortedItems, SortedItems]":
        """The items below a key, and the others. They take over the runs: this is not to be used any more."""
        place = bisect_right(self.lows, at) - 1
        pairs = list(self.runs[place].pairs())
        inside = bisect_left(self.runs[place].keys, at)
        below, above = Run(pairs[:inside]), Run(pairs[inside:])
        return SortedItems([*self.runs[:place], below]), SortedItems([above, *self.runs[place + 1 :]])

    def drain(self) -> list[Run]:
        """Takes everything out; returns the runs, which the caller frees one by one."""
        runs = [run for run in self.runs if run is not NO_ITEMS]
        self.runs, self.lows = [NO_ITEMS], [b""]
        self.count = self.size_bytes = 0
        self._note_only()
        return runs

    def ends(self) -> tuple[bytes, bytes]:
        """The first and the last key. There must be one."""
        return self.runs[0].keys[0], self.runs[-1].keys[-1]

    def middle(self) -> bytes | None:
        """The key of the item that reaches half of the bytes; None where there is no item."""
        missing_bytes = self.size_bytes / 2
        for run in self.runs:
            if run.size_bytes >= missing_bytes:
                for key, (_, size_bytes) in run.pairs():
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
            assert all(low <= key and (high is None or key < high) for key in run.keys)
            assert len(run.keys) == len(run.items) and all(key in run.items for key in run.keys)
            assert len(run.items) <= RUN_ITEMS_MAX and (run.items or len(self.runs) == 1)
            assert run.size_bytes == sum(size_bytes for _, size_bytes in run.items.values())
        assert self.count == len(keys)
        assert self.only is (self.runs[0].items if len(self.runs) == 1 else None)
        assert self.own is (self.only if not self.runs[0].is_shared else None)
        assert self.size_bytes == sum(run.size_bytes for run in self.runs)
