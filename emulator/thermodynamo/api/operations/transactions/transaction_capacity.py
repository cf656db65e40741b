"""What transactions cost, and whether limits admit them: each member pays for itself, and all are admitted or none."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from thermodynamo.api import errors
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.consumed_capacity import Consumption
from thermodynamo.api.operations.items import single_write
from thermodynamo.api.operations.transactions.cancellation import THROTTLING_CODES, Reason, cancelled
from thermodynamo.api.operations.transactions.transaction_members import Read, Written
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.capacity.units import read_half_units, write_half_units
from thermodynamo_storage.partitions.admission import UNMETERED
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table

COST_FACTOR = 2
"""What a transaction pays for each item, as against a write of its own: the item is prepared, then committed."""


def charge(namespace: Namespace, written: Sequence[Written], now: float) -> None:
    """Admits all members or none, and charges them. Raises Throttled or TransactionCanceledException."""
    written = [each for each in written if each.table.keyspace.admission is not UNMETERED]
    if not written:
        return
    for each in written:
        _tell(each)
    if namespace.config.cancels_throttled_transactions:
        admitted = _admitted(namespace, [partial(_admits, each, now) for each in written])
    else:
        admitted = [_admits(each, now) for each in written]
    for each, is_admitted in zip(written, admitted, strict=True):
        if each.change is not None:
            write_admission.charge(each.table, each.change, now, COST_FACTOR, is_admitted)
        else:
            keyspace = each.table.keyspace
            cost = COST_FACTOR * write_half_units(each.old[1] if each.old is not None else 0, 0)
            keyspace.admission.charge(keyspace.locate(each.key), each.key, cost, True, now, is_admitted)


def _tell(written: Written) -> None:
    """Lets what listens to the table hear of a member."""
    keyspace = written.table.keyspace
    listener = keyspace.admission.listener
    if listener is None:
        return
    if written.change is not None:
        listener.hear_write(keyspace.name, written.change, "transaction")
    else:
        cost = COST_FACTOR * write_half_units(written.old[1] if written.old is not None else 0, 0)
        listener.hear_look(keyspace.name, written.key, cost, True, "check")


def _admits(written: Written, now: float) -> bool:
    if written.change is None:
        keyspace = written.table.keyspace
        return keyspace.admission.admits(keyspace.locate(written.key), written.key, True, now)
    return write_admission.admits(written.table, written.change, now)


def charge_items(
    namespace: Namespace, items: Sequence[tuple[Table, bytes]], costs: Sequence[int], is_write: bool, now: float
) -> None:
    """Admits and charges what leaves items as they are: all of it or nothing. Raises as `charge` does."""
    for (table, key), cost in zip(items, costs, strict=True):
        listener = table.keyspace.admission.listener
        if listener is not None:
            listener.hear_look(table.keyspace.name, key, cost, is_write, "check" if is_write else "transaction")
    located = [(table.keyspace.admission, table.keyspace.locate(key), key) for table, key in items]
    admitted = _admitted(
        namespace,
        [partial(admission.admits, partition, key, is_write, now) for admission, partition, key in located],
    )
    for (admission, partition, key), cost, is_admitted in zip(located, costs, admitted, strict=True):
        admission.charge(partition, key, cost, is_write, now, is_admitted)


def _admitted(namespace: Namespace, attempts: Sequence[Callable[[], bool]]) -> list[bool]:
    """What each member's attempt to be admitted gives.

    Raises Throttled, or where the settings say so TransactionCanceledException with a reason for each member that was
    refused.
    """
    if not namespace.config.cancels_throttled_transactions:
        return [attempt() for attempt in attempts]
    admitted: list[bool] = []
    reasons: list[Reason | None] = []
    for attempt in attempts:
        reason: Reason | None = None
        try:
            admitted.append(attempt())
        except Throttled as refusal:
            answer = errors.from_storage(errors.without_frames(refusal), by_guide=namespace.by_guide)
            if answer.name not in THROTTLING_CODES:
                raise
            reason = {"Code": THROTTLING_CODES[answer.name], "Message": answer.message}
        reasons.append(reason)
    if any(reasons):
        raise cancelled(reasons)
    return admitted


def used_by_writes(written: Iterable[Written]) -> dict[str, Consumption]:
    """What a writing transaction cost each table: twice as much as its writes alone, but the indexes no more.

    A ConditionCheck costs what it would cost to write the item as it is, as the service was seen to charge
    (https://github.com/nubo-db/dynoxide, docs/compatibility-summary.md).
    """
    used: dict[str, Consumption] = {}
    for each in written:
        if each.change is not None:
            cost = single_write.consumption(each.table, each.change)
        else:
            cost = Consumption(write_half_units(each.old[1] if each.old is not None else 0, 0))
        cost.table_half_units *= COST_FACTOR
        total = used.get(each.table_name)
        if total is None:
            used[each.table_name] = cost
        else:
            total.add(cost)
    return used


def half_units_to_read(written: Iterable[Written]) -> list[int]:
    """What it would cost to read each item instead, by its larger image."""
    return [
        COST_FACTOR * read_half_units(max(each.old[1] if each.old else 0, each.new[1] if each.new else 0), True)
        for each in written
    ]


def used_by_reads(found: Iterable[Read]) -> dict[str, Consumption]:
    """What a reading transaction cost each table, by name as the Gets gave it."""
    used: dict[str, Consumption] = {}
    for each in found:
        used.setdefault(each.table_name, Consumption(0)).table_half_units += each.half_units
    return used
