"""A tenant's policy keeps it from the items and attributes of another, by every path of the table.

The requests are made of `data_paths`: an operation or a member that is added there is tried here.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.access.world import ACCOUNT, SECRET, TABLE, World, item, policy, user
from thermodynamo.access import data_paths
from thermodynamo.access.data_paths import BATCHES, RESOURCES, SINGLE, STATEMENTS, TRANSACTIONS, DataPath
from thermodynamo.api.errors import ApiError
from thermodynamo.api.model import service
from thermodynamo.api.operations import NAMED

Json = dict[str, Any]
KEYLESS = ("dynamodb:Scan", "dynamodb:SearchVectors")
"""Actions that reach every item: a tenant's policy leaves them out (developer guide, specifying-conditions)."""
PATHS = {
    path.action: path
    for path in (
        *SINGLE.values(),
        *BATCHES.values(),
        *(each for kinds in TRANSACTIONS.values() for each in kinds.values()),
    )
}
ACTIONS = [*PATHS, *sorted(set(data_paths.STATEMENT_ACTIONS.values()))]
OWN_ITEMS = policy(
    {
        "Effect": "Allow",
        "Action": [action for action in ACTIONS if action not in KEYLESS],
        "Resource": [TABLE, f"{TABLE}/index/by-shelf", f"{TABLE}/index/of-shelf"],
        "Condition": {
            "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/tenant}"]},
            "Null": {"dynamodb:LeadingKeys": "false"},
        },
    }
)
PUBLIC = ["tenant", "id", "shelf", "shown"]
PUBLIC_ATTRIBUTES = policy(
    {
        "Effect": "Allow",
        "Action": ACTIONS,
        "Resource": [TABLE, f"{TABLE}/index/*"],
        "Condition": {
            "ForAllValues:StringEquals": {"dynamodb:Attributes": PUBLIC},
            "StringEqualsIfExists": {
                "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
                "dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"],
            },
        },
    }
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    callers = {"a": user("a", "own", tags={"tenant": "a"}), "reader": user("reader", "limited")}
    return World(tmp_path, callers, {"own": OWN_ITEMS, "limited": PUBLIC_ATTRIBUTES})


def key(tenant: str) -> Json:
    return {"tenant": {"S": tenant}, "id": {"S": "1"}}


NAMES = {"#s": "secret"}
VALUES = {":v": {"S": "x"}}
CONDITION = {"ConditionExpression": "#s = :v", "ExpressionAttributeNames": NAMES, "ExpressionAttributeValues": VALUES}
EQUALS = {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}
QUERIED = {"KeyConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "b"}}}
SECRETLY: dict[str, Json] = {
    "ProjectionExpression": {"ProjectionExpression": "#p, #s.x", "ExpressionAttributeNames": {"#p": "shown", **NAMES}},
    "AttributesToGet": {"AttributesToGet": ["shown", "secret"]},
    "ConditionExpression": CONDITION,
    "FilterExpression": {**CONDITION, "FilterExpression": CONDITION["ConditionExpression"]},
    "Expected": {"Expected": {"secret": {"Exists": False}}},
    "QueryFilter": {"QueryFilter": {"secret": EQUALS}},
    "ScanFilter": {"ScanFilter": {"secret": EQUALS}},
    "UpdateExpression": {
        "UpdateExpression": "SET #p = #s",
        "ExpressionAttributeNames": {"#p": "shown", **NAMES},
    },
    "AttributeUpdates": {"AttributeUpdates": {"secret": {"Value": {"S": "x"}}}},
    "ReturnValues": {"ReturnValues": "ALL_OLD"},
    "ReturnValuesOnConditionCheckFailure": {
        "ConditionExpression": "attribute_not_exists(#p)",
        "ExpressionAttributeNames": {"#p": "shown"},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    },
}
"""For each member that names attributes, a use of it that names the secret one, or shows the whole item."""
for each in ("FilterExpression",):
    SECRETLY[each].pop("ConditionExpression")


def reaching(path: DataPath, tenant: str) -> Json:
    """The least that a request for one table needs to reach an item of a tenant."""
    part: Json = {"TableName": "Orders"}
    if "Key" in path.keys:
        part["Key"] = key(tenant)
    if "Item" in path.items:
        part["Item"] = item(tenant)
    if path.key_conditions:
        part |= {"KeyConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": tenant}}}
    if path is data_paths.UPDATE:
        part |= {"UpdateExpression": "SET #p = :one", "ExpressionAttributeNames": {"#p": "shown"}}
        part["ExpressionAttributeValues"] = {":one": {"N": "1"}}
    if path is data_paths.CHECK:
        part["ConditionExpression"] = "attribute_exists(tenant)"
    return part


