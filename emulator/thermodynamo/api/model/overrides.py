"""Where the service is known to differ from its published model; every entry says why we believe it.

An entry changes one property of a shape, or of one member of a structure. The properties:
`order` members are reported in this order first, the others follow as published; `enum` the values in the order the
service prints them; `minimum`, `maximum`, `pattern` replace the published bound (None lifts it); `required` members
that are required although not published so; `optional` a member that is not asked for although published so;
`unchecked` nothing is checked here or below; `hidden` internal members the service prints as null;
`table_name` a table name or its ARN, by the rules of `constraints.py`;
`pattern_first` a broken pattern is reported before a broken length;
`as_sent` a broken bound is reported without the value, and the member is spelled as in the request;
`as_json` a value is printed as JSON; `only_alone` nothing is said of the member where another is wrong;
`required_alone` a missing TableName is reported before, and instead of, the aggregated message; `only_with` a member
without which nothing is checked here, since the operation has its own answer.
"""

from typing import Any

from thermodynamo_storage.values.dataclass import dataclass

RECORDED_ORDER = "order of the errors in recorded replies of us-east-1 that hold several; dynalite reproduces them"
RECORDED_ENUM = "the set as printed in recorded replies; dynalite and dynoxide agree on it"
TABLE_IN_DATA = (
    "recorded 2026: PutItem with an empty TableName reports only `greater than or equal to 1` (the TableArn shape), "
    "while bad characters still report the name pattern and 256 characters the bound of 255"
)
TABLE_IN_CONTROL = (
    "recorded 2026-01, DescribeTable with an empty TableName: two errors, at least 3 and then the pattern "
    "[a-zA-Z0-9_.-]+, neither of which the published TableArn shape has; ARNs are accepted since 2024"
)
MISSING_TABLE = "dynalite and dynoxide agree on this text for a missing TableName where no item is touched"
CHECKED_LATER = "names of attributes are refused with the item or the expression, by another message"
RESOURCE_FIRST = (
    "dynalite and dynoxide agree that a missing or empty ResourceArn is `Invalid TableArn`, whatever else is wrong; "
    "with an ARN the members are checked here: recorded 2024, an empty tag key reports `greater than or equal to 1`"
)
TABLE_KEYS = (
    "recorded 2026: three elements in a table's KeySchema report `less than or equal to 2`; the published bound was "
    "lifted when the keys of global secondary indexes became lists"
)
OWN_WORDS = "ack-api-quirks, DDB-TABLE-107, 110 and 442, October 2026: the operation has words of its own for these"
BACKUP_ARNS = (
    "ack-api-quirks, DDB-TABLE-457, October 2026: an empty ARN is answered `Invalid Backup ARN`, an empty name of the "
    "table to be made of a backup has words of its own"
)
IMPORT_RULES = (
    "ack-api-quirks, DDB-IMPORT-009, October 2026: the set as printed; a delimiter of two characters reports the "
    "pattern, then the length"
)
PATTERN_FIRST = "ack-api-quirks, DDB-TABLE-457, October 2026: an empty name reports the pattern, then the length"
EMPTY_BATCH = "the operation has its own answer to an empty RequestItems; see operations/batch_get_item.py"
KEYS_AS_SENT = (
    "recorded 2026: 101 keys report `Value at 'RequestItems.<table>.member.Keys'` (nubo-db/dynoxide issue 18); the "
    "lower bound is not known to be recorded since 2016, when it named the value, and follows the upper"
)
BATCH_NAMES = (
    "recorded in October 2026 with a bad table name and an unknown ReturnConsumedCapacity: BatchGetItem reports the "
    "name first and prints the request as JSON, BatchWriteItem reports the other error alone"
)
PAGE_LIMIT = "API reference of the operation: the upper limit is said in the text of the member, not in the model"
EMPTY_PAGE = "published without a lower limit; pages of fewer than one would never come to an end"
ITERATOR_TYPES = "Kinesis, whose names these are, prints the set in this order"
ANY_DESTINATION = "ack-api-quirks, DDB-TABLE-302, October 2026: what is no ARN is refused for the state of the table"
DEGENERATE = "ack-api-quirks, DDB-TABLE-457, October 2026: what is empty is refused in words of its own"
CREATE_REQUIRED = "recorded replies name these as null; published as optional only for replicas of a global table"


@dataclass(frozen=True, slots=True)
class Override:
    shape: str
    member: str
    what: str
    value: Any
    evidence: str


def _order(shape: str, members: str) -> Override:
    return Override(shape, "", "order", tuple(members.split()), RECORDED_ORDER)


def _enum(shape: str, values: str) -> Override:
    return Override(shape, "", "enum", tuple(values.split()), RECORDED_ENUM)


def _table_names(use: str, evidence: str, structures: str) -> list[Override]:
    return [Override(structure, "TableName", "table_name", use, evidence) for structure in structures.split()]


