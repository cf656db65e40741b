"""Compressed bodies: what is read, what is refused, and what a reply becomes for whom."""

import gzip
import itertools
import json
import zlib
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from tests.golden.wire import Reply, Wire, headers_of
from thermodynamo.api.slices import finish
from thermodynamo.server import compression
from thermodynamo.server.application import build
from thermodynamo.server.compression import MEMBERS_MAX, TooLong, Unreadable
from thermodynamo.server.data_plane import BODY_BYTES_MAX, decoded
from thermodynamo.settings.config import Config

TABLE = {
    "TableName": "packed",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
ITEM = {"pk": {"S": "a"}, "text": {"S": "x" * 5_000}}
PUT = json.dumps({"TableName": "packed", "Item": ITEM}).encode()
GZIPPED = gzip.compress(PUT, mtime=0)
"""Without the time, so that test processes agree on the names of the tests."""


@pytest.fixture
def wire(endpoint: str, account: str) -> Any:
    made = Wire(endpoint)
    assert made.call("CreateTable", TABLE, account).status == 200
    yield made
    made.close()


def put(wire: Wire, account: str, coding: str, body: bytes) -> tuple[Reply, bool]:
    """The reply to a PutItem, and whether the item is there afterwards."""
    reply = wire.send("POST", "/", headers_of("PutItem", account) | {"Content-Encoding": coding}, body)
    return reply, "Item" in wire.call("GetItem", {"TableName": "packed", "Key": {"pk": {"S": "a"}}}, account).json()


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:10]) + gzip.compress(b"") + gzip.compress(body[10:])),
        ("deflate", zlib.compress),
        ("identity", bytes),
    ],
)
def test_a_compressed_request_is_carried_out(
    wire: Wire, account: str, coding: str, encode: Callable[[bytes], bytes]
) -> None:
    reply, is_stored = put(wire, account, coding, encode(PUT))
    assert (reply.status, is_stored) == (200, True)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", PUT),
        ("gzip", b""),
        ("gzip", GZIPPED[:-1]),
        ("gzip", GZIPPED + b"x"),
        ("gzip", GZIPPED[:-8] + b"\x00" * 8),
        ("gzip", zlib.compress(PUT)),
        ("deflate", zlib.compress(PUT)[:-1]),
        ("deflate", zlib.compress(PUT) + zlib.compress(b"")),
        ("deflate", GZIPPED),
        ("br", PUT),
        ("garbage", PUT),
        ("", PUT),
    ],
    ids=itertools.count(1),
)
def test_an_unreadable_body_is_the_service_s_own_500_and_stores_nothing(
    wire: Wire, account: str, coding: str, body: bytes
) -> None:
    reply, is_stored = put(wire, account, coding, body)
    assert (reply.status, is_stored) == (500, False)
    assert reply.json()["__type"].endswith("#InternalServerError")


def test_nothing_of_it_is_logged_as_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    plane = build(Config()).data_plane
    given = [(name.lower().encode(), value.encode()) for name, value in headers_of("PutItem", "1" * 12).items()]
    body, refused = decoded([*given, (b"content-encoding", b"gzip")], b"{}")
    assert finish(plane.reply(given, b"", body, refused=refused))[0] == 500 and not caplog.records


def test_a_bomb_is_unpacked_to_16_mb_and_no_further(wire: Wire, account: str) -> None:
    bomb = gzip.compress(b" " * 500_000_000, 9)
    assert len(bomb) < 500_000
    reply, is_stored = put(wire, account, "gzip", bomb)
    assert (reply.status, is_stored) == (413, False)
    reply, is_stored = put(wire, account, "gzip", gzip.compress(PUT + b" " * (BODY_BYTES_MAX - len(PUT))))
    assert (reply.status, is_stored) == (200, True)


def test_what_is_unpacked_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted: the bytes that the decompressor gives, and the decompressors that are made."""
    given: list[int] = []
    make = zlib.decompressobj

    class Counted:
        def __init__(self, wbits: int) -> None:
            self.inner = make(wbits)
            given.append(0)

        def decompress(self, piece: bytes, bytes_max: int) -> bytes:
            result = self.inner.decompress(piece, bytes_max)
            given[-1] += len(result)
            return result

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    monkeypatch.setattr("thermodynamo.server.compression.zlib.decompressobj", Counted)
    with pytest.raises(TooLong):
        compression.decoded(b"gzip", gzip.compress(b"x" * 1_000_000), 1_000)
    assert given == [1_001]
    given.clear()
    empty = gzip.compress(b"")
    with pytest.raises(Unreadable):
        compression.decoded(b"gzip", empty * 100_000, BODY_BYTES_MAX)
    assert len(given) == MEMBERS_MAX
    assert compression.decoded(b"gzip", empty * (MEMBERS_MAX - 1) + gzip.compress(b"{}"), 2) == b"{}"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("deflate", "deflate"),
        ("deflate;q=1.0, gzip;q=0.5", "deflate"),
        ("*", "gzip"),
        ("GZip;q=0.001", "gzip"),
        ("gzip;q=0, *", "deflate"),
        ("identity", None),
        ("gzip;q=0", None),
        ("br", None),
        ("", None),
        (None, None),
    ],
)
def test_a_long_reply_is_compressed_for_who_accepts_it(
    wire: Wire, account: str, accepted: str | None, coding: str | None
) -> None:
    wire.call("PutItem", PUT, account)
    given = headers_of("GetItem", account) | ({"Accept-Encoding": accepted} if accepted is not None else {})
    asked = b'{"TableName": "packed", "Key": {"pk": {"S": "a"}}}'
    reply = wire.send("POST", "/", {"Accept-Encoding": "identity"} | given, asked)
    assert reply.headers.get("content-encoding") == coding
    assert int(reply.headers["x-amz-crc32"]) == zlib.crc32(reply.body)
    assert int(reply.headers["content-length"]) == len(reply.body)
    unpack: dict[str | None, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "deflate": zlib.decompress}
    unpacked = unpack.get(coding, bytes)(reply.body)
    assert orjson.loads(unpacked) == {"Item": ITEM}


@pytest.mark.parametrize(("length", "is_compressed"), [(4_095, False), (4_096, True)])
def test_a_reply_is_compressed_from_4_kb_on(wire: Wire, account: str, length: int, is_compressed: bool) -> None:
    frame = len(b'{"Item":{"pk":{"S":"a"},"t":{"S":""}}}')
    item = {"pk": {"S": "a"}, "t": {"S": "x" * (length - frame)}}
    wire.call("PutItem", {"TableName": "packed", "Item": item}, account)
    given = headers_of("GetItem", account) | {"Accept-Encoding": "gzip"}
    reply = wire.send("POST", "/", given, b'{"TableName": "packed", "Key": {"pk": {"S": "a"}}}')
    assert ("content-encoding" in reply.headers) == is_compressed
    assert len(gzip.decompress(reply.body) if is_compressed else reply.body) == length


@pytest.mark.parametrize(
    ("sent", "coding"),
    [
        ([], None),
        ([b"identity"], None),
        ([b"gzip"], b"gzip"),
        ([b"deflate;q=0.5", b"gzip;q=0.4"], b"deflate"),
        ([b"identity", b"gzip"], b"gzip"),
        ([b"", b"deflate"], b"deflate"),
    ],
)
def test_the_headers_of_a_request_name_codings_together(sent: list[bytes], coding: bytes | None) -> None:
    headers = [(b"host", b"a"), *((b"accept-encoding", value) for value in sent), (b"accept", b"gzip")]
    assert compression.coding_of(headers) == coding
