"""Transactions: members planned against one state and carried out in one commit, or not at all.

TransactWriteItems and ExecuteTransaction make Members and hand them to `write`, TransactGetItems and ExecuteTransaction
make Gets and hand them to `read`. Expressions are compiled and values canonical by then; what needs a table is decided
here, in the service's order: the tables and keys of all members, items named twice, then each member on its own, and
every reason is reported when the transaction is cancelled.

Evidence: the reply shape is in a logged reply of the service (aws-sdk-net issue 1292); that a key which does not match
the schema cancels, while a missing table and a duplicate refuse, is what AWS's DynamoDB Local and dynoxide answer.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import orjson

from emulator import errors, messages
from emulator.engine import Engine
from emulator.errors import ApiError
from emulator.expressions.projection import Projection
from emulator.operations import consumed, item_keys, key_paths, updates, writes
from emulator.operations.consumed import Consumption
from storage.capacity import read_half_units, write_half_units
from storage.commit import Change
from storage.errors import ConditionFailed, IndexKeyEmpty, ItemHeld, StorageError, Throttled
from storage.item import Item, encode
from storage.item_collection import PlannedGrowth
from storage.schema import KeySchema
from storage.table import Table

Attributes = dict[str, Any]
Reason = dict[str, Any]
ACTIONS_MAX = 100
TRANSACTION_BYTES_MAX = 4 * 1024 * 1024
"""The items of a transaction together (developer guide, Constraints)."""
TIMES = 2
"""What a transaction pays for each item, as against a write of its own: the item is prepared, then committed."""
NO_REASON: Reason = {"Code": "None"}
CODES = {
    "DuplicateItemException": "DuplicateItem",
    "ItemCollectionSizeLimitExceededException": "ItemCollectionSizeLimitExceeded",
    "TransactionConflictException": "TransactionConflict",
    "ValidationException": "ValidationError",
}
"""The reason that each exception of a single write becomes."""
THROTTLING_CODES = {
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ThrottlingException": "ThrottlingError",
}
"""The reasons of throttling, where `--throttled-transactions` is `cancel`, as the API reference has it. Otherwise
throttling refuses the whole request, as the service did in captures of September 2026 (github.com/radkawar/stackd)."""


@dataclass(slots=True)
class Member:
    """One action of a writing transaction.

    `attributes` is the item to put, canonical and of `size_bytes`, or else the canonical key. An Update has its
    condition in `update`, the others in `guard`; a ConditionCheck must have one. An Insert is a Put that replaces
    nothing.
    """

    kind: Literal["Put", "Insert", "Update", "Delete", "ConditionCheck"]
    table_name: str
    attributes: Attributes
    guard: writes.Guard | None = None
    update: updates.ItemUpdate | None = None
    size_bytes: int = 0
    shows_item_on_failure: bool = False
    refusal: Reason | None = None
    """Why it is known already that this cannot be carried out; `attributes` mean nothing then."""


@dataclass(slots=True)
class Get:
    """One action of a reading transaction; `key` is canonical. `refusal` is as of a Member."""

    table_name: str
    key: Attributes
    projection: Projection | None = None
    refusal: Reason | None = None


@dataclass(slots=True)
class Once:
    """A client request token, and the fingerprint of the request it came with."""

    token: str
    fingerprint: bytes


@dataclass(slots=True)
class Written:
    """What a member did to its item. `new` is `old` for a ConditionCheck, which has no change."""

    table_name: str
    table: Table
    key: bytes
    old: Item | None
    new: Item | None
    change: Change | None


@dataclass(slots=True)
class Outcome:
    """A transaction that was carried out; or a replay of one, which wrote nothing and only says what it cost to read:
    `half_units_read`, by table name as the members gave it.
    """

    written: list[Written]
    half_units_read: dict[str, int] | None = None

    @property
    def changes(self) -> dict[str, list[Change]]:
        """What was written, by table name."""
        found: dict[str, list[Change]] = {}
        for each in self.written:
            if each.change is not None:
                found.setdefault(each.table_name, []).append(each.change)
        return found

    def capacities(self, mode: str) -> list[Attributes]:
        """ConsumedCapacity. Read units where a token was replayed (API reference, TransactWriteItems)."""
        if self.half_units_read is None:
            return consumed.transactional(mode, _used(self.written), "Write")
        read = {name: Consumption(half_units) for name, half_units in self.half_units_read.items()}
        return consumed.transactional(mode, read, "Read")


@dataclass(slots=True)
class Read:
    """What a Get found, and its cost: twice that of a strongly consistent read."""

    table_name: str
    item: Item | None
    half_units: int


@dataclass(slots=True)
class _Place:
    """Where a member's item is, or why that cannot be said."""

    table: Table
    key: bytes
    reason: Reason | None = None