def requests(tenant: str) -> Iterator[tuple[str, str, Json]]:
    """(what it is, operation, request) for every way to reach an item of a tenant by its key."""
    for operation, path in SINGLE.items():
        if path.action not in KEYLESS:
            yield operation, operation, reaching(path, tenant)
    own = key("a")
    yield "batch get", "BatchGetItem", {"RequestItems": {"Orders": {"Keys": [own, key(tenant)]}}}
    yield "batch get by ARN", "BatchGetItem", {"RequestItems": {TABLE: {"Keys": [key(tenant)]}}}
    for kind, written in (("PutRequest", {"Item": item(tenant)}), ("DeleteRequest", {"Key": key(tenant)})):
        mine = {"PutRequest": {"Item": item("a", "2")}}
        yield f"batch {kind}", "BatchWriteItem", {"RequestItems": {"Orders": [mine, {kind: written}]}}
    for operation, kinds in TRANSACTIONS.items():
        for kind, path in kinds.items():
            yield f"{operation} {kind}", operation, {"TransactItems": [{kind: reaching(path, tenant)}]}
    yield (
        "legacy query",
        "Query",
        {
            "TableName": "Orders",
            "KeyConditions": {"tenant": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": tenant}]}},
        },
    )
    for index, name, value in (("by-shelf", "tenant", tenant), ("of-shelf", "shelf", "top")):
        query = {"KeyConditionExpression": f"{name} = :t", "ExpressionAttributeValues": {":t": {"S": value}}}
        yield f"query of {index}", "Query", {"TableName": "Orders", "IndexName": index, **query}
    yield (
        "reversed condition",
        "Query",
        {
            "TableName": "Orders",
            "KeyConditionExpression": ":t = #t AND id > :i",
            "ExpressionAttributeNames": {"#t": "tenant"},
            "ExpressionAttributeValues": {":t": {"S": tenant}, ":i": {"S": "0"}},
        },
    )
    for name, statement, parameters in statements(tenant):
        part = {"Statement": statement, **({"Parameters": parameters} if parameters else {})}
        yield f"statement {name}", "ExecuteStatement", part
        yield f"batch of {name}", "BatchExecuteStatement", {"Statements": [part]}
        if "RETURNING" not in statement:  # nor may one of several return anything
            yield f"transaction of {name}", "ExecuteTransaction", {"TransactStatements": [part]}
    exists = f"EXISTS(SELECT * FROM Orders WHERE tenant = '{tenant}' AND id = '1' AND secret = 'x')"
    yield "transaction of EXISTS", "ExecuteTransaction", {"TransactStatements": [{"Statement": exists}]}


def statements(tenant: str) -> Iterator[tuple[str, str, list[Json]]]:
    where = f"WHERE tenant = '{tenant}' AND id = '1'"
    parameter = [{"S": tenant}]
    yield "SELECT by key", f"SELECT * FROM Orders {where}", []
    yield "SELECT by key with a parameter", "SELECT * FROM Orders WHERE tenant = ? AND id = '1'", parameter
    yield "SELECT of a collection", f"SELECT * FROM Orders WHERE tenant = '{tenant}'", []
    yield "SELECT of two collections", f"SELECT * FROM Orders WHERE tenant IN ['a', '{tenant}']", []
    yield "SELECT by OR", f"SELECT * FROM Orders WHERE tenant = 'a' OR tenant = '{tenant}'", []
    yield "SELECT turned around", f"SELECT * FROM Orders WHERE '{tenant}' = tenant", []
    yield "SELECT of everything", "SELECT * FROM Orders", []
    yield "SELECT of what is no key", "SELECT * FROM Orders WHERE tenant <> 'c'", []
    yield "SELECT of a local index", f"SELECT * FROM Orders.\"by-shelf\" WHERE tenant = '{tenant}'", []
    yield "SELECT of a global index", "SELECT * FROM Orders.\"of-shelf\" WHERE shelf = 'top'", []
    yield "SELECT by ARN", f'SELECT * FROM "{TABLE}" {where}', []
    yield "UPDATE", f"UPDATE Orders SET shown = 2 {where}", []
    yield "UPDATE returning", f"UPDATE Orders SET shown = 2 {where} RETURNING ALL OLD *", []
    yield "DELETE", f"DELETE FROM Orders {where}", []
    yield "DELETE returning", f"DELETE FROM Orders {where} RETURNING ALL OLD *", []
    yield "INSERT", f"INSERT INTO Orders VALUE {{'tenant': '{tenant}', 'id': '9'}}", []
    yield "INSERT of a parameter", "INSERT INTO Orders VALUE {'tenant': ?, 'id': '9'}", parameter


def test_every_operation_of_the_model_has_its_place_in_the_table() -> None:
    places = [set(SINGLE), set(BATCHES), set(TRANSACTIONS), set(STATEMENTS), set(RESOURCES)]
    published = {*service.dynamodb().inputs, *service.streams().inputs}
    assert set.union(*places) == published and sum(map(len, places)) == len(published)
    assert set(NAMED) <= published


@pytest.mark.parametrize(("operation", "sent"), [pytest.param(*each[1:], id=each[0]) for each in requests("b")])
def test_a_tenant_reaches_no_item_of_another(world: World, operation: str, sent: Json) -> None:
    before = world.items()
    try:
        reply = world("a", operation, sent)
    except ApiError as error:
        told = json.dumps(error.body())
        # A transaction's SELECT must name one item: that is told first.
        wanted = "ValidationException" if "TransactStatements[" in told else "AccessDeniedException"
        assert error.name == wanted, told
    else:
        told = json.dumps(reply)
        assert "AccessDenied" in told
    assert SECRET not in told
    assert world.items() == before


@pytest.mark.parametrize(
    ("operation", "sent"),
    [pytest.param(*each[1:], id=each[0]) for each in requests("a") if "of-shelf" not in json.dumps(each)],
)
def test_it_reaches_its_own_items_in_the_same_ways(world: World, operation: str, sent: Json) -> None:
    keyless = ('SELECT * FROM Orders"', "<> 'c'")
    if any(each in json.dumps(sent) for each in keyless):
        assert not world.may("a", operation, sent) or "AccessDenied" in json.dumps(world("a", operation, sent))
    else:
        assert world.may("a", operation, sent)


NAMED_MEMBERS = [
    (operation, kind, path, member)
    for operation, kinds in {**{name: {"": path} for name, path in SINGLE.items()}, **TRANSACTIONS}.items()
    for kind, path in kinds.items()
    if path.action != "dynamodb:SearchVectors"
    for member in (*path.reads, *path.writes, *path.infers, *path.returns)
    if member != "ExclusiveStartKey"
    and not (kind and member in ("AttributesToGet", "Expected", "ReturnValues", "AttributeUpdates"))
]
"""Transactions have neither legacy parameters nor ReturnValues."""


@pytest.mark.parametrize(
    ("operation", "kind", "path", "member"),
    [pytest.param(*each, id=" ".join((each[0], each[1], each[3]))) for each in NAMED_MEMBERS],
)
def test_no_member_reaches_an_attribute_that_is_not_allowed(
    world: World, operation: str, kind: str, path: DataPath, member: str
) -> None:
    before = world.items()
    part = reaching(path, "b")
    if "Item" in part:
        part["Item"] = {name: value for name, value in part["Item"].items() if name in PUBLIC}
    if member in ("Expected", "AttributeUpdates", "AttributesToGet", "QueryFilter", "ScanFilter"):
        part = legacy(path, part)
    allowed = dict(part)
    if member == "UpdateExpression":
        del part["ExpressionAttributeValues"]
    for name, value in SECRETLY[member].items():
        part[name] = {**part.get(name, {}), **value} if isinstance(value, dict) and name.startswith("Expr") else value
    if path.selects is not None and "KeyConditions" in allowed:
        allowed["AttributesToGet"] = ["shown"]
    elif path.selects is not None:
        allowed |= {"ProjectionExpression": "#p"}
        allowed["ExpressionAttributeNames"] = {**allowed.get("ExpressionAttributeNames", {}), "#p": "shown"}
    request = {"TransactItems": [{kind: part}]} if kind else part
    assert not world.may("reader", operation, request)
    assert world.items() == before
    assert world.may("reader", operation, {"TransactItems": [{kind: allowed}]} if kind else allowed)


def legacy(path: DataPath, part: Json) -> Json:
    """The part without expressions, which cannot stand beside legacy parameters."""
    found = {name: value for name, value in part.items() if "Expression" not in name}
    if path.key_conditions:
        found["KeyConditions"] = {"tenant": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "b"}]}}
    return found