_ORDERS = (
    _order(
        "PutItemInput",
        "ReturnConsumedCapacity TableName Item ConditionalOperator Expected ReturnValues ReturnItemCollectionMetrics",
    ),
    _order(
        "UpdateItemInput",
        "ReturnConsumedCapacity TableName ReturnItemCollectionMetrics ReturnValues Key ConditionalOperator Expected "
        "AttributeUpdates",
    ),
    _order(
        "DeleteItemInput",
        "ReturnConsumedCapacity TableName ReturnValues ReturnItemCollectionMetrics Key ConditionalOperator Expected",
    ),
    _order("GetItemInput", "ReturnConsumedCapacity AttributesToGet TableName Key"),
    _order(
        "QueryInput",
        "Select IndexName QueryFilter ReturnConsumedCapacity TableName ConditionalOperator AttributesToGet Limit "
        "KeyConditions",
    ),
    _order(
        "ScanInput",
        "Select IndexName TotalSegments ReturnConsumedCapacity TableName ConditionalOperator ScanFilter Segment Limit "
        "AttributesToGet",
    ),
    _order("BatchGetItemInput", "RequestItems ReturnConsumedCapacity"),
    _order("BatchWriteItemInput", "ReturnConsumedCapacity ReturnItemCollectionMetrics RequestItems"),
    _order("WriteRequest", "DeleteRequest PutRequest"),
    _order(
        "CreateTableInput",
        "AttributeDefinitions TableName BillingMode ProvisionedThroughput KeySchema GlobalSecondaryIndexes "
        "LocalSecondaryIndexes",
    ),
    # Also in a reply of CreateGlobalTable's caller, 2019-11: writeCapacityUnits, then readCapacityUnits.
    _order("ProvisionedThroughput", "WriteCapacityUnits ReadCapacityUnits"),
    _order("UpdateTableInput", "TableName ProvisionedThroughput BillingMode GlobalSecondaryIndexUpdates"),
    _order("CreateGlobalSecondaryIndexAction", "Projection IndexName ProvisionedThroughput KeySchema"),
    _order("ListTablesInput", "Limit ExclusiveStartTableName"),
    # ack-api-quirks, DDB-TABLE-457, October 2026: ct_attrdefs_empty_entry.
    _order("AttributeDefinition", "AttributeType AttributeName"),
    _order("TimeToLiveSpecification", "AttributeName Enabled"),
)

_ENUMS = (
    _enum("ReturnValue", "ALL_NEW UPDATED_OLD ALL_OLD NONE UPDATED_NEW"),
    _enum("ConditionalOperator", "OR AND"),
    _enum(
        "ComparisonOperator",
        "IN NULL BETWEEN LT NOT_CONTAINS EQ GT NOT_NULL NE LE BEGINS_WITH GE CONTAINS",
    ),
    _enum("Select", "SPECIFIC_ATTRIBUTES COUNT ALL_ATTRIBUTES ALL_PROJECTED_ATTRIBUTES"),
    _enum("ScalarAttributeType", "B N S"),
    _enum("ProjectionType", "ALL INCLUDE KEYS_ONLY"),
    _enum("StreamViewType", "OLD_IMAGE KEYS_ONLY NEW_AND_OLD_IMAGES NEW_IMAGE"),
    _enum("ContributorInsightsMode", "THROTTLED_KEYS ACCESSED_AND_THROTTLED_KEYS"),
    Override("InputCompressionType", "", "enum", ("ZSTD", "NONE", "GZIP"), IMPORT_RULES),
    Override(
        "ShardIteratorType",
        "",
        "enum",
        ("AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"),
        ITERATOR_TYPES,
    ),
)

_TABLE_NAMES = (
    *_table_names(
        "data",
        TABLE_IN_DATA,
        "PutItemInput GetItemInput UpdateItemInput DeleteItemInput QueryInput ScanInput "
        "Put Get Update Delete ConditionCheck",
    ),
    *_table_names(
        "control",
        TABLE_IN_CONTROL,
        "CreateTableInput DescribeTableInput UpdateTableInput DeleteTableInput DescribeTimeToLiveInput "
        "UpdateTimeToLiveInput DescribeContinuousBackupsInput UpdateContinuousBackupsInput CreateBackupInput "
        "DescribeKinesisStreamingDestinationInput KinesisStreamingDestinationInput "
        "UpdateKinesisStreamingDestinationInput DescribeContributorInsightsInput "
        "UpdateContributorInsightsInput ListContributorInsightsInput DescribeTableReplicaAutoScalingInput "
        "UpdateTableReplicaAutoScalingInput ListBackupsInput",
    ),
    Override("BatchGetRequestMap", "key", "table_name", "data", TABLE_IN_DATA),
    Override("BatchWriteItemRequestMap", "key", "table_name", "data", TABLE_IN_DATA),
    Override("CreateTableInput", "", "required_alone", True, MISSING_TABLE),
    Override("DescribeTableInput", "", "required_alone", True, MISSING_TABLE),
    Override("UpdateTableInput", "", "required_alone", True, MISSING_TABLE),
    Override("DeleteTableInput", "", "required_alone", True, MISSING_TABLE),
    Override("DescribeTimeToLiveInput", "", "required_alone", True, MISSING_TABLE),
)

