"""UpdateItem: changes attributes of an item, or creates it."""

from collections.abc import Iterator
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import placeholders
from thermodynamo.api.expressions.update import ACTIONS_MAX
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items import (
    drafting,
    item_keys,
    item_update,
    key_paths,
    request_expressions,
    single_write,
)
from thermodynamo.api.operations.items.draft import Draft, Undrafted
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.values.canonical import UNCHECKED_LEVEL, canonicalise
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import IndexKeyEmpty, ItemTooLarge, Laborious
from thermodynamo_storage.values.item import AttributeValue

FACTS = Facts(is_read=False, is_single_write=True, wording="enveloped")


@dataclass(slots=True)
class UpdateItem:
    """A checked request."""

    update: item_update.ItemUpdate
    returns: single_write.Returns


def validate(request: dict[str, Any]) -> UpdateItem:
    placeholders.check(request, ("UpdateExpression", "ConditionExpression"))
    canonicalise(request["Key"], UNCHECKED_LEVEL)
    # A value of an UpdateItem nests no deeper than an item's (floci-io/floci pull request 3447, after the service in
    # eu-west-2 and us-east-1, September 2026; ministack does so for a value of the condition too).
    update, guard, values = request_expressions.update_of(request, 1)
    weight_bytes = update.weight.with_values(values) if update is not None and update.weight is not None else 0
    is_long = update is not None and (
        len(update.paths) > ACTIONS_MAX
        or (weight_bytes > item_update.BUILT_BYTES_MAX and drafting.are_many(_values(request)))
    )
    if "UpdateExpression" not in request:
        weight_bytes = 0
    wanted = item_update.ItemUpdate(request["Key"], update, values, guard, weight_bytes, is_long)
    return UpdateItem(wanted, single_write.returns_of(request))


def _values(request: dict[str, Any]) -> Iterator[AttributeValue]:
    """The values that an item is updated with."""
    yield from request.get("ExpressionAttributeValues", {}).values()
    yield from (each["Value"] for each in request.get("AttributeUpdates", {}).values() if each.get("Value"))


def execute(namespace: Namespace, request: UpdateItem, now: float) -> bytes:
    table = namespace.table(request.returns.table_name, now)
    update = request.update
    key = item_keys.of_key(table.schema.key_schema, update.key)
    item_update.refuse_key_updates(table.schema, update.update)
    images = item_update.Images(update)
    admits = None
    if update.guard is not None:
        admits = images.admits
        key_paths.refuse(table.schema, update.guard.condition.nested)
    try:
        change = single_write.perform(namespace, table, key, admits, images.build, request.returns, now)
    except Laborious:
        raise Undrafted([Draft(table, key, images.make, images.show(request.returns.values))]) from None
    except IndexKeyEmpty as error:
        raise errors.index_key_updated(error) from None
    except ItemTooLarge:
        raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE) from None
    attributes = images.returned(request.returns.values, change, namespace.drafts)
    return single_write.answer(table, change, request.returns, attributes)
