"""What the operations on PartiQL statements share: a request's statement with its values, and the writes.

A write is the operation it stands for: INSERT a PutItem that replaces nothing, UPDATE an UpdateItem, DELETE a
DeleteItem, on the one item that the WHERE clause names.
"""

from dataclasses import dataclass
from typing import Any

from emulator import errors, messages
from emulator.engine import Engine
from emulator.errors import ApiError
from emulator.operations import item_keys, updates, writes
from emulator.partiql import compiled
from emulator.partiql.compiled import Compiled
from emulator.partiql.plan import WritePlan, bound_key
from emulator.values.canonical import canonicalise
from storage.commit import Change
from storage.errors import IndexKeyEmpty
from storage.item import Item, encode
from storage.table import Table

Attributes = dict[str, Any]


@dataclass(slots=True)
class Bound:
    """A compiled statement with the values of its placeholders, which are canonical."""

    statement: Compiled
    values: Attributes
    is_consistent: bool
    shows_item_on_failure: bool

    @property
    def table_name(self) -> str:
        return self.statement.source.table_name


def bound_of(request: dict[str, Any]) -> Bound:
    """The statement of a request, or of a member of one. Raises ValidationException."""
    statement = compiled.compile(request["Statement"])
    return Bound(
        statement,
        statement.bind(request.get("Parameters")),
        request.get("ConsistentRead", False),
        request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
    )


def returns_of(bound: Bound, consumed_mode: str | None) -> writes.Returns:
    return writes.Returns(bound.table_name, bound.statement.returns, consumed_mode, bound.shows_item_on_failure)


def write(engine: Engine, bound: Bound, returns: writes.Returns, now: float) -> tuple[Change, bytes | None]:
    """Carries out a write: the change, and the attributes that RETURNING asks for as wire JSON.

    Raises DuplicateItemException, ConditionalCheckFailedException, ValidationException.
    """
    table = engine.table(bound.table_name, now)
    plan = bound.statement.plan(table.schema.key_schema)
    if not isinstance(plan, WritePlan):
        return _insert(engine, table, bound, returns, now), None
    key, item_update = prepared(table, plan, bound.values)
    if plan.update is None:
        admits = item_update.guard.admits if item_update.guard is not None else None
        change = writes.perform(engine, table, key, admits, lambda old: None, returns, now)
        return change, change.old[0] if returns.values == "ALL_OLD" and change.old is not None else None
    images = updates.Images(item_update)
    try:
        change = writes.perform(engine, table, key, images.admits, images.build, returns, now)
    except IndexKeyEmpty as error:
        raise errors.index_key_updated(error) from None
    return change, images.returned(returns.values, change.old)


def prepared(table: Table, plan: WritePlan, values: Attributes) -> tuple[bytes, updates.ItemUpdate]:
    """The key of the item that an UPDATE or a DELETE means, and what happens to it. Raises ValidationException."""
    plan.check(values)
    attributes = bound_key(plan.key, values)
    key = item_keys.of_key(table.schema.key_schema, attributes)
    updates.refuse_key_updates(table.schema.key_schema, plan.update)
    guard = writes.Guard(plan.condition, values) if plan.condition is not None else None
    return key, updates.ItemUpdate(attributes, plan.update, values, guard)


def _insert(engine: Engine, table: Table, bound: Bound, returns: writes.Returns, now: float) -> Change:
    item = bound.statement.item(bound.values)
    size_bytes = canonicalise(item)
    if size_bytes > writes.ITEM_BYTES_MAX:
        raise errors.validation(messages.ITEM_TOO_LARGE)
    key = item_keys.of_item(table.schema.key_schema, item)
    new = encode(item, size_bytes)
    try:
        return writes.perform(engine, table, key, is_free, lambda old: new, returns, now)
    except ApiError as error:
        if error.name != "ConditionalCheckFailedException":
            raise
        raise errors.duplicate_item(messages.DUPLICATE_ITEM) from None


def is_free(item: Item | None) -> bool:
    """The condition of an INSERT."""
    return item is None
