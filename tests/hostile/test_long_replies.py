"""Replies of tens of megabytes: how much of one is joined, summed or sent in one piece, and that it is all there."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import pytest

from tests.golden.wire import headers_of
from tests.hostile.connection import Connection, Loop, Transport
from tests.hostile.test_slow_senders import settle
from thermodynamo.api import slices
from thermodynamo.api.errors import transaction_canceled
from thermodynamo.server import data_plane
from thermodynamo.server.application import build
from thermodynamo.settings.config import Config

ACCOUNT = "123456789012"
ESCAPED = "\x01" * 390_000
"""A character that JSON writes with six."""
ITEMS = 8
TABLE = {
    "TableName": "escaped",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
KEYS = [{"pk": {"S": str(number)}} for number in range(ITEMS)]
STORED = [{**key, "a": {"S": ESCAPED}} for key in KEYS]
WRITTEN_BYTES = ITEMS * 6 * len(ESCAPED)
UNMET = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
SELECTS = [{"Statement": f"SELECT * FROM escaped WHERE pk = '{number}'"} for number in range(ITEMS)]
REQUESTS: dict[str, Any] = {
    "BatchGetItem": {"RequestItems": {"escaped": {"Keys": KEYS}}},
    "TransactGetItems": {"TransactItems": [{"Get": {"TableName": "escaped", "Key": key}} for key in KEYS]},
    "BatchExecuteStatement": {"Statements": SELECTS},
    "ExecuteTransaction": {"TransactStatements": SELECTS},
    "TransactWriteItems": {
        "TransactItems": [{"Delete": {"TableName": "escaped", "Key": key, **UNMET}} for key in KEYS]
    },
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_long_reply_is_joined_and_summed_a_piece_at_a_time(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plane = build(Config(capacity="off")).data_plane
    summed: list[int] = []

    def sum_of(piece: bytes, before: int = 0) -> int:
        summed.append(len(piece))
        return crc32(piece, before)

    def ask(name: str, request: Any) -> tuple[int, data_plane.Reply]:
        """How many slices a reply takes, and the reply."""
        headers = [(key.lower().encode(), value.encode()) for key, value in headers_of(name, ACCOUNT).items()]
        answered = plane.reply(headers, b"", json.dumps(request).encode())
        count = 1
        while not isinstance(answered, tuple):
            answered = slices.begin(answered)
            count += 1
        return count, answered

    assert ask("CreateTable", TABLE)[1][0] == 200
    for item in STORED:
        assert ask("PutItem", {"TableName": "escaped", "Item": item})[1][0] == 200
    monkeypatch.setattr(data_plane, "crc32", sum_of)
    count, (status, head, body) = ask(operation, REQUESTS[operation])
    assert status == (400 if operation == "TransactWriteItems" else 200) and len(body) > WRITTEN_BYTES
    assert max(summed) <= data_plane.CHECKED_BYTES and sum(summed) == len(body)
    assert b"x-amz-crc32: %d\r\n" % crc32(body) in head and b"content-length: %d\r\n" % len(body) in head
    assert count >= len(body) // slices.JOINED_BYTES + len(body) // data_plane.CHECKED_BYTES
    assert items_of(json.loads(body)) == STORED


def items_of(answer: Any) -> list[Any]:
    """Those that a reply has, in the order of the requests."""
    if "CancellationReasons" in answer:
        return [reason["Item"] for reason in answer["CancellationReasons"]]
    if isinstance(answer["Responses"], dict):
        return sorted(answer["Responses"]["escaped"], key=lambda item: int(item["pk"]["S"]))
    return [response["Item"] for response in answer["Responses"]]


class Watched(Sequence[bytes]):
    """Pieces that count which of them were taken."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.taken_bytes = 0

    def __len__(self) -> int:
        return len(self.pieces)

    def __getitem__(self, at: Any) -> Any:
        self.taken_bytes += len(self.pieces[at])
        return self.pieces[at]


