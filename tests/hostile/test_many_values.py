"""Requests with very many values: which are validated beside the event loop, and what they are answered."""

import asyncio
import gc
import threading
import weakref
from contextlib import suppress
from typing import Any

import orjson
import pytest

from tests.hostile.connection import REQUEST, Connection, Loop
from tests.hostile.test_long_pages import ACCOUNT, application, call, sent
from thermodynamo.api import errors, prepared
from thermodynamo.api.call import perform
from thermodynamo.api.operations import NAMED
from thermodynamo.api.prepared import Prepared
from thermodynamo.api.slices import finish
from thermodynamo.api.values import canonical, sets
from thermodynamo.server.arrivals.validation import HUGE_BYTES, LARGE_BYTES, LONG_BYTES, MARKS_MAX, is_laborious

KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
FITS = {**KEY, "a": {"L": [{"NULL": True}] * 100_000}}
TOO_LARGE = {**KEY, "a": {"NS": [str(number) for number in range(200_000)]}}
MALFORMED = {**KEY, "a": {"L": [{"NULL": True}] * 100_000 + [{"N": 1}]}}
INVALID = {**KEY, "a": {"L": [{"NULL": True}] * 100_000 + [{"N": "x"}]}}


def test_only_a_long_body_is_taken_out_of_the_loop_if_it_is_huge_or_has_many_values() -> None:
    assert not is_laborious([], b'"' * LARGE_BYTES)
    assert not is_laborious([], b'"' * MARKS_MAX + b" " * LARGE_BYTES)
    assert is_laborious([], b'"' * (MARKS_MAX + 1) + b" " * LARGE_BYTES)
    assert is_laborious([], b" " * (HUGE_BYTES + 1)) and not is_laborious([], b" " * HUGE_BYTES)


@pytest.mark.parametrize("byte", [b'"', b",", b"[", b"{"])
def test_many_of_any_byte_that_makes_values_are_many_values(byte: bytes) -> None:
    assert is_laborious([], byte * (MARKS_MAX + 1) + b" " * LARGE_BYTES)


@pytest.mark.parametrize("name", ["ExecuteTransaction", "BatchExecuteStatement", "TransactWriteItems"])
def test_what_may_have_a_hundred_texts_to_be_parsed_is_worth_a_thread(name: str) -> None:
    headers = [(b"host", b"localhost"), (b"x-amz-target", b"DynamoDB_20120810." + name.encode())]
    assert is_laborious(headers, b" " * (LONG_BYTES + 1)) and not is_laborious(headers, b" " * LONG_BYTES)
    assert not is_laborious([(b"x-amz-target", b"DynamoDB_20120810.PutItem")], b" " * (LONG_BYTES + 1))


@pytest.mark.parametrize("member", ["AttributesToGet", "AttributeUpdates", "Expected", "QueryFilter", "ScanFilter"])
def test_what_may_have_any_number_of_names_is_worth_a_thread(member: str) -> None:
    body = f'{{"{member}": '.encode()
    assert is_laborious([], body + b" " * LONG_BYTES) and not is_laborious([], body + b" " * (LONG_BYTES - len(body)))


def test_an_item_that_is_too_large_is_looked_at_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0
    inner = canonical.number

    def count(text: str) -> str:
        nonlocal looked_at
        looked_at += 1
        return inner(text)

    monkeypatch.setattr(canonical, "number", count)
    numbers = {"NS": [str(10**37 + number) for number in range(1_000)]}
    item = {**KEY, **{f"a{number}": numbers for number in range(100)}}
    for too_large in (item, {**KEY, "a": {"L": [{"N": "1"}] * 300_000}}):
        with pytest.raises(errors.ApiError, match="Item size has exceeded"):
            call(application(0), "PutItem", {"TableName": "pages", "Item": too_large})
    assert 1_000 < looked_at < 30_000


