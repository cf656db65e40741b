"""BatchExecuteStatement: up to 25 PartiQL statements, all reads or all writes, each on one item and for itself.

The reply has HTTP status 200 whatever became of the statements; each has its item or its error.
"""

from dataclasses import field
from typing import Any

import orjson

from thermodynamo.api import errors, messages, slices
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.consumed_capacity import Consumption
from thermodynamo.api.operations.items import drafting, single_write
from thermodynamo.api.operations.items.selections import Selection, shown
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.statements import planning, select_statement, statement
from thermodynamo.api.operations.statements.statement import Bound, Located
from thermodynamo.api.partiql.statements import Exists
from thermodynamo.api.slices import Slices
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.capacity.units import write_half_units
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import StorageError

FACTS = Facts(is_read=False)

CODES = {
    "AccessDeniedException": "AccessDenied",
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "DuplicateItemException": "DuplicateItem",
    "InternalServerError": "InternalServerError",
    "ItemCollectionSizeLimitExceededException": "ItemCollectionSizeLimitExceeded",
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ReplicatedWriteConflictException": "TransactionConflict",
    "RequestLimitExceeded": "RequestLimitExceeded",
    "ResourceNotFoundException": "ResourceNotFound",
    "ServiceUnavailable": "InternalServerError",
    "ThrottlingException": "ThrottlingError",
    "TransactionConflictException": "TransactionConflict",
    "ValidationException": "ValidationError",
}
"""The code of a statement's error for each exception of a statement alone (API reference, BatchStatementError).

It has none for what happens to strongly consistent replicas; those here are the nearest.
"""


@dataclass(slots=True)
class BatchExecuteStatement:
    """A checked request: for each statement its bound form, or why it has none."""

    bounds: list[Bound | ApiError]
    consumed_mode: str | None


@dataclass(slots=True)
class Used:
    """What the statements cost, by table name; nothing is reported where every statement failed."""

    by_table: dict[str, Consumption] = field(default_factory=dict)
    has_success: bool = False
    throttled: list[Table] = field(default_factory=list)
    """The table of each statement that limits refused."""

    def add(self, table_name: str, consumption: Consumption) -> None:
        self.by_table.setdefault(table_name, Consumption(0)).add(consumption)

    def capacities(self, mode: str | None) -> list[dict[str, Any]] | None:
        if mode is None or not self.has_success:
            return None
        return [consumed_capacity.capacity(mode, name, consumption) for name, consumption in self.by_table.items()]


@dataclass(slots=True)
class ReadItem:
    """What a SELECT has read."""

    table_name: str
    found: Selection


Outcome = reply.Pieces | ReadItem | dict[str, Any]
"""The response of a statement, or what it is yet to be made of; that of one that failed may have an item of 400 KB."""


def validate(request: dict[str, Any]) -> BatchExecuteStatement:
    bounds = [_bound_of(each) for each in request["Statements"]]
    if len({bound.statement.is_read for bound in bounds if isinstance(bound, Bound)}) > 1:
        raise errors.validation(messages.STATEMENT_BATCH_MIXED)
    return BatchExecuteStatement(bounds, consumed_capacity.mode_of(request))


def _bound_of(request: dict[str, Any]) -> Bound | ApiError:
    try:
        bound = statement.bound_of(request)
    except ApiError as error:
        return errors.without_frames(error)
    if isinstance(bound.statement.statement, Exists):
        return errors.validation(messages.EXISTS_OUTSIDE_TRANSACTION)
    return bound


