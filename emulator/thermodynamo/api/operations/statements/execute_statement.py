"""ExecuteStatement: one PartiQL statement."""

from typing import Any, get_args

from thermodynamo.api import errors, messages, slices
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.items import drafting, single_write
from thermodynamo.api.operations.items.selections import shown
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.statements import select_statement, statement
from thermodynamo.api.operations.statements.statement import Bound, Located
from thermodynamo.api.partiql.statements import Exists, Statement
from thermodynamo.api.slices import Slices
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item

FACTS = Facts(is_read=False, is_single_write=True)

EMPTY = b'{"Items":[]}'
COUNTED_AS = {kind: f"ExecuteStatement PartiQL{kind.__name__}" for kind in get_args(Statement)}
"""CloudWatch tells statements apart by a dimension of its own, Verb."""


@dataclass(slots=True)
class ExecuteStatement:
    """A checked request."""

    bound: Bound
    limit: int | None
    next_token: str | None
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> ExecuteStatement:
    bound = statement.bound_of(request)
    next_token = request.get("NextToken")
    if not bound.statement.is_read:
        if isinstance(bound.statement.statement, Exists):
            raise errors.validation(messages.EXISTS_OUTSIDE_TRANSACTION)
        if next_token is not None:
            raise errors.validation(messages.NEXT_TOKEN_NOT_SELECT)
    elif drafting.are_many(bound.values.values()):
        # Here, where a request of very many values is beside the event loop.
        bound.known_fingerprint = bound.fingerprint
    return ExecuteStatement(bound, request.get("Limit"), next_token, consumed_capacity.mode_of(request))


def execute(namespace: Namespace, request: ExecuteStatement, now: float) -> bytes | Slices[bytes]:
    bound = request.bound
    namespace.counts.operation = counted_as = COUNTED_AS[type(bound.statement.statement)]
    located = statement.locate(namespace, bound, now) if request.next_token is None else None
    if located is None:
        found = select_statement.read(namespace, bound, request.limit, request.next_token, now)
        return slices.begin(_page(found, request, counted_as))
    if bound.statement.is_read:
        item, half_units = select_statement.item_of(located, now)
        return slices.begin(_item(located, item, request, counted_as, consumed_capacity.Consumption(half_units)))
    change, blob = statement.write(namespace, located, request.consumed_mode, now)
    if request.consumed_mode is None:
        return b'{"Items":[' + blob + b"]}" if blob is not None else EMPTY
    consumption = single_write.consumption(located.table, change)
    return _answer(reply.array([blob] if blob is not None else []), request, consumption)


def _item(
    located: Located,
    item: Item | None,
    request: ExecuteStatement,
    counted_as: str,
    consumption: consumed_capacity.Consumption,
) -> Slices[bytes]:
    (blob,) = yield from shown([select_statement.selection(located, item)])
    located.table.tally.returned_items[counted_as] += blob is not None
    if request.consumed_mode is None:
        return b'{"Items":[' + blob + b"]}" if blob is not None else EMPTY
    return _answer(reply.array([blob] if blob is not None else []), request, consumption)


def _page(found: select_statement.Found, request: ExecuteStatement, counted_as: str) -> Slices[bytes]:
    blobs = yield from select_statement.evaluated(found, counted_as)
    return _answer((yield from reply.long_array(blobs)), request, found.consumption, found)


def _answer(
    items: reply.Pieces,
    request: ExecuteStatement,
    consumption: consumed_capacity.Consumption,
    found: select_statement.Found | None = None,
) -> bytes:
    capacity = None
    if request.consumed_mode is not None:
        capacity = consumed_capacity.capacity(request.consumed_mode, request.bound.table_name, consumption)
    return reply.long_body(
        {
            b"ConsumedCapacity": capacity,
            b"Items": items,
            b"LastEvaluatedKey": found.last_key if found is not None else None,
            b"NextToken": found.next_token if found is not None else None,
        }
    )
