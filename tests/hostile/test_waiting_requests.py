"""Requests of the longest kind that come together: few are parsed at a time, and the others wait as bytes."""

import asyncio

import pytest

from tests.hostile.connection import Connection, Loop
from tests.hostile.test_long_pages import application, sent
from thermodynamo.server import data_plane
from thermodynamo.server.arrivals.letting_go import let_go
from thermodynamo.server.arrivals.long_request import LongRequest
from thermodynamo.server.arrivals.validation import HUGE_BYTES, PLACES

REQUESTS = 4 * PLACES


@pytest.mark.parametrize("delay_ms", [0, 20])
def test_few_are_parsed_and_not_yet_let_go(delay_ms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    live = most = 0
    read = LongRequest.read

    def reading(self: LongRequest, signed: bytes | None, may_meet_faults: bool) -> bool:
        nonlocal live, most
        live += 1
        most = max(most, live)
        return read(self, signed, may_meet_faults)

    def letting_go(values: list[object]) -> None:
        nonlocal live
        let_go(values)
        live -= 1

    monkeypatch.setattr(LongRequest, "read", reading)
    monkeypatch.setattr(data_plane, "let_go", letting_go)

    async def play() -> list[int]:
        made = application(0)
        if delay_ms:
            made.service.faults.add_all([{"table": "pages", "delay_ms": delay_ms, "count": 1}])
        item = {"pk": {"S": "p"}, "sk": {"S": "s"}, "text": {"S": "x" * HUGE_BYTES}}
        connections = [Connection(made, Loop()) for _ in range(REQUESTS)]
        for each in connections:
            each.send(sent("PutItem", {"TableName": "pages", "Item": item}))
        while not all(each.transport.statuses() for each in connections):
            await asyncio.sleep(0.001)
        await asyncio.gather(*(task for each in connections for task in each.protocol.tasks))
        assert made.data_plane.validation.places._value == PLACES
        return [status for each in connections for status in each.transport.statuses()]

    assert asyncio.run(play()) == [400] * REQUESTS
    # One more is parsed while a fault delays another, which gives up its place meanwhile.
    assert live == 0 and 0 < most <= PLACES + bool(delay_ms)


def test_a_short_one_needs_no_place() -> None:
    async def play() -> None:
        made = application(0)
        validation = made.data_plane.validation
        for _ in range(PLACES):
            await validation.place(HUGE_BYTES + 1).__aenter__()
        async with validation.place(HUGE_BYTES):
            assert validation.places.locked()

    asyncio.run(play())
