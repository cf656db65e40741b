"""Bodies that are begun and not ended: how many bytes they take together, who is refused for it, and how."""

import asyncio
import json
import select
import socket
from collections.abc import Callable

import pytest

from tests.conftest import Endpoint
from tests.golden.wire import Wire, headers_of
from tests.hostile.connection import HEAD, REQUEST, Connection, Loop
from tests.hostile.test_slow_senders import settle
from thermodynamo.server.application import build
from thermodynamo.server.arrivals.arriving_bodies import STALLED_SECONDS, ArrivingBodies
from thermodynamo.server.http_protocol import LINGER_SECONDS
from thermodynamo.settings.config import Config, ConfigError, resolve

WAYS = {
    "in the protocol": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 16777216\r\n\r\n",
    "in chunks": b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n",
    "through the application": b"POST / HTTP/1.1\r\n"
    + HEAD
    + b"Content-Encoding: gzip\r\nContent-Length: 16777216\r\n\r\n",
    "to the admin API": b"POST /_admin/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 16777216\r\n\r\n",
}
PIECE_BYTES = 1_000


class Client:
    """A connection that sends a body a piece at a time."""

    def __init__(self, bodies: ArrivingBodies) -> None:
        self.bodies = bodies
        self.body_bytes = 0
        self.is_refused = False
        self.is_reading_paused = False

    def send(self, now: float, piece_bytes: int) -> None:
        self.body_bytes += piece_bytes
        self.bodies.hold(self, self.body_bytes, now)
        self.bodies.check()

    def is_held_up(self) -> bool:
        return self.is_reading_paused

    def refuse_for_room(self) -> None:
        self.is_refused = True
        self.bodies.release(self)


def test_those_that_send_nothing_go_longest_first_until_there_is_room() -> None:
    bodies = ArrivingBodies(1_000)
    short, long, longer, sending = (Client(bodies) for _ in range(4))
    for client, body_bytes in ((short, 100), (long, 300), (longer, 400)):
        client.send(0.0, body_bytes)
    sending.send(0.5, 200)
    assert bodies.total_bytes == 1_000
    sending.send(STALLED_SECONDS, 350)
    assert [each.is_refused for each in (short, long, longer, sending)] == [False, False, True, False]
    sending.send(STALLED_SECONDS, 200)
    assert [each.is_refused for each in (short, long, longer, sending)] == [False, True, True, False]
    assert bodies.total_bytes == 850


def test_the_one_that_sends_is_refused_where_all_send() -> None:
    bodies = ArrivingBodies(1_000)
    clients = [Client(bodies) for _ in range(4)]
    for client in clients:
        client.send(0.0, 300)
    assert [each.is_refused for each in clients] == [False, False, False, True]
    assert bodies.total_bytes == 900


def test_a_connection_that_the_server_does_not_read_is_not_stalled() -> None:
    bodies = ArrivingBodies(1_000)
    waiting, sending = Client(bodies), Client(bodies)
    waiting.is_reading_paused = True
    waiting.send(0.0, 800)
    sending.send(60.0, 300)
    assert sending.is_refused and not waiting.is_refused


@pytest.mark.parametrize("way", WAYS)
def test_bodies_take_no_more_than_their_bound_and_each_client_is_answered(way: str) -> None:
    async def play() -> None:
        application = build(Config(arriving_bytes_max=10 * PIECE_BYTES))
        await application.load_admin()
        loop = Loop()
        first = [Connection(application, loop).send(WAYS[way] + b"x" * PIECE_BYTES) for _ in range(10)]
        bodies = application.arriving_bodies
        assert bodies.total_bytes == 10 * PIECE_BYTES
        late = Connection(application, loop).send(WAYS[way] + b"x" * PIECE_BYTES)
        await settle(late)
        assert late.transport.statuses() == [503] and not any(each.transport.written for each in first)
        loop.turn(STALLED_SECONDS)
        later = Connection(application, loop).send(WAYS[way] + b"x" * PIECE_BYTES)
        await settle(later)
        assert not later.transport.written
        assert [each.transport.statuses() for each in first].count([503]) == 1
        assert bodies.total_bytes == 10 * PIECE_BYTES and all(not each.protocol.body for each in (late,))
        for each in (*first, late, later):
            each.protocol.connection_lost(None)
        bodies.check()
        assert bodies.total_bytes == 0
        await settle(later)

    asyncio.run(play())


