"""Faults as an application meets them through boto3: made over the admin API, for this test's account alone."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.golden.wire import headers_of

Admin = Callable[..., Any]
REGION = "us-east-1"


def call(endpoint: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{endpoint}/_admin/faults{path}", data, {"Content-Type": "application/json"}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def fault(endpoint: str, account: str) -> Iterator[Admin]:
    """Makes a rule for this test's account; gives a function that tells how often it has fired."""
    made: list[int] = []

    def make(**rule: Any) -> Callable[[], int]:
        status, reply = call(endpoint, "POST", f"?account={account}", rule)
        assert status == 200 and reply["fired"] == 0 and reply["account"] == account
        made.append(reply["id"])

        def fired() -> int:
            rules = call(endpoint, "GET", "")[1]["faults"]
            return int(next(each["fired"] for each in rules if each["id"] == reply["id"]))

        return fired

    yield make
    for id in made:
        call(endpoint, "DELETE", f"/{id}")


@pytest.fixture
def table(client: Any) -> str:
    client.create_table(
        TableName="Orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "Orders"


def item(id: str, **attributes: str) -> dict[str, Any]:
    return {"id": {"S": id}, **{name: {"S": value} for name, value in attributes.items()}}


def stored(client: Any, id: str) -> Any:
    return client.get_item(TableName="Orders", Key=item(id)).get("Item")


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        ("InternalServerError", "InternalServerError", 500),
        ("ServiceUnavailable", "ServiceUnavailable", 503),
        ("ThrottlingException", "ThrottlingException", 400),
        ("ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException", 400),
        ("RequestLimitExceeded", "RequestLimitExceeded", 400),
        ("TransactionConflict", "TransactionConflictException", 400),
        ("LimitExceeded", "LimitExceededException", 400),
        ("ItemCollectionSizeLimitExceeded", "ItemCollectionSizeLimitExceededException", 400),
        ("ResourceInUse", "ResourceInUseException", 400),
        ("AccessDenied", "AccessDeniedException", 400),
        ("UnrecognizedClient", "UnrecognizedClientException", 400),
        ("ReplicatedWriteConflict", "ReplicatedWriteConflictException", 400),
    ],
)
def test_errors_by_name(client: Any, table: str, fault: Admin, error: str, code: str, status: int) -> None:
    fired = fault(operation="PutItem", error=error, count=1)
    with pytest.raises(ClientError) as caught:
        client.put_item(TableName=table, Item=item("a"))
    assert caught.value.response["Error"]["Code"] == code and caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert stored(client, "a") is None and fired() == 1
    client.put_item(TableName=table, Item=item("a"))
    assert stored(client, "a") == item("a") and fired() == 1


def test_throttling_names_the_table(client: Any, table: str, fault: Admin, account: str) -> None:
    fault(operation="PutItem", error="ThrottlingException", count=1)
    fault(operation="Query", error="ProvisionedThroughputExceededException")
    resource = f"arn:aws:dynamodb:{REGION}:{account}:table/Orders"
    with pytest.raises(ClientError) as caught:
        client.put_item(TableName=table, Item=item("a"))
    assert caught.value.response["throttlingReasons"] == [
        {"reason": "TableWriteKeyRangeThroughputExceeded", "resource": resource}
    ]
    with pytest.raises(ClientError) as caught:
        values = {":i": {"S": "a"}}
        client.query(TableName=table, KeyConditionExpression="id = :i", ExpressionAttributeValues=values)
    assert caught.value.response["ThrottlingReasons"] == [
        {"reason": "TableReadProvisionedThroughputExceeded", "resource": resource}
    ]


def test_the_client_retries_what_the_service_would_have_it_retry(
    boto_session: boto3.Session, endpoint: str, account: str, table: str, fault: Admin
) -> None:
    fired = fault(operation="PutItem", error="InternalServerError", count=2)
    patient = boto_session.client(
        "dynamodb",
        endpoint_url=endpoint,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 4, "mode": "standard"}),
    )
    reply = patient.put_item(TableName=table, Item=item("a"))
    assert reply["ResponseMetadata"]["RetryAttempts"] == 2 and fired() == 2


def test_a_lost_reply_leaves_the_write(client: Any, table: str, fault: Admin) -> None:
    before = fault(operation="PutItem", key="before", drop="before")
    after = fault(operation="PutItem", key="after", drop="after")
    for id in ("before", "after"):
        with pytest.raises(ConnectionClosedError):
            client.put_item(TableName=table, Item=item(id))
    assert stored(client, "before") is None and stored(client, "after") == item("after")
    assert before() == after() == 1


