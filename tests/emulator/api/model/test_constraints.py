"""The aggregated constraint message: its order, paths and rendering; where the service leaves its published model."""

from typing import Any

import pytest

from thermodynamo.api import model
from thermodynamo.api.errors import ApiError
from thermodynamo.api.model import rendering

TABLE = {"TableName": "orders"}
KEY = {"Key": {"pk": {"S": "a"}}}
NULL = "failed to satisfy constraint: Member must not be null"
PATTERN = "failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/orders"


def refusal(operation: str, request: dict[str, Any]) -> str:
    check_types, check_constraints = model.compile(operation)
    check_types(request)
    with pytest.raises(ApiError) as caught:
        check_constraints(request)
    assert caught.value.name == "ValidationException"
    assert caught.value.message is not None
    return caught.value.message


def paths(message: str) -> list[str]:
    return [error.split(" at '")[1].split("' failed")[0] for error in message.split("; ")]


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("GetItem", {**TABLE, **KEY, "ReturnConsumedCapacity": "TOTAL"}),
        ("GetItem", {"TableName": ARN, **KEY}),
        ("DescribeTable", {"TableName": ARN}),
        ("Scan", {**TABLE, "Limit": 1, "Segment": 0, "TotalSegments": 1_000_000}),
        ("BatchWriteItem", {"RequestItems": {ARN: [{}] * 25}}),
        ("ListTables", {}),
        ("DescribeLimits", {}),
        ("TagResource", {}),
        ("TagResource", {"ResourceArn": "", "Tags": [{}]}),
    ],
)
def test_good_requests_pass(operation: str, request_: dict[str, Any]) -> None:
    check_types, check_constraints = model.compile(operation)
    check_types(request_)
    check_constraints(request_)


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("Query", {}, f"Value null at 'tableName' {NULL}"),
        ("Query", {**TABLE, "Limit": 0}, "at 'Limit' {}: Member must have value greater than or equal to 1"),
        (
            "Scan",
            {**TABLE, "Segment": 1_000_000},
            "'1000000' at 'segment' {}: Member must have value less than or equal to 999999",
        ),
        (
            "GetItem",
            {**TABLE, **KEY, "AttributesToGet": []},
            "'[]' at 'attributesToGet' {}: Member must have length greater than or equal to 1",
        ),
        (
            "GetItem",
            {**TABLE, **KEY, "AttributesToGet": [None]},
            "'[null]' at 'attributesToGet' {}: Member must satisfy constraint: [Member must not be null]",
        ),
        (
            "Query",
            {**TABLE, "IndexName": "by"},
            "'by' at 'indexName' {}: Member must have length greater than or equal to 3",
        ),
        (
            "PutItem",
            {**TABLE, "Item": {}, "ReturnItemCollectionMetrics": "x"},
            "'x' at 'returnItemCollectionMetrics' {}: Member must satisfy enum value set: [SIZE, NONE]",
        ),
        (
            "Query",
            {**TABLE, "KeyConditions": {"pk": {}}},
            f"null at 'keyConditions.pk.member.comparisonOperator' {NULL}",
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"orders": [{"PutRequest": {}}]}},
            f"null at 'requestItems.orders.member.1.member.putRequest.item' {NULL}",
        ),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Update": {**TABLE, **KEY}}]},
            f"null at 'transactItems.1.member.update.updateExpression' {NULL}",
        ),
        (
            "ListTables",
            {"Limit": 0},
            "'0' at 'limit' {}: Member must have value greater than or equal to 1",
        ),
        (
            "UpdateTable",
            {**TABLE, "ReplicaUpdates": [{"Update": {"RegionName": "eu-west-1", "KMSMasterKeyId": ""}}]},
            "'' at 'replicaUpdates.1.member.update.kMSMasterKeyId' {}: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"orders": []}},
            "'{{orders=[]}}' at 'requestItems' {}: Map value must satisfy constraint: [Member must have length less "
            "than or equal to 25, Member must have length greater than or equal to 1]",
        ),
        (
            "CreateTable",
            {
                **TABLE,
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}] * 3,
            },
            "'[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=pk, keyType=HASH), "
            "KeySchemaElement(attributeName=pk, keyType=HASH)]' at 'keySchema' {}: "
            "Member must have length less than or equal to 2",
        ),
    ],
)
def test_one_broken_constraint(operation: str, request_: dict[str, Any], message: str) -> None:
    expected = message.format("failed to satisfy constraint").removeprefix("Value ")
    assert refusal(operation, request_) == f"1 validation error detected: Value {expected}"


