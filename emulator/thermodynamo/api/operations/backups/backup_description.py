"""BackupDetails, BackupDescription and BackupSummary: how a backup is shown.

What is recorded is the keys, the billing, the throughput, the indexes, the stream, time to live and the encryption, and
nothing else (ack-api-quirks, DDB-BACKUP-004, 009, 017 and 021, October 2026).
"""

from typing import Any

from thermodynamo.api.arn import TableArn
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import named_backups
from thermodynamo.api.operations.table_settings import encryption_definition
from thermodynamo.api.operations.tables import table_description
from thermodynamo.api.operations.tables.table_description import Description, timestamp
from thermodynamo_storage.tables.snapshot import Backup
from thermodynamo_storage.values.schema import IndexSchema, Throughput


def status(backup: Backup, now: float) -> str:
    return "CREATING" if now < backup.label.available_at else "AVAILABLE"


def details(backup: Backup, arn: str, shown_status: str) -> Description:
    """BackupDetails, with the ARN and the status that the reply shows."""
    label = backup.label
    described: Description = {
        "BackupArn": arn,
        "BackupCreationDateTime": timestamp(label.created_at),
        "BackupExpiryDateTime": timestamp(label.expires_at) if label.expires_at is not None else None,
        "BackupName": label.name,
        "BackupSizeBytes": backup.table.keyspace.size_bytes,
        "BackupStatus": shown_status,
        "BackupType": label.type,
    }
    return {member: value for member, value in described.items() if value is not None}


def summary(namespace: Namespace, backup: Backup, now: float) -> Description:
    """BackupSummary: the details, and which table it was."""
    table = backup.table
    return {
        **details(backup, named_backups.arn_of(namespace, backup), status(backup, now)),
        "TableArn": str(TableArn(namespace.region, namespace.account, table.schema.name)),
        "TableId": table.id,
        "TableName": table.schema.name,
    }


def describe(namespace: Namespace, backup: Backup, arn: str, shown_status: str, now: float) -> Description:
    """BackupDescription. Features are there where there are any; none are told of a backup of the system's."""
    return {
        "BackupDetails": details(backup, arn, shown_status),
        "SourceTableDetails": source(namespace, backup),
        "SourceTableFeatureDetails": {} if backup.label.type == "SYSTEM" else features(namespace, backup, now),
    }


def source(namespace: Namespace, backup: Backup) -> Description:
    """SourceTableDetails."""
    table, schema = backup.table, backup.table.schema
    described: Description = {
        "BillingMode": schema.billing_mode,
        "ItemCount": table.keyspace.item_count,
        "KeySchema": table_description.key_schema(schema.key_schema),
        "OnDemandThroughput": table_description.maxima_of(schema.settings, None),
        "ProvisionedThroughput": units(schema.throughput),
        "TableArn": str(TableArn(namespace.region, namespace.account, schema.name)),
        "TableCreationDateTime": timestamp(table.created_at),
        "TableId": table.id,
        "TableName": schema.name,
        "TableSizeBytes": table.keyspace.size_bytes,
    }
    return {member: value for member, value in described.items() if value is not None}


def features(namespace: Namespace, backup: Backup, now: float) -> Description:
    """SourceTableFeatureDetails."""
    schema, time_to_live = backup.table.schema, backup.time_to_live
    described: Description = {
        "GlobalSecondaryIndexes": [
            {**index(each), "ProvisionedThroughput": units(each.throughput)} for each in schema.global_indexes
        ],
        "LocalSecondaryIndexes": [index(each) for each in schema.local_indexes],
        "SSEDescription": encryption_definition.describe(namespace, encryption_definition.of_schema(schema), None, now),
    }
    if schema.stream_view_type is not None:
        described["StreamDescription"] = {"StreamEnabled": True, "StreamViewType": schema.stream_view_type}
    if schema.vector_indexes:
        described["VectorIndexes"] = [table_description.vector_index_info(each) for each in schema.vector_indexes]
    if time_to_live is not None and time_to_live.is_enabled:
        described["TimeToLiveDescription"] = {
            "AttributeName": time_to_live.attribute_name,
            "TimeToLiveStatus": time_to_live.status(backup.label.created_at),
        }
    return {member: value for member, value in described.items() if value}


def index(schema: IndexSchema) -> dict[str, Any]:
    return {
        "IndexName": schema.name,
        "KeySchema": table_description.key_schema(schema.key_schema),
        "Projection": table_description.projection(schema.projection),
    }


def units(throughput: Throughput) -> dict[str, int]:
    """ProvisionedThroughput: zero units for what is billed per request."""
    return {"ReadCapacityUnits": throughput.read_units, "WriteCapacityUnits": throughput.write_units}