@pytest.mark.parametrize(
    ("operation", "sent"),
    [
        ("GetItem", {"TableName": "Orders", "Key": key("b")}),
        ("Query", {"TableName": "Orders", **QUERIED}),
        ("Query", {"TableName": "Orders", "IndexName": "by-shelf", **QUERIED}),
        ("Query", {"TableName": "Orders", "Select": "COUNT", **QUERIED}),
        ("Scan", {"TableName": "Orders"}),
        ("BatchGetItem", {"RequestItems": {"Orders": {"Keys": [key("b")]}}}),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "Orders", "Key": key("b")}}]}),
        ("PutItem", {"TableName": "Orders", "Item": item("b")}),
        ("BatchWriteItem", {"RequestItems": {"Orders": [{"PutRequest": {"Item": item("b")}}]}}),
        ("ExecuteStatement", {"Statement": "SELECT * FROM Orders WHERE tenant = 'b'"}),
        ("ExecuteStatement", {"Statement": "SELECT secret FROM Orders WHERE tenant = 'b'"}),
        ("ExecuteStatement", {"Statement": "SELECT shown FROM Orders WHERE tenant = 'b' AND secret = 'x'"}),
        ("ExecuteStatement", {"Statement": "UPDATE Orders SET shown = secret WHERE tenant = 'b' AND id = '1'"}),
        ("ExecuteStatement", {"Statement": "DELETE FROM Orders WHERE tenant = 'b' AND id = '1' RETURNING ALL OLD *"}),
        ("ExecuteStatement", {"Statement": "INSERT INTO Orders VALUE {'tenant': 'b', 'id': '9', 'secret': 'x'}"}),
    ],
    ids=str,
)
def test_whole_items_are_not_shown_where_attributes_are_limited(world: World, operation: str, sent: Json) -> None:
    assert not world.may("reader", operation, sent)