def test_no_slice_joins_more_than_it_may() -> None:
    pieces = [bytes([number]) * (slices.JOINED_BYTES // 3) for number in range(20)]
    watched = Watched(pieces)
    joining = slices.joined(watched)
    taken = []
    while True:
        watched.taken_bytes = 0
        try:
            next(joining)
        except StopIteration as end:
            whole = end.value
            break
        taken.append(watched.taken_bytes)
    assert whole == b"".join(pieces) and len(taken) == 7
    # The first only looks how long they are. Each has its own three, and the one that begins the next.
    assert all(each <= 4 * len(pieces[0]) for each in taken[1:])


def test_what_is_short_is_joined_in_no_slice() -> None:
    assert slices.begin(slices.joined([b"a", b"b"])) == b"ab"


@pytest.mark.parametrize("reasons", [[], [{"Code": "None"}], [{"Code": "None"}, {"Code": "A", "Message": "ä\n"}]])
def test_a_short_error_of_a_transaction_is_what_it_was(reasons: list[dict[str, str]]) -> None:
    error = transaction_canceled("Cancelled", reasons)
    assert isinstance(error.reply(), bytes) and json.loads(slices.finish(error.reply())) == error.body()
    assert slices.finish(error.reply()) == json.dumps(error.body(), separators=(",", ":"), ensure_ascii=False).encode()


class Writes(Transport):
    """A transport that keeps how much was written at once."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def write(self, data: bytes) -> None:
        self.sizes.append(len(data))
        super().write(data)


def test_tls_is_given_a_piece_of_a_long_reply_and_the_rest_counts_as_unread() -> None:
    async def play() -> None:
        application = build(Config(capacity="off", unsent_bytes_max=WRITTEN_BYTES // 2))
        connection = Connection(application, Loop())
        protocol = connection.protocol
        writes = Writes()
        connection.transport = protocol.transport = protocol.flow._transport = writes  # type: ignore[assignment]
        protocol.scheme = "https"
        await fill(connection)
        assert writes.statuses() == [200] * (1 + ITEMS)
        writes.sizes.clear()
        connection.send(raw("BatchGetItem", REQUESTS["BatchGetItem"]))
        while len(writes.sizes) < 4:
            await asyncio.sleep(0)
        assert writes.sizes[1:] == [data_plane.SENT_BYTES] * 3
        writes.unsent_bytes = data_plane.SENT_BYTES
        protocol.pause_writing()
        await settle(connection)
        readers = application.slow_readers
        assert len(writes.sizes) == 4 and readers.is_full
        assert readers.unsent_bytes() > WRITTEN_BYTES - 3 * data_plane.SENT_BYTES
        protocol.resume_writing()
        assert readers.unsent
        await settle(connection)
        assert max(writes.sizes) == data_plane.SENT_BYTES and sum(writes.sizes) > WRITTEN_BYTES
        assert not readers.unsent and writes.statuses()[-1] == 200
        readers.look()
        assert not readers.is_full and not writes.is_aborted

    asyncio.run(play())


def test_a_plain_transport_is_given_all_of_a_reply() -> None:
    async def play() -> None:
        application = build(Config(capacity="off"))
        connection = Connection(application, Loop())
        await fill(connection)
        writes = Writes()
        connection.transport = connection.protocol.transport = writes  # type: ignore[assignment]
        connection.send(raw("BatchGetItem", REQUESTS["BatchGetItem"]))
        await settle(connection)
        assert len(writes.sizes) == 2 and writes.sizes[1] > WRITTEN_BYTES

    asyncio.run(play())


async def fill(connection: Connection) -> None:
    """Makes the table and puts its items. A thread looks at each."""
    requests = [raw("CreateTable", TABLE), *(raw("PutItem", {"TableName": "escaped", "Item": item}) for item in STORED)]
    for count, request in enumerate(requests, 1):
        connection.send(request)
        while len(connection.transport.statuses()) < count:
            await asyncio.sleep(0.01)
        await settle(connection)


def raw(name: str, request: Any) -> bytes:
    """A request as it comes over the wire."""
    body = json.dumps(request).encode()
    lines = "".join(f"{key}: {value}\r\n" for key, value in headers_of(name, ACCOUNT).items())
    return f"POST / HTTP/1.1\r\nHost: localhost\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body
