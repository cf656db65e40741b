"""The one registry of operations. Whatever lists operations derives from `OPERATIONS`."""

from thermodynamo.api.operations.operation import Operation

__all__ = ["OPERATIONS", "TARGET_PREFIX", "Operation"]

TARGET_PREFIX = b"DynamoDB_20120810."
STREAMS_TARGET_PREFIX = b"DynamoDBStreams_20120810."

_NAMES = (
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeEndpoints",
    "DescribeLimits",
    "DescribeTable",
    "DescribeTimeToLive",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "ListContributorInsights",
    "ListTables",
    "ListTagsOfResource",
    "PutItem",
    "Query",
    "Scan",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateContributorInsights",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
)
_STREAMS_NAMES = (
    "DescribeStream",
    "GetRecords",
    "GetShardIterator",
    "ListStreams",
)

OPERATIONS: dict[bytes, Operation] = {
    prefix + name.encode(): Operation(name)
    for prefix, names in ((TARGET_PREFIX, _NAMES), (STREAMS_TARGET_PREFIX, _STREAMS_NAMES))
    for name in names
}
"""The operations by the whole target header that asks for them."""
