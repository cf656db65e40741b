"""TableDescription: how a table is shown in replies."""

from typing import Any

from emulator.engine import Engine
from storage.table import Table, TableStatus


def describe(engine: Engine, table: Table, now: float) -> dict[str, Any]:
    """The table as DescribeTable shows it."""
    return _describe(engine, table, table.status(now))


def describe_created(engine: Engine, table: Table, now: float) -> dict[str, Any]:
    """The table as CreateTable shows it: CREATING, however soon it is ready."""
    return _describe(engine, table, "CREATING")


def describe_deleted(engine: Engine, table: Table) -> dict[str, Any]:
    """The table as DeleteTable shows it."""
    return _describe(engine, table, "DELETING")


def _describe(engine: Engine, table: Table, status: TableStatus) -> dict[str, Any]:
    schema = table.schema
    return {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in schema.attribute_kinds.items()
        ],
        "TableName": schema.name,
        "KeySchema": [
            {
                "AttributeName": attribute.name,
                "KeyType": "HASH" if attribute in schema.key_schema.partition else "RANGE",
            }
            for attribute in schema.key_schema.attributes
        ],
        "TableStatus": status,
        "CreationDateTime": round(table.created_at, 3),
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": schema.throughput.read_units,
            "WriteCapacityUnits": schema.throughput.write_units,
        },
        "TableSizeBytes": table.keyspace.size_bytes,
        "ItemCount": table.keyspace.item_count,
        "TableArn": str(engine.arn(table)),
        "TableId": table.id,
        "DeletionProtectionEnabled": schema.is_deletion_protected,
    }
