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
        types = ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "EARLIEST", "AT_TIMESTAMP")
        request["ShardIteratorType"] = random.choice(types)
    elif roll < 0.08:
        request["SequenceNumber"] = random.choice(("1", "x", "", "100000000000000000001"))
    elif roll < 0.12:
        request["ShardId"] = random.choice(("shardId-00000000000000000000-00000000", "x", ""))
    elif roll < 0.16:
        request["StreamArn"] = random.choice(("x", "$arn", "$streamX", ""))
    elif roll < 0.2:
        del request[random.choice(list(request))]
    return request


def _write(random: Random, key: str, table: str = "Streamed") -> tuple[str, Any]:
    whole = {"TableName": table, "Key": {"id": {"S": key}}}
    match random.randrange(9):
        case 0 | 1:
            return "PutItem", {"TableName": table, "Item": {"id": {"S": key}, "x": value(random)}}
        case 2:
            return "DeleteItem", whole
        case 3:
            put = {"PutRequest": {"Item": {"id": {"S": key}, "y": {"N": "1"}}}}
            return "BatchWriteItem", {"RequestItems": {table: [put]}}
        case 4:
            return "TransactWriteItems", {"TransactItems": [{"Delete": whole}]}
        case 5:
            return "UpdateItem", {**whole, "AttributeUpdates": legacy.attribute_updates(random)}
        case 6:
            keys = [{"id": {"S": f"{key}{end}"}} for end in ("", "-1")]
            puts = [{"Put": {"TableName": table, "Item": {**each, "n": {"N": "1"}}}} for each in keys]
            return "TransactWriteItems", {"TransactItems": puts}
        case 7:
            # The same item again leaves no record.
            return "PutItem", {"TableName": table, "Item": {"id": {"S": key}, "ns": {"NS": ["1", "2"]}}}
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


def _kept(random: Random, key: str, table: str) -> tuple[str, Any]:
    """A write after which the item is there: of one that is not, the references keep what an update took away from."""
    made = _write(random, key, table)
    while "Delete" in f"{made}":
        made = _write(random, key, table)
    return made


def views(random: Random, name: str, key: str) -> tuple[tuple[str, Any], ...]:
    """A table whose stream has some view: writes of one item, and all records that they left."""
    view = random.choice(("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"))
    specification = {"StreamEnabled": True, "StreamViewType": view}
    table = {**TABLE, "TableName": name, "StreamSpecification": specification}
    put = ("PutItem", {"TableName": name, "Item": {"id": {"S": key}, "x": {"N": "1"}}})
    writes = put, *(_kept(random, key, name) for _ in range(random.choice((1, 2, 4))))
    place: dict[str, Any] = {"StreamArn": "$own-stream", "ShardId": "$own-shard"}
    page = ("GetRecords", {"ShardIterator": "$iterator", "Limit": random.choice((1, 2, 1000))})
    steps: list[tuple[str, Any]] = [("CreateTable", table), ("DescribeTable", {"TableName": name}), *writes]
    if random.random() < 0.5:
        steps.append(("DeleteItem", {"TableName": name, "Key": {"id": {"S": key}}}))
    if random.random() < 0.2:
        steps.append(("UpdateTable", {"TableName": name, "StreamSpecification": {"StreamEnabled": False}}))
    steps.append(("DescribeStream", {"StreamArn": "$own-stream"}))
    steps.append(("GetShardIterator", {**place, "ShardIteratorType": "TRIM_HORIZON"}))
    steps += [page, page]
    again = random.choice(("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"))
    steps.append(("GetShardIterator", {**place, "ShardIteratorType": again, "SequenceNumber": "$sequence"}))
    return (*steps, ("GetRecords", {"ShardIterator": "$iterator"}))


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
