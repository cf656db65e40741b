"""DeleteItem: removes the item with a key, if there is one."""

from dataclasses import dataclass
from typing import Any

from emulator.engine import Engine
from emulator.expressions import legacy, placeholders
from emulator.operations import item_keys, key_paths, requested, writes
from emulator.values.canonical import UNCHECKED_LEVEL, canonicalise


@dataclass(slots=True)
class DeleteItem:
    """A checked request; `key` is canonical."""

    key: dict[str, Any]
    guard: writes.Guard | None
    returns: writes.Returns


def validate(request: dict[str, Any]) -> DeleteItem:
    placeholders.check(request, ("ConditionExpression",))
    canonicalise(request["Key"], UNCHECKED_LEVEL)
    # Here, and not for PutItem, Expected comes first: AWS's DynamoDB Local and dynoxide.
    legacy.expected(request)
    writes.refuse_new_values(request)
    guard = requested.guard_of(request)
    return DeleteItem(request["Key"], guard, writes.returns_of(request))


def execute(engine: Engine, request: DeleteItem) -> bytes:
    now = engine.clock.now()
    table = engine.table(request.returns.table_name, now)
    key = item_keys.of_key(table.schema.key_schema, request.key)
    admits = None
    if request.guard is not None:
        admits = request.guard.admits
        key_paths.refuse(table.schema, request.guard.condition.nested)
    change = writes.perform(engine, table, key, admits, lambda old: None, request.returns, now)
    old = change.old if request.returns.values == "ALL_OLD" else None
    return writes.answer(change, request.returns, old[0] if old is not None else None)
