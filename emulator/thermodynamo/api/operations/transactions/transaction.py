"""Transactions: members planned against one state and carried out in one commit, or not at all.

TransactWriteItems and ExecuteTransaction make Members and hand them to `write`, TransactGetItems and ExecuteTransaction
make Gets and hand them to `read`. Expressions are compiled and values canonical by then; what needs a table is decided
here, in the service's order: the tables and keys of all members, items named twice, then each member on its own, and
every reason is reported when the transaction is cancelled.

Evidence: the reply shape is in a logged reply of the service (aws-sdk-net issue 1292); that a key which does not match
the schema cancels, while a missing table and a duplicate refuse, is what AWS's DynamoDB Local and dynoxide answer.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import orjson

from thermodynamo.api import errors, messages, request_tokens
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity
from thermodynamo.api.operations.consumed_capacity import Consumption
from thermodynamo.api.operations.items import drafting, item_keys, item_update, key_paths, single_write
from thermodynamo.api.operations.items.draft import Draft, Make
from thermodynamo.api.operations.transactions import cancellation, transaction_capacity
from thermodynamo.api.operations.transactions.cancellation import Reason
from thermodynamo.api.operations.transactions.transaction_capacity import COST_FACTOR
from thermodynamo.api.operations.transactions.transaction_members import Get, Member, Once, Read, Written
from thermodynamo_storage.capacity.units import read_half_units, write_half_units
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.changes.request_tokens import RequestToken
from thermodynamo_storage.followers.item_collections import PlannedGrowth
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import ConditionFailed, IndexKeyEmpty, ItemHeld, StorageError
from thermodynamo_storage.values.item import Item, item_size
from thermodynamo_storage.values.schema import KeySchema

Attributes = dict[str, Any]
TRANSACTION_BYTES_MAX = 4 * 1024 * 1024
"""The items of a transaction together (developer guide, Constraints)."""
ITEMS_NEVER_TOO_LARGE = TRANSACTION_BYTES_MAX // single_write.ITEM_BYTES_MAX
"""So few items are no more than that together, however large each is."""


@dataclass(slots=True)
class Outcome:
    """A transaction that was carried out; or a replay of one, which wrote nothing and only says what it cost to read:
    `half_units_read`, by table name as the members gave it.
    """

    written: list[Written]
    half_units_read: dict[str, int] | None = None

    @property
    def changes(self) -> list[tuple[str, Table, Change]]:
        """What was written, each with the table's name as the member gave it, and the table."""
        return [(each.table_name, each.table, each.change) for each in self.written if each.change is not None]

    def capacities(self, mode: str) -> list[Attributes]:
        """ConsumedCapacity. Read units where a token was replayed (API reference, TransactWriteItems)."""
        if self.half_units_read is None:
            return consumed_capacity.transactional(mode, transaction_capacity.used_by_writes(self.written), "Write")
        read = {name: Consumption(half_units) for name, half_units in self.half_units_read.items()}
        return consumed_capacity.transactional(mode, read, "Read")


@dataclass(slots=True)
class _Place:
    """Where a member's item is, or why that cannot be said. `look` finds what is there."""

    table: Table
    key: bytes
    reason: Reason | None = None
    partition: Partition | None = None
    item: Item | None = None

    def look(self) -> None:
        """To be called once all tables are known, as a replica that is asked for may get changes from the others."""
        self.partition = self.table.keyspace.locate(self.key)
        self.item = self.partition.items.get(self.key)