def execute(namespace: Namespace, request: BatchExecuteStatement, now: float) -> bytes | Slices[bytes]:
    kinds = {bound.statement.is_read for bound in request.bounds if isinstance(bound, Bound)}
    if kinds:
        namespace.counts.operation = statement.counted_as("BatchExecuteStatement", True in kinds)
    planning.require(namespace, [bound for bound in request.bounds if isinstance(bound, Bound)])
    located = [_locate(namespace, bound, now) for bound in request.bounds]
    places = [(each.table, each.key) for each in located if isinstance(each, Located)]
    if len(set(places)) < len(places):
        raise errors.validation(messages.BATCH_DUPLICATES)
    if True not in kinds:
        writes = [each for each in located if isinstance(each, Located)]
        if drafting.are_long(map(statement.weight, writes)):
            drafting.require(namespace, map(statement.draft, writes))
    used = Used()
    outcomes = [
        _outcome(namespace, bound, each, request.consumed_mode, used, now)
        for bound, each in zip(request.bounds, located, strict=True)
    ]
    if len(used.throttled) == len(outcomes):
        for table in set(used.throttled):
            table.tally.throttled[namespace.counts.operation] += 1
    return slices.begin(_answer(outcomes, used.capacities(request.consumed_mode)))


def _answer(outcomes: list[Outcome], capacities: list[dict[str, Any]] | None) -> Slices[bytes]:
    blobs = iter((yield from shown([each.found for each in outcomes if isinstance(each, ReadItem)])))
    responses = []
    for each in outcomes:
        if isinstance(each, ReadItem):
            each = reply.pieces({b"Item": next(blobs), b"TableName": each.table_name})
        elif isinstance(each, dict):
            each = reply.Pieces([orjson.dumps(each)])
            if len(each[0]) > single_write.SHORT_BYTES:
                yield
        responses.append(each)
    members = {b"ConsumedCapacity": capacities, b"Responses": reply.array_of_pieces(responses)}
    return (yield from reply.sliced_body(members))


def _locate(namespace: Namespace, bound: Bound | ApiError, now: float) -> Located | ApiError:
    if isinstance(bound, ApiError):
        return bound
    try:
        located = statement.locate(namespace, bound, now)
    except ApiError as error:
        return errors.without_frames(error)
    if located is None or bound.statement.is_of_no_item:
        return errors.validation(messages.STATEMENT_BATCH_SELECT)
    return located


def _outcome(
    namespace: Namespace, bound: Bound | ApiError, located: Located | ApiError, mode: str | None, used: Used, now: float
) -> Outcome:
    """What became of one statement: its response, or what it has read and is yet to be shown."""
    table_name = bound.table_name if isinstance(bound, Bound) else None
    if isinstance(located, ApiError):
        return _error(located, table_name)
    try:
        found, consumption = _carry_out(namespace, located, mode, now)
    except (ApiError, StorageError) as failure:
        errors.without_frames(failure)
        error = failure if isinstance(failure, ApiError) else errors.from_storage(failure, by_guide=namespace.by_guide)
        if isinstance(failure, Throttled):
            used.throttled.append(located.table)
        if error.name == "ConditionalCheckFailedException":
            located.table.tally.condition_failures += 1
        if error.name in ("ConditionalCheckFailedException", "DuplicateItemException"):
            item = located.table.keyspace.get(located.key)
            used.add(located.bound.table_name, Consumption(write_half_units(item[1] if item is not None else 0, 0)))
        return _error(error, table_name)
    used.add(located.bound.table_name, consumption)
    used.has_success = True
    if isinstance(found, Selection):
        return ReadItem(located.bound.table_name, found)
    return reply.pieces({b"Item": found, b"TableName": table_name})


def _carry_out(
    namespace: Namespace, located: Located, mode: str | None, now: float
) -> tuple[Selection | bytes | None, Consumption]:
    """What a statement has read, or the item that it returns, if any; and what it cost."""
    if located.bound.statement.is_read:
        item, half_units = select_statement.item_of(located, now)
        return select_statement.selection(located, item), Consumption(half_units)
    change, blob = statement.write(namespace, located, mode, now)
    return blob, single_write.consumption(located.table, change)


def _error(error: ApiError, table_name: str | None) -> dict[str, Any]:
    """The table is not named where the statement itself is wrong."""
    described: dict[str, Any] = {"Code": CODES[error.name], "Message": error.message}
    if error.members and "Item" in error.members:
        described["Item"] = error.members["Item"]
    if error.name == "ValidationException" or table_name is None:
        return {"Error": described}
    return {"Error": described, "TableName": table_name}
