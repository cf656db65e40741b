"""ExecuteTransaction: up to 100 PartiQL statements, all reads or all writes, all or nothing."""

from typing import Any

from thermodynamo.api import errors, messages, slices
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.items.selections import shown
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.statements import planning, select_statement, statement
from thermodynamo.api.operations.statements.statement import Bound, Located
from thermodynamo.api.operations.transactions import cancellation, transaction, transaction_capacity
from thermodynamo.api.operations.transactions.cancellation import Reason
from thermodynamo.api.operations.transactions.transaction_members import Get, Member, Once, Read
from thermodynamo.api.partiql.statements import Delete, Exists, Insert, Update
from thermodynamo.api.request_tokens import fingerprint
from thermodynamo.api.slices import Slices
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class ExecuteTransaction:
    """A checked request."""

    bounds: list[Bound]
    once: Once | None
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> ExecuteTransaction:
    token = request.get("ClientRequestToken")
    given = request["TransactStatements"]
    once = Once(f"ExecuteTransaction {token}", fingerprint(given)) if token is not None else None
    bounds = [statement.bound_of(each) for each in given]
    if len({bound.statement.is_read for bound in bounds}) > 1:
        raise errors.validation(messages.TRANSACTION_MIXED)
    for number, bound in enumerate(bounds):
        if bound.statement.source.index_name is not None:
            raise _failed(number, messages.TRANSACTION_OF_INDEX)
        if bound.statement.returns != "NONE":
            raise _failed(number, messages.TRANSACTION_RETURNING)
    return ExecuteTransaction(bounds, once, consumed_capacity.mode_of(request))


def _failed(number: int, detail: str) -> ApiError:
    return errors.validation(messages.TRANSACTION_STATEMENT.format(number, detail))


def execute(namespace: Namespace, request: ExecuteTransaction, now: float) -> bytes | Slices[bytes]:
    is_read = request.bounds[0].statement.is_read
    namespace.counts.operation = statement.counted_as("ExecuteTransaction", is_read)
    planning.require(namespace, request.bounds)
    located = _locate_all(namespace, request.bounds, now)
    if is_read:
        return _read(namespace, request, located, now)
    members = [_member(bound, each) for bound, each in zip(request.bounds, located, strict=True)]
    outcome = transaction.write(namespace, members, now, request.once)
    capacities = outcome.capacities(request.consumed_mode) if request.consumed_mode is not None else None
    # A transaction of writes has no responses: recorded in October 2026.
    return reply.body(_answer(b"[]", capacities))


def _locate_all(namespace: Namespace, bounds: list[Bound], now: float) -> list[Located | Reason]:
    """The items that the statements mean, or why one means none: a reason to cancel, next to those of the others.

    Raises ValidationException for a SELECT or an EXISTS that does not say which.
    """
    located: list[Located | Reason] = []
    for number, bound in enumerate(bounds):
        try:
            found = statement.locate(namespace, bound, now)
        except ApiError as error:
            if error.name != "ValidationException":
                raise
            errors.without_frames(error)
            located.append({"Code": cancellation.CODES[error.name], "Message": error.message})
            continue
        if found is None or bound.statement.is_of_no_item:
            is_exists = isinstance(bound.statement.statement, Exists)
            raise _failed(number, messages.EXISTS_CONDITION if is_exists else messages.TRANSACTION_SELECT)
        located.append(found)
    return located


def _member(bound: Bound, located: Located | Reason) -> Member:
    if not isinstance(located, Located):
        return Member("ConditionCheck", bound.table_name, {}, refusal=located)
    name, key, shows_item = bound.table_name, located.attributes, bound.shows_item_on_failure
    match bound.statement.statement:
        case Insert():
            assert located.new is not None
            return Member("Insert", name, key, size_bytes=located.new[1], encoded=located.new)
        case Update():
            return Member("Update", name, key, update=located.update, shows_item_on_failure=shows_item)
        case Delete():
            return Member("Delete", name, key, located.guard, shows_item_on_failure=shows_item)
        case Exists():
            return Member("ConditionCheck", name, key, located.guard, shows_item_on_failure=shows_item)
    raise AssertionError("a SELECT among writes")


def _read(
    namespace: Namespace, request: ExecuteTransaction, located: list[Located | Reason], now: float
) -> bytes | Slices[bytes]:
    found = transaction.read(
        namespace, [_get(bound, each) for bound, each in zip(request.bounds, located, strict=True)], now
    )
    return slices.begin(_responses(request, located, found))


def _responses(request: ExecuteTransaction, located: list[Located | Reason], found: list[Read]) -> Slices[bytes]:
    # A reason would have cancelled the transaction: all are located.
    selections = [
        select_statement.selection(each, read.item)
        for each, read in zip(located, found, strict=True)
        if isinstance(each, Located)
    ]
    blobs = yield from shown(selections)
    capacities = None
    if request.consumed_mode is not None:
        capacities = consumed_capacity.transactional(
            request.consumed_mode, transaction_capacity.used_by_reads(found), "Read"
        )
    return (yield from reply.sliced_body(_answer(reply.responses(blobs), capacities)))


def _get(bound: Bound, located: Located | Reason) -> Get:
    if not isinstance(located, Located):
        return Get(bound.table_name, {}, refusal=located)
    return Get(bound.table_name, located.attributes)


def _answer(responses: reply.Pieces | bytes, capacities: list[dict[str, Any]] | None) -> dict[bytes, Any]:
    return {b"ConsumedCapacity": capacities, b"Responses": responses}
