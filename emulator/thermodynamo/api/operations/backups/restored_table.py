"""Whether a table can be restored under a name, and what begins it."""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.arn import TableArn
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import overrides
from thermodynamo.api.operations.table_settings import account_limits, throughput_definition
from thermodynamo.api.operations.tables import table_creation, table_description
from thermodynamo_storage.facets.origin import Origin
from thermodynamo_storage.tables.definition import RestoreBegun
from thermodynamo_storage.values.schema import TableSchema

RESTORES_MAX = 50
"""Restores of an account at a time (API reference; ack-api-quirks, DDB-TABLE-350, October 2026)."""


def refuse_taken(namespace: Namespace, name: str, now: float) -> None:
    """Raises TableInUseException for a name that is being restored, TableAlreadyExistsException for any other table.

    One that is being deleted is still there: ack-api-quirks, DDB-TABLE-219 and 275, October 2026.
    """
    if not namespace.exists(name, now):
        return
    origin = namespace.tables[name].origin
    if origin is None:
        raise errors.table_already_exists(messages.TABLE_EXISTS.format(name))
    if origin.backup_id is None:
        raise errors.table_in_use(messages.TABLE_BEING_RESTORED_TO_PAST.format(name))
    raise errors.table_in_use(being_restored(name, origin))


def being_restored(name: str, origin: Origin) -> str:
    """The message that a table is restored from a backup."""
    source = TableArn(origin.region, origin.account, origin.table_name)
    return messages.TABLE_BEING_RESTORED.format(name, f"{source}/backup/{origin.backup_id}")


def refuse_too_many(namespace: Namespace, now: float) -> None:
    """Raises LimitExceededException."""
    namespace.database.settle_tables(now)
    tables = namespace.database.tables_of_all()
    if sum(table.is_being_restored for table in tables if table.account == namespace.account) >= RESTORES_MAX:
        raise errors.limit_exceeded(messages.RESTORES_TOO_MANY.format(RESTORES_MAX))


def begin(
    namespace: Namespace, source: TableSchema, origin: Origin, request: dict[str, Any], now: float
) -> dict[str, Any]:
    """Begins the restore of a table, which is CREATING; returns the reply.

    Raises ValidationException for overrides that cannot be, LimitExceededException.
    """
    restored = overrides.restored(source, request)
    schema = restored.schema
    for index in request.get("GlobalSecondaryIndexOverride") or ():
        throughput_definition.check_quota(index, index["IndexName"], namespace)
    given = request.get("OnDemandThroughputOverride")
    throughput_definition.check_quota({"OnDemandThroughput": given or {}}, None, namespace)
    account_limits.check(namespace, schema, now)
    refuse_too_many(namespace, now)
    created = table_creation.created(namespace, schema, restored.warm, {}, now)
    created = replace(created, settled_at=now + namespace.config.restore_delay_seconds)
    namespace.define(now, created, RestoreBegun(created.table_id, origin, restored.index_names))
    table = namespace.tables[schema.name]
    return {"TableDescription": table_description.describe(namespace, table, now, table_description.CREATED)}
