"""Quotas on provisioned throughput: for each table and index, and for an account in a region.

On-demand tables do not count towards the account's. Source: developer guide, Quotas (default values).
"""

from collections.abc import Iterable

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.table_settings.throughput_definition import ON_DEMAND, TABLE_UNITS_MAX
from thermodynamo_storage.values.schema import TableSchema, Throughput

ACCOUNT_UNITS_MAX = Throughput(80_000, 80_000)


def check(namespace: Namespace, schema: TableSchema, now: float) -> None:
    """Refuses a table's throughput, new or changed, where it breaks a quota. Raises LimitExceededException."""
    for owner, throughput in schema.throughputs.items():
        check_table(namespace, owner, throughput)
    own = total(schema.throughputs.values())
    if own == ON_DEMAND:
        return
    others = [
        units
        for name in namespace.settled_names(now)
        if name != schema.name
        for units in namespace.tables[name].schema.throughputs.values()
    ]
    reserved = total(others)
    for member, requested, used, limit in (
        ("ReadCapacityUnits", own.read_units, reserved.read_units, ACCOUNT_UNITS_MAX.read_units),
        ("WriteCapacityUnits", own.write_units, reserved.write_units, ACCOUNT_UNITS_MAX.write_units),
    ):
        if requested + used > limit:
            particulars = (member, namespace.region, member, used, limit, requested)
            raise errors.limit_exceeded(messages.UNITS_ABOVE_ACCOUNT_MAXIMUM.format(*particulars))


def check_table(namespace: Namespace, index_name: str | None, throughput: Throughput) -> None:
    """The quota of the table (None) or of one index; each has its own (ack-api-quirks, DDB-TABLE-170, October 2026)."""
    for member, requested, limit in (
        ("ReadCapacityUnits", throughput.read_units, TABLE_UNITS_MAX.read_units),
        ("WriteCapacityUnits", throughput.write_units, TABLE_UNITS_MAX.write_units),
    ):
        if requested <= limit:
            continue
        if index_name is None:
            particulars: tuple[object, ...] = (member, requested, namespace.region, limit)
            raise errors.limit_exceeded(messages.UNITS_ABOVE_TABLE_MAXIMUM.format(*particulars))
        particulars = (member, index_name, requested, namespace.region, limit)
        raise errors.limit_exceeded(messages.UNITS_ABOVE_INDEX_MAXIMUM.format(*particulars))


def total(throughputs: Iterable[Throughput]) -> Throughput:
    units = list(throughputs)
    return Throughput(sum(each.read_units for each in units), sum(each.write_units for each in units))
