"""What the single-item writes share: the condition that guards one, the reply of old and new images, the commit."""

from collections.abc import Callable
from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.consumed_capacity import Consumption
from thermodynamo.api.operations.items import collection_metrics, drafting
from thermodynamo_storage.capacity.units import write_half_units
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import ConditionFailed, Laborious
from thermodynamo_storage.values.item import Item, decode

Attributes = dict[str, Any]
Admits = Callable[[Item | None], bool]
Build = Callable[[Item | None], Item | None]
ITEM_BYTES_MAX = 400 * 1024
"""The largest item, attribute names included (developer guide, Constraints)."""


SHORT_BYTES = 8 * 1024
"""No condition takes long on an item whose JSON is shorter: it has at most 300 operands."""


@dataclass(slots=True)
class Guard:
    """A compiled condition with the values it is evaluated with."""

    condition: Condition
    values: dict[str, Any]

    def admits(self, item: Item | None) -> bool:
        """Whether the condition holds for the item as it stands; no item is one without attributes.

        Raises Laborious where it takes long to say.
        """
        if item is not None and len(item[0]) > SHORT_BYTES and drafting.is_laborious(item, self.condition):
            raise Laborious
        return self.condition.matches(decode(item) if item is not None else {}, self.values)


@dataclass(slots=True)
class Returns:
    """What the reply to a write carries besides its success."""

    table_name: str
    values: str = "NONE"
    consumed_mode: str | None = None
    shows_item_on_failure: bool = False
    has_metrics: bool = False


def returns_of(request: dict[str, Any]) -> Returns:
    return Returns(
        request["TableName"],
        request.get("ReturnValues", "NONE"),
        consumed_capacity.mode_of(request) if "ReturnConsumedCapacity" in request else None,
        request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
        "ReturnItemCollectionMetrics" in request and collection_metrics.wants(request),
    )


def refuse_new_values(request: dict[str, Any]) -> None:
    """PutItem and DeleteItem return the old image or nothing."""
    if request.get("ReturnValues", "NONE") not in ("NONE", "ALL_OLD"):
        raise errors.validation(messages.RETURN_VALUES_ALL_OLD_OR_NONE)


def perform(
    namespace: Namespace, table: Table, key: bytes, admits: Admits | None, build: Build, returns: Returns, now: float
) -> Change:
    """Writes one item: `build` makes the new image of the old one, provided `admits` accepts the old one.

    Raises Throttled; ConditionalCheckFailedException, with the item as it stands where the request asked for it;
    TransactionConflictException for an item that a transaction holds; what `Replication.refuse_write` raises; and
    Laborious for a write to be drafted.
    """
    if table.replication is not None:
        table.replication.refuse_write(key, now)
    if table.holds is not None:
        table.refuse_held(key, now)
    try:
        try:
            change = table.plan_write(key, admits, build)
        except Laborious:
            change = drafting.needed(namespace, table, key)
    except ConditionFailed as failure:
        write_admission.charge_failed(table, key, now)
        shows_item = returns.shows_item_on_failure and failure.blob is not None
        item = orjson.Fragment(failure.blob) if shows_item and failure.blob is not None else None
        raise errors.conditional_check_failed(messages.CONDITION_FAILED, item) from None
    write_admission.write(table, change, now)
    namespace.database.commit([change], now)
    return change


def answer(table: Table, change: Change, returns: Returns, attributes: bytes | None) -> bytes:
    """The reply to a write of the table that returns `attributes` (wire JSON), if any."""
    if attributes is None and returns.consumed_mode is None and not returns.has_metrics:
        return reply.EMPTY
    capacity = None
    if returns.consumed_mode is not None:
        capacity = consumed_capacity.capacity(returns.consumed_mode, returns.table_name, consumption(table, change))
    metrics = collection_metrics.of_change(table, change) if returns.has_metrics else None
    return reply.body({b"Attributes": attributes, b"ConsumedCapacity": capacity, b"ItemCollectionMetrics": metrics})


def consumption(table: Table, change: Change) -> Consumption:
    """What a change costs its table and each index whose entries it changes."""
    used = Consumption(write_half_units(change.old[1] if change.old else 0, change.new[1] if change.new else 0))
    for entry in change.entries:
        schema = entry.index.schema
        (used.global_half_units if schema.is_global else used.local_half_units)[schema.name] = entry.half_units
    for name, found in (change.vectors or {}).items():
        if found.sent_bytes and table.vector_indexes[name].transition != "DELETING":
            used.vector_bytes[name] = found.sent_bytes
    return used


def consumption_of(table: Table, changes: list[Change]) -> Consumption:
    """What several changes of one table cost together."""
    total = Consumption(0)
    for change in changes:
        total.add(consumption(table, change))
    return total
