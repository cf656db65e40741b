"""Operation by path to data: which keys and attributes each operation reads, writes or infers, and which action asks.

One table for all. `requirements` makes of it what a policy is asked; the tests make of it the requests that a foreign
tenant sends. Actions and their keys are those of the service authorization reference (list_amazondynamodb).
"""

from dataclasses import dataclass
from typing import Literal

Selects = Literal["item", "page"]


@dataclass(frozen=True, slots=True)
class DataPath:
    """How one action reaches items: the members of the request, or of a part of it, that name keys and attributes.

    `reads` name attributes that are returned, `writes` those that are changed, and `infers` those that a reply tells
    something of without showing them: conditions, filters, the place where a page begins.
    """

    action: str
    keys: tuple[str, ...] = ()
    """Members that hold one key, or a list of keys."""
    items: tuple[str, ...] = ()
    """Members that hold a whole item to write, or a list of them."""
    key_conditions: tuple[str, ...] = ()
    """Members that say which item collection is read."""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    infers: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    """Members that say which images of an item are returned."""
    selects: Selects | None = None
    """Whether the attributes returned are chosen for one item or for pages, which have a member Select."""
    is_fine_grained: bool = True
    """Whether policies can tell keys and attributes apart."""

    @property
    def named(self) -> tuple[str, ...]:
        """All members that name attributes."""
        return (
            *self.keys,
            *self.items,
            *self.key_conditions,
            *self.reads,
            *self.writes,
            *self.infers,
        )


KEY = ("Key",)
ITEM = ("Item",)
PROJECTION = ("ProjectionExpression", "AttributesToGet")
CONDITION = ("ConditionExpression", "Expected")
RETURNS = ("ReturnValues", "ReturnValuesOnConditionCheckFailure")
"""ConditionCheckItem has the key dynamodb:ReturnValues and no other member than the second, so that key is both."""

GET = DataPath("dynamodb:GetItem", keys=KEY, reads=PROJECTION, selects="item")
PUT = DataPath("dynamodb:PutItem", items=ITEM, infers=CONDITION, returns=RETURNS)
DELETE = DataPath("dynamodb:DeleteItem", keys=KEY, infers=CONDITION, returns=RETURNS)
UPDATE = DataPath(
    "dynamodb:UpdateItem", keys=KEY, writes=("UpdateExpression", "AttributeUpdates"), infers=CONDITION, returns=RETURNS
)
CHECK = DataPath("dynamodb:ConditionCheckItem", keys=KEY, infers=CONDITION, returns=RETURNS)
QUERY = DataPath(
    "dynamodb:Query",
    key_conditions=("KeyConditionExpression", "KeyConditions"),
    reads=PROJECTION,
    infers=("FilterExpression", "QueryFilter", "ExclusiveStartKey"),
    selects="page",
)
SCAN = DataPath(
    "dynamodb:Scan", reads=PROJECTION, infers=("FilterExpression", "ScanFilter", "ExclusiveStartKey"), selects="page"
)
SEARCH = DataPath(
    "dynamodb:SearchVectors",
    key_conditions=("SearchConditionExpression",),
    reads=("ProjectionExpression",),
    is_fine_grained=False,
)
"""Developer guide, VectorSearch.Security: a statement with a condition on keys, attributes or Select does not match."""
BATCH_GET = DataPath("dynamodb:BatchGetItem", keys=("Keys",), reads=PROJECTION, selects="item")
BATCH_WRITE = DataPath("dynamodb:BatchWriteItem", keys=("Keys",), items=("Items",))
"""The parts of a request for one table, gathered from its PutRequests and DeleteRequests."""

SINGLE: dict[str, DataPath] = {
    "GetItem": GET,
    "PutItem": PUT,
    "DeleteItem": DELETE,
    "UpdateItem": UPDATE,
    "Query": QUERY,
    "Scan": SCAN,
    "SearchVectors": SEARCH,
}
"""Operations that reach one table or index, named at the top of the request."""

BATCHES: dict[str, DataPath] = {"BatchGetItem": BATCH_GET, "BatchWriteItem": BATCH_WRITE}
"""Operations whose RequestItems have one part for each table: a policy is asked once for each."""

TRANSACTIONS: dict[str, dict[str, DataPath]] = {
    "TransactGetItems": {"Get": GET},
    "TransactWriteItems": {"Put": PUT, "Delete": DELETE, "Update": UPDATE, "ConditionCheck": CHECK},
}
"""Operations whose TransactItems have one action each: a policy is asked for every one, with EnclosingOperation."""

