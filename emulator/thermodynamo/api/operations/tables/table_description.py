"""TableDescription: how a table and its indexes are shown in replies, members in the service's order, alphabetical."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.table_settings import encryption_definition, stream_definition
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.tables.table import Table, TableStatus
from thermodynamo_storage.values.schema import KeySchema, Projection, Throughput

Description = dict[str, Any]


def describe(
    namespace: Namespace,
    table: Table,
    now: float,
    status: TableStatus | None = None,
    maxima: Mapping[str | None, dict[str, int]] = MappingProxyType({}),
) -> Description:
    """The table as it is at `now`. The reply to a request that changes it shows a passing `status`, however short, and
    repeats the on-demand `maxima` it gave, by owner.
    """
    status = status or table.status(now)
    schema = table.schema
    arn = str(namespace.arn(table))
    table.keyspace.admission.refresh(now)
    history = table.history(None)
    encryption = cast("dict[str, Any] | None", schema.settings.get("SSESpecification"))
    billing = billing_mode(table, status)
    described: Description = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in schema.attribute_kinds.items()
        ],
        "BillingModeSummary": None if billing is None else {"BillingMode": schema.billing_mode, **billing},
        "CreationDateTime": timestamp(table.created_at),
        "DeletionProtectionEnabled": schema.is_deletion_protected,
        "GlobalSecondaryIndexes": [
            global_index(table, index.name, arn, now, status, maxima) for index in schema.global_indexes
        ],
        "ItemCount": table.keyspace.item_count,
        "KeySchema": key_schema(schema.key_schema),
        **stream_definition.describe(namespace, table, now),
        "LocalSecondaryIndexes": [local_index(table, index.name, arn) for index in schema.local_indexes],
        "OnDemandThroughput": maxima_of(schema.settings, maxima.get(None)),
        "ProvisionedThroughput": throughput(schema.throughput, history, now),
        "SSEDescription": encryption_definition.describe(namespace, encryption),
        "TableArn": arn,
        "TableClassSummary": table_class(table),
        "TableId": table.id,
        "TableName": schema.name,
        "TableSizeBytes": table.keyspace.size_bytes,
        "TableStatus": status,
        "TableThroughputModeSummary": (
            None if billing is None else {**billing, "TableThroughputMode": schema.billing_mode}
        ),
        "WarmThroughput": warm(history, status) if status != "CREATING" else None,
    }
    return {name: value for name, value in described.items() if value is not None and value != []}


def describe_deleted(namespace: Namespace, table: Table, now: float) -> Description:
    """The table as DeleteTable shows it: what it was made of is gone already (API reference, DeleteTable)."""
    described = describe(namespace, table, now, "DELETING")
    shown = (
        *("BillingModeSummary", "DeletionProtectionEnabled", "ItemCount", "ProvisionedThroughput", "TableArn"),
        *("TableId", "TableName", "TableSizeBytes", "TableStatus", "TableThroughputModeSummary"),
    )
    return {name: value for name, value in described.items() if name in shown}


def global_index(
    table: Table,
    name: str,
    table_arn: str,
    now: float,
    table_status: TableStatus,
    maxima: Mapping[str | None, dict[str, int]],
) -> Description:
    """A GlobalSecondaryIndexDescription."""
    index = table.indexes[name]
    index.catch_up(now)
    index.keyspace.admission.refresh(now)
    status = index_status(table, index, table_status)
    described: Description = {
        "Backfilling": table_status == "ACTIVE" if index.transition == "CREATING" else None,
        "IndexArn": f"{table_arn}/index/{name}",
        "IndexName": name,
        "IndexSizeBytes": index.keyspace.size_bytes,
        "IndexStatus": status,
        "ItemCount": index.keyspace.item_count,
        "KeySchema": key_schema(index.schema.key_schema),
        "OnDemandThroughput": maxima_of(index.schema.settings, maxima.get(name)),
        "Projection": projection(index.schema.projection),
        "ProvisionedThroughput": throughput(index.schema.throughput, table.history(name), now),
        "WarmThroughput": (
            # API reference: the status of an index's warm throughput is one of these two.
            warm(table.history(name), "UPDATING" if status == "UPDATING" else "ACTIVE")
            if status != "CREATING"
            else None
        ),
    }
    return {name: value for name, value in described.items() if value is not None}


def local_index(table: Table, name: str, table_arn: str) -> Description:
    """A LocalSecondaryIndexDescription: its entries live in the partitions of the table."""
    schema = table.indexes[name].schema
    entries = [partition.local[name] for partition in table.keyspace.partitions if name in partition.local]
    return {
        "IndexArn": f"{table_arn}/index/{name}",
        "IndexName": name,
        "IndexSizeBytes": sum(each.size_bytes for each in entries),
        "ItemCount": sum(map(len, entries)),
        "KeySchema": key_schema(schema.key_schema),
        "Projection": projection(schema.projection),
    }


def index_status(table: Table, index: SecondaryIndex, table_status: TableStatus) -> str:
    """An index is created and deleted with its table, or changes on its own."""
    if table_status in ("CREATING", "DELETING"):
        return table_status
    if index.transition is not None:
        return index.transition
    return "UPDATING" if table_status == "UPDATING" and index.schema.name in table.updating_indexes else "ACTIVE"


def billing_mode(table: Table, status: TableStatus) -> Description | None:
    """What both billing summaries say besides the mode; None for a table that was never on demand, which has none."""
    switched = table.history(None).on_demand
    if not switched:
        return None
    # Recorded: the time of the switch appears once the table is ACTIVE.
    return {"LastUpdateToPayPerRequestDateTime": timestamp(switched[-1])} if status == "ACTIVE" else {}


def table_class(table: Table) -> Description | None:
    """TableClassSummary, of a table whose class was ever chosen."""
    if table.schema.table_class is None:
        return None
    described: Description = {"TableClass": table.schema.table_class}
    if table.class_changed_at is not None and table.class_changed_at > table.created_at:
        described["LastUpdateDateTime"] = timestamp(table.class_changed_at)
    return described


def key_schema(schema: KeySchema) -> list[Description]:
    return [
        *({"AttributeName": attribute.name, "KeyType": "HASH"} for attribute in schema.partition),
        *({"AttributeName": attribute.name, "KeyType": "RANGE"} for attribute in schema.sort),
    ]


def projection(projected: Projection) -> Description:
    if projected.kind == "INCLUDE":
        return {"NonKeyAttributes": list(projected.names), "ProjectionType": projected.kind}
    return {"ProjectionType": projected.kind}


def throughput(units: Throughput, history: ThroughputHistory, now: float) -> Description:
    """A ProvisionedThroughputDescription: zero units for what is billed per request."""
    described: Description = {}
    if history.decreased_at is not None:
        described["LastDecreaseDateTime"] = timestamp(history.decreased_at)
    if history.increased_at is not None:
        described["LastIncreaseDateTime"] = timestamp(history.increased_at)
    described["NumberOfDecreasesToday"] = history.decreases_today(now)
    described["ReadCapacityUnits"] = units.read_units
    described["WriteCapacityUnits"] = units.write_units
    return described


def maxima_of(settings: dict[str, object], given: dict[str, int] | None) -> Description | None:
    """OnDemandThroughput, if there is any: the maxima that are set, and those that are `given`.

    Recorded in July 2026 (https://github.com/nubo-db/dynoxide/issues/159): one that is not set is left out.
    """
    maxima = {**cast("dict[str, int]", settings.get("OnDemandThroughput", {})), **(given or {})}
    members = ("MaxReadRequestUnits", "MaxWriteRequestUnits")
    return {member: maxima[member] for member in members if member in maxima} or None


def warm(history: ThroughputHistory, status: str) -> Description:
    return {
        "ReadUnitsPerSecond": history.warm.read_units,
        "Status": status,
        "WriteUnitsPerSecond": history.warm.write_units,
    }


def timestamp(time: float) -> float:
    """Seconds since the epoch to the millisecond, as the service writes times."""
    return round(time, 3)
