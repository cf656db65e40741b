"""DeleteItem: removes the item with a key, if there is one."""

from dataclasses import dataclass
from typing import Any

from emulator.engine import Engine
from emulator.operations import item_keys, requested, writes
from emulator.values.canonical import canonicalise
from storage.errors import ConditionFailed


@dataclass(slots=True)
class DeleteItem:
    """A checked request; `key` is canonical."""

    key: dict[str, Any]
    guard: writes.Guard | None
    returns: writes.Returns


def validate(request: dict[str, Any]) -> DeleteItem:
    writes.refuse_new_values(request)
    guard = requested.guard(request)
    canonicalise(request["Key"])
    return DeleteItem(request["Key"], guard, writes.returns_of(request))


def execute(engine: Engine, request: DeleteItem) -> bytes:
    now = engine.clock.now()
    table = engine.table(request.returns.table_name, now)
    key = item_keys.of_key(table.schema.key_schema, request.key)
    try:
        change = table.plan_write(key, request.guard and request.guard.admits, lambda old: None)
    except ConditionFailed as failure:
        raise writes.refusal(failure, request.returns) from None
    writes.commit(engine, change, now)
    returns_old = request.returns.values == "ALL_OLD" and change.old is not None
    return writes.answer(change, request.returns, change.old[0] if returns_old and change.old else None)
