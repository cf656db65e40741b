"""Conflicts as an application meets them through boto3, on a server whose transactions hold their items for a while."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from thermodynamo.testing import ServerClock

HOLD_SECONDS = 60


@pytest.fixture(scope="module")
def holding_endpoint() -> Iterator[str]:
    """A server whose clock stands still, so that a hold lasts until a test turns the clock."""
    command = [sys.executable, "-m", "thermodynamo", "--port", "0", "--clock", "virtual"]
    command += ["--transaction-hold", str(HOLD_SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield next(word for word in line.split() if word.startswith("http://"))
        process.terminate()


def client_of(session: boto3.Session, endpoint: str, attempts: int) -> Any:
    return session.client(
        "dynamodb",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}),
    )


@pytest.fixture
def held_client(boto_session: boto3.Session, holding_endpoint: str) -> Iterator[Any]:
    """A client that does not retry, and a table with the stock of one item."""
    made = client_of(boto_session, holding_endpoint, 1)
    made.create_table(
        TableName="Stock",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    made.put_item(TableName="Stock", Item={"id": {"S": "tea"}, "left": {"N": "10"}})
    yield made
    made.delete_table(TableName="Stock")


def wait_for_the_hold(endpoint: str) -> Callable[..., None]:
    """Lets the hold end once the client has been refused: its next attempt comes when the transaction is over."""

    def turn(**_: Any) -> None:
        ServerClock(endpoint).advance(HOLD_SECONDS)

    return turn


def take(id: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": "Stock",
            "Key": {"id": {"S": id}},
            "UpdateExpression": "ADD #left :taken",
            "ExpressionAttributeNames": {"#left": "left"},
            "ExpressionAttributeValues": {":taken": {"N": "-1"}},
        }
    }


def test_an_item_that_could_not_be_there_is_refused_for_that_not_for_the_conflict(held_client: Any) -> None:
    held_client.create_table(
        TableName="Shelves",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "colour")],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byColour",
                "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    put = {"TableName": "Shelves", "Item": {"id": {"S": "top"}}}
    held_client.transact_write_items(TransactItems=[{"Put": put}])
    for condition in ({}, {"ConditionExpression": "attribute_not_exists(id)"}):
        with pytest.raises(ClientError) as caught:
            held_client.put_item(TableName="Shelves", Item={"id": {"S": "top"}, "colour": {"N": "1"}}, **condition)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
    held_client.delete_table(TableName="Shelves")


def test_a_write_meets_a_conflict_until_the_transaction_is_over(held_client: Any, holding_endpoint: str) -> None:
    clock = ServerClock(holding_endpoint)
    held_client.transact_write_items(TransactItems=[take("tea")])
    with pytest.raises(held_client.exceptions.TransactionConflictException) as caught:
        held_client.delete_item(TableName="Stock", Key={"id": {"S": "tea"}})
    assert caught.value.response["Error"]["Message"] == "Transaction is ongoing for the item"
    clock.advance(HOLD_SECONDS - 1)
    with pytest.raises(held_client.exceptions.TransactionConflictException):
        held_client.delete_item(TableName="Stock", Key={"id": {"S": "tea"}})
    clock.advance(1)
    held_client.delete_item(TableName="Stock", Key={"id": {"S": "tea"}})


def test_transactions_on_one_item_cancel_each_other(held_client: Any) -> None:
    held_client.transact_write_items(TransactItems=[take("tea")])
    with pytest.raises(held_client.exceptions.TransactionCanceledException) as caught:
        held_client.transact_write_items(TransactItems=[take("milk"), take("tea")])
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"},
    ]
    assert caught.value.response["Error"]["Message"].endswith("[None, TransactionConflict]")
    with pytest.raises(held_client.exceptions.TransactionCanceledException):
        held_client.transact_get_items(TransactItems=[{"Get": {"TableName": "Stock", "Key": {"id": {"S": "tea"}}}}])
    held_client.put_item(TableName="Stock", Item={"id": {"S": "milk"}})


def test_the_client_waits_for_its_own_token(
    boto_session: boto3.Session, holding_endpoint: str, held_client: Any
) -> None:
    """boto3 retries TransactionInProgressException, and finds its transaction done once."""
    request = {"TransactItems": [take("tea")], "ClientRequestToken": "order-1"}
    held_client.transact_write_items(**request)
    with pytest.raises(ClientError) as caught:
        held_client.transact_write_items(**request)
    assert caught.value.response["Error"]["Code"] == "TransactionInProgressException"
    retrying = client_of(boto_session, holding_endpoint, 8)
    retrying.meta.events.register("needs-retry.dynamodb.TransactWriteItems", wait_for_the_hold(holding_endpoint))
    reply = retrying.transact_write_items(**request)
    assert reply["ResponseMetadata"]["RetryAttempts"] >= 1
    assert held_client.get_item(TableName="Stock", Key={"id": {"S": "tea"}})["Item"]["left"] == {"N": "9"}
