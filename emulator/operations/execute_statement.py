"""ExecuteStatement: one PartiQL statement."""

from dataclasses import dataclass
from typing import Any

from emulator import errors, messages
from emulator.engine import Engine
from emulator.operations import consumed, reply, selections, statements, writes
from emulator.operations.statements import Bound
from emulator.partiql.plan import SelectPlan
from emulator.partiql.statements import Exists

EMPTY = b'{"Items":[]}'


@dataclass(slots=True)
class ExecuteStatement:
    """A checked request."""

    bound: Bound
    limit: int | None
    next_token: str | None
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> ExecuteStatement:
    bound = statements.bound_of(request)
    next_token = request.get("NextToken")
    if not bound.statement.is_read:
        if isinstance(bound.statement.statement, Exists):
            raise errors.validation(messages.EXISTS_OUTSIDE_TRANSACTION)
        if next_token is not None:
            raise errors.validation(messages.NEXT_TOKEN_NOT_SELECT)
    return ExecuteStatement(bound, request.get("Limit"), next_token, consumed.mode_of(request))


def execute(engine: Engine, request: ExecuteStatement) -> bytes:
    now = engine.clock.now()
    bound = request.bound
    if not bound.statement.is_read:
        returns = statements.returns_of(bound, request.consumed_mode)
        change, attributes = statements.write(engine, bound, returns, now)
        if attributes is None and request.consumed_mode is None:
            return EMPTY
        return _answer([attributes] if attributes is not None else [], request, writes.consumption(change))
    if request.consumed_mode is None and request.next_token is None and bound.statement.source.index_name is None:
        # An item by its key, as a GetItem: the commonest statement by far.
        table = engine.table(bound.table_name, now)
        plan = bound.statement.plan(table.schema.key_schema)
        assert isinstance(plan, SelectPlan)
        if plan.key is not None:
            item, _ = selections.item_of(table, plan, bound, now)
            return b'{"Items":[' + selections.shown(plan, item) + b"]}" if item is not None else EMPTY
    found = selections.read(engine, bound, request.limit, request.next_token, now)
    return _answer(found.blobs, request, found.consumption, found)


def _answer(
    blobs: list[bytes],
    request: ExecuteStatement,
    consumption: consumed.Consumption,
    found: selections.Selection | None = None,
) -> bytes:
    capacity = None
    if request.consumed_mode is not None:
        capacity = consumed.capacity(request.consumed_mode, request.bound.table_name, consumption)
    return reply.body(
        {
            b"ConsumedCapacity": capacity,
            b"Items": reply.array(blobs),
            b"LastEvaluatedKey": found.last_key if found is not None else None,
            b"NextToken": found.next_token if found is not None else None,
        }
    )