def write(engine: Engine, members: Sequence[Member], now: float, once: Once | None = None) -> Outcome:
    """Carries out a transaction: every member, in one commit, or nothing.

    Raises TransactionCanceledException with the members' reasons in order, ValidationException for an item that two
    members name and for more than 4 MB, ResourceNotFoundException; for a token that was used before,
    IdempotentParameterMismatchException and TransactionInProgressException.
    """
    if once is not None:
        known = engine.request_tokens.find(once.token, once.fingerprint, now)
        if known is not None:
            names = map(engine.table_name, known)
            engine.asked.update((engine.tables[name], None) for name in names if name in engine.tables)
            return Outcome([], known)
    targets = [
        (member.table_name, member.kind in ("Put", "Insert"), member.attributes, member.refusal) for member in members
    ]
    places = _places(engine, targets, now, refuses_empty_keys=True)
    written = _plan_all(engine, members, places, now)
    _refuse_too_large(max(each.old[1] if each.old else 0, each.new[1] if each.new else 0) for each in written)
    _charge(engine, written, now)
    engine.database.commit([each.change for each in written if each.change is not None], now)
    held_until = now
    if engine.transaction_hold is not None:
        held_until += engine.transaction_hold()
        for place in places:
            place.table.hold((place.key,), now, held_until)
    if once is not None:
        engine.request_tokens.remember(once.token, once.fingerprint, _half_units_to_read(written), now, held_until)
    return Outcome(written)


def read(engine: Engine, gets: Sequence[Get], now: float) -> list[Read]:
    """What a reading transaction finds: the items as they stand at one point of the commit sequence.

    Raises as `write` does.
    """
    places = _places(
        engine, [(get.table_name, False, get.key, get.refusal) for get in gets], now, refuses_empty_keys=False
    )
    reasons = [
        place.reason or _key_path(get, place) or _conflict(place, now) for get, place in zip(gets, places, strict=True)
    ]
    if any(reasons):
        raise cancelled(reasons)
    found = []
    for get, place in zip(gets, places, strict=True):
        item = place.table.keyspace.get(place.key)
        found.append(Read(get.table_name, item, TIMES * read_half_units(item[1] if item is not None else 0, True)))
    _refuse_too_large(each.item[1] for each in found if each.item is not None)
    costs = [each.half_units for each in found]
    _charge_items(engine, [(place.table, place.key) for place in places], costs, False, now)
    return found


def _key_path(get: Get, place: _Place) -> Reason | None:
    """The reason of a projection that goes into a key attribute."""
    if get.projection is not None:
        try:
            key_paths.refuse(place.table.schema, get.projection.nested)
        except ApiError as error:
            return _reason(error)
    return None


def used_by(found: Iterable[Read]) -> dict[str, Consumption]:
    """What a reading transaction cost each table, by name as the Gets gave it."""
    used: dict[str, Consumption] = {}
    for each in found:
        used.setdefault(each.table_name, Consumption(0)).table_half_units += each.half_units
    return used


def cancelled(reasons: Sequence[Reason | None]) -> ApiError:
    """A TransactionCanceledException; None stands for a member that had no reason."""
    given = [reason or NO_REASON for reason in reasons]
    codes = ", ".join(reason["Code"] for reason in given)
    return errors.transaction_canceled(messages.TRANSACTION_CANCELED.format(codes), given)