def write(namespace: Namespace, members: Sequence[Member], now: float, once: Once | None = None) -> Outcome:
    """Carries out a transaction: every member, in one commit, or nothing.

    Raises TransactionCanceledException with the members' reasons in order, ValidationException for an item that two
    members name and for more than 4 MB, ResourceNotFoundException, Throttled; for a token that was used before,
    IdempotentParameterMismatchException and TransactionInProgressException.
    """
    if once is not None:
        known = request_tokens.find(namespace.request_tokens, once.token, once.fingerprint, now)
        if known is not None:
            return _replay(namespace, members, known, now)
    targets = [(member.table_name, member.is_item, member.attributes, member.refusal) for member in members]
    places = _places(namespace, targets, now, refuses_empty_keys=True)
    written = _plan_all(namespace, members, places, now)
    if len(members) > ITEMS_NEVER_TOO_LARGE:
        _refuse_too_large(map(_counted_bytes, members, written))
    transaction_capacity.charge(namespace, written, now)
    _commit(namespace, places, written, once, now)
    return Outcome(written)


def _commit(
    namespace: Namespace, places: Sequence[_Place], written: Sequence[Written], once: Once | None, now: float
) -> None:
    """Makes the changes of all members happen, with the token of the request and the holds on their items."""
    changes = [each.change for each in written if each.change is not None]
    held_until = now
    held: tuple[tuple[Table, bytes], ...] = ()
    if namespace.transaction_hold is not None:
        held_until += namespace.transaction_hold()
        held = tuple((place.table, place.key) for place in places)
    token = None
    if once is not None:
        costs = orjson.dumps(transaction_capacity.half_units_to_read(written))
        token = RequestToken(namespace.account, namespace.region, once.token, once.fingerprint, costs, held_until)
    if token is None and not held:
        namespace.database.commit(changes, now)
    else:
        namespace.database.commit_transaction(changes, now, token, held, held_until)


def _replay(namespace: Namespace, members: Sequence[Member], costs: Sequence[int], now: float) -> Outcome:
    """Writes nothing: what was carried out before is read, at the `costs` of each member. Raises Throttled.

    A table that is gone since, or has another key now, has nothing to read and charges nothing.
    """
    half_units: dict[str, int] = {}
    items: list[tuple[Table, bytes]] = []
    paid: list[int] = []
    for member, cost in zip(members, costs, strict=True):
        half_units[member.table_name] = half_units.get(member.table_name, 0) + cost
        table = namespace.tables.get(namespace.table_name(member.table_name))
        if table is not None:
            namespace.asked[table] = None
            with suppress(ApiError):
                items.append((table, _key(table.schema.key_schema, member.attributes, member.is_item)))
                paid.append(cost)
    transaction_capacity.charge_items(namespace, items, paid, False, now)
    return Outcome([], half_units)


def read(namespace: Namespace, gets: Sequence[Get], now: float) -> list[Read]:
    """What a reading transaction finds: the items as they stand at one point of the commit sequence.

    Raises as `write` does.
    """
    places = _places(
        namespace, [(get.table_name, False, get.key, get.refusal) for get in gets], now, refuses_empty_keys=False
    )
    reasons = [
        place.reason or _key_path(get, place) or _conflict(place, now) for get, place in zip(gets, places, strict=True)
    ]
    if any(reasons):
        raise cancellation.cancelled(cancellation.until_invalid(reasons))
    found = []
    for get, place in zip(gets, places, strict=True):
        item = place.table.keyspace.get(place.key)
        half_units = COST_FACTOR * read_half_units(item[1] if item is not None else 0, True)
        found.append(Read(get.table_name, item, half_units))
    _refuse_too_large(each.item[1] for each in found if each.item is not None)
    costs = [each.half_units for each in found]
    transaction_capacity.charge_items(namespace, [(place.table, place.key) for place in places], costs, False, now)
    return found


def _key_path(get: Get, place: _Place) -> Reason | None:
    """The reason of a projection that goes into a key attribute."""
    if get.projection is not None:
        try:
            key_paths.refuse(place.table.schema, get.projection.nested)
        except ApiError as error:
            return cancellation.reason_of(error)
    return None


