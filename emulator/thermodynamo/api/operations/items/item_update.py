"""What an update makes of an item: alone, in a transaction or as a statement."""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.update import ACTIONS_MAX, Update
from thermodynamo.api.operations.items import drafting, key_paths, single_write
from thermodynamo.api.operations.items.draft import Draft, Image, Show
from thermodynamo.api.slices import SLICE_STEPS, Slices
from thermodynamo.api.values.canonical import refuse_deep, refuse_levels
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.tables.table import PLANNED_BYTES_MAX, Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import Laborious
from thermodynamo_storage.values.item import (
    NESTED_BYTES,
    NESTED_MEMBER_BYTES,
    AttributeValue,
    Item,
    decode,
    encode,
    entry_size,
    text_size,
    value_size,
)
from thermodynamo_storage.values.long_items import measure_in_steps
from thermodynamo_storage.values.schema import TableSchema

Attributes = dict[str, Any]
Drafts = Mapping[tuple[Table, bytes], Draft]

BUILT_BYTES_MAX = 128 * 1024
"""Of the values that an item is updated with in one piece, however many they are: 64,000 take fifteen milliseconds."""

QUOTES_MAX = 64 * 1024
"""In the JSON of an item that is updated in one piece: they tell of its values. A set of 32,000 has so many."""

JSON_FACTOR = 10
"""How many bytes of JSON stand for one of DynamoDB's at most: `{"S":""},` for an empty string in a list."""


@dataclass(slots=True)
class ItemUpdate:
    """A compiled update of the item with a key, and its condition; `key` and `values` are canonical."""

    key: Attributes
    update: Update | None
    values: Attributes
    guard: single_write.Guard | None
    weight_bytes: int = 0
    """What an UpdateItem's expression weighs; nothing else that updates an item is weighed."""
    is_long: bool = False
    """Whether an UpdateItem's values, or actions, are so many that it is drafted at once."""


def refuse_key_updates(schema: TableSchema, update: Update | None) -> None:
    """An update may not touch the attributes of the key, nor go into those of an index's key."""
    if update is not None:
        key_schema = schema.key_schema
        for attributes in (key_schema.partition, key_schema.sort):
            for attribute in attributes:
                if attribute.name in update.roots:
                    raise errors.validation(messages.CANNOT_UPDATE_KEY.format(attribute.name))
        key_paths.refuse(schema, update.nested)


def weight(table: Table, old: Item | None, wanted: ItemUpdate) -> int:
    """The steps of planning an update: see `drafting.weight`. More than a slice where `Images` may be Laborious."""
    if old is not None and _takes_long(old):
        return SLICE_STEPS + 1
    may_look = table.indexes or table.vector_indexes or table.records_changes
    if may_look and _images_bytes(old, wanted) > PLANNED_BYTES_MAX:
        return SLICE_STEPS + 1
    operand_count = wanted.guard.condition.operand_count if wanted.guard is not None else 0
    return drafting.weight(table, old, operand_count, None, wanted.values.values())


def _takes_long(old: Item) -> bool:
    """Whether an item is updated in slices, whatever becomes of it."""
    blob = old[0]
    return len(blob) > PLANNED_BYTES_MAX or (len(blob) > QUOTES_MAX and blob.count(b'"') > QUOTES_MAX)


def _images_bytes(old: Item | None, wanted: ItemUpdate) -> int:
    """How much JSON the item before and after the update has at most: each path that it reads may be all of it."""
    old_bytes = len(old[0]) if old is not None else 0
    update_weight = wanted.update.weight if wanted.update is not None else None
    if update_weight is None:
        return 2 * old_bytes
    return (2 + update_weight.path_count) * old_bytes + JSON_FACTOR * update_weight.with_values(wanted.values)