def test_a_token_saves_a_transaction_whose_reply_was_lost(client: Any, table: str, fault: Admin) -> None:
    fault(operation="TransactWriteItems", drop="after", count=1)
    update = {
        "TableName": table,
        "Key": item("a"),
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    request = {"TransactItems": [{"Update": update}], "ClientRequestToken": "once"}
    with pytest.raises(ConnectionClosedError):
        client.transact_write_items(**request)
    client.transact_write_items(**request)
    assert stored(client, "a") == {**item("a"), "n": {"N": "1"}}


def test_a_delayed_request_keeps_nobody_else_waiting(
    endpoint: str, account: str, client: Any, table: str, fault: Admin
) -> None:
    fired = fault(operation="PutItem", key="slow", delay_ms=3_600_000)
    body = json.dumps({"TableName": table, "Item": item("slow")})
    with closing(http.client.HTTPConnection(urlsplit(endpoint).netloc)) as waiting:
        waiting.request("POST", "/", body, headers_of("PutItem", account))
        while not fired():
            time.sleep(0.01)
        client.put_item(TableName=table, Item=item("quick"))
        assert stored(client, "slow") is None and stored(client, "quick") is not None


def test_a_delayed_request_is_carried_out_after_its_delay(client: Any, table: str, fault: Admin) -> None:
    fault(operation="PutItem", key="slow", delay_ms=300)
    started_at = time.monotonic()
    client.put_item(TableName=table, Item=item("slow"))
    assert time.monotonic() - started_at >= 0.3
    assert stored(client, "slow") == item("slow")


def test_a_batch_write_comes_back_in_parts(client: Any, table: str, fault: Admin) -> None:
    fired = fault(operation="BatchWriteItem", unprocessed=2, count=1)
    members = [{"PutRequest": {"Item": item(letter)}} for letter in "abcde"]
    left = client.batch_write_item(RequestItems={table: members})["UnprocessedItems"]
    assert left == {table: members[3:]} and fired() == 1
    assert [stored(client, letter) is not None for letter in "abcde"] == [True, True, True, False, False]
    assert client.batch_write_item(RequestItems=left)["UnprocessedItems"] == {}
    assert stored(client, "e") == item("e")


def test_a_batch_get_comes_back_in_parts(client: Any, table: str, fault: Admin) -> None:
    for letter in "abc":
        client.put_item(TableName=table, Item=item(letter))
    fault(operation="BatchGetItem", unprocessed=1, key="a")
    wanted = {table: {"Keys": [item(letter) for letter in "abc"], "ConsistentRead": True}}
    reply = client.batch_get_item(RequestItems=wanted)
    assert sorted(each["id"]["S"] for each in reply["Responses"][table]) == ["b", "c"]
    assert reply["UnprocessedKeys"] == {table: {"Keys": [item("a")], "ConsistentRead": True}}


def test_a_cancelled_transaction_blames_the_items_of_the_rule(client: Any, table: str, fault: Admin) -> None:
    fault(error="TransactionCanceled", key="b")
    actions = [{"Put": {"TableName": table, "Item": item(letter)}} for letter in "abc"]
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(TransactItems=actions)
    assert [reason["Code"] for reason in caught.value.response["CancellationReasons"]] == [
        "None",
        "TransactionConflict",
        "None",
    ]
    assert stored(client, "a") is None


def test_a_request_that_is_wrong_meets_no_fault(client: Any, table: str, fault: Admin) -> None:
    fired = fault(operation="PutItem", error="InternalServerError")
    with pytest.raises(ClientError, match="Failed to satisfy constraint"):
        client.put_item(TableName=table, Item=item("a"), ReturnValues="EVERYTHING")
    assert fired() == 0


def test_other_accounts_meet_no_fault(client: Any, table: str, endpoint: str, server: Any) -> None:
    made = call(endpoint, "POST", f"?account={server.new_account()}", {"error": "InternalServerError"})[1]
    client.put_item(TableName=table, Item=item("a"))
    assert call(endpoint, "DELETE", f"/{made['id']}") == (200, {"faults": [made]})


def test_the_admin_api_says_what_is_wrong(endpoint: str) -> None:
    status, reply = call(endpoint, "POST", "", {"error": "Nothing"})
    assert status == 400 and reply["error"] == 'error is "Nothing"' and "InternalServerError" in reply["hint"]
    status, reply = call(endpoint, "POST", "", [{"delay_ms": 1}, {"operation": "GetItem"}])
    assert status == 400 and reply["error"] == "a rule with nothing to do"
    assert call(endpoint, "DELETE", "/999999") == (
        404,
        {"error": "no rule 999999", "hint": "GET /_admin/faults lists the rules"},
    )