def test_one_refused_statement_of_a_batch_has_its_own_error(world: World) -> None:
    mine, other = (f"SELECT * FROM Orders WHERE tenant = '{tenant}' AND id = '1'" for tenant in ("a", "b"))
    wrong = "SELECT FROM"
    reply = world("a", "BatchExecuteStatement", {"Statements": [{"Statement": each} for each in (wrong, mine, other)]})
    assert [each.get("Error", {}).get("Code") for each in reply["Responses"]] == [
        "ValidationError",
        None,
        "AccessDenied",
    ]
    assert reply["Responses"][1]["Item"]["tenant"] == {"S": "a"}


KINESIS = "arn:aws:kinesis:us-east-1:111122223333:stream/orders"
OPEN_TO_ALL = {"DescribeEndpoints", "CreateGlobalTable"}
"""The addresses of the service; and what no caller can do any more."""


@pytest.mark.parametrize("operation", sorted(set(NAMED) & {*RESOURCES} - OPEN_TO_ALL))
def test_what_belongs_to_no_tenant_is_refused(world: World, operation: str) -> None:
    """Streams, tags, tables: a policy that allows items allows none of these."""
    stream = world("root", "DescribeTable", {"TableName": "Orders"})["Table"]["LatestStreamArn"]
    shards = world("root", "DescribeStream", {"StreamArn": stream})["StreamDescription"]["Shards"]
    shard = {"StreamArn": stream, "ShardId": shards[0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = world("root", "GetShardIterator", shard)["ShardIterator"]
    given: Json = {
        "ShardIterator": iterator,
        "StreamArn": stream,
        "ResourceArn": TABLE,
        "TableName": "Orders",
        "TableArn": TABLE,
        "GlobalTableName": "Orders",
        "BulkOperationArn": f"{TABLE}/bulk-operation/01658528578619-c4d4e311",
        "ImportArn": f"{TABLE}/import/01658528578619-c4d4e311",
        "ExportArn": f"{TABLE}/export/01658528578619-c4d4e311",
    }
    members: Json = {
        "StartBulkPutItems": {
            "TableName": "Orders",
            "InputS3Configuration": {"S3Bucket": "in", "InputFormat": "DYNAMODB_JSON"},
            "OutputS3Configuration": {"S3Bucket": "out", "OutputType": ["ERROR"]},
        },
        "GetShardIterator": shard,
        "CreateTable": world_table(),
        "ExportTableToPointInTime": {"TableArn": TABLE, "S3Bucket": "music"},
        "ImportTable": {
            "S3BucketSource": {"S3Bucket": "music"},
            "InputFormat": "CSV",
            "TableCreationParameters": world_table(),
        },
        "TagResource": {"ResourceArn": TABLE, "Tags": [{"Key": "k", "Value": "v"}]},
        "UntagResource": {"ResourceArn": TABLE, "TagKeys": ["k"]},
        "UpdateTable": {"TableName": "Orders", "DeletionProtectionEnabled": True},
        "UpdateGlobalTable": {
            "GlobalTableName": "Orders",
            "ReplicaUpdates": [{"Delete": {"RegionName": "eu-west-1"}}],
        },
        "UpdateTimeToLive": {
            "TableName": "Orders",
            "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"},
        },
        "UpdateContributorInsights": {"TableName": "Orders", "ContributorInsightsAction": "ENABLE"},
        "UpdateContinuousBackups": {
            "TableName": "Orders",
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        },
        **of_backups(world),
        "PutResourcePolicy": {"ResourceArn": TABLE, "Policy": "{}"},
        "EnableKinesisStreamingDestination": {"TableName": "Orders", "StreamArn": KINESIS},
        "DisableKinesisStreamingDestination": {"TableName": "Orders", "StreamArn": KINESIS},
        "UpdateKinesisStreamingDestination": {
            "TableName": "Orders",
            "StreamArn": KINESIS,
            "UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"},
        },
    }
    member = RESOURCES[operation]
    request = members.get(operation) or ({member: given[member]} if member else {})
    assert not world.may("a", operation, request)


