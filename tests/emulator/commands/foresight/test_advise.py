"""`thermodynamo advise` against a running server: what it says, with which requests, and of what it says nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.conftest import Endpoint

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
NAMES = ("pk", "sk", "status")


class World:
    """An account of the server that no other test uses."""

    def __init__(self, server: Endpoint, session: boto3.Session) -> None:
        self.url, self.account = server.url(), server.new_account()
        named = {"endpoint_url": self.url, "aws_access_key_id": self.account, "aws_secret_access_key": "x"}
        once = Config(retries={"total_max_attempts": 1})
        self.client: Any = session.client("dynamodb", **named, config=once)


@pytest.fixture
def server(start_server: Callable[..., Endpoint], boto_session: boto3.Session) -> World:
    return World(start_server("--clock", "virtual"), boto_session)


def make(server: World) -> Any:
    client = server.client
    client.create_table(
        TableName="orders",
        KeySchema=KEYS,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in NAMES],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byStatus",
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    client.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
    return client


def advise(server: World, *arguments: str) -> "subprocess.CompletedProcess[str]":
    place = ["--endpoint", server.url, "--account", server.account]
    command = [sys.executable, "-m", "thermodynamo", "advise", *place, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def fill(client: Any) -> None:
    for number in range(30):
        item = {"pk": {"S": "a"}, "sk": {"S": f"{number:02}"}, "status": {"S": "open" if number else "late"}}
        client.put_item(TableName="orders", Item=item)


def scan(client: Any, times: int) -> None:
    names, values = {"#s": "status"}, {":s": {"S": "late"}}
    for _ in range(times):
        client.scan(
            TableName="orders",
            FilterExpression="#s = :s",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )


def test_advice_names_the_requests_that_caused_it(server: World) -> None:
    client = make(server)
    fill(client)
    scan(client, 4)
    done = advise(server)
    assert done.returncode == 0, done.stderr
    assert "filter: orders: the filter on status dropped 97% of the items that Scan paid for" in done.stdout
    assert "    Scan with a filter on status: 4 requests" in done.stdout
    assert "unused index: orders/byStatus: the index took 30 write units and was never read" in done.stdout
    assert "    PutItem: 30 requests" in done.stdout
    assert advise(server, "--strict").returncode == 1
    report = json.loads(advise(server, "--json", "--table", "orders").stdout)
    assert [each["about"] for each in report["advice"]][:2] == ["filter", "unused index"]
    assert [(each["table"], each["index"]) for each in report["tables"]] == [("orders", None), ("orders", "byStatus")]


def test_statements_and_reads_of_an_index_are_counted(server: World) -> None:
    client = make(server)
    fill(client)
    for _ in range(3):
        client.execute_statement(Statement="SELECT sk FROM orders WHERE status = 'late'")
        client.query(
            TableName="orders",
            IndexName="byStatus",
            KeyConditionExpression="#s = :s",
            ExpressionAttributeNames={"#s": "status"},
            ExpressionAttributeValues={":s": {"S": "late"}},
        )
    report = json.loads(advise(server, "--json").stdout)
    reads = {each["operation"]: each for each in report["tables"][0]["reads"]}
    statement, query = reads["ExecuteStatement PartiQLSelect"], reads["Query"]
    assert (statement["is_scan"], statement["filtered"], statement["projected"]) == (True, ["status"], ["sk"])
    assert (statement["requests"], statement["evaluated"], statement["returned"]) == (3, 90, 3)
    assert (query["index"], query["evaluated"], query["is_scan"]) == ("byStatus", 3, False)
    assert "unused index" not in [each["about"] for each in report["advice"]]


def test_a_hot_key_is_found_by_its_share_of_its_partition(server: World) -> None:
    """The clock stands still, so that all writes are of one second: beyond 1,000 units they are refused."""
    client = make(server)
    refused = 0
    for number in range(60):
        item = {"pk": {"S": "hot"}, "sk": {"S": "1"}, "body": {"S": "x" * 30_000}, "n": {"N": str(number)}}
        try:
            client.put_item(TableName="orders", Item=item)
        except ClientError as error:
            assert "Throttling" in error.response["Error"]["Code"] or "Throughput" in error.response["Error"]["Code"]
            refused += 1
    assert refused
    (hot,) = [each for each in json.loads(advise(server, "--json").stdout)["advice"] if each["about"] == "hot key"]
    assert hot["evidence"]["key"] == "pk=hot sk=1" and hot["evidence"]["shards"] == 2
    assert any("PutItem" in request and "refused" in request for request in hot["requests"])


def test_the_items_of_one_partition_key_are_hot_together(server: World) -> None:
    client = make(server)
    refused = 0
    for number in range(60):
        item = {"pk": {"S": "hot"}, "sk": {"S": f"{number:02}"}, "body": {"S": "x" * 30_000}}
        try:
            client.put_item(TableName="orders", Item=item)
        except ClientError:
            refused += 1
    assert refused
    (hot,) = [each for each in json.loads(advise(server, "--json").stdout)["advice"] if each["about"] == "hot key"]
    assert hot["evidence"]["key"] == "pk=hot" and hot["evidence"]["throttled"] == refused


def test_a_server_that_was_used_well_gets_no_advice(server: World) -> None:
    client = make(server)
    client.put_item(TableName="orders", Item={"pk": {"S": "a"}, "sk": {"S": "1"}})
    assert client.get_item(TableName="orders", Key={"pk": {"S": "a"}, "sk": {"S": "1"}})["Item"]
    done = advise(server, "--strict")
    assert (done.returncode, done.stdout.startswith("there is nothing to advise")) == (0, True)


def test_what_cannot_be_asked_is_said_in_one_line(server: World, tmp_path: Path) -> None:
    done = advise(server, "--table", "none")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1) and "no table none" in done.stderr
    (tmp_path / "prices.json").write_text("{}")
    assert "is no file of prices" in advise(server, "--prices", str(tmp_path / "prices.json")).stderr
    nowhere = [sys.executable, "-m", "thermodynamo", "advise", "--endpoint", "http://127.0.0.1:9"]
    gone = subprocess.run(nowhere, capture_output=True, text=True)
    assert gone.returncode == 2 and "no server answers" in gone.stderr
