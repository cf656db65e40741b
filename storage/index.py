"""Secondary indexes: entries derived from items, and how their changes become visible.

An entry's key bytes are token + partition parts + sort parts + the table's key bytes, so that items with equal index
keys stay distinct and in a stable order. Its value is the projected item. An item without one of the index's key
attributes has no entry: the index is sparse.

A global index is a keyspace of its own, and its entries become visible after a delay, in the order of the writes, so
that an index never goes backwards. A local index lives in the partitions of its table and is always up to date.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from storage import keys
from storage.capacity import write_half_units
from storage.errors import IndexKeyEmpty, IndexKeyMismatch, IndexKeyTooLarge
from storage.item import Attributes, Item, encode, item_size, same
from storage.keyspace import Keyspace, partition_count
from storage.schema import IndexSchema, KeyAttribute, KeySchema

Entry = tuple[bytes, Item]
IndexTransition = Literal["CREATING", "DELETING"]


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What one item's change does to one index; None stands for no entry."""

    index: "SecondaryIndex"
    old: Entry | None
    new: Entry | None

    @property
    def half_units(self) -> int:
        """What it costs in half write units: an entry that moves is deleted and written, one that stays is replaced."""
        old, new = self.old, self.new
        if old is not None and new is not None and old[0] != new[0]:
            return write_half_units(old[1][1], 0) + write_half_units(0, new[1][1])
        return write_half_units(old[1][1] if old is not None else 0, new[1][1] if new is not None else 0)


class SecondaryIndex:
    """An index of a table. A local one has its table's `keyspace` and keeps its entries beside the items there."""

    __slots__ = ("delay", "keyspace", "pending", "projected", "schema", "transition")

    def __init__(self, schema: IndexSchema, table_key_schema: KeySchema, table_keyspace: Keyspace) -> None:
        self.schema = schema
        self.keyspace = table_keyspace
        if schema.is_global:
            served = table_keyspace.served
            self.keyspace = Keyspace(partition_count(schema.throughput, served), served)
            self.keyspace.admission = table_keyspace.admission.of_index(self, self.keyspace)
        self.projected = projected_names(schema, table_key_schema)
        self.delay: Callable[[], float] | None = None
        """How many seconds the next change takes to become visible; None where all are visible at once."""
        self.transition: IndexTransition | None = None
        """What a change of a live table does to the index; None for one that is there for good."""
        self.pending: deque[tuple[float, EntryChange]] = deque()
        """Changes not yet visible, with the time each becomes so; times never decrease."""

    def entry(self, attributes: Attributes, item: Item, table_key: bytes) -> Entry | None:
        """The entry of an item, or None where the item lacks a key attribute of the index.

        Raises IndexKeyMismatch, IndexKeyEmpty or IndexKeyTooLarge where a key attribute cannot be a key.
        """
        schema = self.schema.key_schema
        for attribute in schema.attributes:
            if attribute.name not in attributes:
                self._check_present(attributes)
                return None
        partition = b"".join([self._part(attribute, attributes, True) for attribute in schema.partition])
        sort = b"".join([self._part(attribute, attributes, False) for attribute in schema.sort])
        return keys.item_key(partition, sort) + table_key, self.project(attributes, item)

    def existing_entry(self, attributes: Attributes, item: Item, table_key: bytes) -> Entry | None:
        """The entry of an item that is stored already: one that cannot be indexed was left out, and has none."""
        try:
            return self.entry(attributes, item, table_key)
        except (IndexKeyMismatch, IndexKeyEmpty, IndexKeyTooLarge):
            return None

    def project(self, attributes: Attributes, item: Item) -> Item:
        """The part of an item that its entry carries; the item itself where the index projects everything."""
        if self.projected is None:
            return item
        projection = {name: attributes[name] for name in self.projected if name in attributes}
        return encode(projection, item_size(projection))

    def _check_present(self, attributes: Attributes) -> None:
        """An item that is not indexed for lack of one key attribute is still refused for a wrong other one."""
        for attribute in self.schema.key_schema.partition:
            if attribute.name in attributes:
                self._part(attribute, attributes, True)
        for attribute in self.schema.key_schema.sort:
            if attribute.name in attributes:
                self._part(attribute, attributes, False)

    def _part(self, attribute: KeyAttribute, attributes: Attributes, is_partition: bool) -> bytes:
        value = attributes[attribute.name]
        content = value.get(attribute.kind)
        if content is None:
            raise IndexKeyMismatch(self.schema.name, attribute.name, attribute.kind, next(iter(value)))
        if not content:
            raise IndexKeyEmpty(self.schema.name, attribute.name, attribute.kind)
        part = keys.part(attribute.kind, content)
        limit = keys.PARTITION_KEY_BYTES_MAX if is_partition else keys.SORT_KEY_BYTES_MAX
        if len(part) > limit and keys.raw_size(part) > limit:
            raise IndexKeyTooLarge(self.schema.name, attribute.name, keys.raw_size(part), limit)
        return part

    def put(self, change: EntryChange, now: float) -> None:
        """Takes an entry's change: at once, or to become visible after the index's delay."""
        pending = self.pending
        if pending:
            self.catch_up(now)
        if self.delay is None and not pending:
            self._apply(change)
            return
        visible_at = now + self.delay() if self.delay is not None else now
        if pending and pending[-1][0] > visible_at:
            visible_at = pending[-1][0]
        pending.append((visible_at, change))

    def catch_up(self, now: float) -> None:
        """Makes visible what is due at `now`."""
        pending = self.pending
        while pending and pending[0][0] <= now:
            self._apply(pending.popleft()[1])

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


def same_entry(one: Entry | None, other: Entry | None) -> bool:
    """Whether an index would not notice the one entry in place of the other."""
    if one is None or other is None:
        return one is other
    return one[0] == other[0] and same(one[1], other[1])


def projected_names(schema: IndexSchema, table_key_schema: KeySchema) -> tuple[str, ...] | None:
    """The attributes that an entry carries, keys of table and index first; None for all of them."""
    if schema.projection.kind == "ALL":
        return None
    names = table_key_schema.names + schema.key_schema.names + schema.projection.names
    return tuple(dict.fromkeys(names))
