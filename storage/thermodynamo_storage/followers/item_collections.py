"""Item collections of a table with local indexes: all items with one partition key value, with their index entries.

Such a collection lives in one partition, so it cannot outgrow one. A write that makes a collection larger than the
limit is refused; one that makes it smaller never is. Source: developer guide, LSI.ItemCollections.
"""

from collections.abc import Generator, Iterable, Sequence
from itertools import islice
from typing import Any

from thermodynamo_storage.changes.commit import Change, Commit
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.sorted_items import SortedItems
from thermodynamo_storage.values.errors import ItemCollectionTooLarge, ItemTooLarge
from thermodynamo_storage.values.item import Item, decode
from thermodynamo_storage.values.keys import collection_of
from thermodynamo_storage.values.long_images import Image

GIGABYTE = 1024**3
BYTES_MAX = 10 * GIGABYTE
ITEM_AND_ENTRY_BYTES_MAX = 400 * 1024
"""The most that an item and its entry in any one local index take together (developer guide, Constraints)."""

MEASURED_ITEMS = 1_000
"""Items and entries whose sizes one step adds up: three to five milliseconds."""


class ItemCollections:
    """The bytes of every collection of a table, by the key bytes that all its keys begin with."""

    __slots__ = ("_sizes", "bytes_max", "local_indexes", "measuring")

    def __init__(self, local_indexes: Sequence[SecondaryIndex]) -> None:
        """`local_indexes` are those of the table, which has them from the beginning to the end."""
        self.local_indexes = local_indexes
        self.bytes_max = BYTES_MAX
        self._sizes = SortedItems()
        self.measuring: Measuring | None = None
        """What is left to be added up. Nothing may write to the table before that is done."""

    @property
    def sizes(self) -> SortedItems:
        """An entry for each collection, with its size and no bytes of its own: so that copies share what they hold."""
        if self.measuring is not None:
            self.finish_measuring()
        return self._sizes

    @sizes.setter
    def sizes(self, sizes: SortedItems) -> None:
        self._sizes = sizes

    def copy(self, local_indexes: Sequence[SecondaryIndex]) -> "ItemCollections":
        """Those of a copied table, which has these local indexes."""
        copied = ItemCollections(local_indexes)
        copied.sizes = self.sizes.copy()
        return copied

    def measure(self, keyspace: Keyspace, index_names: Iterable[str]) -> None:
        """Begins to add the sizes up anew, from all items and from the entries of these local indexes."""
        self.sizes = SortedItems()
        self.measuring = Measuring(keyspace, (None, *index_names))
        self.step_measuring()

    def step_measuring(self) -> None:
        """Adds up a bounded part of what is left."""
        if self.measuring is not None and not self.measuring.step(self._sizes):
            self.measuring = None

    def finish_measuring(self) -> None:
        """Adds up all that is left."""
        while self.measuring is not None:
            self.step_measuring()

    def size_bytes(self, key: bytes) -> int:
        """The bytes of the collection that the item with these key bytes belongs to."""
        return _bytes(self.sizes.get(collection_of(key)))

    def refuse(self, change: Change, is_too_large: bool | None = None) -> None:
        """Raises ItemCollectionTooLarge for a change that makes a collection outgrow the limit, and ItemTooLarge.

        Whether an item is too large with an entry may be known from `is_too_large_in_steps`.
        """
        if is_too_large is None:
            self._refuse_large(change)
        elif is_too_large:
            raise ItemTooLarge()
        grown_bytes = growth_bytes(change)
        if grown_bytes > 0 and self.size_bytes(change.key) + grown_bytes > self.bytes_max:
            raise ItemCollectionTooLarge()

    def _refuse_large(self, change: Change) -> None:
        """Raises ItemTooLarge where the new item and its entry in a local index are too large together."""
        new = change.new
        if new is None or _fits_twice(new):
            return
        attributes = decode(new)
        for index in self.local_indexes:
            entry = index.existing_entry(attributes, new, change.key)
            if entry is not None and new[1] + entry[1][1] > ITEM_AND_ENTRY_BYTES_MAX:
                raise ItemTooLarge()

    def is_too_large_in_steps(self, image: Image, key: bytes) -> Generator[None, Any, bool]:
        """Whether a long item and its entry in a local index are too large together."""
        item = image.item
        if _fits_twice(item):
            return False
        for index in self.local_indexes:
            if index.existing_key(image.attributes, key) is None:
                continue
            entry_bytes = item[1]
            if index.projected is not None:
                entry_bytes = yield from image.measure_in_steps(index.projected)
            if item[1] + entry_bytes > ITEM_AND_ENTRY_BYTES_MAX:
                return True
        return False

    def take(self, change: Change, commit: Commit) -> None:
        """Follows a change that has happened."""
        collection = collection_of(change.key)
        size_bytes = _bytes(self.sizes.get(collection)) + growth_bytes(change)
        self.sizes.put(collection, (b"", size_bytes) if size_bytes else None)


