"""HTTP below the SDKs: odd headers, methods, framing and pipelines over raw sockets; the server lives on."""

import gzip
import socket
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import bounded
from tests.golden.wire import Wire, authorization, headers_of
from thermodynamo.api.service_failures import ServiceFailure

HEAD = (
    b"Host: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\n"
    b"X-Amz-Target: DynamoDB_20120810.ListTables\r\nAuthorization: " + authorization("123456789012").encode() + b"\r\n"
)
REQUEST = b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 2\r\n\r\n{}"
PACKED: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}
names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789", min_size=1, max_size=20)
texts = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)


@pytest.fixture(scope="module")
def wire(server: Any) -> Any:
    made = Wire(server.url(), timeout_seconds=15)
    yield made
    assert made.call("ListTables", {}, "123456789012").status == 200
    made.close()


def no_failure(received: bytes) -> None:
    assert b"HTTP/1.1 500" not in received, received[:600]
    assert b"Traceback" not in received


@given(data=st.binary(max_size=300))
@bounded()
def test_any_bytes_on_a_socket(wire: Wire, data: bytes) -> None:
    no_failure(wire.exchange(data, 2))


@given(
    headers=st.lists(st.tuples(names, texts), max_size=5),
    method=st.sampled_from(["POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "FLY"]),
)
@bounded()
def test_any_headers_and_methods(wire: Wire, headers: list[tuple[str, str]], method: str) -> None:
    lines = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in headers)
    no_failure(wire.exchange(f"{method} / HTTP/1.1\r\nHost: x\r\n".encode() + lines + b"Connection: close\r\n\r\n", 2))


@given(target=texts, kind=texts, authority=texts)
@bounded()
def test_any_target_content_type_and_authorization(wire: Wire, target: str, kind: str, authority: str) -> None:
    headers = {"X-Amz-Target": target, "Content-Type": kind, "Authorization": authority, "X-Amz-Date": authority}
    reply = wire.send("POST", "/", {name: value.strip() for name, value in headers.items()}, b"{}")
    assert reply.status < 500, (reply.status, reply.body, headers)


@given(path=st.text("abc/?&=%.~#_-0123456789", max_size=40), method=st.sampled_from(["POST", "GET"]))
@bounded()
def test_any_path(wire: Wire, path: str, method: str) -> None:
    reply = wire.send(method, "/" + path.replace("#", ""), {}, b"")
    assert reply.status < 500, (reply.status, reply.body, path)


@given(sizes=st.lists(st.integers(1, 5), min_size=1, max_size=6), upper=st.booleans())
@bounded()
def test_chunked_bodies_are_joined(wire: Wire, sizes: list[int], upper: bool) -> None:
    body = b"{" + b" " * (sum(sizes) - 1) + b"}"
    framed = b""
    at = 0
    for size in [*sizes, len(body) - sum(sizes)]:
        if size:
            framed += (f"{size:X}" if upper else f"{size:x}").encode() + b"\r\n" + body[at : at + size] + b"\r\n"
        at += size
    data = (
        b"POST / HTTP/1.1\r\n"
        + HEAD
        + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        + framed
        + b"0\r\n\r\n"
    )
    received = wire.exchange(data)
    assert received.startswith(b"HTTP/1.1 200"), received[:300]
    assert b"TableNames" in received


@given(
    body=st.binary(max_size=300),
    coding=st.sampled_from(sorted(PACKED)),
    cut=st.integers(0, 40),
    is_packed=st.booleans(),
)
@bounded()
def test_any_compressed_body(wire: Wire, body: bytes, coding: str, cut: int, is_packed: bool) -> None:
    """What is whole is read, whatever is in it; the rest is ServiceFailure.UNREADABLE_BODY, and nothing else is 500."""
    data = PACKED[coding](body) if is_packed else body
    sent = data[: len(data) - cut] if cut else data
    reply = wire.send("POST", "/", headers_of("ListTables", "1" * 12) | {"Content-Encoding": coding}, sent)
    if is_packed and not cut:
        assert reply.status in (200, 400)
    else:
        assert (reply.status, reply.json()) == (500, ServiceFailure.UNREADABLE_BODY.error().body())


@pytest.mark.parametrize("count", [2, 5, 50])
def test_pipelined_requests_are_answered_in_order(wire: Wire, count: int) -> None:
    closing = REQUEST.replace(b"Content-Length", b"Connection: close\r\nContent-Length")
    received = wire.exchange(REQUEST * (count - 1) + closing)
    assert received.count(b"HTTP/1.1 200") == count


def test_a_pipeline_survives_a_bad_request_in_its_middle(wire: Wire) -> None:
    bad = REQUEST.replace(b"ListTables", b"NoSuchThing")
    closing = REQUEST.replace(b"Content-Length", b"Connection: close\r\nContent-Length")
    received = wire.exchange(REQUEST + bad + closing)
    assert [received.count(b"HTTP/1.1 200"), received.count(b"HTTP/1.1 400")] == [2, 1]


def test_bytes_that_come_one_by_one(wire: Wire) -> None:
    with socket.create_connection((wire.host, wire.port), timeout=120) as connection:
        for at in range(len(REQUEST)):
            connection.sendall(REQUEST[at : at + 1])
            if at % 50 == 0:
                time.sleep(0.001)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


ODD = {
    "a content length that is no number": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: x\r\n\r\n{}",
    "a negative content length": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\n{}",
    "a huge content length": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "two content lengths": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks": b"POST / HTTP/1.1\r\n"
    + HEAD
    + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk size": b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk that never ends": b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\n{}",
    "a body that never comes": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 100\r\n\r\n{}",
    "a header without a colon": b"POST / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
    "a very long header": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n",
    "very many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(5000)) + b"\r\n",
    "a very long path": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP/1.0": b"POST / HTTP/1.0\r\n" + HEAD + b"Content-Length: 2\r\n\r\n{}",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + b"\x00" * 200,
    "an upgrade to web sockets": b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAA\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "an expectation": b"POST / HTTP/1.1\r\n" + HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    "a header with a zero byte": b"POST / HTTP/1.1\r\nHost: x\r\nX-A: \x00\r\n\r\n",
    "nothing": b"",
    "a new line": b"\r\n\r\n\r\n",
}


@pytest.mark.parametrize("what", ODD)
def test_odd_framing(wire: Wire, what: str) -> None:
    no_failure(wire.exchange(ODD[what], 3))
    assert wire.call("ListTables", {}, "123456789012").status == 200


def test_connections_that_say_nothing_do_not_keep_others_out(wire: Wire) -> None:
    idle = [socket.create_connection((wire.host, wire.port), timeout=120) for _ in range(200)]
    try:
        assert wire.call("ListTables", {}, "123456789012").status == 200
    finally:
        for connection in idle:
            connection.close()