def of_backups(world: World) -> Json:
    arn = world("root", "CreateBackup", {"TableName": "Orders", "BackupName": "own"})["BackupDetails"]["BackupArn"]
    restored = {"TargetTableName": "Others"}
    return {
        "CreateBackup": {"TableName": "Orders", "BackupName": "first"},
        "DescribeBackup": {"BackupArn": arn},
        "DeleteBackup": {"BackupArn": arn},
        "RestoreTableFromBackup": {**restored, "BackupArn": arn},
        "RestoreTableToPointInTime": {**restored, "SourceTableArn": TABLE, "UseLatestRestorableTime": True},
    }


def world_table() -> Json:
    return {
        "TableName": "Others",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def test_the_wrong_policy_lets_a_scan_by(tmp_path: Path) -> None:
    """ForAllValues holds of a request without the key: the classic mistake is a mistake here as well."""
    wrong = json.loads(json.dumps(OWN_ITEMS))
    wrong["Statement"][0]["Action"] = "dynamodb:*"
    del wrong["Statement"][0]["Condition"]["Null"]
    found = World(tmp_path, {"a": user("a", "own", tags={"tenant": "a"})}, {"own": wrong})
    assert SECRET in json.dumps(found("a", "Scan", {"TableName": "Orders"}))
    assert ACCOUNT in TABLE


def test_what_is_remembered_of_a_table_ends_with_it(tmp_path: Path) -> None:
    """The second request of a kind is decided by what was remembered; a table of the same name is another one."""
    callers = {"a": user("a", "own", tags={"tenant": "a"}), "other": user("other", "own", account="444455556666")}
    found = World(tmp_path, callers, {"own": OWN_ITEMS})
    asked = ("GetItem", {"TableName": "Orders", "Key": key("a")})
    for _ in range(3):
        assert found.may("a", *asked) and not found.may("a", "GetItem", {"TableName": "Orders", "Key": key("b")})
        assert not found.may("a", "Query", {"TableName": "Orders", **QUERIED})
    deny = {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": TABLE}
    caller = found.service.caller_named("a")
    assert found.service.call("GetItem", asked[1], caller)["Item"]
    found("root", "PutResourcePolicy", {"ResourceArn": TABLE, "Policy": json.dumps(policy(deny))})
    with pytest.raises(ApiError, match="explicit deny in a resource-based policy"):
        found.service.call("GetItem", asked[1], caller)
    found("root", "DeleteTable", {"TableName": "Orders"})
    found("root", "CreateTable", {**world_table(), "TableName": "Orders"})
    with pytest.raises(ApiError, match="does not match the schema"):
        found.service.call("GetItem", {"TableName": "Orders", "Key": key("a")}, found.service.caller_named("root"))
    with pytest.raises(ApiError, match="no identity-based policy allows"):
        found.service.call("GetItem", {"TableName": "Orders", "Key": {"id": {"S": "a-stranger"}}}, caller)
