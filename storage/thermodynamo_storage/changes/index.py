"""Secondary indexes: entries derived from items, and how their changes become visible.

An entry's key bytes are token + partition parts + sort parts + the table's key bytes, so that items with equal index
keys stay distinct and in a stable order. Its value is the projected item. An item without one of the index's key
attributes has no entry: the index is sparse.

A global index is a keyspace of its own, which its entries reach by propagation. A local index lives in the partitions
of its table and is always up to date.
"""

from collections.abc import Generator, Iterable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any, Literal

from thermodynamo_storage.capacity.units import write_half_units
from thermodynamo_storage.changes.propagation import Propagation, Waiting
from thermodynamo_storage.partitions.keyspace import Keyspace, partition_count
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import IndexKeyEmpty, IndexKeyMismatch, IndexKeyTooLarge
from thermodynamo_storage.values.item import (
    MEASURED_BYTES_MAX,
    Attributes,
    AttributeValue,
    Item,
    decode,
    encode,
    item_size,
    same,
    same_value,
)
from thermodynamo_storage.values.long_images import Image, Images
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema

Entry = tuple[bytes, Item]
IndexTransition = Literal["CREATING", "DELETING"]


@dataclass(slots=True)
class EntryChange:
    """What one item's change does to one index; None stands for no entry."""

    index: "SecondaryIndex"
    old: Entry | None
    new: Entry | None

    @property
    def key(self) -> bytes:
        """Where the entry comes to be; where it was, if it goes."""
        entry = self.new or self.old
        assert entry is not None
        return entry[0]

    @property
    def half_units(self) -> int:
        """What it costs in half write units: an entry that moves is deleted and written, one that stays is replaced."""
        old, new = self.old, self.new
        if old is not None and new is not None and old[0] != new[0]:
            return write_half_units(old[1][1], 0) + write_half_units(0, new[1][1])
        return write_half_units(old[1][1] if old is not None else 0, new[1][1] if new is not None else 0)


