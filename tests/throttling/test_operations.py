"""Each reason through every operation that can meet it, as raw JSON: the type, the member, the reason, the message."""

from typing import Any

import pytest

from tests.throttling import test_reasons
from tests.throttling.test_reasons import MAXIMUM, PTEE, THROTTLING, Case
from tests.throttling.world import Refused, World
from thermodynamo.admin.reports import insights, keyspaces
from thermodynamo.api.slices import finish
from thermodynamo_storage.metering.metered import Metered

KEY = {"artist": {"S": "Nina"}}
UPDATE = "UPDATE Music SET album = 'Pastel' WHERE artist = 'Nina'"
SELECT = "SELECT * FROM Music WHERE artist = 'Nina'"
WRITES: dict[str, dict[str, Any]] = {
    "PutItem": {"TableName": "Music", "Item": {**KEY, "album": {"S": "Pastel"}}},
    "UpdateItem": {"TableName": "Music", "Key": KEY, "UpdateExpression": "REMOVE album"},
    "DeleteItem": {"TableName": "Music", "Key": KEY},
    "BatchWriteItem": {"RequestItems": {"Music": [{"DeleteRequest": {"Key": KEY}}]}},
    "TransactWriteItems": {"TransactItems": [{"Delete": {"TableName": "Music", "Key": KEY}}]},
    "ExecuteStatement": {"Statement": UPDATE},
    "BatchExecuteStatement": {"Statements": [{"Statement": UPDATE}]},
    "ExecuteTransaction": {"TransactStatements": [{"Statement": UPDATE}]},
}
READS: dict[str, dict[str, Any]] = {
    "GetItem": {"TableName": "Music", "Key": KEY},
    "BatchGetItem": {"RequestItems": {"Music": {"Keys": [KEY]}}},
    "Query": {
        "TableName": "Music",
        "KeyConditionExpression": "artist = :a",
        "ExpressionAttributeValues": {":a": KEY["artist"]},
    },
    "Scan": {"TableName": "Music"},
    "TransactGetItems": {"TransactItems": [{"Get": {"TableName": "Music", "Key": KEY}}]},
    "ExecuteStatement": {"Statement": SELECT},
    "BatchExecuteStatement": {"Statements": [{"Statement": SELECT}]},
    "ExecuteTransaction": {"TransactStatements": [{"Statement": SELECT}]},
}
INDEX_READS: dict[str, dict[str, Any]] = {
    "Query": {
        "TableName": "Music",
        "IndexName": "byAlbum",
        "KeyConditionExpression": "album = :a",
        "ExpressionAttributeValues": {":a": {"S": "Baltimore"}},
    },
    "Scan": {"TableName": "Music", "IndexName": "byAlbum"},
    "ExecuteStatement": {"Statement": "SELECT * FROM Music.byAlbum WHERE album = 'Baltimore'"},
}
RESOURCE = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
IN_BATCHES = {
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ThrottlingException": "ThrottlingError",
    "RequestLimitExceeded": "RequestLimitExceeded",
}
"""The codes of BatchStatementError."""
IN_TRANSACTIONS = {name: code for name, code in IN_BATCHES.items() if name != "RequestLimitExceeded"}
SEVERAL = ("BatchWriteItem", "TransactWriteItems", "BatchExecuteStatement", "ExecuteTransaction")


def requests(case: Case) -> dict[str, dict[str, Any]]:
    if case.kind == "write":
        return WRITES
    return INDEX_READS if case.is_index else READS


def expected_type(case: Case, operation: str) -> str:
    """Published captures: only where one write meets an index's maximum, it is answered as of a provisioned table."""
    if case.message == MAXIMUM and case.type == PTEE and operation in SEVERAL:
        return THROTTLING
    return case.type


def drained(case: Case, **settings: Any) -> World:
    """A world with an item, in which only the limit that the case is about has nothing left."""
    limits = {"table_read_units_max": 11_000, "table_write_units_max": 3_500}
    world = World(throttle_errors=case.evidence, **limits, **settings)
    world.call("CreateTable", test_reasons.definition(case.mode))
    world.call("PutItem", {"TableName": "Music", "Item": {**KEY, "album": {"S": "Baltimore"}}})
    (tables,) = world.service.database.catalog.namespaces.values()
    keyspace = tables["Music"].indexes["byAlbum"].keyspace if case.is_index else tables["Music"].keyspace
    pools = keyspace.admission
    assert isinstance(pools, Metered)
    pools.refresh(world.now)
    buckets = [(pools.writes if case.kind == "write" else pools.reads).bucket]
    if "KeyRange" in case.reason:
        buckets = [each.write_bucket if case.kind == "write" else each.read_bucket for each in keyspace.partitions]
    for bucket in buckets:
        bucket.set_tokens(0, world.now)
    return world


