"""Replies that take long: how much is done at once, who comes in between, and what the reply says then."""

import asyncio
import zlib
from collections.abc import Generator
from typing import Any

import orjson
import pytest

from tests.golden.wire import headers_of
from tests.hostile.connection import REQUEST, Connection, Loop
from tests.hostile.test_slow_senders import settle
from thermodynamo.api import slices
from thermodynamo.api.caller import Caller
from thermodynamo.api.operations.pages import evaluation
from thermodynamo.server import compression
from thermodynamo.server.application import Application, build
from thermodynamo.server.slow_readers import SlowReaders
from thermodynamo.server.turns import BEGUN_MAX, Turns
from thermodynamo.settings.config import Config

ACCOUNT = "123456789012"
ITEMS = 600
OPERANDS = 2 * 96
FILTER = " AND ".join(["size(a) > :zero"] * 96)
VALUES = {":zero": {"N": "0"}}
STATEMENT = "SELECT * FROM pages WHERE " + " AND ".join(["size(a) > 0"] * 96)
SCAN = {"TableName": "pages", "FilterExpression": FILTER, "ExpressionAttributeValues": VALUES}
PAGES: dict[str, dict[str, Any]] = {
    "Scan": SCAN,
    "Query": {
        **SCAN,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {**VALUES, ":pk": {"S": "p"}},
        "ProjectionExpression": "sk",
    },
    "ExecuteStatement": {"Statement": STATEMENT},
}


def application(count: int = ITEMS) -> Application:
    """A server with a table of one item collection of so many items."""
    made = build(Config(capacity="off"))
    table = {
        "TableName": "pages",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
    }
    call(made, "CreateTable", table)
    for number in range(count):
        put(made, f"{number:04d}", {"S": "abc"})
    return made


def call(made: Application, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    return made.service.call(operation, request, Caller(ACCOUNT, "us-east-1"))


def put(made: Application, sk: str, value: dict[str, Any]) -> None:
    call(made, "PutItem", {"TableName": "pages", "Item": {"pk": {"S": "p"}, "sk": {"S": sk}, "a": value}})


def sent(operation: str, request: dict[str, Any]) -> bytes:
    """A request as it comes on a connection."""
    body = orjson.dumps(request)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers_of(operation, ACCOUNT).items())
    return f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def begun(made: Application, operation: str, request: dict[str, Any] | None = None) -> Any:
    """What the data plane has of a page after its first slice."""
    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(operation, ACCOUNT).items()]
    return made.data_plane.reply(headers, b"", orjson.dumps(request or PAGES[operation]))


