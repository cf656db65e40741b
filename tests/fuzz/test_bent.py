"""Good requests of every operation with one place bent: another value there, or a member that is not its own.

Random members seldom get past what is required; a request that is almost right reaches the rules behind.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import bounded
from tests.fuzz.test_json import MEMBERS, Surface, anything, expressions, members, values
from thermodynamo.api.operations import OPERATIONS

TABLE = {"TableName": "Fuzz"}
KEY = {"id": {"S": "a"}}
NAMES, VALUES = {"#a": "a"}, {":v": {"N": "1"}}
DEFINITION: dict[str, Any] = {
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "a", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "a", "KeyType": "RANGE"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
}
INDEX = {"IndexName": "by-a", "KeySchema": DEFINITION["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Fuzz"
BACKUP = ARN + "/backup/01791504762511-2779fadd"
OVERRIDES = {
    "BillingModeOverride": "PROVISIONED",
    "ProvisionedThroughputOverride": DEFINITION["ProvisionedThroughput"],
    "OnDemandThroughputOverride": {"MaxReadRequestUnits": 1},
    "GlobalSecondaryIndexOverride": [{**INDEX, "ProvisionedThroughput": DEFINITION["ProvisionedThroughput"]}],
    "LocalSecondaryIndexOverride": [INDEX],
    "SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS"},
}
KINESIS = "arn:aws:kinesis:us-east-1:000000000000:stream/fuzz"
STREAM = ARN + "/stream/2026-01-01T00:00:00.000"
WRITE = {"ConditionExpression": "#a = :v", "ExpressionAttributeNames": NAMES, "ExpressionAttributeValues": VALUES}
EXPECTED = {
    "a": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}, {"N": "2"}]},
    "b": {"Exists": False},
}
STATEMENT = {"Statement": "SELECT a FROM Fuzz WHERE id = ?", "Parameters": [{"S": "a"}]}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": ARN}],
}
GOOD: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "PutItem",
        {**TABLE, "Item": {**KEY, "a": {"L": [{"M": {"b": {"SS": ["x"]}}}]}}, **WRITE, "ReturnValues": "ALL_OLD"},
    ),
    ("PutItem", {**TABLE, "Item": KEY, "Expected": EXPECTED, "ConditionalOperator": "OR"}),
    ("DeleteItem", {**TABLE, "Key": KEY, **WRITE, "ReturnConsumedCapacity": "INDEXES"}),
    (
        "UpdateItem",
        {
            **TABLE,
            "Key": KEY,
            "UpdateExpression": "SET #a = if_not_exists(b.c[0], :v) REMOVE d ADD n :v",
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": VALUES,
            "ReturnValues": "UPDATED_NEW",
        },
    ),
    ("UpdateItem", {**TABLE, "Key": KEY, "AttributeUpdates": {"a": {"Action": "ADD", "Value": {"NS": ["1"]}}}}),
    ("GetItem", {**TABLE, "Key": KEY, "ProjectionExpression": "#a.b[1], c", "ExpressionAttributeNames": NAMES}),
    ("GetItem", {**TABLE, "Key": KEY, "AttributesToGet": ["a"], "ConsistentRead": True}),
    (
        "Query",
        {
            **TABLE,
            "KeyConditionExpression": "id = :v",
            "FilterExpression": "contains(#a, :v)",
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": {":v": {"S": "a"}},
            "Limit": 1,
            "ExclusiveStartKey": KEY,
            "Select": "COUNT",
            "ScanIndexForward": False,
        },
    ),
    (
        "Query",
        {
            **TABLE,
            "KeyConditions": {"id": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}},
            "QueryFilter": EXPECTED,
            "ConditionalOperator": "AND",
        },
    ),
    (
        "Scan",
        {
            **TABLE,
            "FilterExpression": "size(#a) > :v",
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": VALUES,
            "Segment": 0,
            "TotalSegments": 2,
            "ExclusiveStartKey": KEY,
        },
    ),
    ("Scan", {**TABLE, "ScanFilter": EXPECTED, "AttributesToGet": ["a"], "Limit": 3}),
    (
        "BatchGetItem",
        {"RequestItems": {"Fuzz": {"Keys": [KEY], "ProjectionExpression": "#a", "ExpressionAttributeNames": NAMES}}},
    ),
    (
        "BatchWriteItem",
        {"RequestItems": {"Fuzz": [{"PutRequest": {"Item": KEY}}, {"DeleteRequest": {"Key": {"id": {"S": "b"}}}}]}},
    ),
    (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {**TABLE, "Item": KEY, **WRITE}},
                {"ConditionCheck": {**TABLE, "Key": {"id": {"S": "b"}}, **WRITE}},
            ]
        },
    ),
    ("TransactGetItems", {"TransactItems": [{"Get": {**TABLE, "Key": KEY, "ProjectionExpression": "a"}}]}),
    ("ExecuteStatement", STATEMENT),
    ("BatchExecuteStatement", {"Statements": [STATEMENT]}),
    ("ExecuteTransaction", {"TransactStatements": [STATEMENT]}),
    (
        "CreateTable",
        {
            "TableName": "Bent",
            **DEFINITION,
            "LocalSecondaryIndexes": [INDEX],
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            "Tags": [{"Key": "a", "Value": "b"}],
        },
    ),
    (
        "CreateTable",
        {
            "TableName": "Bent",
            **DEFINITION,
            "BillingMode": "PROVISIONED",
            "GlobalSecondaryIndexes": [{**INDEX, "ProvisionedThroughput": DEFINITION["ProvisionedThroughput"]}],
        },
    ),
    (
        "UpdateTable",
        {
            **TABLE,
            "AttributeDefinitions": DEFINITION["AttributeDefinitions"],
            "GlobalSecondaryIndexUpdates": [{"Create": INDEX}],
        },
    ),
    ("DescribeTable", TABLE),
    ("DeleteTable", {"TableName": "Bent"}),
    ("ListTables", {"Limit": 1}),
    (
        "SearchVectors",
        {
            **TABLE,
            "IndexName": "vec",
            "SearchVector": [{"N": "1"}, {"N": "0.5"}],
            "TopK": 3,
            "ReturnConsumedCapacity": "INDEXES",
        },
    ),
    ("UpdateTimeToLive", {**TABLE, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}}),
    ("DescribeTimeToLive", TABLE),
    ("DescribeContinuousBackups", TABLE),
    (
        "UpdateContinuousBackups",
        {
            **TABLE,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
        },
    ),
    (
        "ListBackups",
        {**TABLE, "TimeRangeLowerBound": 1, "TimeRangeUpperBound": 2, "BackupType": "ALL", "Limit": 1},
    ),
    ("CreateBackup", {**TABLE, "BackupName": "fuzz"}),
    ("DescribeBackup", {"BackupArn": BACKUP}),
    ("DeleteBackup", {"BackupArn": BACKUP}),
    ("RestoreTableFromBackup", {"TargetTableName": "Bent", "BackupArn": BACKUP, **OVERRIDES}),
    (
        "RestoreTableToPointInTime",
        {"SourceTableArn": ARN, "TargetTableName": "Bent", "RestoreDateTime": 1_800_000_000.5, **OVERRIDES},
    ),
    (
        "RestoreTableToPointInTime",
        {"SourceTableName": "Fuzz", "TargetTableName": "Bent", "UseLatestRestorableTime": True},
    ),
    ("ListExports", {"TableArn": ARN, "MaxResults": 1}),
    ("ListImports", {"TableArn": ARN, "PageSize": 1}),
    ("ListBulkOperations", {"MaxResults": 1}),
    ("DescribeBulkOperation", {"BulkOperationArn": f"{ARN}/bulk-operation/01658528578619-c4d4e311"}),
    ("CancelBulkOperation", {"BulkOperationArn": f"{ARN}/bulk-operation/01658528578619-c4d4e311"}),
    (
        "StartBulkPutItems",
        {
            **TABLE,
            "ClientToken": "t",
            "MaxWriteRequestUnits": 1024,
            "PerformanceTier": "STANDARD",
            "InputS3Configuration": {
                "S3Bucket": "music",
                "S3KeyPrefix": "data/",
                "S3BucketOwner": "000000000000",
                "InputFormat": "ION",
                "InputCompressionType": "GZIP",
            },
            "OutputS3Configuration": {"S3Bucket": "music", "S3KeyPrefix": "out", "OutputType": ["ERROR"]},
        },
    ),
    ("DescribeExport", {"ExportArn": f"{ARN}/export/01658528578619-c4d4e311"}),
    (
        "ExportTableToPointInTime",
        {
            "TableArn": ARN,
            "ClientToken": "t",
            "S3Bucket": "music",
            "S3BucketOwner": "000000000000",
            "S3Prefix": "data",
            "S3SseAlgorithm": "KMS",
            "S3SseKmsKeyId": "k",
            "ExportFormat": "ION",
            "ExportType": "INCREMENTAL_EXPORT",
            "IncrementalExportSpecification": {
                "ExportFromTime": 1_700_000_000,
                "ExportToTime": 1_700_003_600,
                "ExportViewType": "NEW_IMAGE",
            },
        },
    ),
    ("DescribeImport", {"ImportArn": f"{ARN}/import/01658528578619-c4d4e311"}),
    (
        "ImportTable",
        {
            "ClientToken": "t",
            "S3BucketSource": {"S3Bucket": "music", "S3KeyPrefix": "data/", "S3BucketOwner": "000000000000"},
            "InputFormat": "CSV",
            "InputFormatOptions": {"Csv": {"Delimiter": ";", "HeaderList": ["id", "name"]}},
            "InputCompressionType": "GZIP",
            "TableCreationParameters": {
                "TableName": "Imported",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        },
    ),
    ("ListGlobalTables", {"RegionName": "eu-west-1", "Limit": 1}),
    ("CreateGlobalTable", {"GlobalTableName": "Fuzz", "ReplicationGroup": [{"RegionName": "us-east-1"}]}),
    ("DescribeGlobalTable", {"GlobalTableName": "Fuzz"}),
    ("DescribeGlobalTableSettings", {"GlobalTableName": "Fuzz"}),
    ("UpdateGlobalTable", {"GlobalTableName": "Fuzz", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
    ("UpdateGlobalTableSettings", {"GlobalTableName": "Fuzz", "GlobalTableBillingMode": "PAY_PER_REQUEST"}),
    ("DescribeTableReplicaAutoScaling", TABLE),
    (
        "UpdateTableReplicaAutoScaling",
        {**TABLE, "ProvisionedWriteCapacityAutoScalingUpdate": {"MinimumUnits": 1, "MaximumUnits": 2}},
    ),
    ("TagResource", {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "b"}]}),
    ("UntagResource", {"ResourceArn": ARN, "TagKeys": ["a"]}),
    ("ListTagsOfResource", {"ResourceArn": ARN}),
    ("DescribeStream", {"StreamArn": STREAM, "Limit": 1}),
    ("GetRecords", {"ShardIterator": "x", "Limit": 1}),
    ("GetShardIterator", {"StreamArn": STREAM, "ShardId": "shardId-" + "0" * 20, "ShardIteratorType": "LATEST"}),
    ("ListStreams", {**TABLE, "Limit": 1}),
    ("DescribeContributorInsights", TABLE),
    ("ListContributorInsights", {**TABLE, "MaxResults": 1}),
    ("UpdateContributorInsights", {**TABLE, "ContributorInsightsAction": "ENABLE"}),
    ("DescribeKinesisStreamingDestination", TABLE),
    (
        "EnableKinesisStreamingDestination",
        {
            **TABLE,
            "StreamArn": KINESIS,
            "EnableKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"},
        },
    ),
    (
        "UpdateKinesisStreamingDestination",
        {
            **TABLE,
            "StreamArn": KINESIS,
            "UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"},
        },
    ),
    ("DisableKinesisStreamingDestination", {**TABLE, "StreamArn": KINESIS}),
    ("PutResourcePolicy", {"ResourceArn": ARN, "Policy": json.dumps(POLICY), "ExpectedRevisionId": "NO_POLICY"}),
    ("GetResourcePolicy", {"ResourceArn": ARN}),
    ("DeleteResourcePolicy", {"ResourceArn": ARN, "ExpectedRevisionId": "1"}),
    ("DescribeLimits", {}),
    ("DescribeEndpoints", {}),
)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member and element."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, content in entries:
        yield (*path, name)
        yield from places(content, (*path, name))


PLACES = [(operation, request, path) for operation, request in GOOD for path in places(request)]
contents = st.one_of(anything, values, expressions, members)


def test_every_operation_has_a_good_request() -> None:
    registered = {operation.name for operation in OPERATIONS.values()}
    assert registered == {operation for operation, _ in GOOD}


@pytest.fixture(scope="module")
def surface(server: Any) -> Any:
    made = Surface(server, server.new_account())
    yield made
    made.alive()
    made.wire.close()


@given(place=st.sampled_from(PLACES), content=contents, deletes=st.booleans())
@bounded(10)
def test_one_place_bent(
    surface: Surface, place: tuple[str, dict[str, Any], tuple[Any, ...]], content: Any, deletes: bool
) -> None:
    operation, request, path = place
    bent = copy.deepcopy(request)
    holder = bent
    for step in path[:-1]:
        holder = holder[step]
    if deletes and content is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = content
    surface.send(operation, json.dumps(bent).encode("utf-8", "surrogatepass"))


@given(good=st.sampled_from(GOOD), name=st.sampled_from(MEMBERS), content=contents)
@bounded(3)
def test_a_member_more(surface: Surface, good: tuple[str, dict[str, Any]], name: str, content: Any) -> None:
    operation, request = good
    surface.send(operation, json.dumps({name: content, **request}).encode("utf-8", "surrogatepass"))
