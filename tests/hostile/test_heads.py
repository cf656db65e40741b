"""Heads that are too long, in every place where a head can grow: refused after a counted number of bytes."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from itertools import chain, repeat

import pytest

from tests.conftest import Endpoint
from tests.hostile.connection import HEAD, REQUEST, connected
from tests.hostile.test_slow_senders import settle
from thermodynamo.server.arrivals.arrival import DISCARDED_BYTES_MAX
from thermodynamo.server.http_protocol import HEAD_BYTES_MAX, PARTS_MAX

PIECE_BYTES = 1_000
ENDLESS = {
    "a header's value": chain([b"POST / HTTP/1.1\r\n" + HEAD + b"X-Long: "], repeat(b"x" * PIECE_BYTES)),
    "a header's name": chain([b"POST / HTTP/1.1\r\n" + HEAD], repeat(b"x" * PIECE_BYTES)),
    "headers": chain([b"POST / HTTP/1.1\r\n" + HEAD], repeat(b"X-A: b\r\n" * (PIECE_BYTES // 8))),
    "a path": chain([b"GET /"], repeat(b"x" * PIECE_BYTES)),
    "a query": chain([b"GET /?"], repeat(b"x" * PIECE_BYTES)),
    "the head of a second request": chain([REQUEST + b"GET /"], repeat(b"x" * PIECE_BYTES)),
    "the end of a chunked body": chain(
        [b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"],
        repeat(b"X-A: b\r\n" * (PIECE_BYTES // 8)),
    ),
    "a header at the end of a chunked body": chain(
        [b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-A: "],
        repeat(b"x" * PIECE_BYTES),
    ),
    "the extension of a chunk": chain(
        [b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x="], repeat(b"x" * PIECE_BYTES)
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_refused_after_16_kb(what: str) -> None:
    pieces: Iterator[bytes] = ENDLESS[what]
    with connected() as connection:
        while not connection.transport.is_ended:
            connection.send(next(pieces))
            assert connection.received_bytes <= HEAD_BYTES_MAX + 3 * PIECE_BYTES + len(REQUEST)
        assert connection.transport.statuses()[-1] == 400
        assert connection.received_bytes > HEAD_BYTES_MAX


@pytest.mark.parametrize("what", ENDLESS)
def test_who_sends_on_is_cut_off(what: str) -> None:
    """After the answer, what comes is thrown away unread: neither the parser nor a list grows."""
    pieces = ENDLESS[what]
    with connected() as connection:
        while not connection.transport.is_closed:
            connection.send(next(pieces))
            assert connection.received_bytes < HEAD_BYTES_MAX + DISCARDED_BYTES_MAX + 4 * PIECE_BYTES
        assert connection.transport.is_aborted
        assert len(connection.protocol.headers) < HEAD_BYTES_MAX // 8 + 2 * PIECE_BYTES


LARGE = REQUEST.replace(b"Length: 2\r\n\r\n{}", b"Length: 20002\r\n\r\n{}" + b" " * 20_000)


@pytest.mark.parametrize("first", [REQUEST, REQUEST * 3, LARGE, REQUEST + LARGE])
@pytest.mark.parametrize(("excess_bytes", "is_refused"), [(-100, False), (100, True)])
def test_a_second_head_in_the_piece_of_the_first_request_has_the_bound(
    first: bytes, excess_bytes: int, is_refused: bool
) -> None:
    async def play() -> None:
        connection.send(first + b"GET /" + b"x" * (HEAD_BYTES_MAX + excess_bytes))
        assert bool(connection.protocol.refusal or connection.transport.is_ended) is is_refused
        await settle(connection)
        answers = first.count(b"POST / HTTP/1.1") * [200]
        assert connection.transport.statuses() == answers + is_refused * [400]

    with connected() as connection:
        asyncio.run(play())


def padded(total_bytes: int) -> bytes:
    """A request whose request line and headers, as they are counted, have so many bytes."""
    lines = HEAD + b"Content-Length: 2\r\nX-Padding: "
    counted = len(b"/") + len(lines) + 2
    return b"POST / HTTP/1.1\r\n" + lines + b"x" * (total_bytes - counted) + b"\r\n\r\n{}"


@pytest.mark.parametrize("piece_bytes", [1_000, 10_000, 1_000_000])
@pytest.mark.parametrize(("excess_bytes", "status"), [(0, 200), (1, 400)])
def test_the_bound_is_exact_however_the_head_is_cut(piece_bytes: int, excess_bytes: int, status: int) -> None:
    request = padded(HEAD_BYTES_MAX - (PIECE_BYTES if piece_bytes < HEAD_BYTES_MAX else 0) + excess_bytes)
    if piece_bytes < HEAD_BYTES_MAX and excess_bytes:
        request = padded(HEAD_BYTES_MAX + PIECE_BYTES)
    with connected() as connection:
        for start in range(0, len(request), piece_bytes):
            connection.send(request[start : start + piece_bytes])
        assert connection.transport.statuses() == [status]


def test_long_bodies_are_no_long_heads() -> None:
    body = b"{}" + b" " * 1_000_000
    request = REQUEST.replace(b"Content-Length: 2\r\n\r\n{}", b"Content-Length: %d\r\n\r\n" % len(body)) + body
    with connected() as connection:
        data = request * 3 + REQUEST[:200]
        for start in range(0, len(data), 70_000):
            connection.send(data[start : start + 70_000])
        assert connection.transport.statuses() == [200, 200, 200]
        connection.send(REQUEST[200:])
        assert connection.transport.statuses() == [200, 200, 200, 200]


def test_small_chunks_are_no_long_heads() -> None:
    chunks = b"".join(b"1;extension=%d\r\n%c\r\n" % (number, byte) for number, byte in enumerate(b"{}" + b" " * 20_000))
    with connected() as connection:
        data = b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
        for start in range(0, len(data), 100):
            connection.send(data[start : start + 100])
        assert connection.transport.statuses() == [200]


def test_a_body_in_very_many_chunks_is_kept_in_few_parts() -> None:
    body = b'{"Limit": 1' + b" " * (5 * PARTS_MAX) + b"}"
    with connected() as connection:
        connection.send(b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for byte in body:
            connection.send(b"1\r\n%c\r\n" % byte)
            assert len(connection.protocol.body) <= PARTS_MAX
        assert b"".join(connection.protocol.body) == body
        connection.send(b"0\r\n\r\n")
        assert connection.transport.statuses() == [200] and not connection.protocol.body


def test_a_client_that_sends_a_megabyte_sees_the_answer(start_server: Callable[..., Endpoint], endpoint: str) -> None:
    host, port = endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\n\r\n")
        received = b""
        while part := client.recv(65_536):
            received += part
    assert received.startswith(b"HTTP/1.1 400 ") and b"16384" in received
