"""Several requests at once on one connection: others have their turn between them.

Where the last of them is none, what was good is answered, in order.
"""

import asyncio
import itertools

import pytest

from tests.hostile.connection import HEAD, REQUEST, connected
from tests.hostile.test_slow_senders import settle
from thermodynamo.server.http_protocol import ENDED_SECONDS, HEAD_BYTES_MAX, PIECE_ANSWERS_MAX

HEALTH = b"GET /_admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
GARBAGE = {
    "no HTTP": b"\x00\x01\x02\r\n\r\n",
    "a method that HTTP does not know": b"FLY / HTTP/1.1\r\n\r\n",
    "a head without an end": b"GET /" + b"x" * HEAD_BYTES_MAX,
    "a body that breaks off": b"POST /_admin/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a body of the data plane that breaks off": b"POST / HTTP/1.1\r\n"
    + HEAD
    + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a request for a tunnel": b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("good", [[HEALTH], [REQUEST], [HEALTH, HEALTH], [REQUEST, HEALTH], [HEALTH, REQUEST]])
@pytest.mark.parametrize("what", GARBAGE)
@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_good_is_answered_before_what_is_not(what: str, good: list[bytes], at_once: bool) -> None:
    async def play() -> list[int]:
        pieces = [b"".join(good) + GARBAGE[what]] if at_once else [*good, GARBAGE[what]]
        for piece in pieces:
            connection.send(piece)
        connection.send(b"x" * 20_000)
        await settle(connection)
        return connection.transport.statuses()

    with connected() as connection:
        statuses = asyncio.run(play())
        assert statuses[:-1] == [200] * len(good) and statuses[-1] in (400, 404)
        assert connection.transport.is_ended
        connection.loop.turn(3)
        assert connection.transport.is_closed


def test_of_many_requests_in_one_piece_few_are_answered_before_others_have_their_turn() -> None:
    async def play() -> None:
        count = 10 * PIECE_ANSWERS_MAX
        connection.send(REQUEST * count)
        so_far = [len(connection.transport.statuses())]
        while so_far[-1] < count:
            await asyncio.sleep(0)
            so_far.append(len(connection.transport.statuses()))
        assert so_far[0] == PIECE_ANSWERS_MAX
        assert max(after - before for before, after in itertools.pairwise(so_far)) <= 1
        connection.send(REQUEST)
        assert connection.transport.statuses() == [200] * (count + 1)

    with connected() as connection:
        asyncio.run(play())


@pytest.mark.parametrize("sent", [REQUEST * 50, HEALTH * 3, REQUEST + HEALTH], ids=["many", "others", "both"])
def test_a_client_that_sends_no_more_gets_all_its_answers(sent: bytes) -> None:
    async def play() -> None:
        connection.send(sent)
        assert connection.protocol.eof_received()
        await settle(connection)
        assert connection.transport.statuses() == [200] * sent.count(b"HTTP/1.1")
        assert connection.transport.is_closed

    with connected() as connection:
        asyncio.run(play())


def test_a_client_that_sends_no_more_has_left_after_a_while() -> None:
    async def play() -> None:
        connection.protocol.faults.add_all([{"delay_ms": 60_000}])
        connection.send(REQUEST)
        assert connection.protocol.eof_received()
        await asyncio.sleep(0)
        connection.loop.turn(ENDED_SECONDS)
        assert connection.transport.is_closed and not connection.transport.written
        connection.protocol.connection_lost(None)
        await asyncio.gather(*connection.protocol.tasks)

    with connected() as connection:
        asyncio.run(play())


def test_a_client_that_sends_no_more_and_waits_for_nothing_has_left() -> None:
    with connected() as connection:
        assert not connection.protocol.eof_received()
        assert not connection.send(REQUEST + REQUEST[:-1]).protocol.eof_received()
