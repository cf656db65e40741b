"""PutItem: stores an item in place of whatever has its key."""

from dataclasses import dataclass
from typing import Any

from emulator import errors, messages
from emulator.engine import Engine
from emulator.expressions import placeholders
from emulator.operations import item_keys, key_paths, requested, writes
from emulator.values.canonical import canonicalise
from storage.item import encode


@dataclass(slots=True)
class PutItem:
    """A checked request; `item` is canonical."""

    item: dict[str, Any]
    size_bytes: int
    guard: writes.Guard | None
    returns: writes.Returns


def validate(request: dict[str, Any]) -> PutItem:
    placeholders.check(request, ("ConditionExpression",))
    item = request["Item"]
    size_bytes = canonicalise(item)
    writes.refuse_new_values(request)
    if size_bytes > writes.ITEM_BYTES_MAX:
        raise errors.validation(messages.ITEM_TOO_LARGE)
    guard = requested.guard_of(request)
    return PutItem(item, size_bytes, guard, writes.returns_of(request))


def execute(engine: Engine, request: PutItem) -> bytes:
    now = engine.clock.now()
    table = engine.table(request.returns.table_name, now)
    key = item_keys.of_item(table.schema.key_schema, request.item)
    new = encode(request.item, request.size_bytes)
    admits = None
    if request.guard is not None:
        admits = request.guard.admits
        key_paths.refuse(table.schema, request.guard.condition.nested)
    if admits is not None or table.holds is not None:
        # What is wrong with the item itself is said before its place is looked at.
        table.refuse_unindexable(key, request.item)
    change = writes.perform(engine, table, key, admits, lambda old: new, request.returns, now)
    old = change.old if request.returns.values == "ALL_OLD" else None
    return writes.answer(change, request.returns, old[0] if old is not None else None)