OVERRIDES: tuple[Override, ...] = (
    *_ORDERS,
    *_ENUMS,
    *_TABLE_NAMES,
    Override("AttributeValue", "", "unchecked", True, CHECKED_LATER),
    Override("AttributeName", "", "unchecked", True, CHECKED_LATER),
    Override("TagResourceInput", "", "only_with", "ResourceArn", RESOURCE_FIRST),
    Override("UntagResourceInput", "", "only_with", "ResourceArn", RESOURCE_FIRST),
    Override("ListTagsOfResourceInput", "", "only_with", "ResourceArn", RESOURCE_FIRST),
    Override("CreateTableInput", "KeySchema", "maximum", 2, TABLE_KEYS),
    Override("LocalSecondaryIndex", "KeySchema", "maximum", 2, TABLE_KEYS),
    Override("ListStreamsInput", "Limit", "maximum", 100, PAGE_LIMIT),
    Override("DescribeStreamInput", "Limit", "maximum", 100, PAGE_LIMIT),
    Override("GetRecordsInput", "Limit", "maximum", 1000, PAGE_LIMIT),
    Override("ListContributorInsightsInput", "MaxResults", "minimum", 1, EMPTY_PAGE),
    Override("CreateTableInput", "", "required", ("AttributeDefinitions", "KeySchema"), CREATE_REQUIRED),
    Override("KMSMasterKeyId", "", "minimum", 1, "recorded 2023: an empty key id in replicaUpdates reports it"),
    Override("BatchGetRequestMap", "", "minimum", None, EMPTY_BATCH),
    Override("KeyList", "", "as_sent", True, KEYS_AS_SENT),
    Override("BatchGetRequestMap", "", "as_json", True, BATCH_NAMES),
    Override("BatchWriteItemInput", "RequestItems", "only_alone", True, BATCH_NAMES),
    Override("BatchWriteItemRequestMap", "", "minimum", None, EMPTY_BATCH),
    Override("Tag", "", "unchecked", True, OWN_WORDS),
    Override("TagKeyString", "", "unchecked", True, OWN_WORDS),
    Override("TableClass", "", "unchecked", True, OWN_WORDS),
    Override("KinesisStreamingDestinationInput", "StreamArn", "minimum", None, ANY_DESTINATION),
    Override("UpdateKinesisStreamingDestinationInput", "StreamArn", "minimum", None, ANY_DESTINATION),
    Override("DescribeContributorInsightsInput", "IndexName", "unchecked", True, OWN_WORDS),
    Override("UpdateContributorInsightsInput", "IndexName", "unchecked", True, OWN_WORDS),
    Override("ListTablesInput", "ExclusiveStartTableName", "pattern_first", True, PATTERN_FIRST),
    Override("CreateBackupInput", "BackupName", "pattern_first", True, PATTERN_FIRST),
    Override("DescribeBackupInput", "BackupArn", "unchecked", True, BACKUP_ARNS),
    Override("DeleteBackupInput", "BackupArn", "unchecked", True, BACKUP_ARNS),
    Override("RestoreTableFromBackupInput", "BackupArn", "unchecked", True, BACKUP_ARNS),
    Override("RestoreTableFromBackupInput", "TargetTableName", "unchecked", True, BACKUP_ARNS),
    Override("ExportTableToPointInTimeInput", "TableArn", "minimum", None, DEGENERATE),
    Override("DescribeGlobalTableInput", "GlobalTableName", "unchecked", True, DEGENERATE),
    Override("DescribeGlobalTableSettingsInput", "GlobalTableName", "unchecked", True, DEGENERATE),
    Override("CreateReplicationGroupMemberAction", "RegionName", "optional", True, DEGENERATE),
    Override("CsvOptions", "Delimiter", "pattern_first", True, IMPORT_RULES),
    Override(
        "PutRequest",
        "",
        "hidden",
        ("workloadProfileName",),
        "recorded 2024-07: `WriteRequest(putRequest=PutRequest(item={...}, workloadProfileName=null), "
        "deleteRequest=null)` in a refused BatchWriteItem",
    ),
)

_INDEX = {(entry.shape, entry.member, entry.what): entry.value for entry in OVERRIDES}


def lookup(shape: str, what: str, member: str = "", default: Any = None) -> Any:
    """The overriding value of a property, or `default` where the published model holds."""
    return _INDEX.get((shape, member, what), default)
