"""The one registry of operations. Whatever lists operations derives from `OPERATIONS`."""

from thermodynamo.api.operations.operation import Operation

__all__ = ["NAMED", "OPERATIONS", "Operation"]

TARGET_PREFIX = b"DynamoDB_20120810."
STREAMS_TARGET_PREFIX = b"DynamoDBStreams_20120810."

FAMILIES: dict[str, tuple[str, ...]] = {
    "items": ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"),
    "pages": ("Query", "Scan"),
    "transactions": ("TransactGetItems", "TransactWriteItems"),
    "statements": ("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"),
    "tables": (
        "CreateTable",
        "DeleteTable",
        "DescribeEndpoints",
        "DescribeLimits",
        "DescribeTable",
        "ListTables",
        "UpdateTable",
    ),
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
    "backups": ("DescribeContinuousBackups",),
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