def attempts() -> list[Any]:
    return [
        pytest.param(case, operation, id=f"{case.mode}-{case.reason}-{operation}-{case.evidence}")
        for case in test_reasons.CASES
        for operation in requests(case)
    ]


@pytest.mark.parametrize(
    ("case", "operation"),
    [each for each in attempts() if each.values[0].evidence == "recorded" or "Trans" not in each.values[1]],
)
def test_every_operation_gives_the_reason(case: Case, operation: str) -> None:
    world = drained(case)
    type = expected_type(case, operation)
    request = requests(case)[operation]
    if operation == "BatchExecuteStatement":
        error = {"Code": IN_BATCHES[type.split("#")[1]], "Message": case.message}
        assert world.call(operation, request) == {"Responses": [{"Error": error, "TableName": "Music"}]}
        return
    with pytest.raises(Refused) as caught:
        world.call(operation, request)
    reasons = [{"reason": case.reason, "resource": RESOURCE + ("/index/byAlbum" if case.is_index else "")}]
    member = "throttlingReasons" if type == THROTTLING else "ThrottlingReasons"
    assert caught.value.body == {"__type": type, member: reasons, "message": case.message}


@pytest.mark.parametrize(
    ("case", "operation"),
    [each for each in attempts() if "Trans" in each.values[1]],
)
def test_a_transaction_is_cancelled_where_that_is_asked_for(case: Case, operation: str) -> None:
    switch = {"throttled_transactions": "cancel"} if case.evidence == "recorded" else {}
    world = drained(case, **switch)
    name = expected_type(case, operation).split("#")[1]
    with pytest.raises(Refused) as caught:
        world.call(operation, requests(case)[operation])
    if name not in IN_TRANSACTIONS:
        assert caught.value.type == name
        return
    code = IN_TRANSACTIONS[name]
    assert caught.value.body == {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": [{"Code": code, "Message": case.message}],
        "Message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{code}]",
    }


def test_a_transaction_that_comes_again_reads_what_it_wrote_and_is_throttled_as_a_read() -> None:
    """Its reply says that it consumed read units (API reference, TransactWriteItems, ClientRequestToken)."""
    world = World()
    world.create(units=(1, 1))
    put = {"Put": {"TableName": "load", "Item": {"pk": {"S": "k"}, "x": {"S": "x" * 5_000}}}}
    request = {"TransactItems": [put], "ClientRequestToken": "t", "ReturnConsumedCapacity": "TOTAL"}
    world.call("TransactWriteItems", request)
    reads = world.table.keyspace.admission.reads
    reads.bucket.set_tokens(1, world.now)
    assert world.call("TransactWriteItems", request)["ConsumedCapacity"][0]["ReadCapacityUnits"] == 4
    assert (reads.total, reads.bucket.tokens(world.now)) == (8, -7)
    assert world.tries("TransactWriteItems", request) == "TableReadProvisionedThroughputExceeded"
    world.pass_seconds(4)
    world.call("TransactWriteItems", request)


def test_a_transaction_that_comes_again_after_its_table_has_gone_reads_nothing() -> None:
    world = World()
    world.create()
    put = {"Put": {"TableName": "load", "Item": {"pk": {"S": "k"}}}}
    request = {"TransactItems": [put], "ClientRequestToken": "t"}
    world.call("TransactWriteItems", request)
    world.call("DeleteTable", {"TableName": "load"})
    world.call("TransactWriteItems", request)
    world.create(sort_key=True)
    world.call("TransactWriteItems", request)
    assert world.table.keyspace.admission.reads.total == 0


def test_contributor_insights_count_statements_too() -> None:
    """The service's do not (developer guide, contributorinsights_HowItWorks)."""
    world = World()
    world.create()
    world.call("ExecuteStatement", {"Statement": "INSERT INTO load VALUE {'pk': 'k'}"})
    rules = finish(insights.report(next(keyspaces.of_table(world.table)), world.now))["rules"]
    assert rules["PKC"] == [{"key": {"pk": {"S": "k"}}, "ConsumedThroughputUnits": 3}]