def _places(
    engine: Engine, targets: Iterable[tuple[str, bool, Attributes, Reason | None]], now: float, refuses_empty_keys: bool
) -> list[_Place]:
    """The places of (table name, whether it is an item, item or key, refusal). Refuses an item named twice.

    An empty key value refuses a writing transaction, but cancels a reading one, as dynoxide has it.
    """
    places: list[_Place] = []
    seen: set[tuple[Table, bytes]] = set()
    for table_name, is_item, attributes, refusal in targets:
        table = engine.table(table_name, now)
        if refusal is not None:
            places.append(_Place(table, b"", refusal))
            continue
        schema = table.schema.key_schema
        try:
            key = item_keys.of_item(schema, attributes) if is_item else item_keys.of_key(schema, attributes)
        except ApiError as error:
            if refuses_empty_keys and _has_empty_key(schema, attributes):
                raise
            places.append(_Place(table, b"", _reason(error)))
            continue
        if (table, key) in seen:
            raise errors.validation(messages.TRANSACTION_DUPLICATES)
        seen.add((table, key))
        places.append(_Place(table, key))
    return places


def _has_empty_key(schema: KeySchema, attributes: Attributes) -> bool:
    return any(attributes.get(key.name, {}).get(key.kind) == "" for key in schema.attributes)


def _plan_all(engine: Engine, members: Sequence[Member], places: Sequence[_Place], now: float) -> list[Written]:
    """What every member would do.

    Raises TransactionCanceledException where one of them cannot: the items that were looked at are charged as for a
    single write whose condition is false, and as there it may be Throttled that is raised.
    """
    written: list[Written] = []
    reasons: list[Reason | None] = []
    growth = PlannedGrowth()
    for member, place in zip(members, places, strict=True):
        reason = place.reason
        if reason is None:
            try:
                planned = _plan(member, place, now)
                if planned.change is not None:
                    growth.add(planned.change)
                written.append(planned)
            except (ApiError, StorageError) as error:
                reason = _reason(error, member.shows_item_on_failure)
        if reason is not None and reason["Code"] == "ConditionalCheckFailed":
            place.table.tally.condition_failures += 1
        reasons.append(reason)
    if any(reasons):
        looked_at = [(place.table, place.key) for place in places if place.reason is None]
        items = [table.keyspace.get(key) for table, key in looked_at]
        costs = [TIMES * write_half_units(item[1] if item is not None else 0, 0) for item in items]
        _charge_items(engine, looked_at, costs, True, now)
        raise cancelled(reasons)
    return written


def _plan(member: Member, place: _Place, now: float) -> Written:
    """What one member would do. Raises ItemHeld, ConditionFailed, and what its update and the indexes raise."""
    table, key, guard = place.table, place.key, member.guard
    if table.holds is not None:
        table.refuse_held(key, now)
    admits = None
    if guard is not None:
        admits = guard.admits
        key_paths.refuse(table.schema, guard.condition.nested)
    if member.kind == "ConditionCheck":
        old = table.keyspace.get(key)
        if admits is not None and not admits(old):
            raise ConditionFailed(old[0] if old is not None else None)
        return Written(member.table_name, table, key, old, old, None)
    if member.kind == "Update":
        assert member.update is not None
        updates.refuse_key_updates(table.schema, member.update.update)
        if member.update.guard is not None:
            key_paths.refuse(table.schema, member.update.guard.condition.nested)
        images = updates.Images(member.update)
        try:
            change = table.plan_write(key, images.admits, images.build)
        except IndexKeyEmpty as error:
            raise errors.index_key_updated(error) from None
    else:
        if member.kind == "Insert" or (member.kind == "Put" and admits is not None):
            table.refuse_unindexable(key, member.attributes)
        if member.kind == "Insert" and table.keyspace.get(key) is not None:
            raise errors.duplicate_item(messages.DUPLICATE_ITEM)
        new = None if member.kind == "Delete" else encode(member.attributes, member.size_bytes)
        change = table.plan_write(key, admits, lambda old: new)
    return Written(member.table_name, table, key, change.old, change.new, change)


def _charge(engine: Engine, written: Sequence[Written], now: float) -> None:
    """Admits all members or none, and charges them. Raises Throttled or TransactionCanceledException."""
    admitted = _admitted(engine, [partial(_admits, each, now) for each in written])
    for each, is_admitted in zip(written, admitted, strict=True):
        keyspace = each.table.keyspace
        if each.change is not None:
            keyspace.admission.charge_write(each.change, now, TIMES, is_admitted)
        else:
            cost = TIMES * write_half_units(each.old[1] if each.old is not None else 0, 0)
            keyspace.admission.charge_item(keyspace.locate(each.key), each.key, cost, True, now, is_admitted)


