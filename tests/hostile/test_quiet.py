"""What the server says, and does not say, when clients or it itself leave in the middle of something."""

import http.client
import json
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from tests.conftest import ANNOUNCED
from tests.golden.wire import Wire, headers_of
from tests.hostile.connection import REQUEST

GIVE_UP_SECONDS = 30
SLOW = {"operation": "ListTables", "delay_ms": 60_000}
ADMIN = (
    b"POST /_admin/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)
WAITING = (REQUEST, REQUEST * 3, REQUEST[:-1], ADMIN, b"GET / HT")
"""A delayed request, three of them in a row, half of one, half an admin request, half a request line."""

START_LINES = 3
"""Where the server listens, where its console is, and that it is ready."""


class Server:
    """A server of this test alone, all of whose output is kept."""

    def __init__(self, log: IO[bytes], *flags: str, descriptors: int | None = None) -> None:
        self.log = log
        prepare = None
        if descriptors is not None:
            prepare = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))  # noqa: E731
        command = [sys.executable, "-m", "thermodynamo", "--port", "0", *flags]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=prepare)
        wait_until(lambda: ANNOUNCED(self.text()) is not None)
        found = ANNOUNCED(self.text())
        assert found is not None
        self.port = int(found[1])
        self.wire = Wire(f"http://127.0.0.1:{self.port}", GIVE_UP_SECONDS)
        assert self.wire.call("DescribeLimits", {}, "1" * 12).status == 200

    def text(self) -> str:
        """All that the server has said."""
        with open(self.log.name, "rb") as log:
            return log.read().decode()

    def fault(self, rule: dict[str, Any]) -> None:
        reply = self.wire.send(
            "POST", "/_admin/faults", {"Content-Type": "application/json"}, json.dumps(rule).encode()
        )
        assert reply.status == 200

    def fired(self) -> int:
        """How many requests have met a fault."""
        faults = self.wire.send("GET", "/_admin/faults", {}, b"").json()["faults"]
        return sum(fault["fired"] for fault in faults)

    def connect(self, data: bytes) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=GIVE_UP_SECONDS)
        client.sendall(data)
        return client

    def end(self, *signals: signal.Signals) -> None:
        """Sends the signals, and sees the server end without another word."""
        self.wire.close()
        for number in signals:
            self.process.send_signal(number)
        assert self.process.wait(GIVE_UP_SECONDS) == 0
        assert len(self.text().splitlines()) == START_LINES, self.text()


def wait_until(is_so: Callable[..., bool]) -> None:
    give_up = time.monotonic() + GIVE_UP_SECONDS
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.01)


@pytest.fixture
def start(tmp_path: Any) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def make(*flags: str, descriptors: int | None = None) -> Server:
        with open(tmp_path / f"{len(servers)}.log", "wb") as log:
            servers.append(Server(log, *flags, descriptors=descriptors))
        return servers[-1]

    yield make
    for server in servers:
        server.wire.close()
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGINT], [signal.SIGINT] * 2, [signal.SIGINT] * 9, [signal.SIGTERM] * 2]
)
def test_the_server_ends_without_a_word_whatever_waits(
    start: Callable[..., Server], signals: list[signal.Signals]
) -> None:
    server = start()
    server.fault(SLOW)
    clients = [server.connect(waiting) for waiting in WAITING]
    wait_until(lambda: server.fired() == 2)
    server.end(*signals)
    for client in clients:
        received = b""
        try:
            while part := client.recv(1_000):
                received += part
        except ConnectionResetError:
            pass
        client.close()
        assert received == b"", "an answer to a request that nobody has carried out"


@pytest.mark.parametrize("is_reset", [True, False])
def test_a_client_that_leaves_while_its_requests_wait_is_no_event(start: Callable[..., Server], is_reset: bool) -> None:
    server = start()
    server.fault({**SLOW, "delay_ms": 50})
    clients = [server.connect(waiting) for waiting in WAITING * 3]
    wait_until(lambda: server.fired() >= 6)
    for client in clients:
        if is_reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        client.close()
    # Late answers have been made by now: this one waits as long, and comes after them.
    assert server.wire.call("ListTables", {}, "1" * 12).status == 200
    server.end(signal.SIGTERM)


