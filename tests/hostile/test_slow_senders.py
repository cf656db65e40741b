"""Requests that never arrive whole: each ends after its time, and takes with it nothing that is complete."""

import asyncio

import pytest

from tests.hostile.connection import HEAD, REQUEST, Connection, connected
from thermodynamo.settings.config import Config

ADMIN = b"POST /_admin/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
HALVES = {
    "half a head": b"POST / HTTP/1.1\r\nHost: local",
    "half a body": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 100\r\n\r\n{",
    "half a chunk": b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{",
    "half a second head": REQUEST + b"POST / HT",
    "a new line": b"\r",
}


@pytest.mark.parametrize("what", [name for name in HALVES if name != "a new line"])
def test_half_a_request_ends_after_its_time(what: str) -> None:
    with connected(Config(request_timeout_seconds=10)) as connection:
        connection.send(HALVES[what])
        connection.loop.turn(9.9)
        assert not connection.transport.is_ended
        connection.loop.turn(0.1)
        assert connection.transport.is_ended and connection.transport.statuses()[-1] == 408
        connection.loop.turn(2)
        assert connection.transport.is_closed


def test_a_byte_now_and_then_gives_it_no_more_time() -> None:
    with connected(Config(request_timeout_seconds=10)) as connection:
        for byte in REQUEST[:50]:
            connection.send(bytes([byte]))
            connection.loop.turn(1)
            if connection.transport.is_ended:
                break
        assert connection.loop.seconds == 10 and connection.transport.statuses() == [408]


def test_a_complete_request_ends_the_count() -> None:
    with connected(Config(request_timeout_seconds=10)) as connection:
        for _ in range(20):
            connection.send(REQUEST[:100])
            connection.loop.turn(9)
            connection.send(REQUEST[100:])
        assert connection.transport.statuses() == [200] * 20
        assert all(timer.is_cancelled for timer in connection.loop.timers[1:])


@pytest.mark.parametrize("start", [b"GET /_admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n", REQUEST])
def test_an_earlier_request_is_answered_first(start: bytes) -> None:
    async def play(connection: Connection) -> list[int]:
        connection.send(start + ADMIN + b"Content-Length: 100\r\n\r\n{")
        connection.loop.turn(60)
        await settle(connection)
        connection.loop.turn(60)
        await settle(connection)
        return connection.transport.statuses()

    with connected() as connection:
        assert asyncio.run(play(connection)) == [200, 408]


async def settle(connection: Connection) -> None:
    """Lets the tasks of a connection go on until none can."""
    for _ in range(50):
        await asyncio.sleep(0)
