"""HTTP as it comes over the wire: raw bytes to a real server, and how it answers and goes on."""

import asyncio
import socket
import zlib
from collections.abc import Callable, Iterator
from unittest.mock import MagicMock
from urllib.parse import urlsplit

import pytest
import uvicorn
from uvicorn.server import ServerState

from thermodynamo.server.application import build
from thermodynamo.server.http_protocol import DataPlaneProtocol
from thermodynamo.settings.config import Config

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=abc"
)
ENDPOINTS = b'"CachePeriodInMinutes":1440'
BODY_BYTES_MAX = 16 * 1024 * 1024


class Connection:
    """One connection to the server. `read` gives one reply: its status, headers and body."""

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        self.socket = socket.create_connection((address.hostname or "", address.port or 80), timeout=120)
        self.replies = self.socket.makefile("rb")

    def send(self, data: bytes) -> "Connection":
        self.socket.sendall(data)
        return self

    def read(self, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        status_line = self.replies.readline()
        assert status_line, "the server closed the connection"
        headers: dict[str, str] = {}
        while (line := self.replies.readline().rstrip()) != b"":
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        body = self.replies.read(int(headers.get("content-length", "0"))) if has_body else b""
        return int(status_line.split()[1]), headers, body

    def is_closed(self) -> bool:
        """Waits for the server to close; anything but the end of the stream fails."""
        return self.replies.read(1) == b""


@pytest.fixture
def connection(endpoint: str) -> Iterator[Connection]:
    made = Connection(endpoint)
    yield made
    made.replies.close()
    made.socket.close()


def request(body: bytes = b"{}", *extra: str, start: str = "POST / HTTP/1.1", has_length: bool = True) -> bytes:
    """A DescribeEndpoints request, which needs no table."""
    lines = [
        start,
        "Host: localhost",
        "X-Amz-Target: DynamoDB_20120810.DescribeEndpoints",
        "Content-Type: application/x-amz-json-1.0",
        f"Authorization: {AUTHORIZATION}",
        "X-Amz-Date: 20261121T000000Z",
        *extra,
        *([f"Content-Length: {len(body)}"] if has_length else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def is_answer(reply: tuple[int, dict[str, str], bytes]) -> bool:
    status, headers, body = reply
    return status == 200 and ENDPOINTS in body and int(headers["x-amz-crc32"]) == zlib.crc32(body)


def test_a_reply_has_the_service_s_headers(connection: Connection) -> None:
    _, headers, _ = connection.send(request()).read()
    expected = {"server", "date", "content-type", "content-length", "x-amzn-requestid", "x-amz-crc32"}
    assert set(headers) == expected
    assert headers["date"].endswith(" GMT")
    assert headers["server"] == "Server"


def test_a_connection_serves_one_request_after_another(connection: Connection) -> None:
    for _ in range(3):
        assert is_answer(connection.send(request()).read())


def test_each_request_of_a_connection_is_read_by_its_own_headers(connection: Connection, endpoint: str) -> None:
    changes = [
        (b"us-east-1", b"eu-west-1"),
        (b"DescribeEndpoints", b"ListTables"),
        (b"json-1.0", b"json-1.1"),
        (b"application/x-amz-json-1.0", b"application/json"),
        (b"Signature=abc", b"Signature="),
        (b"AKID", b"111122223333"),
        (b"X-Amz-Date: 2026", b"X-Amz-Data: 2026"),
        (b"Host: localhost", b"Host: localhost\r\nOrigin: https://a.example"),
    ]
    sent = [request(), *(request().replace(*change) for change in changes)]
    for data in [*sent, *reversed(sent)]:
        alone = Connection(endpoint)
        status, headers, body = alone.send(data).read()
        del headers["x-amzn-requestid"], headers["date"]
        shared_status, shared_headers, shared_body = connection.send(data).read()
        assert (shared_status, shared_body) == (status, body)
        assert headers.items() <= shared_headers.items() and len(shared_headers) == len(headers) + 2
        alone.replies.close()
        alone.socket.close()


def test_pipelined_requests_are_answered_in_order(connection: Connection) -> None:
    health = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    broken = request(b"{")
    connection.send(health + request() + broken + request() + health + broken + request())
    bodies = [connection.read()[2] for _ in range(7)]
    kinds = ["health" if b"healthy" in body else "answer" if ENDPOINTS in body else "error" for body in bodies]
    assert kinds == ["health", "answer", "error", "answer", "health", "error", "answer"]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_chunked_body_is_joined(connection: Connection, size: int) -> None:
    body = b'{"none": "' + b"x" * 200 + b'"}'
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    coded = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    chunked = request(coded, "Transfer-Encoding: chunked", has_length=False)
    assert is_answer(connection.send(chunked).read())
    assert is_answer(connection.send(request()).read())


def test_a_request_that_dribbles_in_byte_by_byte_is_answered(connection: Connection) -> None:
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in request():
        connection.send(bytes([byte]))
    assert is_answer(connection.read())


def test_expect_100_continue_is_answered_before_the_body(connection: Connection) -> None:
    connection.send(request(b"{}", "Expect: 100-continue")[:-2])
    assert connection.read()[0] == 100
    assert is_answer(connection.send(b"{}").read())


@pytest.mark.parametrize(
    ("start", "extra", "closes"),
    [
        ("POST / HTTP/1.1", [], False),
        ("POST / HTTP/1.1", ["Connection: close"], True),
        ("POST / HTTP/1.0", [], True),
        ("POST / HTTP/1.0", ["Connection: keep-alive"], False),
    ],
)
def test_the_connection_closes_when_the_client_wants_it(
    connection: Connection, start: str, extra: list[str], closes: bool
) -> None:
    assert is_answer(connection.send(request(b"{}", *extra, start=start)).read())
    if closes:
        assert connection.is_closed()
    else:
        assert is_answer(connection.send(request()).read())


def test_a_client_that_sends_no_more_still_gets_its_answer(connection: Connection) -> None:
    connection.send(request())
    connection.socket.shutdown(socket.SHUT_WR)
    assert is_answer(connection.read())
    assert connection.is_closed()


def test_a_client_that_leaves_in_the_middle_of_a_body_harms_nobody(connection: Connection, endpoint: str) -> None:
    connection.send(request(b"x" * 100)[:-50])
    connection.socket.shutdown(socket.SHUT_WR)
    assert connection.is_closed()
    other = Connection(endpoint)
    assert is_answer(other.send(request()).read())
    other.replies.close()
    other.socket.close()


def test_an_absolute_target_is_the_same_place(connection: Connection) -> None:
    assert is_answer(connection.send(request(start="POST http://localhost/ HTTP/1.1")).read())


@pytest.mark.parametrize("start", ["PUT / HTTP/1.1", "DELETE / HTTP/1.1", "OPTIONS / HTTP/1.1", "POST /other HTTP/1.1"])
def test_other_methods_and_paths_are_unknown_and_the_connection_lives(connection: Connection, start: str) -> None:
    status, _, body = connection.send(request(start=start)).read()
    assert (status, body) == (404, b"<UnknownOperationException/>\n")
    assert is_answer(connection.send(request()).read())


@pytest.mark.parametrize("start", ["FOO / HTTP/1.1", "CONNECT localhost:80 HTTP/1.1"])
def test_methods_that_http_does_not_know_are_unknown_too(connection: Connection, start: str) -> None:
    status, headers, body = connection.send(request(start=start)).read()
    assert (status, headers["server"], body) == (404, "Server", b"<UnknownOperationException/>\n")
    assert connection.is_closed()


def test_a_request_for_another_protocol_is_answered_in_this_one(connection: Connection) -> None:
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")
    assert is_answer(connection.send(request(b"{}", *upgrade)).read())
    connection.send(request(b"{}", *upgrade) + request())
    assert is_answer(connection.read()) and is_answer(connection.read())


def test_a_reply_to_head_has_no_body(connection: Connection) -> None:
    assert connection.send(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").read(has_body=False)[0] == 200
    assert is_answer(connection.send(request()).read())


@pytest.mark.parametrize(
    "broken",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        request(b"0\r\n\r\n", "Transfer-Encoding: chunked"),
    ],
)
def test_what_is_not_http_is_refused_and_the_server_lives_on(
    connection: Connection, endpoint: str, broken: bytes
) -> None:
    status, _, body = connection.send(broken).read()
    assert status == 400 and b"Traceback" not in body
    assert connection.is_closed()
    other = Connection(endpoint)
    assert is_answer(other.send(request()).read())
    other.replies.close()
    other.socket.close()


@pytest.mark.parametrize(("excess_bytes", "status"), [(0, 200), (1, 413), (5_000_000, 413)])
def test_bodies_are_read_up_to_16_mb_and_longer_ones_are_skipped(
    connection: Connection, excess_bytes: int, status: int
) -> None:
    body = b"{}" + b" " * (BODY_BYTES_MAX - 2 + excess_bytes)
    assert connection.send(request(body)).read()[0] == status
    assert is_answer(connection.send(request()).read())


def test_a_megabyte_of_headers_is_no_stumbling_block(connection: Connection) -> None:
    connection.send(request(b"{}", f"X-Padding: {'x' * 1_000_000}"))
    assert connection.read()[0] in (200, 400, 431)


class Loop:
    """A loop whose time a test sets, and whose timers it sees."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.timers: list[asyncio.TimerHandle] = []

    def time(self) -> float:
        return self.seconds

    def call_later(self, delay_seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(self.seconds + delay_seconds, callback, (), self)  # type: ignore[arg-type]
        self.timers.append(handle)
        return handle

    def get_debug(self) -> bool:
        return False

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """What a cancelled handle tells its loop."""

    def turn(self, seconds: float) -> None:
        """Runs what is due at `seconds`."""
        self.seconds = seconds
        due, self.timers = self.timers, []
        for timer in due:
            if timer.when() > seconds:
                self.timers.append(timer)
            elif not timer.cancelled():
                timer._run()


@pytest.fixture
def idle() -> tuple[Loop, DataPlaneProtocol]:
    """A connection with a keep-alive time of 10 s, made at second 0."""
    loop = Loop()
    config = uvicorn.Config(build(Config()), http=DataPlaneProtocol, timeout_keep_alive=10, proxy_headers=False)
    config.load()
    protocol = DataPlaneProtocol(config, ServerState(), {}, loop)  # type: ignore[arg-type]
    transport = MagicMock()
    transport.get_extra_info.return_value = None
    transport.is_closing.side_effect = lambda: transport.close.called
    protocol.connection_made(transport)
    return loop, protocol


def test_a_silent_connection_is_closed_after_the_keep_alive_time(idle: tuple[Loop, DataPlaneProtocol]) -> None:
    loop, protocol = idle
    loop.turn(9)
    protocol.data_received(request())
    loop.turn(11)
    assert not protocol.transport.is_closing()
    loop.turn(19)
    assert protocol.transport.is_closing()


def test_a_request_that_is_still_arriving_keeps_its_connection(idle: tuple[Loop, DataPlaneProtocol]) -> None:
    loop, protocol = idle
    whole = request()
    protocol.data_received(whole[:-1])
    loop.turn(30)
    assert not protocol.transport.is_closing()
    protocol.data_received(whole[-1:])
    loop.turn(35)
    assert not protocol.transport.is_closing()


def test_a_connection_that_is_gone_leaves_no_timer(idle: tuple[Loop, DataPlaneProtocol]) -> None:
    loop, protocol = idle
    protocol.connection_lost(None)
    assert all(timer.cancelled() for timer in loop.timers)
