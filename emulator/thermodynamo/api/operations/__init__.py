"""The operations, one module each, and their one registry: whatever lists operations derives from `OPERATIONS`.

A module named as an operation in snake case is that operation: `FACTS`, `validate(request)` and
`execute(namespace, request, now)`. The other modules of a family are what its operations share.
Families import downwards only:

operation, reply, consumed_capacity    the registry's entries, and what replies are made of
items, table_settings                  items by key; tags, time to live, insights, parts of a definition
policies                               resource policies
replicas                               global tables
tables, pages                          tables as a whole; Query and Scan
table_changes                          what changes a table that is there
transactions, streams                  all or nothing; the records of changes
statements, backups                    PartiQL; backups and restores
transfers, kinesis, vectors            exports and imports; Kinesis destinations; search of vectors
"""

from thermodynamo.api import errors, messages, model
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations.operation import Operation

__all__ = ["NAMED", "OPERATIONS", "Operation", "unknown"]

TARGET_PREFIX = b"DynamoDB_20120810."
STREAMS_TARGET_PREFIX = b"DynamoDBStreams_20120810."

FAMILIES: dict[str, tuple[str, ...]] = {
    "items": ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"),
    "pages": ("Query", "Scan"),
    "transactions": ("TransactGetItems", "TransactWriteItems"),
    "statements": ("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"),
    "tables": (
        "CreateTable",
        "DescribeEndpoints",
        "DescribeLimits",
        "DescribeTable",
        "ListTables",
    ),
    "table_changes": ("DeleteTable", "UpdateTable"),
    "table_settings": (
        "DescribeContributorInsights",
        "DescribeTimeToLive",
        "ListContributorInsights",
        "ListTagsOfResource",
        "TagResource",
        "UntagResource",
        "UpdateContributorInsights",
        "UpdateTimeToLive",
    ),
    "backups": (
        "CreateBackup",
        "DeleteBackup",
        "DescribeBackup",
        "DescribeContinuousBackups",
        "ListBackups",
        "RestoreTableFromBackup",
        "RestoreTableToPointInTime",
        "UpdateContinuousBackups",
    ),
    "transfers": (
        "CancelBulkOperation",
        "DescribeBulkOperation",
        "DescribeExport",
        "DescribeImport",
        "ExportTableToPointInTime",
        "ImportTable",
        "ListBulkOperations",
        "ListExports",
        "ListImports",
        "StartBulkPutItems",
    ),
    "kinesis": (
        "DescribeKinesisStreamingDestination",
        "DisableKinesisStreamingDestination",
        "EnableKinesisStreamingDestination",
        "UpdateKinesisStreamingDestination",
    ),
    "replicas": (
        "CreateGlobalTable",
        "DescribeGlobalTable",
        "DescribeGlobalTableSettings",
        "DescribeTableReplicaAutoScaling",
        "ListGlobalTables",
        "UpdateGlobalTable",
        "UpdateGlobalTableSettings",
        "UpdateTableReplicaAutoScaling",
    ),
    "vectors": ("SearchVectors",),
    "policies": ("DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"),
    "streams": ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"),
}
"""The operations of each folder. A module named as an operation in snake case is that operation; others are shared."""

OPERATIONS: dict[bytes, Operation] = {
    (STREAMS_TARGET_PREFIX if family == "streams" else TARGET_PREFIX) + name.encode(): Operation(name, family)
    for family, names in FAMILIES.items()
    for name in names
}
"""The operations by the whole target header that asks for them."""

NAMED: dict[str, Operation] = {operation.name: operation for operation in OPERATIONS.values()}


def unknown(target: bytes) -> ApiError:
    """The error for what is no operation here. One that the service publishes is named in its message."""
    text = target.decode("latin-1")
    if not model.is_published(text):
        return errors.unknown_operation()
    return errors.unknown_operation(messages.OPERATION_NOT_BUILT.format(text.partition(".")[2]))
