"""Files into a server, at its start and while it runs, and out of it again."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.conftest import Endpoint

DEFINITION: dict[str, Any] = {
    "TableName": "Music",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    "Tags": [{"Key": "team", "Value": "red"}],
    "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
}
TEMPLATE = """
Parameters: {Stage: {Type: String}}
Resources:
  Simple: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: !Sub "${Stage}-simple"}}
  Scaling: {Type: AWS::ApplicationAutoScaling::ScalableTarget}
"""


def run(*arguments: str, timeout: float = 120) -> tuple[int, str]:
    """The status of a command, and what it printed on either stream."""
    command = [sys.executable, "-m", "thermodynamo", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    return ran.returncode, ran.stdout + ran.stderr


def written(path: Path, *lines: Any) -> str:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return str(path)


@pytest.fixture
def client_of(boto_session: boto3.Session) -> Callable[[str, str], Any]:
    def client(url: str, account: str) -> Any:
        named = {"endpoint_url": url, "aws_access_key_id": account, "aws_secret_access_key": "x"}
        return boto_session.client("dynamodb", **named)

    return client


def test_a_running_server_is_seeded_dumped_and_seeded_again(
    server: Endpoint, client_of: Callable[[str, str], Any], tmp_path: Path
) -> None:
    account, other = server.new_account(), server.new_account()
    items = [{"id": str(number), "text": "x" * 900, "bytes": None} for number in range(600)]
    path = written(tmp_path / "seed.jsonl", DEFINITION, *items)
    at = ("--endpoint", server.url(), "--account")
    for made in ("tables made: Music", "no table made"):
        assert run("seed", path, *at, account) == (0, f"seeded 600 items; {made}\n")
    out = str(tmp_path / "dump.jsonl")
    assert run("dump", "Music", "--output", out, *at, account) == (0, "")
    assert run("seed", out, *at, other) == (0, "seeded 600 items; tables made: Music\n")
    clients = [client_of(server.url(), each) for each in (account, other)]
    pages = [each.get_paginator("scan").paginate(TableName="Music") for each in clients]
    found = [[item for page in each for item in page["Items"]] for each in pages]
    assert found[0] == found[1] and len(found[0]) == 600
    for client in clients:
        arn = client.describe_table(TableName="Music")["Table"]["TableArn"]
        assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == DEFINITION["Tags"]
        live = client.describe_time_to_live(TableName="Music")["TimeToLiveDescription"]
        assert live == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    status, text = run("dump", "Music", *at, other)
    assert status == 0 and text == Path(out).read_text()


def test_what_cannot_be_is_said_in_one_line(server: Endpoint, tmp_path: Path) -> None:
    account = server.new_account()
    at = ("--endpoint", server.url(), "--account", account)
    path = written(tmp_path / "seed.jsonl", DEFINITION, {"id": "a"}, {"no": "id"})
    status, text = run("seed", path, *at)
    assert status == 1 and text.startswith(f"thermodynamo seed: {path}, line 3: table Music: ")
    assert run("dump", "Music", *at)[1].startswith("thermodynamo dump: there is no table Music")
    path = written(tmp_path / "Nothing.csv", "id", "1")
    assert "line 2: there is no table Nothing, and no file defines it" in run("seed", path, *at)[1]
    assert "there is no such file" in run("seed", str(tmp_path / "none.json"), *at)[1]
    assert "no server answers" in run("seed", written(tmp_path / "d.json", DEFINITION), "--endpoint", "127.0.0.1:1")[1]
    assert run("seed", path, "--parameter", "x")[0] == 2
    status, text = run("dump", "Music", "--output", str(tmp_path / "none" / "x.jsonl"), *at)
    assert status == 1 and "No such file" in text
    status, text = run("dump", "Music", "--output", str(tmp_path / "x.csv"), *at)
    assert status == 2 and "the name of its file ends in .jsonl or .ndjson" in text
    assert not (tmp_path / "x.csv").exists()


def test_a_terminal_sees_how_far_it_is_and_a_file_does_not(server: Endpoint, tmp_path: Path) -> None:
    path = written(tmp_path / "seed.jsonl", DEFINITION, *({"id": str(number)} for number in range(600)))
    at = ("--endpoint", server.url(), "--account", server.new_account())
    command = [sys.executable, "-m", "thermodynamo", "seed", path, *at]
    terminal, other_end = pty.openpty()
    fcntl.ioctl(other_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=other_end, text=True) as process:
        os.close(other_end)
        shown = b""
        with suppress(OSError):  # The terminal is gone with the process.
            while read := os.read(terminal, 4096):
                shown += read
        assert process.stdout is not None and process.stdout.read().startswith("seeded 600 items")
    os.close(terminal)
    assert b"checking" in shown and b"loading" in shown
    assert run("seed", path, *at) == (0, "seeded 600 items; no table made\n")


def test_a_template_has_parameters(server: Endpoint, client_of: Callable[[str, str], Any], tmp_path: Path) -> None:
    account = server.new_account()
    path = written(tmp_path / "template.yaml", TEMPLATE)
    status, text = run("seed", path, "--parameter", "Stage=dev", "--endpoint", server.url(), "--account", account)
    assert status == 0 and "Scaling, AWS::ApplicationAutoScaling::ScalableTarget, is left out" in text
    assert client_of(server.url(), account).list_tables()["TableNames"] == ["dev-simple"]


def test_a_server_begins_with_seeds_and_keeps_them(
    start_server: Callable[..., Endpoint], client_of: Callable[[str, str], Any], tmp_path: Path
) -> None:
    template = written(tmp_path / "template.yaml", TEMPLATE)
    lines = written(tmp_path / "seed.jsonl", DEFINITION, {"id": "a"})
    simple = written(tmp_path / "dev-simple.csv", "id,x", "1,2")
    flags = ("--seed", template, lines, "--seed", simple, "--seed", "7", "--parameter", "Stage=dev")
    server = start_server(*flags, "--table-delay-seconds", "30")
    client = client_of(server.url(), "local")
    assert client.list_tables()["TableNames"] == ["Music", "dev-simple"]
    assert client.describe_table(TableName="Music")["Table"]["TableStatus"] == "ACTIVE"
    assert client.scan(TableName="Music")["Items"] == [{"id": {"S": "a"}}]
    assert client.scan(TableName="dev-simple")["Items"] == [{"id": {"S": "1"}, "x": {"S": "2"}}]


def test_a_server_does_not_begin_with_a_wrong_file(tmp_path: Path) -> None:
    path = written(tmp_path / "seed.jsonl", DEFINITION, {"no": "id"})
    status, text = run("--port", "0", "--seed", path)
    assert (status, text.splitlines()) == (
        1,
        [
            f"thermodynamo: {path}, line 2: table Music: One or more parameter values were invalid: "
            "Missing the key id in the item"
        ],
    )
    assert run("--port", "0", "--seed-parameters", "x")[0] == 2


def test_a_data_folder_takes_seeds_once(tmp_path: Path) -> None:
    from thermodynamo.service import Service
    from thermodynamo.settings.config import Config

    path = written(tmp_path / "seed.jsonl", DEFINITION, {"id": "a"})
    data = str(tmp_path / "data")
    for _ in range(2):
        command = [sys.executable, "-m", "thermodynamo", "--port", "0", "--data-dir", data, "--seed", path]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert f"data in {data}" in process.stdout.readline()
            process.terminate()
            process.wait(60)
    service = Service(Config(data_dir=data))
    assert service.call("Scan", {"TableName": "Music"})["Items"] == [{"id": {"S": "a"}}]
    service.close()