def _places(
    namespace: Namespace,
    targets: Iterable[tuple[str, bool, Attributes, Reason | None]],
    now: float,
    refuses_empty_keys: bool,
) -> list[_Place]:
    """The places of (table name, whether it is an item, item or key, refusal). Refuses an item named twice.

    An empty key value refuses a writing transaction, but cancels a reading one, as dynoxide has it.
    """
    places: list[_Place] = []
    seen: set[tuple[Table, bytes]] = set()
    for table_name, is_item, attributes, refusal in targets:
        table = namespace.table(table_name, now)
        if table.global_table is not None and table.global_table.is_strong and table.is_replica(now):
            raise errors.validation(messages.STRONG_TRANSACTIONS.format(table_name))
        if refusal is not None:
            places.append(_Place(table, b"", refusal))
            continue
        schema = table.schema.key_schema
        try:
            key = _key(schema, attributes, is_item)
        except ApiError as error:
            if refuses_empty_keys and _has_empty_key(schema, attributes):
                raise
            places.append(_Place(table, b"", cancellation.reason_of(error)))
            continue
        if (table, key) in seen:
            raise errors.validation(messages.TRANSACTION_DUPLICATES)
        seen.add((table, key))
        places.append(_Place(table, key))
    return places


def _key(schema: KeySchema, attributes: Attributes, is_item: bool) -> bytes:
    """The key bytes of an item, or of a key. Raises ValidationException."""
    return item_keys.of_item(schema, attributes) if is_item else item_keys.of_key(schema, attributes)


def _has_empty_key(schema: KeySchema, attributes: Attributes) -> bool:
    return any(attributes.get(key.name, {}).get(key.kind) == "" for key in schema.attributes)


def _plan_all(namespace: Namespace, members: Sequence[Member], places: Sequence[_Place], now: float) -> list[Written]:
    """What every member would do.

    A member that is invalid is the only one, and the last, to be looked at for that: recorded in October 2026. What
    needs no item comes before what does.

    Raises ValidationException or IndexKeyEmpty where one of them gives an index an empty key, and else
    TransactionCanceledException where one of them cannot: the items that were looked at are charged as for a single
    write whose condition is false, and as there it may be Throttled that is raised.
    """
    written: list[Written] = []
    reasons: list[Reason | None] = []
    growth = PlannedGrowth()
    misplaced = False
    for place in places:
        if place.reason is not None:
            misplaced = True
            break
        place.look()
    if not misplaced and drafting.are_long(map(_weight, members, places)):
        drafting.require(namespace, map(_draft, members, places))
    for member, place in zip(members, places, strict=True):
        reason = place.reason
        if reason is None and not misplaced:
            try:
                planned = _plan(namespace, member, place, now)
                if planned.change is not None and planned.table.collections is not None:
                    growth.add(planned.table.collections, planned.change)
                written.append(planned)
            except IndexKeyEmpty as error:
                # Also of an update: replies of the service (nubo-db/dynoxide pull requests 99 and 104).
                raise errors.index_key_updated(error) if member.kind == "Update" else error from None
            except (ApiError, StorageError) as error:
                reason = cancellation.reason_of(error, member.shows_item_on_failure)
        if reason is not None and reason["Code"] == "ConditionalCheckFailed":
            place.table.tally.condition_failures += 1
        reasons.append(reason)
        if reason is not None and reason["Code"] == cancellation.INVALID:
            break
    if any(reasons):
        looked_at = [(place.table, place.key) for place in places if place.reason is None]
        items = [table.keyspace.get(key) for table, key in looked_at]
        costs = [COST_FACTOR * write_half_units(item[1] if item is not None else 0, 0) for item in items]
        transaction_capacity.charge_items(namespace, looked_at, costs, True, now)
        raise cancellation.cancelled([*reasons, *[None] * (len(members) - len(reasons))])
    return written


