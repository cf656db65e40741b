"""TransactWriteItems: up to 100 puts, updates, deletes and condition checks on any tables, all or nothing.

Unlike single writes it does not look at how deep keys and values of expressions nest before it has tables and
expressions: an item to put that nests too deep is refused, a value that an update would store so cancels, and any other
is taken as it is (paritysuite/dynamodb-conformance pull request 178; recorded in October 2026).
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.items import collection_metrics, item_update, request_expressions
from thermodynamo.api.operations.items.single_write import Guard
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transactions import transaction
from thermodynamo.api.operations.transactions.transaction_members import Member, Once
from thermodynamo.api.request_tokens import fingerprint
from thermodynamo.api.values.canonical import UNCHECKED_LEVEL, canonicalise
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import encode

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class TransactWriteItems:
    """A checked request."""

    members: list[Member]
    once: Once | None
    consumed_mode: str | None
    has_metrics: bool


def validate(request: dict[str, Any]) -> TransactWriteItems:
    actions = request["TransactItems"]
    token = request.get("ClientRequestToken")
    once = Once(f"TransactWriteItems {token}", fingerprint(actions)) if token is not None else None
    members = [member_of(action) for action in actions]
    return TransactWriteItems(members, once, consumed_capacity.mode_of(request), collection_metrics.wants(request))


def member_of(action: dict[str, Any]) -> Member:
    """One checked action. Raises ValidationException."""
    if len(action) != 1:
        message = messages.TRANSACTION_NOT_ONE_ACTION if action else messages.TRANSACTION_WITHOUT_ACTION
        raise errors.validation(message)
    for kind, given in action.items():
        member = _MEMBERS[kind](given)
        member.shows_item_on_failure = given.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return member
    raise AssertionError("unreachable: the action has one member")


def put(given: dict[str, Any]) -> Member:
    item = given["Item"]
    size_bytes = canonicalise(item)
    # A large request is validated beside the event loop, and so its items are written out there.
    encoded = encode(item, size_bytes)
    return Member("Put", given["TableName"], item, guard_of(given), size_bytes=size_bytes, encoded=encoded)


def update(given: dict[str, Any]) -> Member:
    key = given["Key"]
    canonicalise(key, UNCHECKED_LEVEL)
    compiled, guard, values = request_expressions.update_of(given, UNCHECKED_LEVEL)
    return Member("Update", given["TableName"], key, update=item_update.ItemUpdate(key, compiled, values, guard))


def delete(given: dict[str, Any]) -> Member:
    canonicalise(given["Key"], UNCHECKED_LEVEL)
    return Member("Delete", given["TableName"], given["Key"], guard_of(given))


def condition_check(given: dict[str, Any]) -> Member:
    canonicalise(given["Key"], UNCHECKED_LEVEL)
    return Member("ConditionCheck", given["TableName"], given["Key"], guard_of(given))


def guard_of(given: dict[str, Any]) -> Guard | None:
    """The condition of a member. Placeholders without one are not looked at, unlike those of a single write.

    Replies of the service: it takes a Put, a Delete or a Get that has names or values and no expression
    (ExtendDB/extenddb pull request 169). AWS's DynamoDB Local of 2020 refuses them.
    """
    return (
        request_expressions.guard_of(given, UNCHECKED_LEVEL) if given.get("ConditionExpression") is not None else None
    )


_MEMBERS = {"Put": put, "Update": update, "Delete": delete, "ConditionCheck": condition_check}


def execute(namespace: Namespace, request: TransactWriteItems, now: float) -> bytes:
    outcome = transaction.write(namespace, request.members, now, request.once)
    if request.consumed_mode is None and not request.has_metrics:
        return reply.EMPTY
    capacities = outcome.capacities(request.consumed_mode) if request.consumed_mode is not None else None
    metrics = collection_metrics.by_table(outcome.changes) if request.has_metrics else None
    return reply.body({b"ConsumedCapacity": capacities, b"ItemCollectionMetrics": metrics})