class SecondaryIndex:
    """An index of a table. A local one has its table's `keyspace` and keeps its entries beside the items there."""

    __slots__ = (
        "delay_bounds",
        "filled_half_units",
        "key_names",
        "keyspace",
        "projected",
        "propagation",
        "schema",
        "transition",
    )

    def __init__(
        self, schema: IndexSchema, table_key_schema: KeySchema, table_keyspace: Keyspace, count: int | None = None
    ) -> None:
        """`count` is how many partitions a global index begins with; by its throughput where it is not given."""
        self.schema = schema
        self.keyspace = table_keyspace
        if schema.is_global:
            served = table_keyspace.served
            name = replace(table_keyspace.name, index_name=schema.name)
            self.keyspace = Keyspace(count or partition_count(schema.throughput, served), served, name=name)
        self.key_names = schema.key_schema.names
        self.projected = projected_names(schema, table_key_schema)
        self.propagation = Propagation[EntryChange](self.keyspace, self._apply)
        self.transition: IndexTransition | None = None
        """What a change of a live table does to the index; None for one that is there for good."""
        self.filled_half_units: int | None = None
        """What filling it took, of an index that was added to a live table."""
        self.delay_bounds: tuple[float, float] | None = None
        """Between which seconds the propagation's delay draws, where that was set for this index."""

    def copy(self, keyspace: Keyspace) -> "SecondaryIndex":
        """The index of a copied table, with its entries in `keyspace`; it has no delay until one is set."""
        copied = copy(self)
        copied.move(keyspace, self.propagation.pending)
        return copied

    def move(self, keyspace: Keyspace, pending: Iterable[Waiting[EntryChange]]) -> None:
        """Has its entries in another keyspace from now on, which some changes have yet to reach."""
        self.keyspace = keyspace
        self.propagation = Propagation[EntryChange](keyspace, self._apply, pending)

    def change(
        self, before: Attributes | None, old: Item | None, after: Attributes | None, new: Item | None, table_key: bytes
    ) -> EntryChange | None:
        """What replacing the item `old` with `new` does to the index, or None for nothing it would notice.

        Raises IndexKeyMismatch, IndexKeyEmpty or IndexKeyTooLarge where a key attribute of `new` cannot be a key.
        """
        # As in `_keys`: a call for each index is spared here.
        new_key = self.key(after, table_key) if after is not None else None
        if before is None:
            old_key = None
        elif after is not None and all(before.get(name) == after.get(name) for name in self.key_names):
            old_key = new_key
        else:
            old_key = self.existing_key(before, table_key)
        if old_key is None and new_key is None:
            return None
        if old_key == new_key and self._projects_alike(before, old, after, new):
            return None
        replaced = added = None
        if old_key is not None and before is not None and old is not None:
            entry = self._stored(old_key) if not self.propagation.pending else self.project(before, old)
            replaced = (old_key, entry) if entry is not None else None
        if new_key is not None and after is not None and new is not None:
            added = (new_key, self.project(after, new))
        return None if replaced is None and added is None else EntryChange(self, replaced, added)

    def change_in_steps(self, images: Images, table_key: bytes) -> Generator[None, Any, EntryChange | None]:
        """As `change`, of long items: what other indexes have measured and compared is not looked at again."""
        old, new = images.old, images.new
        before, after = old.attributes if old is not None else None, new.attributes if new is not None else None
        old_key, new_key = self._keys(before, after, table_key)
        if old_key is None and new_key is None:
            return None
        if old_key == new_key and (yield from images.are_alike_in_steps(self.projected)):
            return None
        replaced = added = None
        if old_key is not None and old is not None:
            is_known = not self.propagation.pending
            entry = self._stored(old_key) if is_known else (yield from self._project_in_steps(old))
            replaced = (old_key, entry) if entry is not None else None
        if new_key is not None and new is not None:
            added = (new_key, (yield from self._project_in_steps(new)))
        return None if replaced is None and added is None else EntryChange(self, replaced, added)

    def _keys(
        self, before: Attributes | None, after: Attributes | None, table_key: bytes
    ) -> tuple[bytes | None, bytes | None]:
        """The key bytes of the entries of two items, if they have any. Raises as `change` does."""
        new_key = self.key(after, table_key) if after is not None else None
        if before is None:
            return None, new_key
        if after is not None and all(before.get(name) == after.get(name) for name in self.key_names):
            return new_key, new_key
        return self.existing_key(before, table_key), new_key

    def existing_entry(self, attributes: Attributes, item: Item, table_key: bytes) -> Entry | None:
        """The entry of an item that is stored already: one that cannot be indexed was left out, and has none."""
        key = self.existing_key(attributes, table_key)
        return (key, self.project(attributes, item)) if key is not None else None

    def existing_key(self, attributes: Attributes, table_key: bytes) -> bytes | None:
        """The key bytes of the entry of an item that is stored already, if it has one."""
        try:
            return self.key(attributes, table_key)
        except (IndexKeyMismatch, IndexKeyEmpty, IndexKeyTooLarge):
            return None

    def key(self, attributes: Attributes, table_key: bytes) -> bytes | None:
        """The key bytes of an item's entry, or None where the item lacks a key attribute of the index.

        An item that lacks one is still refused for a wrong other one. Raises as `change` does.
        """
        schema = self.schema.key_schema
        partition = sort = b""
        is_whole = True
        for attribute in schema.partition:
            value = attributes.get(attribute.name)
            if value is None:
                is_whole = False
            else:
                partition += self._part(attribute, value, keys.PARTITION_KEY_BYTES_MAX)
        for attribute in schema.sort:
            value = attributes.get(attribute.name)
            if value is None:
                is_whole = False
            else:
                sort += self._part(attribute, value, keys.SORT_KEY_BYTES_MAX)
        return keys.item_key(partition, sort) + table_key if is_whole else None

    def _part(self, attribute: KeyAttribute, value: AttributeValue, limit_bytes: int) -> bytes:
        content = value.get(attribute.kind)
        if not content:
            if content is None:
                raise IndexKeyMismatch(self.schema.name, attribute.name, attribute.kind, next(iter(value)))
            raise IndexKeyEmpty(self.schema.name, attribute.name, attribute.kind)
        part = keys.part(attribute.kind, content)
        if len(part) > limit_bytes and keys.raw_size(part) > limit_bytes:
            raise IndexKeyTooLarge(self.schema.name, attribute.name, keys.raw_size(part), limit_bytes)
        return part

    def project(self, attributes: Attributes, item: Item) -> Item:
        """The part of an item that its entry carries; the item itself where the index projects everything."""
        if self.projected is None:
            return item
        projection = {name: attributes[name] for name in self.projected if name in attributes}
        if item[1] < MEASURED_BYTES_MAX:
            return encode(projection, item_size(projection))
        entry = encode(projection, 0)
        if 2 * len(entry[0]) < len(item[0]):
            return entry[0], item_size(projection)
        # To measure 190,000 values takes longer than to decode them, and nearly all of them are projected.
        others = {name: value for name, value in attributes.items() if name not in projection}
        return entry[0], item[1] - item_size(others)

    def _project_in_steps(self, image: Image) -> Generator[None, Any, Item]:
        """As `project`, of a long item."""
        if self.projected is None:
            return image.item
        attributes = image.attributes
        names = tuple(name for name in self.projected if name in attributes)
        projection = image.projections.get(names)
        if projection is None:
            size_bytes = yield from image.measure_in_steps(names)
            yield
            projection = encode({name: attributes[name] for name in names}, size_bytes)
            image.projections[names] = projection
        return projection

    def _projects_alike(
        self, before: Attributes | None, old: Item | None, after: Attributes | None, new: Item | None
    ) -> bool:
        """Whether two items give entries that are equal but for their keys."""
        if before is None or after is None or old is None or new is None:
            return False
        if self.projected is None:
            return same(old, new)
        return all(same_value(before.get(name), after.get(name)) for name in self.projected)

    def _stored(self, key: bytes) -> Item | None:
        """The entry at `key`. Where nothing is pending, it is that of the item now stored."""
        partition = self.keyspace.locate(key)
        return partition.entries(None if self.schema.is_global else self.schema.name).get(key)

    def put(self, change: EntryChange, now: float) -> None:
        """Takes an entry's change: at once, or to become visible later."""
        self.propagation.put(change, now)

    def stored_in_steps(self, key: bytes, image: Image) -> Generator[None, Any, Entry | None]:
        """As `existing_entry`, of a long item."""
        entry_key = self.existing_key(image.attributes, key)
        return (entry_key, (yield from self._project_in_steps(image))) if entry_key is not None else None

    def take_stored(self, key: bytes, item: Item, now: float, made: tuple[Entry | None] | None = None) -> None:
        """Takes the entry of an item that the table held before the index. It may be made already."""
        entry = made[0] if made is not None else self.existing_entry(decode(item), item, key)
        if entry is not None:
            change = EntryChange(self, None, entry)
            self.filled_half_units = (self.filled_half_units or 0) + change.half_units
            self.put(change, now)

    def catch_up(self, now: float, changes_max: int | None = None) -> bool:
        """Makes visible what is due at `now`, or a bounded number of changes; returns whether more is due."""
        return self.propagation.catch_up(now, changes_max)

    def show(self, change: EntryChange) -> None:
        """Makes an entry's change visible at once. Nothing may be pending."""
        self._apply(change)

    def show_all(self, changes: Iterable[Waiting[EntryChange]]) -> None:
        """Makes the changes visible that another index with these entries had pending."""
        for waiting in changes:
            self._apply(waiting.change)

    def _apply(self, change: EntryChange) -> None:
        old, new = change.old, change.new
        name = None if self.schema.is_global else self.schema.name
        if old is not None and (new is None or new[0] != old[0]):
            self.keyspace.locate(old[0]).put_entry(name, old[0], None)
        if new is not None:
            self.keyspace.locate(new[0]).put_entry(name, new[0], new[1])

    def range(self, low: bytes, high: bytes | None, is_reverse: bool = False) -> Iterator[Entry]:
        """The visible entries in `[low, high)` in key order, or backwards."""
        return self.keyspace.range(low, high, is_reverse, None if self.schema.is_global else self.schema.name)


def projected_names(schema: IndexSchema, table_key_schema: KeySchema) -> tuple[str, ...] | None:
    """The attributes that an entry carries, keys of table and index first; None for all of them."""
    if schema.projection.kind == "ALL":
        return None
    names = table_key_schema.names + schema.key_schema.names + schema.projection.names
    return tuple(dict.fromkeys(names))


def entry_changes(
    indexes: Iterable[SecondaryIndex], key: bytes, old: Item | None, new: Item | None
) -> list[EntryChange]:
    """What replacing `old` with `new` does to each index it touches. Raises as SecondaryIndex.change does."""
    old_attributes = decode(old) if old is not None else None
    new_attributes = decode(new) if new is not None else None
    changes = []
    for index in indexes:
        if index.transition != "DELETING":
            change = index.change(old_attributes, old, new_attributes, new, key)
            if change is not None:
                changes.append(change)
    return changes
