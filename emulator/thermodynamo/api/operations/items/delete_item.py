"""DeleteItem: removes the item with a key, if there is one."""

from typing import Any

from thermodynamo.api.expressions import legacy, placeholders
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items import drafting, item_keys, key_paths, request_expressions, single_write
from thermodynamo.api.operations.items.draft import Draft, Undrafted
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.values.canonical import UNCHECKED_LEVEL, canonicalise
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import Laborious

FACTS = Facts(is_read=False, is_single_write=True, wording="enveloped")


@dataclass(slots=True)
class DeleteItem:
    """A checked request; `key` is canonical."""

    key: dict[str, Any]
    guard: single_write.Guard | None
    returns: single_write.Returns


def validate(request: dict[str, Any]) -> DeleteItem:
    placeholders.check(request, ("ConditionExpression",))
    canonicalise(request["Key"], UNCHECKED_LEVEL)
    # Here, and not for PutItem, Expected comes first: AWS's DynamoDB Local and dynoxide.
    legacy.expected(request)
    single_write.refuse_new_values(request)
    guard = request_expressions.guard_of(request)
    return DeleteItem(request["Key"], guard, single_write.returns_of(request))


def execute(namespace: Namespace, request: DeleteItem, now: float) -> bytes:
    table = namespace.table(request.returns.table_name, now)
    key = item_keys.of_key(table.schema.key_schema, request.key)
    admits = None
    if request.guard is not None:
        admits = request.guard.admits
        key_paths.refuse(table.schema, request.guard.condition.nested)
    try:
        change = single_write.perform(namespace, table, key, admits, lambda old: None, request.returns, now)
    except Laborious:
        make = drafting.replacing(request.guard, None, None)
        raise Undrafted([Draft(table, key, make)]) from None
    old = change.old if request.returns.values == "ALL_OLD" else None
    return single_write.answer(table, change, request.returns, old[0] if old is not None else None)
