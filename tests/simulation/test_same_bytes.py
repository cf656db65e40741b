"""Determinism: the same requests on the same clock with the same seed give the same bytes, whatever was throttled."""

import asyncio
import random
from typing import Any

import orjson
import pytest

from tests.throttling.world import World
from thermodynamo.admin import application

Attributes = dict[str, Any]

PARTITION_LIMITS = {"partition_write_units_max": 40, "partition_read_units_max": 60, "split_after_seconds": 3.0}
OPERATIONS = (
    *("GetItem", "PutItem", "PutItem", "UpdateItem", "Query", "Scan"),
    *("BatchWriteItem", "TransactWriteItems", "ExecuteStatement"),
)
PARTITIONS = "/_admin/tables/load/partitions"
LOOKS = (
    "/_admin/heat",
    "/_admin/heat/timeline?table=load&seconds=60",
    PARTITIONS,
    "/_admin/throttles",
    "/_admin/insights/load",
    "/_admin/metrics",
)


KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
TABLE = {
    "TableName": "load",
    "KeySchema": KEYS,
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": kind} for name, kind in (("pk", "S"), ("sk", "N"), ("state", "S"))
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "OnDemandThroughput": {"MaxWriteRequestUnits": 150},
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-state",
            "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}, KEYS[1]],
            "Projection": {"ProjectionType": "ALL"},
            "OnDemandThroughput": {"MaxWriteRequestUnits": 200},
        }
    ],
}
TTL = {"TableName": "load", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"}}


def key(chance: random.Random) -> Attributes:
    """One partition key is hot."""
    pk = "hot" if chance.random() < 0.6 else f"k{chance.randrange(50)}"
    return {"pk": {"S": pk}, "sk": {"N": str(chance.randrange(40))}}


def item(chance: random.Random, now: float) -> Attributes:
    return {
        **key(chance),
        "state": {"S": chance.choice(("new", "paid", "sent"))},
        "expires": {"N": str(int(now) + chance.randrange(-5, 60))},
        "tags": {"SS": [f"t{number}" for number in sorted(chance.sample(range(9), 3))]},
        "x": {"S": "x" * chance.choice((10, 500, 3_000))},
    }


def update(chance: random.Random) -> dict[str, Any]:
    return {
        "Key": key(chance),
        "UpdateExpression": "SET #s = :s ADD seen :one",
        "ExpressionAttributeNames": {"#s": "state"},
        "ExpressionAttributeValues": {":s": {"S": chance.choice(("paid", "sent"))}, ":one": {"N": "1"}},
    }


def request_of(operation: str, chance: random.Random, now: float) -> dict[str, Any]:
    """A random request; all of them ask what they cost."""
    of_table: dict[str, Any] = {"TableName": "load"}
    match operation:
        case "GetItem":
            request = {**of_table, "Key": key(chance), "ConsistentRead": chance.random() < 0.5}
        case "PutItem":
            request = {**of_table, "Item": item(chance, now), "ReturnValues": "ALL_OLD"}
        case "UpdateItem":
            request = {**of_table, **update(chance), "ReturnValues": "ALL_NEW"}
        case "Query":
            request = {
                **of_table,
                "IndexName": "by-state",
                "KeyConditionExpression": "#s = :s",
                "ExpressionAttributeNames": {"#s": "state"},
                "ExpressionAttributeValues": {":s": {"S": "paid"}},
                "Limit": chance.randrange(1, 20),
            }
        case "Scan":
            request = {**of_table, "Limit": chance.randrange(1, 50)}
        case "BatchWriteItem":
            items = {orjson.dumps(key(chance)): item(chance, now) for _ in range(5)}
            puts = [{"PutRequest": {"Item": {**given, **orjson.loads(at)}}} for at, given in items.items()]
            request = {"RequestItems": {"load": puts}}
        case "TransactWriteItems":
            request = {"TransactItems": [{"Update": {**of_table, **update(chance)}}]}
        case _:
            text = f"SELECT * FROM load WHERE pk = 'hot' AND sk < {chance.randrange(40)}"
            return {"Statement": text, "ReturnConsumedCapacity": "INDEXES"}
    return {**request, "ReturnConsumedCapacity": "INDEXES"}


def transcript(settings: dict[str, Any], seed: int) -> list[bytes]:
    """Every reply to a random load on a table with an index, a stream and TTL, then what the admin API shows."""
    world, chance = World(**PARTITION_LIMITS, **settings), random.Random(seed)
    replies: list[bytes] = []

    def send(target: str, request: dict[str, Any]) -> dict[str, Any]:
        status, body = world.service.answer(target.encode(), orjson.dumps(request))
        replies.append(b"%d %b" % (status, body))
        reply: dict[str, Any] = orjson.loads(body)
        return reply

    send("DynamoDB_20120810.CreateTable", TABLE)
    send("DynamoDB_20120810.UpdateTimeToLive", TTL)
    for _ in range(40):
        for _ in range(chance.randrange(150)):
            operation = chance.choice(OPERATIONS)
            send("DynamoDB_20120810." + operation, request_of(operation, chance, world.now))
        seconds = chance.choice((0.01, 0.5, 1.0, 2.5))
        world.service.turn(seconds)
    stream = send("DynamoDBStreams_20120810.ListStreams", {})["Streams"][0]["StreamArn"]
    shards = send("DynamoDBStreams_20120810.DescribeStream", {"StreamArn": stream})["StreamDescription"]["Shards"]
    for shard in shards:
        start = {"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = send("DynamoDBStreams_20120810.GetShardIterator", start)["ShardIterator"]
        send("DynamoDBStreams_20120810.GetRecords", {"ShardIterator": iterator})
    send("DynamoDB_20120810.DescribeTable", {"TableName": "load"})
    assert any(b"dynamodb.amazonaws.com" in reply for reply in replies), "some items must have expired"
    return [*replies, *(asyncio.run(look_at(world, path)) for path in LOOKS)]


async def look_at(world: World, path: str) -> bytes:
    """What the admin API answers."""
    path, _, query = path.partition("?")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    await application.build(world.service)(scope, receive, send)
    assert sent[0]["status"] == 200, sent
    body: bytes = sent[1]["body"]
    return body


@pytest.mark.parametrize("settings", [{}, {"profile": "realistic", "seed": 7, "index_delay_seconds": "0.1-2"}])
def test_the_same_requests_clock_and_seed_give_the_same_bytes(settings: dict[str, Any]) -> None:
    first, second = transcript(settings, seed=11), transcript(settings, seed=11)
    assert first == second
    assert len({reply[:3] for reply in first}) > 1, "some requests must have been refused"
    assert orjson.loads(first[LOOKS.index(PARTITIONS) - len(LOOKS)])["splits"], "some partition must have been split"


def test_another_seed_of_the_load_gives_other_bytes() -> None:
    assert transcript({}, seed=11) != transcript({}, seed=12)


def test_another_seed_of_the_realistic_profile_gives_other_bytes() -> None:
    assert transcript({"profile": "realistic", "seed": 7}, 11) != transcript({"profile": "realistic", "seed": 8}, 11)