def test_writes_are_printed_with_the_unset_members_of_their_structures() -> None:
    writes = [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}, {"DeleteRequest": {"Key": {}}}] * 13
    message = refusal("BatchWriteItem", {"RequestItems": {"orders": writes}})
    printed = "{orders=[WriteRequest(putRequest=PutRequest(item={pk=com.amazonaws.dynamodb.v20120810.AttributeValue@"
    assert printed in message
    assert ", workloadProfileName=null), deleteRequest=null), WriteRequest(putRequest=null, deleteRequest=" in message


@pytest.mark.parametrize("operation", ["GetItem", "DeleteItem"])
@pytest.mark.parametrize(
    ("name", "constraint"),
    [
        ("a!b", PATTERN),
        ("a;", PATTERN),
        ("x" * 256, "failed to satisfy constraint: Member must have length less than or equal to 255"),
        ("arn:" + "x" * 1021, "failed to satisfy constraint: Member must have length less than or equal to 1024"),
    ],
)
def test_table_names_where_items_are_touched(operation: str, name: str, constraint: str) -> None:
    expected = f"1 validation error detected: Value '{name}' at 'tableName' {constraint}"
    assert refusal(operation, {"TableName": name, **KEY}) == expected


@pytest.mark.parametrize("operation", ["GetItem", "DeleteItem"])
def test_an_empty_table_name_is_reported_alone(operation: str) -> None:
    assert refusal(operation, {"TableName": "", "ReturnConsumedCapacity": "x"}) == (
        "1 validation error detected: Value at 'TableName' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )


def test_table_names_elsewhere() -> None:
    assert refusal("DescribeTable", {"TableName": ""}) == (
        "2 validation errors detected: Value '' at 'tableName' failed to satisfy constraint: Member must have length "
        f"greater than or equal to 3; Value '' at 'tableName' {PATTERN}"
    )
    missing = "The parameter 'TableName' is required but was not present in the request"
    assert refusal("DescribeTable", {}) == missing
    assert refusal("CreateTable", {"BillingMode": "x"}) == missing


def test_bad_table_names_of_a_batch_are_map_keys() -> None:
    assert refusal("BatchGetItem", {"RequestItems": {"a!b": {"Keys": [{}]}}}) == (
        "1 validation error detected: Value '{\"a!b\":{\"Keys\":[{}]}}' at 'requestItems' failed to satisfy "
        "constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
        "Member must have length greater than or equal to 3, "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
    )


def test_a_batch_that_nests_too_deep_to_be_printed_as_json_is_refused_all_the_same() -> None:
    value: dict[str, Any] = {"S": "deep"}
    for _ in range(450):
        value = {"L": [value]}
    message = refusal("BatchGetItem", {"RequestItems": {"a!b": {"Keys": [{"id": value}]}}})
    assert message.startswith("1 validation error detected: Value '{a!b=KeysAndAttributes(keys=[{id=")


INDEX = {
    "IndexName": "h;",
    "KeySchema": [],
    "Projection": {"ProjectionType": "x", "NonKeyAttributes": []},
    "ProvisionedThroughput": {"ReadCapacityUnits": -1, "WriteCapacityUnits": 0},
}


@pytest.mark.parametrize(
    ("operation", "request_", "expected"),
    [
        (
            "PutItem",
            {"ReturnItemCollectionMetrics": "x", "ReturnConsumedCapacity": "x"},
            "returnConsumedCapacity tableName item",
        ),
        ("GetItem", {"AttributesToGet": []}, "attributesToGet tableName key"),
        ("DeleteItem", {"ReturnItemCollectionMetrics": "x"}, "tableName returnItemCollectionMetrics key"),
        ("ListTables", {"ExclusiveStartTableName": "ab", "Limit": 0}, "limit exclusiveStartTableName"),
        (
            "UpdateItem",
            {**TABLE, "AttributeUpdates": {"a": {"Action": "x"}}, "ReturnItemCollectionMetrics": "x"},
            "returnItemCollectionMetrics key attributeUpdates.a.member.action",
        ),
        (
            "Scan",
            {"IndexName": "b", "Select": "x", "TotalSegments": 0, "Segment": -1, "Limit": 0},
            "select indexName totalSegments tableName segment limit",
        ),
        (
            "CreateTable",
            {**TABLE, "ProvisionedThroughput": {}, "LocalSecondaryIndexes": [{}]},
            "attributeDefinitions provisionedThroughput.writeCapacityUnits provisionedThroughput.readCapacityUnits "
            "keySchema localSecondaryIndexes.1.member.indexName localSecondaryIndexes.1.member.keySchema "
            "localSecondaryIndexes.1.member.projection",
        ),
        (
            "UpdateTable",
            {**TABLE, "GlobalSecondaryIndexUpdates": [{"Create": INDEX}]},
            "{}.projection.projectionType {}.projection.nonKeyAttributes {}.indexName {}.indexName "
            "{}.provisionedThroughput.writeCapacityUnits {}.provisionedThroughput.readCapacityUnits {}.keySchema",
        ),
    ],
)
def test_errors_come_in_the_recorded_order(operation: str, request_: dict[str, Any], expected: str) -> None:
    wanted = expected.replace("{}", "globalSecondaryIndexUpdates.1.member.create").split()
    assert paths(refusal(operation, request_))[: len(wanted)] == wanted


def test_at_most_ten_errors_are_reported() -> None:
    message = refusal("CreateTable", {**TABLE, "GlobalSecondaryIndexes": [{}] * 20})
    assert message.startswith("10 validation errors detected: ")
    assert len(paths(message)) == 10


LONG_REQUESTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "list": (
        "TransactWriteItems",
        {"TransactItems": [{}] * 50_000},
        "[" + "TransactWriteItem(conditionCheck=null, put=null, delete=null, update=null), " * 2,
    ),
    "elements": (
        "BatchExecuteStatement",
        {"Statements": [{"Statement": "x", "Parameters": []}] * 50_000},
        "[" + "BatchStatementRequest(statement=x, parameters=[], consistentRead=null",
    ),
    "map": (
        "BatchWriteItem",
        {"RequestItems": {f"table{number:05d}": [{}] for number in range(50_000)}},
        "{table00000=[WriteRequest(putRequest=null, deleteRequest=null)], table00001=[",
    ),
    "JSON": (
        "BatchGetItem",
        {"RequestItems": {f"table{number:05d}": {"Keys": [KEY["Key"]] * 2} for number in range(50_000)}},
        '{"table00000":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"a"}}]},"table00001":{',
    ),
}


@pytest.mark.parametrize("name", LONG_REQUESTS)
def test_no_more_of_a_value_is_printed_than_a_message_has(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[None] = []

    def counted(print_: Any) -> Any:
        def inner(*arguments: Any) -> Any:
            printed.append(None)
            return print_(*arguments)

        return inner

    for function in ("value", "_json"):
        monkeypatch.setattr(rendering, function, counted(getattr(rendering, function)))
    operation, request, beginning = LONG_REQUESTS[name]
    message = refusal(operation, request)
    assert f"Value '{beginning}" in message[:1_000]
    assert len(message) == rendering.MESSAGE_CHARACTERS_MAX
    assert 1_000 < len(printed) < 50_000
