"""What an update makes of an item: alone, in a transaction or as a statement."""

from dataclasses import dataclass
from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.update import Update
from thermodynamo.api.operations.items import key_paths, single_write
from thermodynamo.api.values.canonical import refuse_deep
from thermodynamo_storage.values.item import Item, decode, encode, item_size, resized
from thermodynamo_storage.values.schema import TableSchema

Attributes = dict[str, Any]


@dataclass(slots=True)
class ItemUpdate:
    """A compiled update of the item with a key, and its condition; `key` and `values` are canonical."""

    key: Attributes
    update: Update | None
    values: Attributes
    guard: single_write.Guard | None
    weight_bytes: int = 0
    """What an UpdateItem's expression weighs; nothing else that updates an item is weighed."""


def refuse_key_updates(schema: TableSchema, update: Update | None) -> None:
    """An update may not touch the attributes of the key, nor go into those of an index's key."""
    if update is not None:
        for name in schema.key_schema.names:
            if name in update.roots:
                raise errors.validation(messages.CANNOT_UPDATE_KEY.format(name))
        key_paths.refuse(schema, update.nested)


class Images:
    """The item before and after the update, decoded once for condition, update and reply."""

    __slots__ = ("new", "old", "wanted")

    def __init__(self, wanted: ItemUpdate) -> None:
        self.wanted = wanted
        self.old: dict[str, Any] | None = None
        self.new: dict[str, Any] = {}

    def admits(self, item: Item | None) -> bool:
        """Whether the condition holds for the item as it stands."""
        guard = self.wanted.guard
        self.old = decode(item) if item is not None else None
        return guard is None or guard.condition.matches(self.old or {}, guard.values)

    def build(self, item: Item | None) -> Item | None:
        """The new image. An item that does not exist is created, but not by an update that only takes away.

        The developer guide says so of AttributeUpdates, and a test that passes on the service shows it
        (scylladb/scylladb issue 5862); an expression's REMOVE leaves no stream record there either (issue 28368).
        An update that does nothing at all creates the item.
        """
        if item is not None and self.old is None:
            self.old = decode(item)
        old = self.old if self.old is not None else self.wanted.key
        update = self.wanted.update
        self.new = old
        if update is not None:
            self.new = update.apply(old, self.wanted.values)
            for name in update.roots:
                value = self.new.get(name)
                if value is not None and ("M" in value or "L" in value):
                    refuse_deep(value)
            if item is None and update.takes_away_only:
                self.new = {}
                return None
        if item is None:
            size_bytes = item_size(self.new)
        else:
            size_bytes = item[1] if update is None else resized(item[1], old, self.new, update.roots)
        if max(size_bytes, self.wanted.weight_bytes) > single_write.ITEM_BYTES_MAX:
            raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE)
        return encode(self.new, size_bytes)

    def returned(self, returns: str, old: Item | None) -> bytes | None:
        """The attributes that ReturnValues asks for as wire JSON; None where there are none."""
        if returns == "NONE":
            return None
        if returns == "ALL_OLD":
            return old[0] if old is not None else None
        if returns == "ALL_NEW":
            return orjson.dumps(self.new) if self.new else None
        update = self.wanted.update
        image = self.old if returns == "UPDATED_OLD" else self.new
        touched = update.project_touched(image) if update is not None and image is not None else None
        return orjson.dumps(touched) if touched else None
