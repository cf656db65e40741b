"""A vector index: the items of a table that have a vector, grouped by the value of the index's partition key.

It follows the table's changes. All that it holds comes of the table's items, so nothing of it is written to a journal
or an image: a table that is loaded fills its vector indexes anew. An item without a vector, or without the partition
key, is not in the index; a write whose vector cannot be one is refused before it happens.
"""

from collections import deque
from collections.abc import Callable, Generator, Mapping
from copy import copy
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy

from thermodynamo_storage.changes.commit import Change, Commit, VectorChange
from thermodynamo_storage.changes.index import IndexTransition
from thermodynamo_storage.followers import vector_text
from thermodynamo_storage.followers.vector_matrix import Entry, Group, Matrix, Vector
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.errors import (
    IndexKeyEmpty,
    IndexKeyMismatch,
    IndexKeyTooLarge,
    StorageError,
    VectorMismatch,
    VectorOverflow,
    VectorSizeMismatch,
)
from thermodynamo_storage.values.item import (
    STEP_BYTES_MAX,
    Attributes,
    AttributeValue,
    Item,
    decode,
    entry_size,
    item_size,
    same,
    same_value,
)
from thermodynamo_storage.values.long_images import Image, Images
from thermodynamo_storage.values.long_items import finished
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, VectorIndexSchema

NUMBER_BYTES = 4
"""Of each dimension of a vector in an index (developer guide, VectorSearchStorage)."""
CHANGES_AT_ONCE = 16
"""So many changes a write makes visible that are due before its own."""
CODE_BYTES = 8
NO_CODE = 0
"""Of an item without the attribute."""


class Waiting(NamedTuple):
    """A change that is not visible yet."""

    put_at: float
    due_at: float
    key: bytes
    item: Item | None
    entry: Entry | None


