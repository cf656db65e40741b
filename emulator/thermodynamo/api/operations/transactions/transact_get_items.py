"""TransactGetItems: up to 100 items from any tables, as they stand at one point of all transactions."""

from typing import Any

from thermodynamo.api import slices
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.items import request_expressions
from thermodynamo.api.operations.items.selections import Selection, shown
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transactions import transaction, transaction_capacity
from thermodynamo.api.operations.transactions.transaction_members import Get, Read
from thermodynamo.api.slices import Slices
from thermodynamo.api.values.canonical import UNCHECKED_LEVEL, canonicalise
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class TransactGetItems:
    """A checked request."""

    gets: list[Get]
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> TransactGetItems:
    gets = [get_of(action["Get"]) for action in request["TransactItems"]]
    return TransactGetItems(gets, consumed_capacity.mode_of(request))


def get_of(given: dict[str, Any]) -> Get:
    """One checked action. Raises ValidationException."""
    canonicalise(given["Key"], UNCHECKED_LEVEL)
    # Names without an expression are not looked at in a transaction: see `transact_write_items.guard_of`.
    projection = request_expressions.projection_of(given) if given.get("ProjectionExpression") is not None else None
    return Get(given["TableName"], given["Key"], projection)


def execute(namespace: Namespace, request: TransactGetItems, now: float) -> bytes | Slices[bytes]:
    found = transaction.read(namespace, request.gets, now)
    return slices.begin(_answer(request, found))


def _answer(request: TransactGetItems, found: list[Read]) -> Slices[bytes]:
    blobs = yield from shown(
        Selection(read.item, get.projection.apply if get.projection is not None else None)
        for get, read in zip(request.gets, found, strict=True)
    )
    capacities = None
    if request.consumed_mode is not None:
        capacities = consumed_capacity.transactional(
            request.consumed_mode, transaction_capacity.used_by_reads(found), "Read"
        )
    responses = reply.responses(list(map(response, blobs)))
    return (yield from reply.sliced_body({b"ConsumedCapacity": capacities, b"Responses": responses}))


def response(blob: bytes | None) -> bytes | None:
    """The item of one Get; None where none exists, or it has nothing of the projection."""
    return blob if blob != reply.EMPTY else None
