"""The events of one request that are admitted together: batches, which commit what is admitted, and transactions."""

from collections.abc import Sequence

from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations.transactions import transaction_capacity
from thermodynamo.api.operations.transactions.transaction_members import Written
from thermodynamo.foresight.replays.target import Target, commit
from thermodynamo.foresight.traces.event import Event
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.tables import write_admission

BATCH = "BatchWriteItem"
TRANSACTED = frozenset(("transacted read", "transacted write", "check"))
Member = tuple[Target, Event]


def carry_out(members: Sequence[Member], now: float) -> bool:
    """Carries the events of one request out; whether all of it was admitted."""
    if members[0][1].kind == "write":
        return _batch(members, now)
    try:
        _transaction(members, now)
    except (Throttled, ApiError):
        return False
    return True


def _batch(members: Sequence[Member], now: float) -> bool:
    """All members are planned before any is written, and each is admitted for itself."""
    planned = [(target, _planned(target, event), event.request) for target, event in members]
    for target, change, _ in planned:
        target.load(change)
    admitted: list[tuple[Target, Change, int]] = []
    for target, change, number in planned:
        try:
            write_admission.write(target.table, change, now)
            admitted.append((target, change, number))
        except Throttled:
            continue
    commit(admitted, now)
    return len(admitted) == len(planned)


def _transaction(members: Sequence[Member], now: float) -> None:
    """All members are admitted, or none. Raises Throttled, ApiError."""
    namespace = members[0][0].namespace
    for target, event in members:
        if event.kind != "transacted write":
            loads = target.read_loads if event.kind == "transacted read" else target.write_loads
            loads[_key(event)] = loads.get(_key(event), 0) + (event.half_units or 0)
    looks = [(target, event) for target, event in members if event.kind != "transacted write"]
    if len(looks) == len(members):
        is_write = looks[0][1].kind == "check"
        items = [(target.table, _key(event)) for target, event in looks]
        transaction_capacity.charge_items(
            namespace, items, [event.half_units or 0 for _, event in looks], is_write, now
        )
        return
    written = [_written(target, event) for target, event in members]
    transaction_capacity.charge(namespace, written, now)
    changes = [
        (target, each.change, event.request)
        for (target, event), each in zip(members, written, strict=True)
        if each.change is not None
    ]
    commit(changes, now)


def _written(target: Target, event: Event) -> Written:
    key, table = _key(event), target.table
    if event.kind == "transacted write":
        change = _planned(target, event)
        target.load(change, transaction_capacity.COST_FACTOR)
        return Written(table.schema.name, table, key, change.old, change.new, change)
    # What was paid for is known, and of the item that was looked at no more than that.
    units = (event.half_units or 0) // (2 * transaction_capacity.COST_FACTOR)
    item = (b"{}", units * 1024) if units else None
    return Written(table.schema.name, table, key, item, item, None)


def _planned(target: Target, event: Event) -> Change:
    return target.planned(_key(event), event.size or 0, event.old_size, event.detail, event.request)


def _key(event: Event) -> bytes:
    assert event.key is not None
    return event.key
