"""Everything that depends on time follows the server's clock, and costs no time to wait for."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.conftest import REGION, Endpoint
from thermodynamo.testing.server_clock import ServerClock

ONCE = Config(retries={"total_max_attempts": 1})
ID = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.fixture(scope="module")
def frozen() -> Iterator[str]:
    """A server whose clock stands still, where everything that can take time does."""
    server = Endpoint(
        *("--clock", "virtual", "--table-delay-seconds", "10", "--index-delay-seconds", "60"),
        *("--transaction-hold", "0"),
    )
    yield server.url()
    server.stop()


@pytest.fixture
def clock(frozen: str) -> ServerClock:
    return ServerClock(frozen)


@pytest.fixture
def dynamodb(boto_session: boto3.Session, frozen: str, account: str) -> Any:
    return boto_session.client(
        "dynamodb",
        endpoint_url=frozen,
        region_name=REGION,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=ONCE,
    )


def test_a_table_is_ready_when_its_delay_is_over(dynamodb: Any, clock: ServerClock) -> None:
    dynamodb.create_table(TableName="items", BillingMode="PAY_PER_REQUEST", **ID)
    clock.advance(9.9)
    assert dynamodb.describe_table(TableName="items")["Table"]["TableStatus"] == "CREATING"
    clock.advance(0.1)
    assert dynamodb.describe_table(TableName="items")["Table"]["TableStatus"] == "ACTIVE"
    dynamodb.delete_table(TableName="items")
    clock.advance(10)
    assert dynamodb.list_tables()["TableNames"] == []


def test_burst_refills(dynamodb: Any, clock: ServerClock) -> None:
    dynamodb.create_table(
        TableName="items", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}, **ID
    )
    clock.advance(10)
    item = {"id": {"S": "a"}, "text": {"S": "x" * 50_000}}

    def puts() -> int:
        """How many are admitted until one is refused."""
        count = 0
        while count < 1000:
            try:
                dynamodb.put_item(TableName="items", Item=item)
            except dynamodb.exceptions.ProvisionedThroughputExceededException:
                return count
            count += 1
        return count

    puts()
    assert puts() == 0
    clock.advance(minutes=10)
    assert puts() >= 5


def test_an_index_catches_up(dynamodb: Any, clock: ServerClock) -> None:
    dynamodb.create_table(
        TableName="items",
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {"IndexName": "again", "KeySchema": ID["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
        ],
        **ID,
    )
    clock.advance(10)
    dynamodb.put_item(TableName="items", Item={"id": {"S": "a"}})
    assert dynamodb.scan(TableName="items", IndexName="again")["Count"] == 0
    clock.advance(59)
    assert dynamodb.scan(TableName="items", IndexName="again")["Count"] == 0
    clock.advance(1)
    assert dynamodb.scan(TableName="items", IndexName="again")["Count"] == 1


def test_a_request_token_is_forgotten_after_ten_minutes(dynamodb: Any, clock: ServerClock) -> None:
    dynamodb.create_table(TableName="items", BillingMode="PAY_PER_REQUEST", **ID)
    clock.advance(10)

    def add() -> str:
        update = {
            "TableName": "items",
            "Key": {"id": {"S": "a"}},
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        dynamodb.transact_write_items(TransactItems=[{"Update": update}], ClientRequestToken="token")
        return str(dynamodb.get_item(TableName="items", Key={"id": {"S": "a"}}, ConsistentRead=True)["Item"]["n"]["N"])

    assert [add(), add()] == ["1", "1"]
    clock.advance(minutes=10, seconds=1)
    assert add() == "2"
