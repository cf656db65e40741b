"""A consumer that follows shards through splits while a writer runs has, in the end, a copy of the table."""

import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.conftest import REGION, Endpoint
from tests.streams.consumer import Consumer, Copy

WRITES = 1500


@pytest.fixture(scope="module")
def own_endpoint() -> Iterator[str]:
    """A server whose partitions serve few units, so that raised throughput splits them."""
    server = Endpoint("--partition-write-units-max", "10000", "--shard-rollover-seconds", "0.4")
    yield server.url()
    server.stop()


def client_of(session: boto3.Session, service: str, endpoint: str, account: str) -> Any:
    return session.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id=account, aws_secret_access_key="secret"
    )


def test_a_copy_made_of_records_equals_the_table(boto_session: boto3.Session, own_endpoint: str, account: str) -> None:
    dynamodb = client_of(boto_session, "dynamodb", own_endpoint, account)
    streams = client_of(boto_session, "dynamodbstreams", own_endpoint, account)
    arn = dynamodb.create_table(
        TableName="items",
        AttributeDefinitions=[
            {"AttributeName": "p", "AttributeType": "S"},
            {"AttributeName": "s", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1000, "WriteCapacityUnits": 10_000},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["LatestStreamArn"]
    writing = threading.Event()
    writing.set()
    failures: list[BaseException] = []

    def write() -> None:
        chance = random.Random(7)
        try:
            for number in range(WRITES):
                if number in (WRITES // 3, 2 * WRITES // 3):
                    dynamodb.update_table(
                        TableName="items",
                        ProvisionedThroughput={
                            "ReadCapacityUnits": 1000,
                            "WriteCapacityUnits": 20_000 * (1 + number // 999),
                        },
                    )
                key = {"p": {"S": f"p{chance.randrange(12)}"}, "s": {"N": str(chance.randrange(10))}}
                if chance.random() < 0.25:
                    dynamodb.delete_item(TableName="items", Key=key)
                else:
                    dynamodb.put_item(TableName="items", Item={**key, "n": {"N": str(number)}})
        except BaseException as failure:
            failures.append(failure)
        finally:
            writing.clear()

    copy = Copy()
    consumer = Consumer(streams, arn, copy.apply)
    writer = threading.Thread(target=write)
    writer.start()
    while writing.is_set():
        consumer.poll()
        time.sleep(0.01)
    writer.join()
    # All records are in shards there are by now; each is rolled over soon. Waiting until no shard is new need not end:
    # on a busy machine a poll may take longer than a shard is open.
    consumer.discover()
    there = set(consumer.parents)
    while not there <= consumer.drained:
        consumer.poll()
        time.sleep(0.01)
    assert not failures, failures
    table = {repr(sorted({"p": item["p"], "s": item["s"]}.items())): item for item in scan(dynamodb)}
    assert copy.items == table and table
    splits = [parent for parent in set(consumer.parents.values()) if parent and children(consumer, parent) == 2]
    assert len(splits) >= 2, "the table was not split twice while the writer ran"
    assert any(children(consumer, parent) == 1 for parent in set(consumer.parents.values()) if parent), "no rollover"


def children(consumer: Consumer, parent_id: str) -> int:
    return sum(parent == parent_id for parent in consumer.parents.values())


def scan(dynamodb: Any) -> list[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(TableName="items")
    return [item for page in pages for item in page["Items"]]


def test_child_shards_are_found_by_the_filter(boto_session: boto3.Session, own_endpoint: str, account: str) -> None:
    dynamodb = client_of(boto_session, "dynamodb", own_endpoint, account)
    streams = client_of(boto_session, "dynamodbstreams", own_endpoint, account)
    arn = dynamodb.create_table(
        TableName="items",
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1000, "WriteCapacityUnits": 10_000},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]["LatestStreamArn"]
    (root,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    dynamodb.update_table(
        TableName="items", ProvisionedThroughput={"ReadCapacityUnits": 1000, "WriteCapacityUnits": 20_000}
    )
    dynamodb.put_item(TableName="items", Item={"p": {"S": "a"}})
    found = streams.describe_stream(StreamArn=arn, ShardFilter={"Type": "CHILD_SHARDS", "ShardId": root["ShardId"]})[
        "StreamDescription"
    ]["Shards"]
    assert len(found) == 2 and {shard["ParentShardId"] for shard in found} == {root["ShardId"]}