def _weight(member: Member, place: _Place) -> int:
    """The steps of planning a member's write: see `drafting.weight`. None of one that replaces an item unread."""
    if member.update is not None:
        return item_update.weight(place.table, place.item, member.update)
    guard = member.guard
    if guard is None and not place.table.looks_at(place.item, member.image):
        return 0
    operand_count = guard.condition.operand_count if guard is not None else 0
    return drafting.weight(place.table, place.item, operand_count, member.image)


def _draft(member: Member, place: _Place) -> Draft:
    """The draft of a member's write."""
    table, key, guard = place.table, place.key, member.guard
    make: Make
    if member.update is not None:
        make = item_update.Images(member.update).make
    elif member.kind == "ConditionCheck":
        make = drafting.leaving(guard)
    else:
        make = drafting.replacing(guard, member.image, member.attributes if member.is_item else None)
    return Draft(table, key, make, looked_at=member.attributes if _is_looked_at(member) else None)


def _is_looked_at(member: Member) -> bool:
    """Whether what is wrong with the member's item itself is said before its place is looked at."""
    return member.kind == "Insert" or (member.kind == "Put" and member.guard is not None)


def _plan(namespace: Namespace, member: Member, place: _Place, now: float) -> Written:
    """What one member would do. Raises ItemHeld, ConditionFailed, and what its update and the indexes raise."""
    table, key, old, guard = place.table, place.key, place.item, member.guard
    assert place.partition is not None
    if table.holds is not None:
        table.refuse_held(key, now)
    if guard is not None:
        key_paths.refuse(table.schema, guard.condition.nested)
    if member.kind == "ConditionCheck":
        if guard is not None and drafting.drafted(namespace, table, key) is None:
            _refuse_unmet(guard.admits, old)
        return Written(member.table_name, table, key, old, old, None)
    if member.kind == "Update":
        assert member.update is not None
        guard = member.update.guard
        item_update.refuse_key_updates(table.schema, member.update.update)
        if guard is not None:
            key_paths.refuse(table.schema, guard.condition.nested)
        change = drafting.drafted(namespace, table, key)
        if change is None:
            images = item_update.Images(member.update)
            if guard is not None:
                _refuse_unmet(images.admits, old)
            change = table.plan_replacement(place.partition, key, old, images.build(old))
        return Written(member.table_name, table, key, change.old, change.new, change)
    if member.size_bytes > single_write.ITEM_BYTES_MAX:
        raise errors.validation(messages.ITEM_TOO_LARGE)
    if _is_looked_at(member):
        drafting.refuse_unindexable(namespace, table, key, member.attributes)
    if member.kind == "Insert" and old is not None:
        raise errors.duplicate_item(messages.DUPLICATE_ITEM)
    change = drafting.drafted(namespace, table, key)
    if change is None:
        if guard is not None:
            _refuse_unmet(guard.admits, old)
        change = table.plan_replacement(place.partition, key, old, member.image)
    return Written(member.table_name, table, key, change.old, change.new, change)


def _refuse_unmet(admits: single_write.Admits, old: Item | None) -> None:
    """Raises ConditionFailed where a condition does not admit the item as it stands."""
    if not admits(old):
        raise ConditionFailed(old[0] if old is not None else None)


def _conflict(place: _Place, now: float) -> Reason | None:
    try:
        place.table.refuse_held(place.key, now)
    except ItemHeld as error:
        return cancellation.reason_of(error)
    return None


def _counted_bytes(member: Member, written: Written) -> int:
    """What a member counts towards the limit of a transaction.

    Of a Put or a Delete only what the request has: recorded in October 2026 (also ExtendDB/extenddb pull request 21).
    """
    if member.is_item:
        return member.size_bytes
    if member.kind == "Delete":
        return item_size(member.attributes)
    return max(written.old[1] if written.old else 0, written.new[1] if written.new else 0)


def _refuse_too_large(sizes_bytes: Iterable[int]) -> None:
    if sum(sizes_bytes) > TRANSACTION_BYTES_MAX:
        raise errors.validation(messages.TRANSACTION_TOO_LARGE)