def test_long_replies_that_are_not_read_to_their_end_are_no_event(start: Callable[..., Server]) -> None:
    server = start("--capacity", "off")
    account = "1" * 12
    table = {
        "TableName": "big",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    }
    assert server.wire.call("CreateTable", table, account).status == 200
    for number in range(30):
        item = {"pk": {"S": str(number)}, "x": {"S": "x" * 400_000}}
        assert server.wire.call("PutItem", {"TableName": "big", "Item": item}, account).status == 200
    keys = [{"pk": {"S": str(number)}} for number in range(30)]
    body = json.dumps({"RequestItems": {"big": {"Keys": keys}}}).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in headers_of("BatchGetItem", account).items())
    request = f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    for fault in (False, True):  # Directly, and by way of ASGI.
        for _ in range(5):
            client = server.connect(request * 3)
            assert client.recv(1_000)
            client.close()
        if not fault:
            server.fault({"operation": "ListTables", "delay_ms": 10})
    assert server.wire.call("ListTables", {}, account).status == 200
    server.end(signal.SIGTERM)


@pytest.mark.parametrize(
    "module",
    [
        "thermodynamo.settings.config",
        "thermodynamo.commands.command_line",
        "uvicorn",
        "uvloop",
        "thermodynamo.server.application",
        "thermodynamo.server.http_protocol",
    ],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_modules_are_imported_ends_the_process_quietly(module: str, number: signal.Signals) -> None:
    program = (
        "import os, sys\n"
        "def look(event, given):\n"
        f"    if event == 'import' and given[0] == {module!r}: os.kill(os.getpid(), {int(number)})\n"
        "sys.addaudithook(look)\n"
        "from thermodynamo.__main__ import main\n"
        "sys.exit(main(['--port', '0']))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=GIVE_UP_SECONDS)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_client_that_speaks_tls_is_told_of_once(start: Callable[..., Server]) -> None:
    server = start()
    hello = bytes.fromhex("16030100c8010000c40303") + b"\x00" * 200
    for _ in range(3):
        with server.connect(hello) as client:
            while client.recv(1_000):
                pass
    wait_until(lambda: "TLS" in server.text())
    lines = server.text().splitlines()
    assert len(lines) == START_LINES + 1 and "127.0.0.1 speaks TLS" in lines[-1] and "http://" in lines[-1]


def test_a_client_that_speaks_plain_http_where_tls_is_is_told_of_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "thermodynamo", "--port", "0", "--tls"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    text = (tmp_path / "log").read_text
    try:
        wait_until(lambda: "Ready." in text())
        announced = text()
        port = int(announced.partition("https://127.0.0.1:")[2].partition(" ")[0])
        for data in (REQUEST, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", REQUEST, b"\x00" * 50):
            with socket.create_connection(("127.0.0.1", port), timeout=GIVE_UP_SECONDS) as client:
                client.sendall(data)
                client.recv(1_000)
        process.terminate()
        assert process.wait(GIVE_UP_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
    (line,) = text().removeprefix(announced).splitlines()
    assert "speaks plain HTTP" in line and "https://" in line


def test_running_out_of_file_descriptors_is_told_of_once(start: Callable[..., Server]) -> None:
    server = start(descriptors=60)
    clients = [socket.create_connection(("127.0.0.1", server.port), timeout=GIVE_UP_SECONDS) for _ in range(80)]
    wait_until(lambda: "file descriptors" in server.text())
    for client in clients:
        client.close()
    wait_until(lambda: is_served(server))  # As soon as it has noticed that they are gone.
    lines = server.text().splitlines()
    assert len(lines) == START_LINES + 1 and "ulimit -n" in lines[-1]


def is_served(server: Server) -> bool:
    """Whether a new connection gets an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=GIVE_UP_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
