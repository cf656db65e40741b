"""The tests that `bench.testing` runs: `python bench/suite.py WAY COUNT`, by itself, also where this project is not.

WAY is `thermodynamo` or `moto` in the process, or the address of a server. Each test makes a table with an index, puts
20 items, queries the index, updates an item with a condition, and drops the table. One line is read for each line that
is written: a round of COUNT tests, and the seconds of processor time that it took here.
"""

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import boto3

ITEMS = 20
TABLE: dict[str, Any] = {
    "TableName": "Orders",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "status")],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-status",
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def block(way: str) -> AbstractContextManager[Any]:
    """What each test stands in."""
    if way == "thermodynamo":
        from thermodynamo.testing import local_dynamodb

        return local_dynamodb()
    if way == "moto":
        from moto import mock_aws

        made: AbstractContextManager[Any] = mock_aws()
        return made
    if way.startswith("http://"):
        return nullcontext()
    raise SystemExit(f"{way} is neither thermodynamo, moto nor an address")


def run(client: Any) -> None:
    """One test. Raises AssertionError for a wrong answer."""
    client.create_table(**TABLE)
    for number in range(ITEMS):
        item = {"id": {"S": f"o-{number}"}, "status": {"S": "new" if number % 2 else "paid"}, "total": {"N": "1"}}
        client.put_item(TableName="Orders", Item=item)
    found = client.query(
        TableName="Orders",
        IndexName="by-status",
        KeyConditionExpression="#status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": "new"}},
    )
    assert found["Count"] == ITEMS // 2, found
    updated = client.update_item(
        TableName="Orders",
        Key={"id": {"S": "o-1"}},
        UpdateExpression="SET #total = #total + :one",
        ConditionExpression="#total = :one",
        ExpressionAttributeNames={"#total": "total"},
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    assert updated["Attributes"] == {"total": {"N": "2"}}, updated
    client.delete_table(TableName="Orders")


def main() -> None:
    way, count = sys.argv[1], int(sys.argv[2])
    settings = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}
    if way.startswith("http://"):
        settings["endpoint_url"] = way
    with block(way):
        client = boto3.client("dynamodb", **settings)
        run(client)  # Whatever is loaded lazily is loaded now.
    print("ready", flush=True)
    while sys.stdin.readline():
        begun = time.process_time()
        for _ in range(count):
            with block(way):
                run(client)
        print(time.process_time() - begun, flush=True)


if __name__ == "__main__":
    main()
