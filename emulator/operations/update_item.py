"""UpdateItem: changes attributes of an item, or creates it."""

from dataclasses import dataclass
from typing import Any

from emulator import errors, messages
from emulator.engine import Engine
from emulator.expressions import placeholders
from emulator.operations import item_keys, key_paths, requested, updates, writes
from emulator.values.canonical import UNCHECKED_LEVEL, canonicalise
from storage.errors import IndexKeyEmpty, ItemTooLarge


@dataclass(slots=True)
class UpdateItem:
    """A checked request."""

    update: updates.ItemUpdate
    returns: writes.Returns


def validate(request: dict[str, Any]) -> UpdateItem:
    placeholders.check(request, ("UpdateExpression", "ConditionExpression"))
    canonicalise(request["Key"], UNCHECKED_LEVEL)
    # A value of an UpdateItem nests no deeper than an item's (floci-io/floci pull request 3447, after the service in
    # eu-west-2 and us-east-1, September 2026; ministack does so for a value of the condition too).
    update, guard, values = requested.update_of(request, 1)
    weight_bytes = 0
    if "UpdateExpression" in request and update is not None and update.weight is not None:
        weight_bytes = update.weight.with_values(values)
    wanted = updates.ItemUpdate(request["Key"], update, values, guard, weight_bytes)
    return UpdateItem(wanted, writes.returns_of(request))


def execute(engine: Engine, request: UpdateItem) -> bytes:
    now = engine.clock.now()
    table = engine.table(request.returns.table_name, now)
    update = request.update
    key = item_keys.of_key(table.schema.key_schema, update.key)
    updates.refuse_key_updates(table.schema, update.update)
    images = updates.Images(update)
    admits = None
    if update.guard is not None:
        admits = images.admits
        key_paths.refuse(table.schema, update.guard.condition.nested)
    try:
        change = writes.perform(engine, table, key, admits, images.build, request.returns, now)
    except IndexKeyEmpty as error:
        raise errors.index_key_updated(error) from None
    except ItemTooLarge:
        raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE) from None
    return writes.answer(change, request.returns, images.returned(request.returns.values, change.old))
