"""UpdateItem: changes attributes of an item, or creates it."""

from dataclasses import dataclass
from typing import Any

import orjson

from emulator import errors, messages
from emulator.engine import Engine
from emulator.expressions.update import Update
from emulator.operations import item_keys, requested, writes
from emulator.values.canonical import canonicalise
from storage.errors import IndexKeyEmpty
from storage.item import Item, decode, encode, item_size
from storage.schema import KeySchema


@dataclass(slots=True)
class UpdateItem:
    """A checked request; `key` and `values` are canonical."""

    key: dict[str, Any]
    update: Update | None
    values: dict[str, Any]
    guard: writes.Guard | None
    returns: writes.Returns


def validate(request: dict[str, Any]) -> UpdateItem:
    update, guard, values = requested.update_of(request)
    canonicalise(request["Key"])
    return UpdateItem(request["Key"], update, values, guard, writes.returns_of(request))


def execute(engine: Engine, request: UpdateItem) -> bytes:
    now = engine.clock.now()
    table = engine.table(request.returns.table_name, now)
    schema = table.schema.key_schema
    key = item_keys.of_key(schema, request.key)
    refuse_key_updates(schema, request.update)
    images = Images(request)
    admits = images.admits if request.guard is not None else None
    try:
        change = writes.perform(engine, table, key, admits, images.build, request.returns, now)
    except IndexKeyEmpty as error:
        raise errors.index_key_updated(error) from None
    return writes.answer(change, request.returns, images.returned(request.returns.values, change.old))


def refuse_key_updates(schema: KeySchema, update: Update | None) -> None:
    """An update may not touch the attributes of the key."""
    if update is not None:
        for name in schema.names:
            if name in update.roots:
                raise errors.validation(messages.CANNOT_UPDATE_KEY.format(name))


class Images:
    """The item before and after the update, decoded once for condition, update and reply."""

    __slots__ = ("new", "old", "request")

    def __init__(self, request: UpdateItem) -> None:
        self.request = request
        self.old: dict[str, Any] | None = None
        self.new: dict[str, Any] = {}

    def admits(self, item: Item | None) -> bool:
        """Whether the condition holds for the item as it stands."""
        guard = self.request.guard
        self.old = decode(item) if item is not None else None
        return guard is None or guard.condition.matches(self.old or {}, guard.values)

    def build(self, item: Item | None) -> Item:
        """The new image. An item that does not exist is created, even by an update that only removes."""
        if item is not None and self.old is None:
            self.old = decode(item)
        old = self.old if self.old is not None else self.request.key
        update = self.request.update
        self.new = update.apply(old, self.request.values) if update is not None else old
        size_bytes = item_size(self.new)
        if size_bytes > writes.ITEM_BYTES_MAX:
            raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE)
        return encode(self.new, size_bytes)

    def returned(self, returns: str, old: Item | None) -> bytes | None:
        """The attributes that ReturnValues asks for as wire JSON; None where there are none."""
        if returns == "NONE":
            return None
        if returns == "ALL_OLD":
            return old[0] if old is not None else None
        if returns == "ALL_NEW":
            return orjson.dumps(self.new)
        update = self.request.update
        image = self.old if returns == "UPDATED_OLD" else self.new
        touched = update.project_touched(image) if update is not None and image is not None else None
        return orjson.dumps(touched) if touched else None