class Measuring:
    """How far the sizes of a table's collections are added up: the items come first, then each index's entries."""

    __slots__ = ("index_names", "keyspace", "position")

    def __init__(self, keyspace: Keyspace, index_names: Iterable[str | None]) -> None:
        """None stands for the items."""
        self.keyspace = keyspace
        self.index_names = list(index_names)
        self.position = b""
        """Those with lower key bytes are done, of the first name that is left."""

    def step(self, sizes: SortedItems) -> bool:
        """Adds MEASURED_ITEMS to the sizes; returns whether there are more."""
        left = MEASURED_ITEMS
        while left > 0 and self.index_names:
            upcoming = self.keyspace.range(self.position, None, index_name=self.index_names[0])
            found = list(islice(upcoming, left))
            for collection, size_bytes in _added_up(found).items():
                sizes.put(collection, (b"", _bytes(sizes.get(collection)) + size_bytes))
            if len(found) == left:
                self.position = found[-1][0] + b"\x00"
                break
            left -= len(found)
            del self.index_names[0]
            self.position = b""
        return bool(self.index_names)


def _added_up(found: Sequence[tuple[bytes, Item]]) -> dict[bytes, int]:
    sizes: dict[bytes, int] = {}
    for key, (_, size_bytes) in found:
        collection = collection_of(key)
        sizes[collection] = sizes.get(collection, 0) + size_bytes
    return sizes


class PlannedGrowth:
    """By how much the changes of one commit make collections larger: each may fit where all together do not."""

    __slots__ = ("grown_bytes",)

    def __init__(self) -> None:
        self.grown_bytes: dict[tuple[str, bytes], int] = {}
        """By the id of the table and the key bytes that the collection's keys begin with."""

    def add(self, collections: ItemCollections | None, change: Change) -> None:
        """Counts a change of a table with these collections. Raises ItemCollectionTooLarge where it is one too many."""
        if collections is None:
            return
        collection = change.table_id, collection_of(change.key)
        own_bytes = growth_bytes(change)
        grown_bytes = self.grown_bytes.get(collection, 0) + own_bytes
        if own_bytes > 0 and collections.size_bytes(change.key) + grown_bytes > collections.bytes_max:
            raise ItemCollectionTooLarge()
        self.grown_bytes[collection] = grown_bytes


def growth_bytes(change: Change) -> int:
    """By how much a change makes its collection larger, or smaller: the item and its local entries."""
    grown_bytes = _bytes(change.new) - _bytes(change.old)
    for entry in change.entries:
        if not entry.index.schema.is_global:
            grown_bytes += _bytes(entry.new[1] if entry.new else None) - _bytes(entry.old[1] if entry.old else None)
    return grown_bytes


def _fits_twice(item: Item) -> bool:
    """Whether no entry can make an item too large: none is larger than its item."""
    return 2 * item[1] <= ITEM_AND_ENTRY_BYTES_MAX


def _bytes(item: Item | None) -> int:
    return item[1] if item is not None else 0
