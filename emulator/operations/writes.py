"""What the single-item writes share: the condition that guards one, the reply of old and new images, the commit."""

from dataclasses import dataclass
from typing import Any

import orjson

from emulator import errors, messages
from emulator.engine import Engine
from emulator.expressions.condition import Condition
from emulator.operations import consumed, reply
from storage.capacity import write_half_units
from storage.commit import Change
from storage.errors import ConditionFailed
from storage.item import Item, decode

Attributes = dict[str, Any]
ITEM_BYTES_MAX = 400 * 1024
"""The largest item, attribute names included (developer guide, Constraints)."""


@dataclass(slots=True)
class Guard:
    """A compiled condition with the values it is evaluated with."""

    condition: Condition
    values: dict[str, Any]

    def admits(self, item: Item | None) -> bool:
        """Whether the condition holds for the item as it stands; no item is one without attributes."""
        return self.condition.matches(decode(item) if item is not None else {}, self.values)


@dataclass(slots=True)
class Returns:
    """What the reply to a write carries besides its success."""

    table_name: str
    values: str
    consumed_mode: str | None
    shows_item_on_failure: bool


def returns_of(request: dict[str, Any]) -> Returns:
    return Returns(
        request["TableName"],
        request.get("ReturnValues", "NONE"),
        consumed.mode_of(request),
        request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
    )


def refuse_new_values(request: dict[str, Any]) -> None:
    """PutItem and DeleteItem return the old image or nothing."""
    if request.get("ReturnValues", "NONE") not in ("NONE", "ALL_OLD"):
        raise errors.validation(messages.RETURN_VALUES_ALL_OLD_OR_NONE)


def refusal(failure: ConditionFailed, returns: Returns) -> errors.ApiError:
    """The reply to a false condition, with the item as it stands where the request asked for it."""
    shows_item = returns.shows_item_on_failure and failure.blob is not None
    item = orjson.loads(failure.blob) if shows_item and failure.blob is not None else None
    return errors.conditional_check_failed(messages.CONDITION_FAILED, item)


def commit(engine: Engine, change: Change, now: float) -> None:
    """Makes one change happen."""
    if change.old is not None or change.new is not None:
        engine.database.commit([change], now)


def answer(change: Change, returns: Returns, attributes: bytes | None) -> bytes:
    """The reply to a write that returns `attributes` (wire JSON), if any."""
    if attributes is None and returns.consumed_mode is None:
        return reply.EMPTY
    capacity = None
    if returns.consumed_mode is not None:
        capacity = consumed.capacity(returns.consumed_mode, returns.table_name, half_units(change))
    return reply.body({b"Attributes": attributes, b"ConsumedCapacity": capacity})


def half_units(change: Change) -> int:
    """What a change costs its table, in half write units."""
    return write_half_units(change.old[1] if change.old else 0, change.new[1] if change.new else 0)