def _admits(written: Written, now: float) -> bool:
    keyspace = written.table.keyspace
    if written.change is None:
        return keyspace.admission.admits_item(keyspace.locate(written.key), written.key, True, now)
    return keyspace.admission.admits_write(written.change, now)


def _charge_items(
    engine: Engine, items: Sequence[tuple[Table, bytes]], costs: Sequence[int], is_write: bool, now: float
) -> None:
    """Admits and charges what leaves items as they are: all of it or nothing. Raises as `_charge` does."""
    located = [(table.keyspace.admission, table.keyspace.locate(key), key) for table, key in items]
    admitted = _admitted(
        engine, [partial(admission.admits_item, partition, key, is_write, now) for admission, partition, key in located]
    )
    for (admission, partition, key), cost, is_admitted in zip(located, costs, admitted, strict=True):
        admission.charge_item(partition, key, cost, is_write, now, is_admitted)


def _admitted(engine: Engine, attempts: Sequence[Callable[[], bool]]) -> list[bool]:
    """What each member's attempt to be admitted gives.

    Raises Throttled, or where `--throttled-transactions` is `cancel` TransactionCanceledException with a reason for
    each member that was refused.
    """
    if engine.config.throttled_transactions != "cancel":
        return [attempt() for attempt in attempts]
    admitted: list[bool] = []
    reasons: list[Reason | None] = []
    for attempt in attempts:
        reason: Reason | None = None
        try:
            admitted.append(attempt())
        except Throttled as refusal:
            answer = errors.from_storage(refusal)
            if answer.name not in THROTTLING_CODES:
                raise
            reason = {"Code": THROTTLING_CODES[answer.name], "Message": answer.message}
        reasons.append(reason)
    if any(reasons):
        raise cancelled(reasons)
    return admitted


def _conflict(place: _Place, now: float) -> Reason | None:
    try:
        place.table.refuse_held(place.key, now)
    except ItemHeld as error:
        return _reason(error)
    return None


def _reason(error: ApiError | StorageError, shows_item: bool = False) -> Reason:
    """Why a member cannot be carried out. What is no reason to cancel is raised again: it refuses the request."""
    if isinstance(error, IndexKeyEmpty):
        # Of an item to be put, that is; an update cancels. So has dynoxide it.
        raise error
    if isinstance(error, ConditionFailed):
        reason: Reason = {"Code": "ConditionalCheckFailed"}
        if shows_item and error.blob is not None:
            reason["Item"] = orjson.loads(error.blob)
        reason["Message"] = messages.CONDITION_FAILED
        return reason
    answer = error if isinstance(error, ApiError) else errors.from_storage(error)
    code = CODES.get(answer.name)
    if code is None:
        raise error
    return {"Code": code, "Message": answer.message}


def _refuse_too_large(sizes_bytes: Iterable[int]) -> None:
    if sum(sizes_bytes) > TRANSACTION_BYTES_MAX:
        raise errors.validation(messages.TRANSACTION_TOO_LARGE)


def _used(written: Iterable[Written]) -> dict[str, Consumption]:
    """What a writing transaction cost each table: twice as much as its writes alone, but the indexes no more.

    A ConditionCheck costs what it would cost to write the item as it is, as the service was seen to charge
    (https://github.com/nubo-db/dynoxide, docs/compatibility-summary.md).
    """
    used: dict[str, Consumption] = {}
    for each in written:
        if each.change is not None:
            cost = writes.consumption(each.change)
        else:
            cost = Consumption(write_half_units(each.old[1] if each.old is not None else 0, 0))
        cost.table_half_units *= TIMES
        total = used.get(each.table_name)
        if total is None:
            used[each.table_name] = cost
        else:
            total.add(cost)
    return used


def _half_units_to_read(written: Iterable[Written]) -> dict[str, int]:
    """What it would cost to read the items instead, by table name: each member's larger image."""
    half_units: dict[str, int] = {}
    for each in written:
        size_bytes = max(each.old[1] if each.old else 0, each.new[1] if each.new else 0)
        half_units[each.table_name] = half_units.get(each.table_name, 0) + TIMES * read_half_units(size_bytes, True)
    return half_units
