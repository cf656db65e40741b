"""As reasons.py, for tables, indexes, tags, time to live and streams."""

from tests.differential.reasons import DYNALITE, DYNOXIDE, LOCAL, MINISTACK, Reason

DEFINING = "CreateTable|UpdateTable|DescribeTable"
TAGGING = "TagResource|UntagResource|ListTagsOfResource"
WRITES = "PutItem|UpdateItem|DeleteItem|BatchWriteItem"
DESCRIBED = (
    "DeletionProtectionEnabled|BillingModeSummary|BillingMode|TableClassSummary|TableThroughputModeSummary|"
    r"StreamSpecification|GlobalSecondaryIndexes|ProvisionedThroughput\.NumberOfDecreasesToday|TableSizeBytes|"
    r"SSEDescription|OnDemandThroughput\S*"
)
"""Members that one reference or another leaves out of a table's description, or adds to it."""
READ = (
    r"^200 ConsumedCapacity(\.(CapacityUnits|Table\.CapacityUnits|LocalSecondaryIndexes\S*): \S+; ?"
    r"|\.Table: \S+; ?| ConsumedCapacity)+(Items: \[(\d+|some order)\];)?$"
)
"""The units of the table, of a local index and of both together; dynoxide leaves out what it would have to fetch."""
DEFINITION_RULES = "|".join(
    (
        "KeySchema|should not be specified for index|index key attribute|per-table limit|Duplicate attribute in",
        "AttributeDefinitions|ProjectionType|NonKey",
    )
)

