"""PutItem: stores an item in place of whatever has its key."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import placeholders
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items import drafting, item_keys, key_paths, request_expressions, single_write
from thermodynamo.api.operations.items.draft import Draft, Undrafted
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import Laborious
from thermodynamo_storage.values.item import encode

FACTS = Facts(is_read=False, is_single_write=True, wording="enveloped")


@dataclass(slots=True)
class PutItem:
    """A checked request; `item` is canonical."""

    item: dict[str, Any]
    size_bytes: int
    guard: single_write.Guard | None
    returns: single_write.Returns


def validate(request: dict[str, Any]) -> PutItem:
    # The table's name and the item are required: two members are these, and nothing else is to be looked at.
    is_plain = len(request) == 2
    if not is_plain:
        placeholders.check(request, ("ConditionExpression",))
    item = request["Item"]
    size_bytes = canonicalise(item, bytes_max=single_write.ITEM_BYTES_MAX)
    if "ReturnValues" in request:
        single_write.refuse_new_values(request)
    if size_bytes > single_write.ITEM_BYTES_MAX:
        raise errors.validation(messages.ITEM_TOO_LARGE)
    if is_plain:
        return PutItem(item, size_bytes, None, single_write.Returns(request["TableName"]))
    guard = request_expressions.guard_of(request)
    return PutItem(item, size_bytes, guard, single_write.returns_of(request))


def execute(namespace: Namespace, request: PutItem, now: float) -> bytes:
    table = namespace.table(request.returns.table_name, now)
    key = item_keys.of_item(table.schema.key_schema, request.item)
    new = encode(request.item, request.size_bytes)
    admits = None
    if request.guard is not None:
        admits = request.guard.admits
        key_paths.refuse(table.schema, request.guard.condition.nested)
    if admits is not None or table.holds is not None:
        # What is wrong with the item itself is said before its place is looked at.
        table.refuse_unindexable(key, request.item)
    try:
        change = single_write.perform(namespace, table, key, admits, lambda old: new, request.returns, now)
    except Laborious:
        make = drafting.replacing(request.guard, new, request.item)
        raise Undrafted([Draft(table, key, make)]) from None
    old = change.old if request.returns.values == "ALL_OLD" else None
    return single_write.answer(table, change, request.returns, old[0] if old is not None else None)
