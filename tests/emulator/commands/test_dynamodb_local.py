"""In place of DynamoDB Local: its flags, what it prints when it starts, its answer to GET, and one set of tables."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from thermodynamo.commands.dynamodb_local import TRANSIENT_SECONDS, parser, read
from thermodynamo.settings.config import SETTINGS, VERSION, Config

PORT = re.compile(r"^Port:\t([0-9]+)$", re.MULTILINE).search
MISSING_TOKEN = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken",'
    b'"message":"Request must contain either a valid (registered) AWS access key ID or X.509 certificate."}'
)


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "thermodynamo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@contextmanager
def serving(*arguments: str, end: signal.Signals = signal.SIGTERM) -> Iterator[tuple[str, str]]:
    """(address, all that was printed up to `Ready.`) of a server on a free port."""
    command = [sys.executable, "-m", "thermodynamo", *arguments]
    environment = {**os.environ, "DDB_LOCAL_TELEMETRY": "0"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            printed = ""
            for line in process.stdout:
                printed += line
                if line == "Ready.\n":
                    break
            found = PORT(printed)
            assert found is not None, printed
            yield f"http://127.0.0.1:{found[1]}", printed
        finally:
            process.send_signal(end)


def client(address: str, key: str, region: str) -> Any:
    return boto3.client(
        "dynamodb", endpoint_url=address, region_name=region, aws_access_key_id=key, aws_secret_access_key="x"
    )


def create(local: Any, name: str) -> str:
    made = local.create_table(
        TableName=name,
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    arn: str = made["TableDescription"]["TableArn"]
    return arn


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[str, str]]:
    arguments = ["dynamodb-local", "-port", "0", "-sharedDb", "-inMemory", "-cors", "*", "-disableTelemetry"]
    with serving(*arguments, "--region", "ddblocal") as started:
        yield started


def test_the_lines_that_programs_wait_for(shared: tuple[str, str]) -> None:
    address, printed = shared
    assert "/_admin/console/" in printed.splitlines()[1]
    assert printed.splitlines()[2:] == [
        "Initializing DynamoDB Local with the following configuration:",
        f"Port:\t{address.rpartition(':')[2]}",
        "InMemory:\ttrue",
        f"Version:\t{VERSION}",
        "DbPath:\tnull",
        "SharedDb:\ttrue",
        "shouldDelayTransientStatuses:\tfalse",
        "CorsParams:\t*",
        "",
        "Ready.",
    ]


def test_a_get_is_answered_with_400(shared: tuple[str, str]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(shared[0], timeout=60)
    with refused.value as reply:
        assert reply.code == 400 and reply.read() == MISSING_TOKEN
        assert reply.headers["content-type"] == "application/x-amz-json-1.0"


def test_one_set_of_tables_for_every_key_and_region_with_arns_as_there(shared: tuple[str, str]) -> None:
    with closing(client(shared[0], "123456789012", "eu-west-1")) as first:
        arn = create(first, "Orders")
        assert arn == "arn:aws:dynamodb:ddblocal:000000000000:table/Orders"
    with closing(client(shared[0], "workbench", "localhost")) as second:
        assert second.list_tables()["TableNames"] == ["Orders"]
        assert second.describe_table(TableName=arn)["Table"]["TableArn"] == arn


def test_nothing_is_throttled_and_settings_change_at_any_time(shared: tuple[str, str]) -> None:
    with closing(client(shared[0], "a", "eu-west-1")) as local:
        create(local, "Tiny")
        for number in range(20):
            local.put_item(TableName="Tiny", Item={"id": {"S": str(number)}, "text": {"S": "x" * 20_000}})
        for mode in ("PAY_PER_REQUEST", "PROVISIONED", "PAY_PER_REQUEST"):
            more = {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
            local.update_table(TableName="Tiny", BillingMode=mode, **(more if mode == "PROVISIONED" else {}))


@pytest.mark.parametrize("shared", [["-sharedDb"], []], ids=["shared", "apart"])
def test_a_killed_server_has_its_tables_again_from_db_path(tmp_path: Path, shared: list[str]) -> None:
    folder = str(tmp_path / "data")
    arguments = ["dynamodb-local", "-port", "0", "-dbPath", folder, "-optimizeDbBeforeStartup", *shared]
    with serving(*arguments, end=signal.SIGKILL) as (address, printed):
        assert f"InMemory:\tfalse\nVersion:\t{VERSION}\nDbPath:\t{folder}\n" in printed
        with closing(client(address, "a", "eu-west-1")) as local:
            create(local, "Orders")
            local.put_item(TableName="Orders", Item={"id": {"S": "1"}})
    with serving(*arguments) as (address, _):
        with closing(client(address, "a", "eu-west-1")) as local:
            assert local.scan(TableName="Orders")["Items"] == [{"id": {"S": "1"}}]
        with closing(client(address, "123456789012", "us-east-1")) as other:
            assert other.list_tables()["TableNames"] == (["Orders"] if shared else [])


def test_without_the_flag_regions_have_tables_of_their_own() -> None:
    with serving("-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-port", "0") as (address, _):
        with closing(client(address, "a", "eu-west-1")) as first:
            assert create(first, "Orders") == "arn:aws:dynamodb:eu-west-1:000000000000:table/Orders"
        with closing(client(address, "a", "us-east-1")) as second:
            assert second.list_tables()["TableNames"] == []


def test_the_flags_mean_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    habits: Any = {"front_page": "dynamodb-local", "capacity": "observe", "cooldowns": "off"}
    assert read(parser().parse_args([])) == Config(**habits)
    given = ["-port", "8001", "-sharedDb", "-delayTransientStatuses", "-cors", "https://a.example"]
    assert read(parser().parse_args(given)) == Config(
        **habits, port=8001, namespace="shared", table_delay_seconds=TRANSIENT_SECONDS, cors="https://a.example"
    )
    assert read(parser().parse_args(["-dbPath", "./data"])) == Config(**habits, data_dir="./data")
    assert read(parser().parse_args(["--data-dir", "./data", "-optimizeDbBeforeStartup"])).data_dir == "./data"
    monkeypatch.setenv("THERMODYNAMO_DATA_DIR", "elsewhere")
    assert read(parser().parse_args([])).data_dir == "elsewhere"
    assert read(parser().parse_args(["-dbPath", "./data"])).data_dir == "./data"
    assert read(parser().parse_args(["-inMemory"])).data_dir == ""
    monkeypatch.delenv("THERMODYNAMO_DATA_DIR")
    given = ["-sharedDb", "--capacity", "enforce", "--front-page", "service", "--cooldowns", "enforce"]
    assert read(parser().parse_args(given)) == Config(namespace="shared")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["-inMemory", "-dbPath", "./data"], "-dbPath and -inMemory exclude each other"),
        (["-inMemory", "--data-dir", "./data"], "--data-dir and -inMemory exclude each other"),
        (["-dbPath", "a", "--data-dir", "b"], "-dbPath and --data-dir both name the folder that keeps the data"),
        (["-dbPath", ""], "-dbPath is '': it must be a folder, as in -dbPath ./data"),
        (["-optimizeDbBeforeStartup"], "-optimizeDbBeforeStartup needs -dbPath, as in -dbPath ./data"),
        (["-shardDb"], "-shardDb is no flag: did you mean -sharedDb?"),
        (["-port"], "-port/--port: expected one argument"),
        (["-port", "web"], "--port is 'web': it must be a whole number"),
        (["sharedDb"], "sharedDb means nothing here: flags begin with -"),
    ],
)
def test_a_wrong_flag_is_named_with_the_right_form(flags: list[str], words: str) -> None:
    result = run("dynamodb-local", *flags)
    assert result.returncode == 2 and result.stdout == ""
    assert words in result.stderr and result.stderr.count("\n") == 1 and "dynamodb-local -help" in result.stderr


def test_help_and_version() -> None:
    text = run("dynamodb-local", "-help").stdout
    flags = "port sharedDb inMemory dbPath delayTransientStatuses cors optimizeDbBeforeStartup disableTelemetry version"
    assert all(f"-{flag}" in text for flag in flags.split())
    assert run("dynamodb-local", "-version").stdout == f"thermodynamo {VERSION}\n"
