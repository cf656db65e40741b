"""Clients that ask for long replies and do not read them: how many bytes wait at most, and who is cut off for it."""

import asyncio
import socket
import tracemalloc
from collections.abc import Callable
from typing import Any

from tests.conftest import Endpoint
from tests.golden.wire import Wire, headers_of
from tests.hostile.connection import REQUEST, Connection, Loop, Transport
from tests.hostile.test_long_pages import never
from tests.hostile.test_slow_senders import settle
from thermodynamo.api import slices
from thermodynamo.api.slices import BEGUN_BYTES, Slices
from thermodynamo.server.application import build
from thermodynamo.server.slow_readers import SlowReaders
from thermodynamo.server.turns import BEGUN_MAX, Turns
from thermodynamo.settings.config import Config


class Reader(Transport):
    """A connection that has so much to send and whose client takes so much between two looks."""

    def __init__(self, readers: SlowReaders, unsent_bytes: int, takes_bytes: int) -> None:
        super().__init__()
        self.readers = readers
        self.unsent_bytes = unsent_bytes
        self.takes_bytes = takes_bytes
        readers.pause(self)

    def read(self) -> None:
        self.unsent_bytes = max(0, self.unsent_bytes - self.takes_bytes)
        if not self.unsent_bytes:
            self.readers.resume(self)

    def abort(self) -> None:
        super().abort()
        self.unsent_bytes = 0


async def look_until_room(readers: SlowReaders, made: list[Reader]) -> int:
    """How many looks it takes."""
    looks = 0
    while readers.is_full:
        for each in made:
            each.read()
        readers.look()
        looks += 1
    return looks


def test_those_that_read_nothing_are_cut_off_largest_first_until_there_is_room() -> None:
    async def play() -> None:
        readers = SlowReaders(1_000)
        made = [Reader(readers, 400, 0), Reader(readers, 300, 10), Reader(readers, 350, 0)]
        assert readers.is_full and readers.unsent_bytes() == 1_050
        assert await look_until_room(readers, made) == 1
        # The one that reads took 10; the largest that does not went, and then there was room.
        assert [each.is_aborted for each in made] == [True, False, False]

    asyncio.run(play())


def test_those_that_read_are_never_cut_off() -> None:
    async def play() -> None:
        readers = SlowReaders(1_000)
        made = [Reader(readers, 500, 1) for _ in range(20)]
        assert readers.is_full
        assert await look_until_room(readers, made) == 450
        assert not any(each.is_aborted for each in made)

    asyncio.run(play())


def test_a_request_waits_for_room_and_only_one_takes_it() -> None:
    async def play() -> None:
        readers = SlowReaders(1_000)
        first = Reader(readers, 1_001, 0)
        answered = []

        async def answer(number: int) -> None:
            await readers.room()
            answered.append(Reader(readers, 1_001, 0))

        tasks = [asyncio.create_task(answer(number)) for number in range(5)]
        await asyncio.sleep(0)
        assert not answered
        for count in range(1, 6):
            await look_until_room(readers, [first, *answered])
            for _ in range(5):
                await asyncio.sleep(0)
            assert len(answered) == count and readers.unsent_bytes() <= 1_001
        await asyncio.gather(*tasks)

    asyncio.run(play())


def test_no_reply_is_made_on_any_connection_while_too_much_is_unsent() -> None:
    async def play() -> None:
        application = build(Config(unsent_bytes_max=1_000))
        slow, other = (Connection(application, Loop()) for _ in range(2))
        slow.transport.unsent_bytes = 1_001
        slow.protocol.pause_writing()
        other.send(REQUEST)
        await settle(other)
        assert other.transport.statuses() == [] and not slow.transport.is_closed
        application.slow_readers.look()
        await settle(other)
        assert other.transport.statuses() == [200] and slow.transport.is_aborted
        other.send(REQUEST)
        assert other.transport.statuses() == [200, 200]

    asyncio.run(play())


