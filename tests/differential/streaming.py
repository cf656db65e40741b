"""Writes on a table with a stream and the records they left; `$words` stand for what each server answered before."""

from random import Random
from typing import Any

from tests.differential import legacy
from tests.differential.expressions import Scope, value

TABLE: dict[str, Any] = {
    "TableName": "Streamed",
    "ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}


def _iterator(random: Random) -> dict[str, Any]:
    request: dict[str, Any] = {"StreamArn": "$stream", "ShardId": "$shard", "ShardIteratorType": "LATEST"}
    roll = random.random()
    if roll < 0.05:
        request["ShardIteratorType"] = random.choice(("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "EARLIEST"))
    elif roll < 0.08:
        request["SequenceNumber"] = random.choice(("1", "x", "", "100000000000000000001"))
    elif roll < 0.12:
        request["ShardId"] = random.choice(("shardId-00000000000000000000-00000000", "x", ""))
    elif roll < 0.16:
        request["StreamArn"] = random.choice(("x", "$arn", "$streamX", ""))
    elif roll < 0.2:
        del request[random.choice(list(request))]
    return request


def _write(random: Random, key: str) -> tuple[str, Any]:
    whole = {"TableName": "Streamed", "Key": {"id": {"S": key}}}
    match random.randrange(9):
        case 0 | 1:
            return "PutItem", {"TableName": "Streamed", "Item": {"id": {"S": key}, "x": value(random)}}
        case 2:
            return "DeleteItem", whole
        case 3:
            put = {"PutRequest": {"Item": {"id": {"S": key}, "y": {"N": "1"}}}}
            return "BatchWriteItem", {"RequestItems": {"Streamed": [put]}}
        case 4:
            return "TransactWriteItems", {"TransactItems": [{"Delete": whole}]}
        case 5:
            return "UpdateItem", {**whole, "AttributeUpdates": legacy.attribute_updates(random)}
        case 6:
            keys = [{"id": {"S": f"{key}{end}"}} for end in ("", "-1")]
            puts = [{"Put": {"TableName": "Streamed", "Item": {**each, "n": {"N": "1"}}}} for each in keys]
            return "TransactWriteItems", {"TransactItems": puts}
        case 7:
            # The same item again leaves no record.
            return "PutItem", {"TableName": "Streamed", "Item": {"id": {"S": key}, "ns": {"NS": ["1", "2"]}}}
    scope = Scope(random)
    text = random.choice(("REMOVE x", f"ADD n {scope.value({'N': '1'})}", f"SET x = {scope.value({'S': 'z'})}"))
    request = {**whole, "UpdateExpression": text}
    scope.finish(request)
    return "UpdateItem", request


def records(random: Random, key: str) -> tuple[tuple[str, Any], ...]:
    read: dict[str, Any] = {"ShardIterator": "$iterator" if random.random() < 0.93 else random.choice(("x", "", None))}
    if random.random() < 0.2:
        read["Limit"] = random.choice((1, 2, 1000, 1001, 0, "1"))
    return (
        ("GetShardIterator", _iterator(random)),
        *(_write(random, key) for _ in range(random.choice((1, 2, 3)))),
        ("GetRecords", read),
    )


def described(random: Random) -> tuple[tuple[str, Any], ...]:
    request: dict[str, Any] = {"StreamArn": random.choice(("$stream", "$stream", "$streamX", "x", ""))}
    if random.random() < 0.4:
        request["Limit"] = random.choice((1, 100, 101, 0, "x"))
    if random.random() < 0.2:
        request["ExclusiveStartShardId"] = random.choice(("$shard", "x", "shardId-00000000000000000000-00000000"))
    listed: dict[str, Any] = random.choice(
        ({}, {"TableName": "Streamed"}, {"TableName": "Single"}, {"TableName": "ab"}, {"Limit": 0}, {"Limit": 101})
    )
    return ("DescribeStream", request), ("ListStreams", listed)