class Images:
    """The item before and after the update, decoded once for condition, update and reply."""

    __slots__ = ("new", "old", "wanted")

    def __init__(self, wanted: ItemUpdate) -> None:
        self.wanted = wanted
        self.old: dict[str, Any] | None = None
        self.new: dict[str, Any] = {}

    def admits(self, item: Item | None) -> bool:
        """Whether the condition holds for the item as it stands. Raises Laborious where it takes long to say."""
        guard = self.wanted.guard
        if item is not None and len(item[0]) > single_write.SHORT_BYTES:
            self._refuse_long(item)
            if guard is not None and drafting.is_laborious(item, guard.condition):
                raise Laborious
        self.old = decode(item) if item is not None else None
        return guard is None or guard.condition.matches(self.old or {}, guard.values)

    def build(self, item: Item | None) -> Item | None:
        """The new image. An item that does not exist is created, but not by an update that only takes away.

        The developer guide says so of AttributeUpdates, and a test that passes on the service shows it
        (scylladb/scylladb issue 5862); an expression's REMOVE leaves no stream record there either (issue 28368).
        An update that does nothing at all creates the item. Raises Laborious for an item that takes long.
        """
        if self.wanted.is_long:
            raise Laborious
        if item is not None and self.old is None:
            self._refuse_long(item)
            self.old = decode(item)
        if not self._apply():
            return None
        size_bytes = self._size(item)
        self._refuse_deep()
        return encode(self.new, size_bytes)

    def make(self, item: Item | None, attributes: Attributes | None) -> Slices[Image]:
        """Condition and new image in slices, for a draft.

        It keeps neither image: to free those of 25 large items at once takes a quarter of a second.
        """
        yield from drafting.refuse(self.wanted.guard, item, attributes)
        update = self.wanted.update
        if update is not None and len(update.paths) > ACTIONS_MAX:
            return (yield from self._make_in_parts(update, attributes))
        self.old = attributes
        try:
            yield
            if not self._apply():
                return None, None
            sizes, levels = yield from self._measure()
            size_bytes = self._size(item, lambda value: sizes.get(id(value)) or value_size(value))
            refuse_levels(levels)
            yield
            return encode(self.new, size_bytes), self.new
        finally:
            self.old, self.new = None, {}

    def _make_in_parts(self, update: Update, old: Attributes | None) -> Slices[Image]:
        """As `make`, for an update that names very many attributes: no value goes deeper than it came."""
        new = old if old is not None else self.wanted.key
        named_bytes = 0
        for part in update.parts():
            yield
            new = part.apply(new, self.wanted.values)
            named_bytes += sum(entry_size(name, new[name]) for name in map(itemgetter(0), part.paths) if name in new)
            if named_bytes > single_write.ITEM_BYTES_MAX:
                raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE)
        if old is None and update.takes_away_only:
            return None, None
        map_bytes, _ = yield from measure_in_steps({"M": new})
        size_bytes = map_bytes - NESTED_BYTES - NESTED_MEMBER_BYTES * len(new)
        if size_bytes > single_write.ITEM_BYTES_MAX:
            raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE)
        return encode(new, size_bytes), new

    def _measure(self) -> Slices[tuple[dict[int, int], int]]:
        """The sizes of the lists, maps and sets that the update has changed, before and after it, by their identity.

        And on how many levels there are values after it.
        """
        sizes: dict[int, int] = {}
        deepest = 0
        for image in (self.old or {}, self.new):
            for name in self.wanted.update.roots if self.wanted.update is not None else ():
                value = image.get(name)
                if value is not None and any(type(content) in (list, dict) for content in value.values()):
                    sizes[id(value)], levels = yield from measure_in_steps(value)
                    if image is self.new:
                        deepest = max(deepest, levels)
        return sizes, deepest

    def _refuse_long(self, item: Item) -> None:
        if _takes_long(item):
            raise Laborious

    def _apply(self) -> bool:
        """Whether there is an item afterwards."""
        self.new = old = self.old if self.old is not None else self.wanted.key
        update = self.wanted.update
        if update is not None:
            self.new = update.apply(old, self.wanted.values)
            if self.old is None and update.takes_away_only:
                self._refuse_deep()
                self.new = {}
                return False
        return True

    def _size(self, item: Item | None, size_of: Callable[[AttributeValue], int] = value_size) -> int:
        """The size of the new image of an item in bytes. Raises ValidationException as soon as it is too large.

        Where there is an item, it follows from the attributes that the update names: the others stay as they are.
        """
        new = self.new
        if self.wanted.weight_bytes <= single_write.ITEM_BYTES_MAX:
            old: Attributes = {}
            names: Iterable[str] = new
            size_bytes = 0
            if item is not None and self.old is not None:
                old = self.old
                update = self.wanted.update
                names = update.roots if update is not None else ()
                size_bytes = item[1]
                for name in names:
                    value = old.get(name)
                    if value is not None:
                        size_bytes -= size_of(value) if name in new else text_size(name) + size_of(value)
            for name in names:
                value = new.get(name)
                if value is not None:
                    size_bytes += size_of(value) if name in old else text_size(name) + size_of(value)
                    if size_bytes > single_write.ITEM_BYTES_MAX:
                        break
            else:
                return size_bytes
        raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE)

    def _refuse_deep(self) -> None:
        if self.wanted.update is not None:
            for name in self.wanted.update.roots:
                value = self.new.get(name)
                if value is not None and ("M" in value or "L" in value):
                    refuse_deep(value)

    def returned(self, returns: str, change: Change, drafts: Drafts) -> bytes | None:
        """The attributes that ReturnValues asks for as wire JSON; None where there are none.

        Of an item that was drafted its draft has them: see `show`.
        """
        if returns == "NONE":
            return None
        if returns in ("ALL_OLD", "ALL_NEW"):
            item = change.old if returns == "ALL_OLD" else change.new
            return item[0] if item is not None else None
        if not self.new and change.new is not None:  # It was drafted, by the images of the request's first part.
            return next(draft.shown for draft in drafts.values() if draft.new is change.new)
        return self._touched(self.old if returns == "UPDATED_OLD" else self.new)

    def show(self, returns: str) -> Show | None:
        """What shows the attributes that ReturnValues asks for; None where they are all of an item's, or none."""
        if returns == "UPDATED_OLD":
            return lambda before, after: self._touched(before)
        return (lambda before, after: self._touched(after)) if returns == "UPDATED_NEW" else None

    def _touched(self, image: Attributes | None) -> bytes | None:
        update = self.wanted.update
        touched = update.project_touched(image) if update is not None and image is not None else None
        return orjson.dumps(touched) if touched else None
