"""A partition: one contiguous range of item keys, with the items in it and their number and bytes.

The range is `[low, high)`; `high` is None for the last partition of a keyspace. Only `storage/commit.py` writes here.
"""

from typing import TYPE_CHECKING

from sortedcontainers import SortedDict

if TYPE_CHECKING:
    from storage.item import Item


class Partition:
    """A range of item keys and the sorted items in it."""

    __slots__ = ("high", "id", "items", "low", "parent", "size_bytes")

    def __init__(self, id: int, low: bytes, high: bytes | None, parent: int | None = None) -> None:
        self.id = id
        self.low = low
        self.high = high
        self.parent = parent
        self.items: SortedDict[bytes, Item] = SortedDict()
        self.size_bytes = 0

    def put(self, key: bytes, old: "Item | None", new: "Item | None") -> None:
        """Replaces `old`, the item now at `key`, with `new`; None stands for no item."""
        if new is None:
            if old is not None:
                del self.items[key]
                self.size_bytes -= old[1]
            return
        self.items[key] = new
        self.size_bytes += new[1] if old is None else new[1] - old[1]

    def check(self) -> None:
        """Asserts the invariants: every key in the range, sorted, and the bytes adding up."""
        keys = list(self.items)
        assert keys == sorted(set(keys))
        assert all(self.low <= key and (self.high is None or key < self.high) for key in keys)
        assert self.size_bytes == sum(size for _, size in self.items.values())
