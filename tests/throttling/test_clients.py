"""boto3 as people use it, with its own retries, against a server that throttles."""

import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.conftest import Endpoint

LIMITS = ("--partition-write-units-max", "60", "--partition-read-units-max", "60")
"""Partitions so small that a moment's load meets their limits."""


@pytest.fixture(params=["strict", "realistic"])
def small(request: pytest.FixtureRequest, start_server: Callable[..., Endpoint]) -> Endpoint:
    """A server with small partitions."""
    return start_server(*LIMITS, "--profile", request.param, "--seed", "7")


@pytest.fixture
def table(small: Endpoint, account: str) -> Iterator[Any]:
    session = boto3.Session(region_name="us-east-1")
    resource = session.resource(
        "dynamodb",
        endpoint_url=small.url(),
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=Config(retries={"mode": "standard", "total_max_attempts": 10}),
    )
    made = resource.create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "day", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "day", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    yield made
    made.meta.client.close()


def test_partial_batches_succeed_with_boto3s_own_retries(table: Any) -> None:
    """All on one partition key: twice what its partition serves at once, so batches come back in part."""
    partial = 0

    def count(parsed: dict[str, Any], **_: Any) -> None:
        nonlocal partial
        partial += bool(parsed.get("UnprocessedItems"))

    table.meta.client.meta.events.register("after-call.dynamodb.BatchWriteItem", count)
    with table.batch_writer() as batch:
        for number in range(130):
            batch.put_item(Item={"day": "today", "n": number})
    assert partial > 0
    items: list[dict[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        page = table.query(
            KeyConditionExpression="#d = :d",
            ExpressionAttributeNames={"#d": "day"},
            ExpressionAttributeValues={":d": "today"},
            ConsistentRead=True,
            **start,
        )
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert [item["n"] for item in items] == list(range(130))


def test_single_writes_succeed_with_boto3s_own_retries(table: Any, small: Endpoint, account: str) -> None:
    """They begin where no units are left: on a slow machine, 40 writes alone would never meet a limit."""
    drain = f"{small.url()}/_admin/tables/events/capacity?account={account}"
    body = b'{"drain": "write", "seconds": 1}'
    drained = urllib.request.Request(drain, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(drained, timeout=120).close()
    attempts = 0

    def count(**_: Any) -> None:
        nonlocal attempts
        attempts += 1

    table.meta.client.meta.events.register("before-send.dynamodb.PutItem", count)
    for number in range(40):
        table.put_item(Item={"day": "today", "n": number, "x": "x" * 3_000})
    assert attempts > 40
    assert table.scan(Select="COUNT", ConsistentRead=True)["Count"] == 40
