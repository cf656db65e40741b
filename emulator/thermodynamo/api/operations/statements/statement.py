"""What the operations on PartiQL statements share: a request's statement with its values, the item that it means, and
the writes.

A write is the operation it stands for: INSERT a PutItem that replaces nothing, UPDATE an UpdateItem, DELETE a
DeleteItem, EXISTS the ConditionCheck of a transaction, each on the one item that the statement names.
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items import drafting, item_keys, item_update, single_write
from thermodynamo.api.operations.items.draft import Draft
from thermodynamo.api.operations.statements import fingerprint
from thermodynamo.api.partiql import compiled
from thermodynamo.api.partiql.compiled import Compiled
from thermodynamo.api.partiql.plan import InsertPlan, Plan, WritePlan, bound_key
from thermodynamo.api.partiql.statements import Insert
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import IndexKeyEmpty
from thermodynamo_storage.values.item import Item, encode

Attributes = dict[str, Any]


@dataclass(slots=True)
class Bound:
    """A compiled statement with the values of its placeholders, which are canonical."""

    statement: Compiled
    values: Attributes
    is_consistent: bool
    shows_item_on_failure: bool
    inserted: "Inserted | ApiError | None" = None
    """What an INSERT puts, or why it cannot."""
    known_fingerprint: str = ""

    @property
    def fingerprint(self) -> str:
        """What tells its pages from those of others, made when it is asked for first."""
        if not self.known_fingerprint:
            self.known_fingerprint = fingerprint.of(self.statement.text, self.values)
        return self.known_fingerprint

    @property
    def table_name(self) -> str:
        return self.statement.source.table_name


@dataclass(slots=True)
class Inserted:
    """The item of an INSERT, canonical and as it is stored."""

    attributes: Attributes
    item: Item


@dataclass(slots=True)
class Located:
    """The one item that a statement means: its key bytes and its key attributes, or the item of an INSERT."""

    bound: Bound
    table: Table
    plan: Plan
    key: bytes
    attributes: Attributes
    new: Item | None = None
    """What an INSERT puts."""

    @property
    def guard(self) -> single_write.Guard | None:
        """The condition of an UPDATE, a DELETE or an EXISTS."""
        assert isinstance(self.plan, WritePlan)
        return single_write.Guard(self.plan.condition, self.bound.values) if self.plan.condition is not None else None

    @property
    def update(self) -> item_update.ItemUpdate:
        """What an UPDATE does."""
        assert isinstance(self.plan, WritePlan)
        return item_update.ItemUpdate(self.attributes, self.plan.update, self.bound.values, self.guard)


def bound_of(request: dict[str, Any]) -> Bound:
    """The statement of a request, or of a member of one. Raises ValidationException."""
    statement = compiled.compile(request["Statement"])
    values = statement.bind(request.get("Parameters"))
    return Bound(
        statement,
        values,
        request.get("ConsistentRead", False),
        request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
        # Here, where a request of very many values is beside the event loop.
        _inserted(statement, values) if isinstance(statement.statement, Insert) else None,
    )


def _inserted(statement: Compiled, values: Attributes) -> Inserted | ApiError:
    try:
        attributes = statement.item(values)
        size_bytes = canonicalise(attributes, bytes_max=single_write.ITEM_BYTES_MAX)
    except ApiError as error:
        return error
    if size_bytes > single_write.ITEM_BYTES_MAX:
        return errors.validation(messages.ITEM_TOO_LARGE)
    return Inserted(attributes, encode(attributes, size_bytes))


def counted_as(operation: str, is_read: bool) -> str:
    """What a request of several statements is counted as, which all read or all write: see `changes.request_counts`."""
    return f"{operation} {'Read' if is_read else 'Write'}"


def table_of(namespace: Namespace, name: str, now: float) -> Table:
    """The table of a statement. Unlike other reads and writes, statements name it where there is none."""
    try:
        return namespace.table(name, now)
    except ApiError:
        raise errors.resource_not_found(messages.TABLE_NOT_FOUND.format(name)) from None


def refuse_several_keys(table: Table, index_name: str) -> None:
    """Raises ValidationException for an index whose keys have several attributes: recorded in October 2026."""
    index = table.indexes.get(index_name)
    if index is not None and max(len(index.schema.key_schema.partition), len(index.schema.key_schema.sort)) > 1:
        raise errors.validation(messages.STATEMENT_OF_SEVERAL_KEYS)


def locate(namespace: Namespace, bound: Bound, now: float) -> Located | None:
    """The item that a statement means; None for a SELECT or an EXISTS that does not give a table's whole key.

    Raises ResourceNotFoundException, ValidationException.
    """
    statement = bound.statement
    source = statement.source
    table = table_of(namespace, source.table_name, now)
    schema = table.schema.key_schema
    if source.index_name is not None:
        refuse_several_keys(table, source.index_name)
        return None
    plan = statement.plan(schema)
    if isinstance(plan, InsertPlan):
        inserted = bound.inserted
        if isinstance(inserted, ApiError):
            raise inserted
        assert inserted is not None
        key_bytes = item_keys.of_item(schema, inserted.attributes)
        return Located(bound, table, plan, key_bytes, inserted.attributes, inserted.item)
    key = plan.key
    if key is None:
        return None
    if isinstance(plan, WritePlan):
        plan.check(bound.values)
        item_update.refuse_key_updates(table.schema, plan.update)
    elif plan.filter is not None:
        plan.filter.check(bound.values)
    attributes = bound_key(key, bound.values)
    return Located(bound, table, plan, item_keys.of_key(schema, attributes), attributes)


def write(namespace: Namespace, located: Located, consumed_mode: str | None, now: float) -> tuple[Change, bytes | None]:
    """Carries out a write: the change, and the attributes that RETURNING asks for as wire JSON.

    Raises Throttled, DuplicateItemException, ConditionalCheckFailedException, ValidationException.
    """
    bound, table, key, plan = located.bound, located.table, located.key, located.plan
    returns = single_write.Returns(
        bound.table_name, bound.statement.returns, consumed_mode, bound.shows_item_on_failure
    )
    if drafting.are_long((weight(located),)):
        drafting.require(namespace, (draft(located),))
    if isinstance(plan, InsertPlan):
        return _insert(namespace, located, returns, now), None
    assert isinstance(plan, WritePlan)
    is_drafted = (table, key) in namespace.drafts
    if plan.update is None:
        guard = located.guard
        admits = guard.admits if guard is not None else None
        admits = drafting.ask_for_draft if is_drafted else admits
        change = single_write.perform(namespace, table, key, admits, lambda old: None, returns, now)
        return change, change.old[0] if returns.values == "ALL_OLD" and change.old is not None else None
    images = item_update.Images(located.update)
    try:
        admits = drafting.ask_for_draft if is_drafted else images.admits
        change = single_write.perform(namespace, table, key, admits, images.build, returns, now)
    except IndexKeyEmpty as error:
        raise errors.index_key_updated(error) from None
    return change, images.returned(returns.values, change, namespace.drafts)


def weight(located: Located) -> int:
    """The steps of planning a write: see `drafting.weight`. None of one that replaces an item unread."""
    table, plan = located.table, located.plan
    old = table.keyspace.get(located.key)
    if isinstance(plan, InsertPlan):
        return drafting.weight(table, old, 0, located.new) if table.looks_at(old, located.new) else 0
    assert isinstance(plan, WritePlan)
    if plan.update is not None:
        return item_update.weight(table, old, located.update)
    guard = located.guard
    if guard is None and not table.looks_at(old, None):
        return 0
    operand_count = guard.condition.operand_count if guard is not None else 0
    return drafting.weight(table, old, operand_count)


def draft(located: Located) -> Draft:
    """The draft of a write."""
    table, key, plan = located.table, located.key, located.plan
    if located.new is not None:
        make = drafting.adding(located.new, located.attributes)
        return Draft(table, key, make, looked_at=located.attributes)
    assert isinstance(plan, WritePlan)
    if plan.update is None:
        return Draft(table, key, drafting.replacing(located.guard, None, None))
    images = item_update.Images(located.update)
    return Draft(table, key, images.make, images.show(located.bound.statement.returns))


def _insert(namespace: Namespace, located: Located, returns: single_write.Returns, now: float) -> Change:
    new = located.new
    drafting.refuse_unindexable(namespace, located.table, located.key, located.attributes)
    admits = drafting.ask_for_draft if (located.table, located.key) in namespace.drafts else is_free
    try:
        return single_write.perform(namespace, located.table, located.key, admits, lambda old: new, returns, now)
    except ApiError as error:
        if error.name != "ConditionalCheckFailedException":
            raise
        raise errors.duplicate_item(messages.DUPLICATE_ITEM) from None


def is_free(item: Item | None) -> bool:
    """The condition of an INSERT."""
    return item is None