def test_the_refusal_is_one_that_sdks_try_again_and_names_the_flag() -> None:
    async def play() -> None:
        application = build(Config(arriving_bytes_max=PIECE_BYTES))
        client = Connection(application, Loop()).send(WAYS["in the protocol"] + b"x" * (PIECE_BYTES + 1))
        head, _, body = client.transport.written.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ") and b"connection: close" in head and b"x-amzn-requestid: " in head
        assert b"content-type: application/x-amz-json-1.0" in head
        answer = json.loads(body)
        assert answer["__type"].endswith("#ServiceUnavailable") and "--arriving-bytes-max" in answer["message"]
        # What its client still sends is thrown away, up to the longest body that there is: then it reads the answer.
        for _ in range(16):
            client.send(b"x" * (1024 * 1024))
        assert client.transport.is_ended and not client.transport.is_closed
        client.loop.turn(LINGER_SECONDS)
        assert client.transport.is_closed and not client.transport.is_aborted

    asyncio.run(play())


def test_a_body_that_comes_whole_is_answered_however_full_it_is() -> None:
    application = build(Config(arriving_bytes_max=PIECE_BYTES))
    loop = Loop()
    Connection(application, loop).send(WAYS["in the protocol"] + b"x" * PIECE_BYTES)
    whole = Connection(application, loop)
    for _ in range(3):
        whole.send(REQUEST)
        assert application.arriving_bodies.total_bytes == PIECE_BYTES
    assert whole.transport.statuses() == [200] * 3


def test_a_body_in_pieces_is_released_once_it_is_whole_and_its_head_counts_for_nothing() -> None:
    application = build(Config(arriving_bytes_max=2))
    client = Connection(application, Loop())
    for _ in range(3):
        client.send(REQUEST[:-1])
        assert application.arriving_bodies.total_bytes == 1
        client.send(REQUEST[-1:] + REQUEST[:100])
        assert application.arriving_bodies.total_bytes == 0
        client.send(REQUEST[100:])
    assert client.transport.statuses() == [200] * 6


def test_thirty_two_of_the_longest_bodies_find_room_at_once() -> None:
    bodies = ArrivingBodies(Config().arriving_bytes_max)
    clients = [Client(bodies) for _ in range(32)]
    for _ in range(16):
        for client in clients:
            client.send(0.0, 1024 * 1024)
    assert not any(each.is_refused for each in clients)


def test_the_flag_and_the_variable_set_it() -> None:
    assert resolve({"arriving_bytes_max": "7"}, {}).arriving_bytes_max == 7
    assert resolve({}, {"THERMODYNAMO_ARRIVING_BYTES_MAX": "8"}).arriving_bytes_max == 8
    with pytest.raises(ConfigError, match="--arriving-bytes-max is '0'"):
        resolve({"arriving_bytes_max": "0"}, {})


def test_a_server_of_halves_takes_one_more_whole_body(start_server: Callable[..., Endpoint]) -> None:
    """Over the wire: twelve halves of 8 MB with room for 32 MB, then a body that a client sends to its end."""
    server = start_server("--arriving-bytes-max", "32000000")
    wire = Wire(server.url(), 30)
    account = server.new_account()
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers_of("BatchWriteItem", account).items())
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\n{lines}Content-Length: 16777216\r\n\r\n".encode()
    clients = [socket.create_connection((wire.host, wire.port), 30) for _ in range(12)]
    try:
        for client in clients:
            client.sendall(head + b"x" * 8_000_000)
        answered, _, _ = select.select(clients, [], [], 30)
        assert answered and answered[0].recv(1_000).startswith(b"HTTP/1.1 503 ")
        # It tries again, as an SDK does, until those that send nothing count as stalled.
        statuses = {503}
        while statuses == {503}:
            statuses = {wire.call("BatchWriteItem", b" " * 16_000_000, account).status}
        assert statuses == {400}
    finally:
        for client in clients:
            client.close()
        wire.close()
