"""Real receivers of Kinesis: moto from PyPI and kinesalite from npm, each installed into a folder of its own."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError

from tests.packaging.conftest import environment

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]

STARTED_SECONDS = 60.0
ARRIVED_SECONDS = 30.0
WRITES = 600


def moto(folder: Path, port: int) -> list[str]:
    """The command of moto's server. Its pins of libraries are its own."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True, timeout=600)
    python = str(folder / "venv" / "bin" / "python")
    own = {name: value for name, value in environment().items() if name != "PIP_CONSTRAINT"}
    install = [python, "-m", "pip", "install", "--quiet", "moto[server,kinesis]==5.2.5"]
    subprocess.run(install, check=True, timeout=600, env=own)
    return [str(folder / "venv" / "bin" / "moto_server"), "--host", "127.0.0.1", "--port", str(port)]


def kinesalite(folder: Path, port: int) -> list[str]:
    """The command of kinesalite."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not here")
    install = ["npm", "install", "--silent", "--prefix", str(folder), "kinesalite@3.3.3"]
    subprocess.run(install, check=True, timeout=600)
    command = str(folder / "node_modules" / ".bin" / "kinesalite")
    return [command, "--port", str(port), "--createStreamMs", "10", "--shardLimit", "100"]


@pytest.fixture(scope="module", params=[moto, kinesalite], ids=lambda install: install.__name__)
def kinesis(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The address of a receiver, and a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = request.param(tmp_path_factory.mktemp("receiver"), port)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    client = boto3.client("kinesis", "us-east-1", endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b")
    try:
        deadline = time.monotonic() + STARTED_SECONDS
        while True:
            try:
                client.list_streams()
                break
            except BotoCoreError:
                assert process.poll() is None and time.monotonic() < deadline, "the receiver does not start"
                time.sleep(0.1)
        yield url, client
    finally:
        process.terminate()
        process.wait(10)


def wait_for(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + ARRIVED_SECONDS
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def records(client: Any, stream: str) -> list[dict[str, Any]]:
    """What is in the stream, in the order of each shard."""
    found = []
    for shard in client.describe_stream(StreamName=stream)["StreamDescription"]["Shards"]:
        iterator = client.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while page := client.get_records(ShardIterator=iterator)["Records"]:
            found += [json.loads(record["Data"]) for record in page]
            iterator = client.get_shard_iterator(
                StreamName=stream,
                ShardId=shard["ShardId"],
                ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                StartingSequenceNumber=page[-1]["SequenceNumber"],
            )["ShardIterator"]
    return found


def test_changes_arrive_in_order_for_each_item(kinesis: tuple[str, Any], start_server: Callable[..., Any]) -> None:
    url, receiver = kinesis
    receiver.create_stream(StreamName="plays", ShardCount=2)
    receiver.get_waiter("stream_exists").wait(StreamName="plays", WaiterConfig={"Delay": 1})
    arn = receiver.describe_stream(StreamName="plays")["StreamDescription"]["StreamARN"]
    server = start_server("--kinesis", url)
    client = boto3.client(
        "dynamodb",
        "us-east-1",
        endpoint_url=server.url(),
        aws_access_key_id=arn.split(":")[4],
        aws_secret_access_key="b",
    )
    client.create_table(
        TableName="Music",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def destination(stream_arn: str) -> Any:
        reply = client.describe_kinesis_streaming_destination(TableName="Music")
        return next(each for each in reply["KinesisDataStreamDestinations"] if each["StreamArn"] == stream_arn)

    client.enable_kinesis_streaming_destination(TableName="Music", StreamArn=arn + "-missing")
    wait_for(lambda: destination(arn + "-missing")["DestinationStatus"] == "ENABLE_FAILED")
    client.enable_kinesis_streaming_destination(TableName="Music", StreamArn=arn)
    wait_for(lambda: destination(arn)["DestinationStatus"] == "ACTIVE")
    for number in range(WRITES):
        client.put_item(TableName="Music", Item={"id": {"S": str(number % 7)}, "v": {"N": str(number)}})
    arrived = wait_for(lambda: found if len(found := records(receiver, "plays")) >= WRITES else None)
    assert len(arrived) == WRITES and {record["tableName"] for record in arrived} == {"Music"}
    for key in range(7):
        images = [record["dynamodb"]["NewImage"] for record in arrived]
        values = [int(image["v"]["N"]) for image in images if image["id"]["S"] == str(key)]
        assert values == list(range(key, WRITES, 7))
