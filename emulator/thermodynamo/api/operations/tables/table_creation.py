"""From the schema of a table to the definition that makes it, for every operation that makes one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.table_settings import account_limits, throughput_definition
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory, warm_throughput
from thermodynamo_storage.tables.definition import Owner, TableCreated
from thermodynamo_storage.values.schema import TableSchema, Throughput

Warm = dict[Owner, Throughput]
"""Warm throughput that is asked for, of the table (None) and of indexes by name."""


def warm_of(request: dict[str, Any], schema: TableSchema) -> Warm:
    """The warm throughput that is asked for. Raises ValidationException where it is less than what comes by itself."""
    wanted: Warm = {}
    given_of: dict[str | None, dict[str, Any]] = {None: request}
    given_of.update({index["IndexName"]: index for index in request.get("GlobalSecondaryIndexes", ())})
    for owner, throughput in schema.throughputs.items():
        warm = throughput_definition.new_warm(given_of[owner], owner, throughput)
        if warm is not None:
            wanted[owner] = warm
    return wanted


def check_quotas(namespace: Namespace, request: dict[str, Any], schema: TableSchema, now: float) -> None:
    """Refuses a request for a table whose name is taken, or that breaks a quota.

    Raises ResourceInUseException, LimitExceededException and ValidationException.
    """
    throughput_definition.check_quota(request, None, namespace)
    for index in request.get("GlobalSecondaryIndexes", ()):
        throughput_definition.check_quota(index, index["IndexName"], namespace)
    namespace.refuse_existing(schema.name, now)
    account_limits.check(namespace, schema, now)


def created(namespace: Namespace, schema: TableSchema, warm: Warm, tags: Mapping[str, str], now: float) -> TableCreated:
    """The table, without a stream: StreamEnabled begins that."""
    histories = {owner: history(schema, owner, warm, now) for owner in schema.throughputs}
    return TableCreated(
        table_id=namespace.new_table_id(schema.name, now),
        account=namespace.account,
        region=namespace.region,
        schema=replace(schema, stream_view_type=None),
        histories=tuple(histories.items()),
        partition_counts=tuple(
            (owner, namespace.database.partition_count(units, histories[owner].warm))
            for owner, units in schema.throughputs.items()
        ),
        settled_at=namespace.settled_at(now),
        tags=tags,
    )


def history(schema: TableSchema, owner: Owner, warm: Warm, now: float) -> ThroughputHistory:
    """What the table (None) or a global index begins with. A table that is made on demand counts as switched to it."""
    begun = ThroughputHistory(warm_throughput(schema.throughputs[owner]))
    if owner in warm:
        begun = begun.warmed(warm[owner])
    return begun.with_on_demand(now) if owner is None and schema.billing_mode == "PAY_PER_REQUEST" else begun
