"""How far readers of a stream are, and its last records."""

import boto3
import pytest

from tests.conftest import Endpoint
from tests.emulator.admin.routes.asking import admin


def test_readers_records_and_shards_are_told(server: Endpoint) -> None:
    account = server.new_account()
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "local", "region_name": "us-east-1"}
    dynamodb = boto3.client("dynamodb", endpoint_url=server.url(), **keys)
    streams = boto3.client("dynamodbstreams", endpoint_url=server.url(), **keys)
    path = f"tables/things/stream?account={account}&region=us-east-1"
    assert admin(server, path)[1]["streams"] == []
    dynamodb.create_table(
        TableName="things",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    for number in range(3):
        dynamodb.put_item(TableName="things", Item={"pk": {"S": str(number)}})
    _, report = admin(server, path + "&records=2")
    (stream,) = report["streams"]
    (shard,) = stream["shards"]
    assert (stream["status"], shard["records"], shard["readers"]) == ("ENABLED", 3, [])
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in report["records"]] == ["2", "1"]
    newest = report["records"][0]["dynamodb"]["SequenceNumber"]
    assert admin(server, path + f"&records=2&after={newest}")[1]["records"] == []

    iterator = streams.get_shard_iterator(
        StreamArn=stream["arn"], ShardId=shard["id"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    next_iterator = streams.get_records(ShardIterator=iterator, Limit=1)["NextShardIterator"]
    (reader,) = admin(server, path)[1]["streams"][0]["shards"][0]["readers"]
    assert reader["records_behind"] == 2 and reader["seconds_behind"] >= 0
    streams.get_records(ShardIterator=next_iterator)
    (reader,) = admin(server, path)[1]["streams"][0]["shards"][0]["readers"]
    assert (reader["records_behind"], reader["seconds_behind"]) == (0, 0)


@pytest.mark.parametrize("query", ["records=101", "records=-1", "records=x", "after=-1", "after=1e3"])
def test_a_bad_query_is_refused(server: Endpoint, query: str) -> None:
    status, body = admin(server, f"tables/things/stream?{query}")
    assert status == 400 and body["hint"]