MEMBER_KINDS = tuple(kind for kinds in TRANSACTIONS.values() for kind in kinds)

STATEMENTS: dict[str, str | None] = {
    "ExecuteStatement": None,
    "BatchExecuteStatement": "Statements",
    "ExecuteTransaction": "TransactStatements",
}
"""Operations on PartiQL, with the member that lists their statements: a policy is asked for every one of these."""

STATEMENT_ACTIONS: dict[str, str] = {
    "Select": "dynamodb:PartiQLSelect",
    "Exists": "dynamodb:PartiQLSelect",
    "Insert": "dynamodb:PartiQLInsert",
    "Update": "dynamodb:PartiQLUpdate",
    "Delete": "dynamodb:PartiQLDelete",
}
"""The action of each kind of statement. EXISTS reads as a SELECT does (developer guide, ql-functions.exists)."""

ENCLOSING = ("TransactGetItems", "TransactWriteItems", "ExecuteTransaction")

ITEM_ACTIONS = (
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)
"""What making a table out of another one, or of a backup, asks besides its own action."""

RESOURCES: dict[str, str | None] = {
    "CancelBulkOperation": "BulkOperationArn",
    "CreateBackup": "TableName",
    "CreateGlobalTable": "GlobalTableName",
    "CreateTable": "TableName",
    "DeleteBackup": "BackupArn",
    "DeleteResourcePolicy": "ResourceArn",
    "DeleteTable": "TableName",
    "DescribeBackup": "BackupArn",
    "DescribeBulkOperation": "BulkOperationArn",
    "DescribeContinuousBackups": "TableName",
    "DescribeContributorInsights": "TableName",
    "DescribeEndpoints": None,
    "DescribeExport": "ExportArn",
    "DescribeGlobalTable": "GlobalTableName",
    "DescribeGlobalTableSettings": "GlobalTableName",
    "DescribeImport": "ImportArn",
    "DescribeKinesisStreamingDestination": "TableName",
    "DescribeLimits": None,
    "DescribeStream": "StreamArn",
    "DescribeTable": "TableName",
    "DescribeTableReplicaAutoScaling": "TableName",
    "DescribeTimeToLive": "TableName",
    "DisableKinesisStreamingDestination": "TableName",
    "EnableKinesisStreamingDestination": "TableName",
    "ExportTableToPointInTime": "TableArn",
    "GetRecords": "ShardIterator",
    "GetResourcePolicy": "ResourceArn",
    "GetShardIterator": "StreamArn",
    "ImportTable": "TableCreationParameters",
    "ListBackups": None,
    "ListBulkOperations": None,
    "ListContributorInsights": None,
    "ListExports": "TableArn",
    "ListGlobalTables": None,
    "ListImports": "TableArn",
    "ListStreams": None,
    "ListTables": None,
    "ListTagsOfResource": "ResourceArn",
    "PutResourcePolicy": "ResourceArn",
    "RestoreTableFromBackup": "BackupArn",
    "RestoreTableToPointInTime": "SourceTableArn",
    "StartBulkPutItems": "TableName",
    "TagResource": "ResourceArn",
    "UntagResource": "ResourceArn",
    "UpdateContinuousBackups": "TableName",
    "UpdateContributorInsights": "TableName",
    "UpdateGlobalTable": "GlobalTableName",
    "UpdateGlobalTableSettings": "GlobalTableName",
    "UpdateKinesisStreamingDestination": "TableName",
    "UpdateTable": "TableName",
    "UpdateTableReplicaAutoScaling": "TableName",
    "UpdateTimeToLive": "TableName",
}
"""All other operations: they show no item by its key. The member that names the resource; None for the account's all.

Streams, backups, exports and imports hold items of every key, so a policy grants them as a whole or not at all.
"""

OWN_ONLY = frozenset({"DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"})
"""Operations that answer another account with an error of their own."""

DEFINING = frozenset({"CreateTable", "UpdateTable"})
"""Operations of which some members need actions of their own."""

RESTORING = frozenset({"RestoreTableFromBackup", "RestoreTableToPointInTime"})
"""Operations that make a table out of another one, or of a backup."""

SCALING_UP = frozenset({"PutScalingPolicy", "PutScheduledAction", "RegisterScalableTarget"})
"""Operations of Application Auto Scaling by which the units of a table change later on."""

SCALED_BY = ("DescribeTable", "UpdateTable")
"""What these ask of the table, besides their own actions."""