TABLE_REASONS = (
    Reason(
        (*LOCAL, *MINISTACK, *DYNALITE),
        r"^200 (ConsumedCapacity\S*: \S+; )*ItemCollectionMetrics: \{",
        "ItemCollectionMetrics: absent;",
        "a batch has ItemCollectionMetrics, too: API reference",
        "BatchWriteItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK),
        r"^200 (ConsumedCapacity\S*: \S+; )*ItemCollectionMetrics: \{",
        "ItemCollectionMetrics: absent;",
        "a transaction has ItemCollectionMetrics, too: API reference",
        "TransactWriteItems",
    ),
    Reason(
        (*LOCAL, *DYNALITE),
        r"^200 (ConsumedCapacity\S*: \S+; )*ItemCollectionMetrics: \{",
        "ItemCollectionMetrics: absent;",
        "ItemCollectionMetrics as ministack has them (API reference, ItemCollectionMetrics); the peer has none",
        WRITES,
    ),
    Reason(
        DYNOXIDE,
        r"^200 ItemCollectionMetrics\.",
        r"^200 ItemCollectionMetrics\.",
        "SizeEstimateRangeGB lies between whole gigabytes, as ministack has it; dynoxide gives the size twice",
        WRITES,
    ),
    Reason(
        DYNALITE,
        r"^200 ConsumedCapacity",
        r"^200 ConsumedCapacity.*: (absent|1\.0|0\.0|0\.5|\[1\]);",
        "dynalite charges no index, and nothing for a page without items; DynamoDB Local, dynoxide, developer guide",
        f"{WRITES}|Query|Scan",
    ),
    Reason(
        LOCAL,
        "^200 ConsumedCapacity",
        "^200 ConsumedCapacity",
        "DynamoDB Local charges the deletion of nothing in a batch twice; the others once",
        "BatchWriteItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        READ,
        "^200 ConsumedCapacity",
        "each partition that a page visits pays its part, at least the minimum (Amazon Keyspaces guide, table scans), "
        "and each item that is fetched for a local index is charged (developer guide, LSI); no peer has either",
        "Scan",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        READ,
        "^200 ConsumedCapacity",
        "what a local index lacks is fetched and charged: developer guide, LSI; the peers charge the index alone",
        "Query",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "Global secondary index .* does not project",
        "^200",
        "a global index has what is projected alone, and the service says so (localstack issue 478); no peer looks",
        "Query|Scan",
    ),
    Reason(
        (*MINISTACK, *DYNALITE),
        "Type mismatch for Index Key|secondary index key",
        "Type mismatch for Index Key|magnitude",
        "of several indexes that refuse an item, dynoxide names the same",
        f"{WRITES}|TransactWriteItems",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "Size limit exceeded for Index Key",
        "^200",
        "keys of indexes are keys (wellcomecollection/platform issue 2285); DynamoDB Local refuses, too",
        f"{WRITES}|TransactWriteItems",
    ),
    Reason(
        LOCAL,
        "Type mismatch for Index Key",
        "^200",
        "DynamoDB Local lets an update give an index key another type; the others refuse",
        "UpdateItem",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "Key attributes must be scalars",
        "^200|^ConditionalCheck|document path|does not exist in the item|starting key|does not project|[Ii]ndex [Kk]ey",
        "DynamoDB Local has the rule for all expressions, dynalite for all but conditions",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        rf"^200( Table(Description)?\.({DESCRIBED}): [^;]+;)+$",
        "^200",
        "DeletionProtectionEnabled stands in every description since 2023; BillingModeSummary in those of tables that "
        "were on demand once (API reference, TableDescription)",
        DEFINING,
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *DYNALITE),
        "^200",
        "at tableName failed|Invalid table/index name",
        "tables may be named by their ARN since 2024",
        "DescribeTable|DescribeTimeToLive",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK),
        "must be specified when Billing|UpdateViewType|At least one of|must not be null",
        "^ResourceNotFound|equals the current value",
        "what is wrong with the request alone is said before the table is looked for, as by dynalite",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *DYNALITE),
        "^200|^ResourceNotFound|UpdateViewType|when BillingMode",
        "At least one of|Nothing to update",
        "the peer does not know the newer members of UpdateTable",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK),
        "At least one of",
        "At least one of|Nothing to update",
        "dynoxide and dynalite have ours for an update of nothing",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK),
        "must be specified when Billing",
        "action is null|must not be null|^200",
        "the units that a billing mode needs are looked at before the updates of indexes, as by dynalite",
        "UpdateTable",
    ),
    Reason(
        MINISTACK,
        "must not be null",
        "should not be specified when Billing",
        "dynoxide has ours, and names the empty update of an index first",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK, *DYNALITE),
        "Action Blocked: IndexUpdate|Index: .* not found",
        "^200|^ResourceNotFound|Invalid global secondary index name",
        "an index that is not there can be neither updated nor deleted: dynoxide, for updates in our words",
        "UpdateTable",
    ),
    Reason(
        (*MINISTACK, *DYNALITE),
        "can be specified when BillingMode",
        "^ResourceNotFound",
        "what is wrong with the request alone is said before the table is looked for, as by dynoxide",
        "UpdateTable",
    ),
    Reason(
        DYNOXIDE,
        "^LimitExceeded.* online index",
        "^200",
        "one request makes or deletes one index: API reference, UpdateTable",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK),
        rf"^200( TableDescription\.({DESCRIBED}|ProvisionedThroughput\.(Read|Write)CapacityUnits): [^;]+;)+$",
        "^200",
        "a table that is being updated has the units that it had, as by dynalite",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "already has an? (enabled|disabled) stream",
        "^200|already has an enabled stream|no stream to disable|At least one of",
        "DynamoDB Local refuses a second stream, and to end none, in words of its own; the others do not look",
        "UpdateTable",
    ),
    Reason(
        MINISTACK,
        rf"^200( Table\.({DESCRIBED}|AttributeDefinitions|ProvisionedThroughput\.(Read|Write)CapacityUnits): [^;]+;)+$",
        "^200",
        "ministack keeps definitions of attributes that no key uses; dynoxide has our units",
        "DescribeTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK, *DYNALITE),
        rf"^200( Table(Description)?\.({DESCRIBED}|AttributeDefinitions): [^;]+;)+$",
        "^200",
        "definitions of attributes that no key uses are left out, as by dynoxide; dynalite shows a new index later",
        "UpdateTable|DescribeTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "UpdateViewType should be specified|reserved for system use|Too many tags|Duplicate tag|when the stream is",
        "^200|^ResourceNotFound",
        "the peer does not look at streams or tags; DynamoDB Local refuses a stream without a view, in its own words",
        f"CreateTable|UpdateTable|{TAGGING}",
    ),
    Reason(
        LOCAL,
        "UpdateViewType should|reserved for system use|Too many tags|Duplicate tag",
        "Invalid StreamViewType|^200",
        "DynamoDB Local words streams in its own way and has no tags",
        "CreateTable|UpdateTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *DYNALITE),
        "^200",
        "Too many hash keys|second KeySchemaElement is not a RANGE|must have length less than or equal",
        "keys of global indexes have up to four attributes of each kind since 2025",
        "CreateTable|UpdateTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        DEFINITION_RULES,
        "^ValidationException",
        "which of several faults of a definition is named: the order is that of dynalite where it knows the rule",
        "CreateTable|UpdateTable",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        DEFINITION_RULES,
        "^200|^ResourceInUse",
        "ministack lacks rules of table definitions, dynalite and dynoxide one each; the others have ours",
        "CreateTable|UpdateTable",
    ),
    Reason(
        LOCAL,
        "AttributeDefinitions are not used|can be specified when BillingMode|should not be specified for index",
        "^200",
        "DynamoDB Local takes definitions that no key uses and units on demand; dynoxide and dynalite refuse",
        "CreateTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "can be specified for index|must be specified for index",
        "^200|Provisioned|Units|already exists|duplicate index",
        "UpdateTable's sentences for the units of a new index are users' (tests/golden/tables/new_index_throughput)",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK, *DYNALITE),
        "OnDemandThroughput",
        "^200|At least one of|Nothing to update",
        "dynoxide has ours; the peer does not know OnDemandThroughput, which is of 2024",
        "CreateTable|UpdateTable",
    ),
    Reason(
        LOCAL,
        "^200",
        "SchemaElement redefined",
        "a key attribute keeps its kind, whatever UpdateTable says: nubo-db/dynoxide pull request 132",
        "UpdateTable",
    ),
    Reason(
        LOCAL,
        "Requested resource not found: Index",
        "^LimitExceeded.* online index",
        "of two faults dynoxide and ministack name the index that is not there as well",
        "UpdateTable",
    ),
    Reason(
        MINISTACK,
        "requested value equals|Only one global secondary index update",
        "requested value equals the current value.$|Only one global secondary index update|duplicate index",
        "ministack leaves out the units and the index; dynoxide has ours",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK, *DYNALITE),
        "Index already exists",
        "^200|already exists|duplicate index",
        "dynoxide has ours",
        "UpdateTable",
    ),
    Reason(
        (*MINISTACK, *DYNALITE),
        "Invalid TableArn|^AccessDenied",
        "at resourceArn failed|^AccessDenied|^ResourceNotFound",
        "dynoxide has ours",
        TAGGING,
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "^200 Tags",
        "^200 Tags",
        "tags that the peer took and we refused",
        "ListTagsOfResource",
    ),
    Reason(
        MINISTACK,
        "^ResourceNotFound|^TableNotFound",
        "^ResourceNotFoundException: Table .* not found",
        "dynoxide has ours; DescribeContinuousBackups has an exception of its own (API reference)",
        "(Update|Describe)TimeToLive|DescribeContinuousBackups",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "TimeToLive is already disabled",
        "^200",
        "users quote the refusal; the peer answers as if something had changed",
        "UpdateTimeToLive",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK),
        "TimeToLive is active on a different AttributeName",
        "^200|different (AttributeName|attribute name)",
        "DynamoDB Local has the sentence, but for the name; dynoxide words it otherwise, ministack does not look",
        "UpdateTimeToLive",
    ),
    Reason(
        DYNOXIDE,
        r"^200( Records\[\]\.dynamodb\.SizeBytes: some;| StreamDescription\.(KeySchema|Shards): \S+;)+$",
        "^200",
        "DynamoDB Local's record sizes; dynoxide counts otherwise, shows no KeySchema, but the shard to start after",
        "GetRecords|DescribeStream",
    ),
    Reason(
        DYNOXIDE,
        r"^200 Streams: \[\d+\];$",
        r"^200 Streams: \[\d+\];$",
        "dynoxide knows one stream of a table",
        "ListStreams",
    ),
    Reason(
        DYNOXIDE,
        "^200",
        "^ResourceNotFound",
        "a stream that was ended can be read for a day (developer guide, Streams); dynoxide forgets it",
        "DescribeStream|GetShardIterator|GetRecords",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE),
        r"^200 Records: \[\d+\];$",
        r"^200 Records: \[\d+\];$|^TrimmedDataAccess",
        "the latest place is where the stream ends now, which DynamoDB Local reads with a delay; and a write that "
        "changes nothing, or takes away from nothing, leaves no record",
        "GetRecords",
    ),
    Reason(
        LOCAL,
        "^200",
        "^TrimmedDataAccess|^ResourceNotFound",
        "DynamoDB Local's latest place is read with a delay, and a shard to start after must exist",
        "GetRecords|DescribeStream",
    ),
    Reason(
        LOCAL,
        r"^200( Streams\[\]\.TableName: \S+;)+$|^200 Streams: \[\d+\];$",
        r"^200( Streams\[\]\.TableName: \S+;)+$|^200 Streams: \[\d+\];$",
        "DynamoDB Local's lists have no order",
        "ListStreams",
    ),
    Reason(
        DYNOXIDE,
        rf"^200( TableDescription\.({DESCRIBED}|ItemCount): [^;]+;)+$",
        "^200",
        "dynoxide counts the items of a table later, as the service does: README.md, differences",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE),
        "Stream|SequenceNumber|Shard",
        "^200|^ResourceNotFound|SequenceNumber|StreamArn|[Ss]hard",
        "DynamoDB Local words streams in its own way; dynoxide looks at neither stream nor sequence number",
        "GetShardIterator|DescribeStream|GetRecords",
    ),
    Reason(
        LOCAL,
        "Consistent reads are not supported on global",
        "Consistent read cannot be true",
        "dynoxide, ministack and dynalite have ours",
        "Query|Scan",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "ConditionalOperator c",
        "",
        "the peer lacks the rule; DynamoDB Local has it",
    ),
    Reason(
        LOCAL,
        "ConditionalOperator ca",
        "^ResourceNotFound|starting key|specified index|indexable|schema|Consistent read",
        "DynamoDB Local looks at ConditionalOperator last; the others do not look",
        "Query|Scan",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "list of item keys contains duplicates",
        "^200|Invalid ProjectionExpression|does not match the schema|Invalid attribute value type|ExpressionAttribute",
        "0 and -0, 1 and 1.0 are one number: dynalite, which compares the keys last, and DynamoDB Local first",
        "BatchGetItem",
    ),
    Reason(
        DYNOXIDE,
        "^ResourceNotFound",
        "^200",
        "dynoxide has tables that it refused to create",
        "DescribeTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK),
        r"^200 Count: \S+; Items: \[\d+\];( LastEvaluatedKey: \S+;)?( ScannedCount: \S+;)?$",
        r"^200 Count: \S+; Items: \[\d+\];",
        "the filter of a Scan sees what the index projects, and a start key need not be that of an entry: dynoxide, "
        "dynalite",
        "Scan",
    ),
    *(
        Reason(
            peers,
            r"^200 (Items|Responses\.\S+): \[some order\];",
            r"^200 (Items|Responses\.\S+): \[some order\];",
            "entries with one index key, partition keys, and items of a batch have no order that is promised",
            operation,
        )
        for peers, operation in (
            (DYNALITE, "Query"),
            ((*LOCAL, *MINISTACK, *DYNALITE), "Scan"),
            ((*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE), "BatchGetItem"),
        )
    ),
    Reason(
        (*LOCAL, *MINISTACK),
        r"^200 ConsumedCapacity: \[\d\];",
        "^200 ConsumedCapacity",
        "each table of a batch has its entry, and each key its half unit: API reference, BatchGetItem",
        "BatchGetItem",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "^ResourceNotFoundException: Requested resource not found: Index",
        "^ResourceNotFoundException: Requested resource not found: Table",
        "the index is what is not found; no reply of the service is known",
        "UpdateTable",
    ),
    Reason(
        LOCAL,
        "^Serialization",
        "^TrimmedDataAccess",
        "JSON types come first; its latest place lags behind",
        "GetRecords",
    ),
)