def test_very_many_members_of_a_set_are_sorted_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    members = [str((number * 7_919) % 1_001 - 500) for number in range(1_001)]
    expected = sets.in_order("NS", members)
    monkeypatch.setattr(sets, "RUN_MEMBERS", 10)
    assert sets.in_order("NS", members) == expected == sorted(members, key=int)


async def answered(connection: Connection) -> None:
    while not connection.transport.statuses():
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("item", [FITS, TOO_LARGE, MALFORMED, INVALID], ids=["fits", "large", "malformed", "invalid"])
def test_the_answer_is_that_of_a_short_request_and_others_come_first(
    item: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"TableName": "pages", "Item": item}
    expected: Any = {}
    try:
        call(application(0), "PutItem", request)
    except errors.ApiError as error:
        expected = error.body()
    threads: list[str] = []
    let_go = threading.Event()
    inner = prepared._prepared

    def prepare(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        let_go.wait()
        return inner(*given)

    monkeypatch.setattr(prepared, "_prepared", prepare)

    async def play() -> None:
        made = application(0)
        slow, other = (Connection(made, Loop()) for _ in range(2))
        slow.send(sent("PutItem", request))
        while not threads:
            await asyncio.sleep(0.001)
        other.send(REQUEST)
        assert other.transport.statuses() == [200] and slow.transport.statuses() == []
        let_go.set()
        await answered(slow)
        assert orjson.loads(slow.transport.written.partition(b"\r\n\r\n")[2]) == expected
        assert call(made, "Scan", {"TableName": "pages", "Select": "COUNT"})["Count"] == (0 if expected else 1)
        tables = made.service.namespaces[ACCOUNT, "us-east-1"]
        assert tables.counts.user_errors == (1 if expected else 0)

    asyncio.run(play())
    assert threads == ["validation"]


def test_what_is_no_json_is_refused_as_ever() -> None:
    async def play() -> None:
        connection = Connection(application(0), Loop())
        whole = sent("PutItem", {"TableName": "pages", "Item": FITS})
        connection.send(whole[:-1] + b"!")
        await answered(connection)
        assert connection.transport.statuses() == [400] and b"SerializationException" in connection.transport.written

    asyncio.run(play())


def test_a_client_that_leaves_while_its_request_is_validated_does_no_harm() -> None:
    async def play() -> None:
        made = application(0)
        connection = Connection(made, Loop())
        connection.send(sent("PutItem", {"TableName": "pages", "Item": FITS}))
        await asyncio.sleep(0)
        for task in connection.protocol.tasks:
            task.cancel()
        connection.protocol.connection_lost(None)
        other = Connection(made, Loop())
        other.send(sent("PutItem", {"TableName": "pages", "Item": FITS}))
        await answered(other)
        assert other.transport.statuses() == [200]

    asyncio.run(play())


class Watched(Prepared):
    """One that can be referred to without being held."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize(
    "item", [FITS, {**FITS, "a": {"N": "no number"}}, {"pk": 1}], ids=["good", "invalid", "untyped"]
)
def test_a_prepared_request_is_freed_with_its_last_use(item: dict[str, Any]) -> None:
    """A full collection of garbage is put off until no request comes: one that waits for it holds its values."""
    service = application(0).service
    gc.disable()
    try:
        watched = Watched(NAMED["PutItem"], {"TableName": "pages", "Item": item})
        reference = weakref.ref(watched)
        with suppress(errors.ApiError):
            finish(perform(service.namespace(service.caller), watched, {}, service.caller, 0.0))
        del watched
        assert reference() is None
    finally:
        gc.enable()


def test_only_what_the_validation_raises_is_worded_anew() -> None:
    operation = NAMED["Scan"]
    operation.check({"TableName": "pages"})
    unchecked = Prepared(operation, {"TableName": 1})
    with pytest.raises(errors.ApiError) as caught:
        unchecked.check({})
    assert caught.value.name == "SerializationException"
    good = Prepared(operation, {"TableName": "pages"})
    good.check({})
    assert good.validate({}).table_name == "pages" and good.facts is operation.facts