class VectorIndex:
    """One vector index of a table. Commits change it through `take`, and its filling through `take_stored`."""

    __slots__ = (
        *("delay", "delay_bounds", "groups", "is_hollow", "names", "note_pending", "opening", "pending"),
        *("places", "schema", "searched_bytes", "shared", "transition", "taken_bytes"),
    )

    def __init__(self, schema: VectorIndexSchema, key_schema: KeySchema) -> None:
        """`key_schema` is the table's."""
        self.schema = schema
        self.names = stored_names(schema, key_schema)
        self.opening = vector_text.opening(schema.vector_name)
        self.transition: IndexTransition | None = None
        self.is_hollow = False
        """Whether it has yet to be filled with the items of a table that was loaded and is not in use."""
        self.groups: dict[bytes, Group] = {}
        self.places: dict[bytes, bytes] = {}
        """The group of each item by its key bytes, where the index has a partition key."""
        self.shared = False
        """Whether a copy has the same `places`."""
        self.delay: Callable[[], float] | None = None
        """How many seconds the next change takes to become visible; None where it takes none."""
        self.delay_bounds: tuple[float, float] | None = None
        self.pending: deque[Waiting] = deque()
        self.note_pending: Callable[[], object] | None = None
        """Called when a change begins to wait and none did before; None where nobody wants to know."""
        self.searched_bytes = self.taken_bytes = 0
        """What searches and writes have been metered with so far, each write without the minimum of its request."""

    @property
    def item_count(self) -> int:
        return sum(len(group.keys) for group in self.groups.values())

    @property
    def size_bytes(self) -> int:
        """What the index stores: vectors as 32-bit floats, and the projected attributes of each item."""
        others = sum(group.other_bytes for group in self.groups.values())
        return NUMBER_BYTES * self.schema.dimensions * self.item_count + others

    @property
    def held_bytes(self) -> int:
        """The memory of the vectors."""
        return sum(group.matrix.held_bytes for group in self.groups.values())

    def count_search(self, metered_bytes: int) -> None:
        self.searched_bytes += metered_bytes

    def group(self, part: bytes) -> Group | None:
        """The items with a value of the partition key; no bytes stand for all, where the index has none."""
        return self.groups.get(part)

    def codes_of(self, parts: Mapping[str, bytes]) -> list[tuple[int, int]]:
        """The filters that a search names values of: their places, each with the code of its key part."""
        filters = enumerate(self.schema.filters)
        return [(place, code(parts[each.name])) for place, each in filters if each.name in parts]

    def look(self, attributes: Attributes) -> None:
        """Raises for the attributes of an item that cannot be indexed; see `entry`."""
        self._vector_and_rest(attributes)

    def entry(self, attributes: Attributes, item: Item | None = None) -> Entry | None:
        """What the index takes of an item; None where it takes nothing. The `item` itself need not be measured.

        Raises VectorMismatch, VectorSizeMismatch, VectorOverflow, IndexKeyMismatch, IndexKeyEmpty or IndexKeyTooLarge.
        An item that is not taken for want of one attribute is still refused for a wrong other one.
        """
        found = self._vector_and_rest(attributes)
        if found is None:
            return None
        if item is not None and self.names is None:
            return Entry(*found, self._bytes_beside(attributes, item))
        return Entry(*found, item_size(self.others(attributes)))

    def entry_in_steps(self, image: Image) -> Generator[None, Any, Entry | None]:
        """As `entry`, of a long item."""
        found = self._vector_and_rest(image.attributes)
        if found is None:
            return None
        if self.names is None:
            return Entry(*found, self._bytes_beside(image.attributes, image.item))
        return Entry(*found, (yield from image.measure_in_steps(self.names)))

    def _bytes_beside(self, attributes: Attributes, item: Item) -> int:
        name = self.schema.vector_name
        return item[1] - entry_size(name, attributes[name])

    def _vector_and_rest(self, attributes: Attributes) -> tuple[bytes, tuple[int, ...], Vector] | None:
        value = attributes.get(self.schema.vector_name)
        return self._with_keys(self.vector(value) if value is not None else None, attributes)

    def _with_keys(self, vector: Vector | None, attributes: Attributes) -> tuple[bytes, tuple[int, ...], Vector] | None:
        """What an entry begins with, by the vector and the other attributes of an item."""
        schema = self.schema
        group: bytes | None = b""
        if schema.partition is not None:
            group = self._part(schema.partition, attributes, is_partition=True)
        parts = [self._part(each, attributes) for each in schema.filters]
        if vector is None or group is None:
            return None
        return group, tuple(NO_CODE if part is None else code(part) for part in parts), vector

    def others(self, attributes: Attributes) -> Attributes:
        """The attributes of an item that the index stores, without the vector."""
        names = self.names
        if names is None:
            return {name: value for name, value in attributes.items() if name != self.schema.vector_name}
        return {name: attributes[name] for name in names if name in attributes}

    def change(self, key: bytes, old: Item | None, new: Item | None, attributes: Attributes | None) -> VectorChange:
        """What replacing `old` with `new`, which has these attributes, does to the index.

        Raises as `entry` does; an index that is being deleted takes nothing of what cannot be indexed.
        """
        entry = None
        if new is not None and attributes is not None:
            try:
                entry = self.entry(attributes, new)
            except StorageError:
                if self.transition != "DELETING":
                    raise
        return self._change_to(key, old, new, entry)

    def change_in_steps(self, key: bytes, images: Images, refuses: bool = True) -> Generator[None, Any, VectorChange]:
        """As `change`, of long items. What cannot be indexed is left out, if it is not to be refused."""
        entry = None
        if images.new is not None:
            try:
                entry = yield from self.entry_in_steps(images.new)
            except StorageError:
                if refuses and self.transition != "DELETING":
                    raise
        before = None
        if images.old is not None:
            if self._knows_stored:
                before = self._known_entry(key)
            else:
                before = yield from self._stored_in_steps(images.old)
        sent_bytes = self._sent_bytes(before, entry)
        names = (*self.names, self.schema.vector_name) if self.names is not None else None
        if self._may_be_alike(before, entry) and (yield from images.are_alike_in_steps(names)):
            sent_bytes = 0
        return VectorChange(entry, sent_bytes)

    def _change_to(self, key: bytes, old: Item | None, new: Item | None, entry: Entry | None) -> VectorChange:
        before = None
        if old is not None:
            before = self._known_entry(key) if self._knows_stored else self._stored_entry(old)
        sent_bytes = self._sent_bytes(before, entry)
        if old is not None and new is not None and self._may_be_alike(before, entry) and self._are_alike(old, new):
            sent_bytes = 0
        return VectorChange(entry, sent_bytes)

    @property
    def _knows_stored(self) -> bool:
        """Whether the entries here are those of the items that the table holds now."""
        return not self.pending and self.transition != "CREATING"

    def _known_entry(self, key: bytes) -> Entry | None:
        """What is kept of the entry of an item that is stored: all but its codes."""
        place = self._place(key)
        if place is None:
            return None
        group = self.groups[place]
        position = group.positions[key]
        return Entry(place, (), group.matrix.vector(position), group.sizes[position])

    def _sent_bytes(self, before: Entry | None, entry: Entry | None) -> int:
        """How much data a write sends that makes an entry of another one, if these are not alike.

        A write is as large as what comes to be stored, a deletion as what was (developer guide, VectorSearchMonitoring,
        which gives no formula).
        """
        sent = entry or before
        return NUMBER_BYTES * self.schema.dimensions + sent.other_bytes if sent is not None else 0

    def _may_be_alike(self, before: Entry | None, entry: Entry | None) -> bool:
        """Whether it takes a look at the items to say that a write changes nothing here."""
        if before is None or entry is None:
            return False
        is_like = (before.group, before.other_bytes) == (entry.group, entry.other_bytes)
        return is_like and numpy.array_equal(before.vector, entry.vector)

    def _are_alike(self, old: Item, new: Item) -> bool:
        if self.names is None:
            return same(old, new)
        ours, theirs = decode(old), decode(new)
        names = (*self.names, self.schema.vector_name)
        return all(same_value(ours.get(name), theirs.get(name)) for name in names)

    def _stored_entry(self, item: Item) -> Entry | None:
        """The entry of an item that is stored: one that cannot be indexed was left out, and has none."""
        if item[1] >= STEP_BYTES_MAX:
            return finished(self._stored_in_steps(Image(item)))
        try:
            found = vector_text.read(item, self.schema.vector_name, self.opening)
            if found is None:
                return self.entry(decode(item))
            vector, attributes = found
            is_fit = len(vector) == self.schema.dimensions and numpy.isfinite(vector).all()
            begun = self._with_keys(vector, attributes) if is_fit else None
            return Entry(*begun, item_size(self.others(attributes))) if begun is not None else None
        except StorageError:
            return None

    def _stored_in_steps(self, image: Image) -> Generator[None, Any, Entry | None]:
        try:
            return (yield from self.entry_in_steps(image))
        except StorageError:
            return None

    def vector(self, value: AttributeValue) -> Vector:
        """The vector that an attribute value is. Raises as `entry` does."""
        schema = self.schema
        elements = value.get("L")
        if elements is None:
            raise VectorMismatch(schema.name, schema.vector_name, "L", next(iter(value)))
        if len(elements) != schema.dimensions:
            raise VectorSizeMismatch(schema.name, schema.vector_name, schema.dimensions, len(elements))
        try:
            vector = vector_of([element["N"] for element in elements])
        except KeyError:
            place, kind = next(
                (place, next(iter(element))) for place, element in enumerate(elements) if "N" not in element
            )
            raise VectorMismatch(schema.name, f"{schema.vector_name}[{place}]", "N", kind) from None
        if not numpy.isfinite(vector).all():
            place = int(numpy.flatnonzero(~numpy.isfinite(vector))[0])
            raise VectorOverflow(schema.name, f"{schema.vector_name}[{place}]", elements[place]["N"])
        return vector

    def _part(self, attribute: KeyAttribute, attributes: Attributes, is_partition: bool = False) -> bytes | None:
        value = attributes.get(attribute.name)
        if value is None:
            return None
        content = value.get(attribute.kind)
        if content is None:
            raise IndexKeyMismatch(self.schema.name, attribute.name, attribute.kind, next(iter(value)))
        if not content and is_partition:
            raise IndexKeyEmpty(self.schema.name, attribute.name, attribute.kind)
        part = keys.part(attribute.kind, content)
        if is_partition and keys.raw_size(part) > keys.PARTITION_KEY_BYTES_MAX:
            limit = keys.PARTITION_KEY_BYTES_MAX
            raise IndexKeyTooLarge(self.schema.name, attribute.name, keys.raw_size(part), limit)
        return part

    def take(self, change: Change, commit: Commit) -> None:
        """Follows a change of an item: at once, or after the delay. Changes never overtake each other."""
        if self.pending:
            self.catch_up(commit.now, CHANGES_AT_ONCE)
        found = self._planned(change)
        if found is None:
            entry = self._stored_entry(change.new) if change.new is not None else None
            found = self._change_to(change.key, change.old, change.new, entry)
        self.taken_bytes += found.sent_bytes
        if self.delay is None and not self.pending:
            self._put_entry(change.key, change.new, found.entry)
            return
        due_at = commit.now + self.delay() if self.delay is not None else commit.now
        if self.pending:
            due_at = max(due_at, self.pending[-1].due_at)
        elif self.note_pending is not None:
            self.note_pending()
        self.pending.append(Waiting(commit.now, due_at, change.key, change.new, found.entry))

    def _planned(self, change: Change) -> VectorChange | None:
        """What was found out when the change was planned."""
        return change.vectors.get(self.schema.name) if change.vectors is not None else None

    def show(self, change: Change) -> None:
        """Makes a change visible at once, and meters nothing."""
        found = self._planned(change)
        if found is None:
            self.put(change.key, change.new)
        else:
            self._put_entry(change.key, change.new, found.entry)

    def stored_in_steps(self, key: bytes, image: Image) -> Generator[None, Any, Entry | None]:
        """The entry of a long item that is stored."""
        return (yield from self._stored_in_steps(image))

    def take_stored(self, key: bytes, item: Item, now: float, made: tuple[Entry | None] | None = None) -> None:
        """Takes an item that the table held before the index: behind the changes that are on their way.

        Its entry may be made already.
        """
        entry = made[0] if made is not None else self._stored_entry(item)
        if self.pending:
            self.pending.append(Waiting(now, max(now, self.pending[-1].due_at), key, item, entry))
        else:
            self._put_entry(key, item, entry)

    def catch_up(self, now: float, changes_max: int | None = None) -> bool:
        """Makes visible what is due at `now`, or a bounded number of changes; returns whether more is due.

        The bound is `changes_max`, or the item with which they reach STEP_BYTES_MAX: each is decoded.
        """
        count = size_bytes = 0
        while self.pending and self.pending[0].due_at <= now:
            if changes_max is not None and (count == changes_max or size_bytes >= STEP_BYTES_MAX):
                return True
            waiting = self.pending.popleft()
            size_bytes += waiting.item[1] if waiting.item is not None else 0
            self._put_entry(waiting.key, waiting.item, waiting.entry)
            count += 1
        return False

    def age_seconds(self, now: float) -> float:
        """How long the oldest change has waited; 0 where none does."""
        return now - self.pending[0].put_at if self.pending else 0.0

    def put(self, key: bytes, item: Item | None) -> None:
        """Makes an item's entry what the item says; None stands for no item."""
        self._put_entry(key, item, self._stored_entry(item) if item is not None else None)

    def _put_entry(self, key: bytes, item: Item | None, entry: Entry | None) -> None:
        if entry is not None and item is not None:
            self.place(key, item, entry)
            return
        place = self._place(key)
        if place is not None:
            self._remove(key, place)

    def place(self, key: bytes, item: Item, entry: Entry) -> None:
        """Makes an item's entry this one."""
        place = self._place(key)
        if place is not None and entry.group != place:
            self._remove(key, place)
        group = self.groups.get(entry.group)
        if group is None:
            group = self.groups[entry.group] = Group(Matrix(self.schema.dimensions, len(self.schema.filters)))
        else:
            group = self._own(entry.group)
        group.put(key, item, entry)
        if self.schema.partition is not None and place != entry.group:
            self._own_places()[key] = entry.group

    def _place(self, key: bytes) -> bytes | None:
        if self.schema.partition is not None:
            return self.places.get(key)
        group = self.groups.get(b"")
        return b"" if group is not None and key in group.positions else None

    def _remove(self, key: bytes, place: bytes) -> None:
        group = self._own(place)
        group.remove(key)
        if not group.keys:
            del self.groups[place]
        if self.schema.partition is not None:
            del self._own_places()[key]

    def _own(self, place: bytes) -> Group:
        """The group, which is copied first where a copy of the index shares it."""
        group = self.groups[place]
        if group.is_shared:
            group = self.groups[place] = group.copy()
        return group

    def _own_places(self) -> dict[bytes, bytes]:
        if self.shared:
            self.places, self.shared = dict(self.places), False
        return self.places

    def copy(self) -> "VectorIndex":
        """The index of a copied table, which shares everything until either is written to. It has no delay."""
        copied = copy(self)
        copied.groups, copied.pending = dict(self.groups), deque(self.pending)
        copied.delay = copied.note_pending = None
        for group in self.groups.values():
            group.is_shared = True
        self.shared = copied.shared = True
        return copied

    def check(self) -> None:
        """Asserts that every item lies in one group, where the index knows it to be."""
        for place, group in self.groups.items():
            group.check()
            assert group.keys
            assert self.schema.partition is None or all(self.places[key] == place for key in group.keys)
        assert self.is_hollow or self.schema.partition is None or len(self.places) == self.item_count


def stored_names(schema: VectorIndexSchema, key_schema: KeySchema) -> tuple[str, ...] | None:
    """The attributes that an index stores beside the vector, keys first; None for all of them."""
    if schema.projection.kind == "ALL":
        return None
    names = (*key_schema.names, *(each.name for each in schema.searched), *schema.projection.names)
    return tuple(name for name in dict.fromkeys(names) if name != schema.vector_name)


def vector_of(numbers: list[str]) -> Vector:
    """Numbers as 32-bit floats; infinite where one is too large."""
    with numpy.errstate(over="ignore"):
        vector: Vector = numpy.array([float(number) for number in numbers], numpy.float64).astype(numpy.float32)
    return vector


def code(part: bytes) -> int:
    """A number for the value of a filter: two values have one number with a chance of one in 2 to the 64."""
    return int.from_bytes(blake2b(part, digest_size=CODE_BYTES).digest(), "little", signed=True)