def test_no_reply_is_gone_on_with_while_too_much_is_unsent_and_few_wait_to_be_sent() -> None:
    """Three times as many requests as have a place, and clients that read nothing of what the others were sent."""
    done = made = 0

    def begun() -> Slices[int]:
        nonlocal done, made
        for _ in range(3):
            done += 1
            yield
        made += 1
        return made

    async def play() -> None:
        readers = SlowReaders(1_000)
        turns = Turns(lambda: 0.0, readers)
        sent = 0

        async def answer() -> None:
            nonlocal sent
            await turns.finish(begun(), never)
            sent += 1
            Reader(readers, 1_001, 0)

        first = Reader(readers, 1_001, 0)
        tasks = [asyncio.create_task(answer()) for _ in range(3 * BEGUN_MAX)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert done == made == 0 and not first.is_aborted
        most = 0
        while sent < len(tasks):
            readers.look()
            for _ in range(500):
                await asyncio.sleep(0)
                most = max(most, made - sent)
                assert readers.unsent_bytes() <= 1_001
        assert 0 < most <= BEGUN_MAX
        await asyncio.gather(*tasks)

    asyncio.run(play())


def test_a_client_that_leaves_while_there_is_no_room_gives_up_its_place() -> None:
    async def play() -> None:
        readers = SlowReaders(1_000)
        turns = Turns(lambda: 0.0, readers)
        Reader(readers, 1_001, 0)

        async def left() -> dict[str, Any]:
            await asyncio.sleep(0)
            return {"type": "http.disconnect"}

        async def late() -> dict[str, Any]:
            for _ in range(50):
                await asyncio.sleep(0)
            return {"type": "http.disconnect"}

        def begun() -> Slices[int]:
            yield
            return 1

        assert await turns.finish(begun(), left) is None
        assert await turns.finish(begun(), late) is None
        assert readers.is_full and turns.places._value == BEGUN_MAX and not turns.count

    asyncio.run(play())


def test_a_long_text_is_not_made_before_its_turn() -> None:
    copied = BEGUN_BYTES // 2
    short = slices.begin(slices.joined([b"x" * copied, b"y" * copied]))
    assert isinstance(short, bytes) and len(short) == BEGUN_BYTES
    tracemalloc.start()
    pieces = [b"x" * copied, b"y" * copied, b"z"]
    before_bytes = tracemalloc.get_traced_memory()[0]
    long = slices.begin(slices.joined(pieces))
    made_bytes = tracemalloc.get_traced_memory()[0] - before_bytes
    tracemalloc.stop()
    assert not isinstance(long, bytes) and made_bytes < 10_000
    assert slices.finish(long) == b"".join(pieces)


def test_a_connection_that_is_gone_takes_no_room() -> None:
    async def play() -> None:
        application = build(Config(unsent_bytes_max=1_000))
        slow = Connection(application, Loop())
        slow.transport.unsent_bytes = 1_001
        slow.protocol.pause_writing()
        slow.protocol.connection_lost(None)
        application.slow_readers.look()
        assert not application.slow_readers.is_full and not application.slow_readers.unsent

    asyncio.run(play())


def test_twelve_that_read_nothing_leave_the_server_to_one_that_reads(start_server: Callable[..., Endpoint]) -> None:
    """Of 12 replies of 12 MB the system takes some MB each and the server keeps 20 MB: who reads is served."""
    server = start_server("--unsent-bytes-max", "20000000", "--capacity", "off")
    wire = Wire(server.url(), 30)
    account = server.new_account()
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    definitions = [{"AttributeName": "pk", "AttributeType": "S"}]
    table = {
        "TableName": "big",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key,
        "AttributeDefinitions": definitions,
    }
    assert wire.call("CreateTable", table, account).status == 200
    for number in range(30):
        item = {"pk": {"S": str(number)}, "x": {"S": "x" * 400_000}}
        assert wire.call("PutItem", {"TableName": "big", "Item": item}, account).status == 200
    keys = ", ".join(f'{{"pk": {{"S": "{number}"}}}}' for number in range(30))
    body = f'{{"RequestItems": {{"big": {{"Keys": [{keys}]}}}}}}'.encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in headers_of("BatchGetItem", account).items())
    request = f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    clients = []
    try:
        for _ in range(12):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            client.settimeout(30)
            client.connect((wire.host, wire.port))
            client.sendall(request)
            clients.append(client)
        reply = wire.call("BatchGetItem", body, account)
        assert reply.status == 200 and len(reply.body) > 12_000_000
    finally:
        for client in clients:
            client.close()
        wire.close()
    assert server.process is not None and server.process.poll() is None
