"""Changing the billing mode and the throughput of a table and its global indexes: the rules, the limits, the histories.

A switch of mode takes effect at once, other throughput when the table is ACTIVE again.
"""

from datetime import UTC, datetime

from thermodynamo.api import errors, messages
from thermodynamo.api.operations.table_settings import throughput_definition
from thermodynamo_storage.capacity.throughput_history import (
    FREE_DECREASES_MAX,
    HOUR_SECONDS,
    ON_DEMAND_SWITCHES_MAX,
    ThroughputHistory,
    is_lower,
)
from thermodynamo_storage.tables.definition import Owner
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import BillingMode, TableSchema, Throughput


@dataclass(slots=True)
class ThroughputUpdate:
    """The billing mode a table will have, and new throughput by owner: None for the table, a name for an index."""

    mode: BillingMode
    throughputs: dict[str | None, Throughput]
    is_switch: bool


def plan(table: Table, mode: BillingMode | None, wanted: dict[str | None, Throughput]) -> ThroughputUpdate:
    """What a request changes. `mode` is the one it names, `wanted` the throughput it gives. Raises
    ValidationException where mode, throughput and indexes do not agree.
    """
    schema = table.schema
    new_mode = mode or schema.billing_mode
    is_switch = new_mode != schema.billing_mode
    if new_mode == "PAY_PER_REQUEST":
        if None in wanted:
            raise errors.validation(messages.UNITS_NOT_ALLOWED)
        owners = schema.throughputs if is_switch else {}
        return ThroughputUpdate(new_mode, dict.fromkeys(owners, throughput_definition.ON_DEMAND), is_switch)
    if is_switch:
        if schema.vector_indexes:
            raise errors.validation(messages.VECTOR_INDEX_ON_PROVISIONED)
        missing = [index.name for index in schema.global_indexes if index.name not in wanted]
        if missing:
            raise errors.validation(messages.THROUGHPUT_REQUIRED_FOR_INDEXES.format(",".join(missing)))
        return ThroughputUpdate(new_mode, wanted, is_switch)
    return ThroughputUpdate(new_mode, changed(schema, wanted), is_switch)


def changed(schema: TableSchema, wanted: dict[str | None, Throughput]) -> dict[str | None, Throughput]:
    """The part of `wanted` that differs from what is. Raises ValidationException where nothing of it does."""
    current = schema.throughputs
    # An index that does not exist is refused with the other rules about indexes.
    known = {owner: throughput for owner, throughput in wanted.items() if owner in current}
    changes = {owner: throughput for owner, throughput in known.items() if throughput != current[owner]}
    if known and not changes:
        owner, throughput = next(iter(known.items()))
        text = messages.THROUGHPUT_UNCHANGED if owner is None else messages.THROUGHPUT_UNCHANGED_FOR_INDEX
        raise errors.validation(text.format(throughput.read_units, throughput.write_units, owner))
    return changes


def check_limits(table: Table, update: ThroughputUpdate, now: float) -> None:
    """How often throughput may be lowered, and a table made on-demand. Raises LimitExceededException."""
    if update.is_switch:
        history = table.history(None)
        free_at = history.next_on_demand_at(now)
        if update.mode == "PAY_PER_REQUEST" and free_at > now:
            times = (short_date(history.on_demand[-1]), short_date(free_at))
            raise errors.limit_exceeded(messages.ON_DEMAND_SWITCHES_EXHAUSTED.format(ON_DEMAND_SWITCHES_MAX, *times))
        return
    for owner, throughput in update.throughputs.items():
        history = table.history(owner)
        free_at = history.next_decrease_at(now)
        if free_at > now and is_lower(throughput, table.schema.throughputs[owner]):
            raise errors.limit_exceeded(
                messages.DECREASES_EXHAUSTED.format(
                    FREE_DECREASES_MAX,
                    HOUR_SECONDS,
                    history.decreases_today(now),
                    long_date(history.decreases[-1]),
                    long_date(free_at),
                )
            )


def histories(table: Table, update: ThroughputUpdate, now: float) -> dict[Owner, ThroughputHistory]:
    """The throughput histories of the table and its indexes, with the change. What is warm comes with its end."""
    changed = dict(table.throughput_history)
    for owner, throughput in update.throughputs.items():
        if not update.is_switch:
            changed[owner] = changed[owner].with_change(table.schema.throughputs[owner], throughput, now)
        elif update.mode == "PAY_PER_REQUEST" and owner is not None:
            # Recorded: an index that goes on demand with its table counts a decrease, the table does not.
            changed[owner] = changed[owner].with_decrease(now)
    return changed


def long_date(time: float) -> str:
    """As in `Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time` (ack-api-quirks, DDB-TABLE-326)."""
    at = datetime.fromtimestamp(time, UTC)
    return f"{at:%A, %B} {at.day}, {at.year} at {at.hour % 12 or 12}:{at:%M:%S %p} Coordinated Universal Time"


def short_date(time: float) -> str:
    """As in `Sat Feb 23 03:07:45 UTC 2019`."""
    return f"{datetime.fromtimestamp(time, UTC):%a %b %d %H:%M:%S UTC %Y}"