@pytest.mark.parametrize("operation", PAGES)
def test_a_slice_of_a_page_has_a_bound(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = 0

    def count(item: Any) -> Any:
        nonlocal decoded
        decoded += 1
        return orjson.loads(item[0])

    made = application()
    monkeypatch.setattr(evaluation, "decode", count)
    items_max = slices.SLICE_STEPS // (slices.DECODING_STEPS + OPERANDS)
    # The slice that ends the filtering begins the projection.
    projected_max = items_max + slices.SLICE_STEPS // (slices.DECODING_STEPS + 1)
    left = begun(made, operation)
    count_of_slices, tested = 1, 0
    while not isinstance(left, tuple):
        assert 0 < decoded <= (items_max if tested + items_max < ITEMS else projected_max)
        tested += decoded
        decoded = 0
        left = slices.begin(left)
        count_of_slices += 1
    assert count_of_slices >= ITEMS // items_max


@pytest.mark.parametrize("operation", PAGES)
def test_a_page_is_one_of_the_instant_at_which_it_began(operation: str) -> None:
    made = application()
    expected = call(made, operation, PAGES[operation])
    left = begun(made, operation)
    assert not isinstance(left, tuple)
    for number in range(0, ITEMS, 2):
        put(made, f"{number:04d}", {"S": ""})
        key = {"pk": {"S": "p"}, "sk": {"S": f"{number + 1:04d}"}}
        call(made, "DeleteItem", {"TableName": "pages", "Key": key})
    status, _, reply = slices.finish(left)
    assert (status, orjson.loads(reply)) == (200, expected)
    assert len(expected["Items"]) == ITEMS and call(made, operation, PAGES[operation])["Items"] == []


def test_a_page_that_ends_is_counted_and_one_that_is_left_is_not() -> None:
    made = application()
    tally = made.service.namespace(Caller(ACCOUNT, "us-east-1")).tables["pages"].tally
    left = begun(made, "Scan")
    call(made, "DescribeTable", {"TableName": "pages"})
    assert "Scan" not in tally.latencies
    slices.finish(left)
    assert tally.latencies["Scan"].count == 1 and tally.returned_items["Scan"] == ITEMS
    begun(made, "Scan").close()
    assert tally.latencies["Scan"].count == 1 and tally.returned_items["Scan"] == ITEMS


def test_requests_of_others_are_answered_between_the_slices_and_its_own_wait_for_it() -> None:
    async def play() -> None:
        made = application()
        slow, other = (Connection(made, Loop()) for _ in range(2))
        slow.send(sent("Scan", PAGES["Scan"]) + REQUEST)
        for count in range(1, 4):
            await asyncio.sleep(0)
            other.send(REQUEST)
            assert other.transport.statuses() == [200] * count
        assert slow.transport.statuses() == []
        await settle(slow)
        await settle(slow)
        assert slow.transport.statuses() == [200, 200]
        assert slow.transport.written.index(b'"Items"') < slow.transport.written.index(b'"TableNames"')

    asyncio.run(play())


def test_of_many_pages_one_slice_is_done_at_a_time_and_all_are_answered() -> None:
    done = 0

    def long(count: int) -> slices.Slices[int]:
        nonlocal done
        for _ in range(count):
            done += 1
            yield
        return count

    async def play() -> None:
        nonlocal done
        turns = Turns(lambda: 0.0, SlowReaders(1_000))
        counts = list(range(5, 5 + 3 * BEGUN_MAX))
        tasks = [asyncio.create_task(turns.finish(long(count), never)) for count in counts]
        while not all(task.done() for task in tasks):
            done = 0
            await asyncio.sleep(0)
            assert done <= 1
        assert [task.result() for task in tasks] == counts

    asyncio.run(play())


async def never() -> dict[str, Any]:
    """The client of a request stays."""
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("leave", ["client", "server"])
def test_a_page_whose_client_or_server_leaves_is_left(leave: str) -> None:
    async def play() -> None:
        made = application()
        connection = Connection(made, Loop())
        connection.send(sent("Scan", PAGES["Scan"]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert made.data_plane.turns.places._value == BEGUN_MAX - 1
        if leave == "client":
            connection.protocol.connection_lost(None)
        else:
            for task in connection.protocol.tasks:
                task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert made.data_plane.turns.places._value == BEGUN_MAX
        assert connection.transport.statuses() == []

    asyncio.run(play())


def test_the_operators_on_one_large_item_are_done_one_by_one() -> None:
    made = application(0)
    put(made, "list", {"L": [{"NULL": True}] * 15_000})
    contained = [f"contains(a, :v{number})" for number in range(40)]
    chosen = ["NOT a IN (:v1, :v2)", "NOT (contains(a, :v3) AND a = :v4)"]
    request = {
        "TableName": "pages",
        "FilterExpression": " OR ".join((*contained, f"({' AND '.join(chosen)})")),
        "ExpressionAttributeValues": {f":v{number}": {"N": str(number)} for number in range(40)},
    }
    left = begun(made, "Scan", request)
    count_of_slices = 1
    while not isinstance(left, tuple):
        left = slices.begin(left)
        count_of_slices += 1
    assert orjson.loads(left[2])["Count"] == 1
    # Two choices of IN, the one `contains` that decides, and what follows the last pause.
    assert count_of_slices == len(contained) + 2 + 1 + 1


def test_very_many_operands_on_small_items_take_few_slices() -> None:
    """A legacy filter may have a hundred thousand values, and each would pause before it was compared."""
    made = application(5)
    values = [{"S": str(number)} for number in range(10_000)]
    condition = {"a": {"ComparisonOperator": "IN", "AttributeValueList": [*values, {"S": "abc"}]}}
    left = begun(made, "Scan", {"TableName": "pages", "ScanFilter": condition})
    count_of_slices = 1
    while not isinstance(left, tuple):
        left = slices.begin(left)
        count_of_slices += 1
    assert orjson.loads(left[2])["Count"] == 5
    assert count_of_slices == 5 * (10_001 * slices.TEST_STEPS // slices.SLICE_STEPS + 1)


@pytest.mark.parametrize("accepted", [b"gzip", b"deflate"])
def test_a_long_reply_is_compressed_in_slices(accepted: bytes) -> None:
    body = bytes(range(256)) * 4_100
    left: Any = compression.encoded([(b"accept-encoding", accepted)], body)
    count_of_slices = 0
    while isinstance(left, Generator):
        left = slices.begin(left)
        count_of_slices += 1
    assert count_of_slices == -(-len(body) // compression.SLICE_BYTES)
    assert zlib.decompress(left[0], compression.FORMATS[accepted]) == body


def test_a_short_page_is_answered_at_once() -> None:
    assert isinstance(begun(application(10), "Query"), tuple)
