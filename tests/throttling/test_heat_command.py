"""`thermodynamo heat` at a terminal, in a pipe, and where there is nothing to draw."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest

from tests.conftest import Endpoint

ESCAPE = re.compile("\x1b\\[[0-9;]*[A-Za-z]")
KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "x")],
    "BillingMode": "PAY_PER_REQUEST",
}
INDEX = {
    "IndexName": "by_x",
    "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Endpoint]) -> Endpoint:
    """A provisioned table has as many partitions as its units take."""
    return start_server("--partition-write-units-max", "10", "--capacity", "observe")


@pytest.fixture
def account(server: Endpoint, boto_session: boto3.Session) -> str:
    """A namespace with a table `load` of 64 partitions and an index, one key of which was written."""
    account = server.new_account()
    client = boto_session.client(
        "dynamodb", endpoint_url=server.url(), aws_access_key_id=account, aws_secret_access_key="secret"
    )
    units = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 640}
    client.create_table(
        TableName="load",
        **{**KEYS, "BillingMode": "PROVISIONED"},
        ProvisionedThroughput=units,
        GlobalSecondaryIndexes=[{**INDEX, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}],
    )
    client.put_item(TableName="load", Item={"pk": {"S": "the one"}, "x": {"S": "v"}})
    return account


def command(server: Endpoint | str, *arguments: str) -> list[str]:
    address = server if isinstance(server, str) else server.url()
    return [sys.executable, "-m", "thermodynamo", "heat", "--endpoint", address, *arguments]


def piped(server: Endpoint | str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(server, *arguments),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment},
    )


def at_terminal(server: Endpoint, width: int, *arguments: str) -> str:
    """What a terminal of so many characters a line is sent."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(width)}
    with subprocess.Popen(command(server, *arguments), stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        sent = b""
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # the other end is closed
                break
            sent += part
        os.close(ours)
    assert process.returncode == 0, sent
    return sent.decode()


def test_a_pipe_gets_no_colours(server: Endpoint, account: str) -> None:
    ran = piped(server, "--account", account)
    assert ran.returncode == 0 and "\x1b" not in ran.stdout
    assert "load: the last 60 s" in ran.stdout and "load index by_x: the last 60 s" in ran.stdout


def test_64_partitions_are_40_lines_and_the_number_of_the_rest(server: Endpoint, account: str) -> None:
    drawn = piped(server, "--account", account).stdout
    drawn, _, _ = drawn.partition("load index by_x")
    assert len([line for line in drawn.splitlines() if "|" in line]) == 40
    assert "... and 24 more partitions" in drawn


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_map_fits_in_the_terminal(server: Endpoint, account: str, width: int) -> None:
    sent = at_terminal(server, width, "--account", account)
    assert "\x1b[48;5;" in sent
    lines = [line for line in ESCAPE.sub("", sent).splitlines() if "|" in line]
    assert lines and all(len(line.rstrip()) <= width for line in lines)
    cells = min(60, width - 43)
    assert all(len(line.split("|")[1]) == cells for line in lines)


def test_a_tiny_terminal_is_drawn_in_all_the_same(server: Endpoint, account: str) -> None:
    assert "the last 1 s" in at_terminal(server, 10, "--account", account)


def test_plain_is_without_colours_at_a_terminal(server: Endpoint, account: str) -> None:
    assert "\x1b" not in at_terminal(server, 80, "--account", account, "--plain")


def test_a_table_or_an_index_alone(server: Endpoint, account: str) -> None:
    both = piped(server, "--account", account, "--table", "load").stdout
    assert "load: the last" in both and "load index by_x: the last" in both
    alone = piped(server, "--account", account, "--table", "load", "--index", "by_x").stdout
    assert "load: the last" not in alone and alone.startswith("load index by_x: the last")


def test_no_tables_are_said_once(server: Endpoint) -> None:
    ran = piped(server, "--account", "999999999999")
    assert ran.returncode == 0
    assert ran.stdout.count("no tables") == 1 and "us-east-1 of account 999999999999" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--table", "none"), "no table none"),
        (("--table", "load", "--index", "none"), "no global index none"),
        (("--index", "by_x"), "add ?table="),
        (("--seconds", "301"), "from 1 to 300"),
        (("--seconds", "-5"), "from 1 to 300"),
        (("--account", "12"), "an account is 12 digits"),
    ],
)
def test_what_the_server_refuses_is_told(
    server: Endpoint, account: str, arguments: tuple[str, ...], words: str
) -> None:
    ran = piped(server, *(() if "--account" in arguments else ("--account", account)), *arguments)
    assert ran.returncode == 1 and words in ran.stderr and "no server" not in ran.stderr and ran.stdout == ""


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "127.0.0.1:1"])
def test_where_no_server_is_it_says_how_to_start_one(address: str) -> None:
    ran = piped(address)
    assert ran.returncode == 1 and "no server answers" in ran.stderr and "Traceback" not in ran.stderr


@pytest.fixture(params=["text", "no HTTP"])
def stranger(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server of another kind."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if request.param == "text":
                self.send_error(404)
            else:
                self.wfile.write(b"220 mail.example.org\r\n")

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield f"127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


def test_a_server_of_another_kind_is_no_crash(stranger: str) -> None:
    ran = piped(stranger)
    assert ran.returncode == 1 and "no server" in ran.stderr and "Traceback" not in ran.stderr


def test_a_terminal_without_unicode_is_no_crash(server: Endpoint, account: str) -> None:
    ran = piped(server, "--account", account, PYTHONIOENCODING="ascii")
    assert ran.returncode == 0 and ran.stderr == ""


def test_a_reader_that_has_seen_enough_is_no_error(server: Endpoint, account: str) -> None:
    with subprocess.Popen(
        command(server, "--account", account, "--watch"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0 and first.startswith("load") and "\x1b" not in first


def heed_interrupts() -> None:
    """A shell lets what it runs in the background ignore Ctrl-C, and so these tests where they run there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_watching_draws_again(server: Endpoint, account: str) -> None:
    with subprocess.Popen(
        command(server, "--account", account, "--watch"),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    ) as process:
        assert process.stdout is not None
        heads = 0
        while heads < 2:
            heads += process.stdout.readline().startswith("load: the last")
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 0
