"""Long requests under access control, while faults are in force, compressed or logged: the event loop neither parses
nor digests nor validates them, and they are answered as short ones are."""

import asyncio
import gzip
import json
import logging
import sys
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.access.signing import NOW, by_header, request_of
from tests.access.world import EVERYTHING, policy, user
from tests.hostile.connection import REQUEST, Connection, Loop
from tests.hostile.test_long_pages import ACCOUNT, application, call, sent
from tests.hostile.test_many_values import FITS, TOO_LARGE
from thermodynamo.access import caller_identity
from thermodynamo.access.signatures import body_digest
from thermodynamo.api import errors, prepared
from thermodynamo.api.caller import Caller
from thermodynamo.api.model import json_pieces
from thermodynamo.api.model.rendering import MESSAGE_CHARACTERS_MAX
from thermodynamo.api.operations import NAMED
from thermodynamo.faults import unprocessed
from thermodynamo.server import compression
from thermodynamo.server.application import Application, build
from thermodynamo.server.arrivals import letting_go
from thermodynamo.server.request_log import RequestLog
from thermodynamo.settings.config import Config

KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
PUT = {"TableName": "pages", "Item": FITS}
TEXT = {"TableName": "pages", "Item": {**KEY, "a": {"S": "x" * 3_000_000}}}
"""One value, which is digested in the thread for its length alone."""
OTHER = "444455556666"
DEFINITION = {
    "TableName": "pages",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
}


class Threads:
    """Which threads have done what takes long."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: dict[str, set[str]] = {}
        self._watch(monkeypatch, json_pieces, "loads")
        self._watch(monkeypatch, prepared, "_prepared")
        self._watch(monkeypatch, compression, "decoded")

        def digest(body: bytes) -> Any:
            if len(body) > 100_000:
                self._note("sha256")
            return sha256(body)

        monkeypatch.setattr(body_digest, "sha256", digest)

    def _note(self, name: str) -> None:
        self.seen.setdefault(name, set()).add(threading.current_thread().name)

    def _watch(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        inner: Callable[..., Any] = getattr(owner, name)

        def noted(*given: Any) -> Any:
            self._note(name)
            return inner(*given)

        monkeypatch.setattr(owner, name, noted)


def in_the_thread(*names: str) -> dict[str, set[str]]:
    """What is seen where all of these, and nothing else, are done beside the loop alone."""
    return {name: {"validation"} for name in names}


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    return Threads(monkeypatch)


def reply_of(connection: Connection) -> Any:
    return orjson.loads(connection.transport.written.partition(b"\r\n\r\n")[2])


def exchange(made: Application, request: bytes) -> Connection:
    """A request sent, and answered or dropped."""

    async def play() -> Connection:
        connection = Connection(made, Loop())
        connection.send(request)
        other = Connection(made, Loop())
        other.send(REQUEST)
        while not connection.transport.statuses() and not connection.transport.is_aborted:
            await asyncio.sleep(0.001)
        if connection.transport.is_aborted:
            connection.protocol.connection_lost(None)
            await asyncio.gather(*connection.protocol.tasks)
        return connection

    return asyncio.run(play())


def guarded(folder: Path, access: str = "enforce", statement: dict[str, Any] | None = None) -> Application:
    """A server that asks who calls. Alice may what the statement says, or everything."""
    path = folder / "access.json"
    callers = {
        "alice": user("alice", "some", account=ACCOUNT),
        "bob": user("bob", "some", account=OTHER),
    }
    path.write_text(json.dumps({"callers": callers, "policies": {"some": policy(statement or EVERYTHING)}}))
    made = build(Config(capacity="off", access=access, access_file=str(path)))
    gate = made.service.gate
    assert gate is not None
    gate.signing_clock = lambda: NOW
    made.service.caller = Caller(ACCOUNT, "us-east-1")
    call(made, "CreateTable", DEFINITION)
    return made


def signed(request: Any, operation: str = "PutItem", name: str = "alice", bent: bool = False) -> bytes:
    """A signed request as it comes on a connection; a bent one has another body than was signed."""
    body = orjson.dumps(request)
    target = f"DynamoDB_20120810.{operation}"
    headers = by_header(f"AKID{name.upper()}", f"secret-of-{name}", request=request_of(body, target))
    lines = b"".join(b"%b: %b\r\n" % (name, value) for name, value in headers if name != b"content-length")
    body = body.replace(b"true", b"null", 1) if bent else body
    return b"POST / HTTP/1.1\r\n%bcontent-length: %d\r\n\r\n%b" % (lines, len(body), body)


@pytest.mark.parametrize("request_", [PUT, TEXT], ids=["many values", "a long text"])
def test_a_signed_request_is_digested_beside_the_loop(
    request_: dict[str, Any], tmp_path: Path, threads: Threads
) -> None:
    made = guarded(tmp_path)
    assert made.service.gate is not None
    for _ in range(2):  # The second is of a client that is remembered.
        connection = exchange(made, signed(request_))
    assert threads.seen == in_the_thread("sha256", "loads", "_prepared")
    expected = {} if request_ is PUT else errors.validation("Item size has exceeded the maximum allowed size").body()
    assert reply_of(connection) == expected


def test_a_long_request_with_a_wrong_signature_is_refused(tmp_path: Path, threads: Threads) -> None:
    made = guarded(tmp_path)
    refused = exchange(made, signed(PUT, bent=True))
    assert refused.transport.statuses() == [400] and reply_of(refused)["__type"].endswith("InvalidSignatureException")
    assert threads.seen["sha256"] == {"validation"}
    observed = exchange(guarded(tmp_path, "observe"), signed(PUT, bent=True))
    assert observed.transport.statuses() == [400] and "InvalidSignature" not in str(reply_of(observed))


def test_a_policy_sees_all_of_a_long_request(tmp_path: Path) -> None:
    condition: dict[str, dict[str, list[str]]] = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk"]}}
    made = guarded(tmp_path, statement={**EVERYTHING, "Condition": condition})
    refused = exchange(made, signed(PUT))
    assert refused.transport.statuses() == [400] and reply_of(refused)["__type"].endswith("AccessDeniedException")
    condition["ForAllValues:StringEquals"]["dynamodb:Attributes"] += "a"
    made = guarded(tmp_path, statement={**EVERYTHING, "Condition": condition})
    assert exchange(made, signed(PUT)).transport.statuses() == [200]


def test_a_long_request_for_another_accounts_table_finds_it(tmp_path: Path) -> None:
    made = guarded(tmp_path)
    arn = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/pages"
    statement = {**EVERYTHING, "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/bob"}, "Resource": arn}
    call(made, "PutResourcePolicy", {"ResourceArn": arn, "Policy": json.dumps(policy(statement))})
    assert exchange(made, signed({**PUT, "TableName": arn}, name="bob")).transport.statuses() == [200]
    assert call(made, "Scan", {"TableName": "pages", "Select": "COUNT"})["Count"] == 1


def test_the_values_of_statements_are_not_bound_again_for_policies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound: list[str] = []
    from thermodynamo.api.partiql.compiled import Compiled

    inner = Compiled.bind

    def counted(self: Compiled, parameters: Any) -> Any:
        bound.append(threading.current_thread().name)
        return inner(self, parameters)

    monkeypatch.setattr(Compiled, "bind", counted)
    made = guarded(tmp_path)
    inserts = [
        {"Statement": f"INSERT INTO pages VALUE {{'pk': 'p', 'sk': '{number}', 'a': ?}}", "Parameters": [FITS["a"]]}
        for number in range(3)
    ]
    for operation, member in (("ExecuteTransaction", "TransactStatements"), ("BatchExecuteStatement", "Statements")):
        made = guarded(tmp_path)
        bound.clear()
        connection = exchange(made, signed({member: inserts}, operation))
        assert connection.transport.statuses() == [200] and bound == ["validation"] * 3
        assert call(made, "Scan", {"TableName": "pages", "Select": "COUNT"})["Count"] == 3
    denied = {**EVERYTHING, "Action": "dynamodb:PartiQLSelect"}
    refused = exchange(guarded(tmp_path, statement=denied), signed({"Statements": inserts}, "BatchExecuteStatement"))
    assert [each["Error"]["Code"] for each in reply_of(refused)["Responses"]] == ["AccessDenied"] * 3


def rule(made: Application, **members: Any) -> None:
    made.service.faults.add_all([{"table": "pages", **members}])


def test_a_long_request_meets_a_fault_without_a_look_in_the_loop(threads: Threads) -> None:
    made = application(0)
    rule(made, error="InternalServerError", count=1)
    rule(made, delay_ms=1, key="p")
    failed = exchange(made, sent("PutItem", PUT))
    assert failed.transport.statuses() == [500] and "_prepared" not in threads.seen
    done = exchange(made, sent("PutItem", PUT))
    assert done.transport.statuses() == [200] and reply_of(done) == {}
    refused = exchange(made, sent("PutItem", {"TableName": "pages", "Item": TOO_LARGE}))
    assert "Item size has exceeded" in reply_of(refused)["message"]
    assert threads.seen == in_the_thread("loads", "_prepared")
    assert [fault.fired for fault in made.service.faults.faults.values()] == [1, 2]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_connection_of_a_long_request_is_dropped_before_or_after_it_happens(moment: str) -> None:
    made = application(0)
    rule(made, drop=moment)
    assert exchange(made, sent("PutItem", PUT)).transport.written == b""
    made.service.faults.reset()
    assert call(made, "Scan", {"TableName": "pages", "Select": "COUNT"})["Count"] == (moment == "after")


def test_a_write_that_is_drafted_has_happened_where_its_connection_is_dropped_after_it() -> None:
    made = application(0)
    call(made, "PutItem", PUT)
    rule(made, drop="after")
    update: dict[str, Any] = {"TableName": "pages", "Key": KEY, "UpdateExpression": "REMOVE a[0]"}
    condition = " AND ".join(["NOT contains(a, :v)"] * 40)
    update |= {"ConditionExpression": condition, "ExpressionAttributeValues": {":v": {"N": "1"}}}
    assert exchange(made, sent("UpdateItem", update)).transport.written == b""
    made.service.faults.reset()
    (item,) = call(made, "Scan", {"TableName": "pages"})["Items"]
    assert len(item["a"]["L"]) == 99_999


def test_a_long_batch_hands_back_what_a_fault_cuts(threads: Threads) -> None:
    made = application(0)
    rule(made, unprocessed=1)
    puts = [{"PutRequest": {"Item": {**FITS, "sk": {"S": str(number)}}}} for number in range(3)]
    done = exchange(made, sent("BatchWriteItem", {"RequestItems": {"pages": puts}}))
    assert reply_of(done)["UnprocessedItems"] == {"pages": puts[2:]}
    assert threads.seen == in_the_thread("loads", "_prepared")
    assert call(made, "Scan", {"TableName": "pages", "Select": "COUNT"})["Count"] == 2


def test_what_a_batch_hands_back_is_put_beside_what_it_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply of 16 MB is not read for it."""
    read: list[int] = []
    inner = orjson.loads

    def counted(text: bytes) -> Any:
        read.append(len(text))
        return inner(text)

    monkeypatch.setattr("thermodynamo.faults.unprocessed.orjson.loads", counted)
    name = "UnprocessedKeys"
    item = {name: {"S": f'"{name}":{{}}'}, "a": {"S": "x" * 1_000}}
    taken = {"t": {"Keys": [{"k": {"S": "2"}}]}}
    kept = {"t": {"Keys": [{"j": {"S": "0"}, name: {"S": "1"}}]}, "u": {"Keys": [{"k": {"S": "3"}}]}}
    answer = {"Responses": {"t": [item]}, name: kept}
    found = inner(unprocessed.hand_back(name, orjson.dumps(answer), taken))
    assert found == {**answer, name: {**kept, "t": {"Keys": [*kept["t"]["Keys"], *taken["t"]["Keys"]]}}}
    assert max(read) < 200
    others: list[dict[str, Any]] = [{name: {}}, {}, {name: {}, "Responses": {"t": [item]}}]
    for other in others:
        found = inner(unprocessed.hand_back(name, orjson.dumps(other), taken))
        assert found == {**other, name: taken}


def test_a_compressed_body_is_decompressed_beside_the_loop(threads: Threads) -> None:
    body = gzip.compress(orjson.dumps(PUT))
    head, _, _ = sent("PutItem", {}).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    lines += [b"content-encoding: gzip", b"content-length: %d" % len(body)]
    made = application(0)
    done = exchange(made, b"\r\n".join(lines) + b"\r\n\r\n" + body)
    assert done.transport.statuses() == [200] and threads.seen["decoded"] == {"validation"}


def test_a_long_request_is_logged_as_a_short_one_is(caplog: pytest.LogCaptureFixture) -> None:
    made = application(0)
    made.data_plane.reply = RequestLog(made.data_plane).reply  # type: ignore[method-assign]
    with caplog.at_level(logging.INFO, "thermodynamo.requests"):
        exchange(made, sent("PutItem", PUT))
    assert any(record.getMessage().startswith("PutItem pages pk=p,sk=s") for record in caplog.records), caplog.text


BATCH = {"RequestItems": {"pages": [{"PutRequest": {"Item": {**FITS, "sk": {"S": each}}}} for each in "abc"]}}
TRANSACTION = {"TransactItems": [{"Put": PUT}], "ClientRequestToken": "token"}
UPDATE = {
    "TableName": "pages",
    "Key": KEY,
    "UpdateExpression": "SET a = :a",
    "ExpressionAttributeValues": {":a": {"L": [{"NULL": True}] * 100_000}},
}
REFUSED = {"TableName": "pages", "Item": TOO_LARGE}


@pytest.mark.parametrize("way", ["alone", "logged", "recorded", "meets a fault"])
@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("PutItem", PUT),
        ("PutItem", {**PUT, "ConditionExpression": " AND ".join(["NOT contains(a, pk)"] * 40)}),
        ("PutItem", REFUSED),
        ("PutItem", {"TableName": "none", "Item": FITS}),
        ("BatchWriteItem", BATCH),
        ("TransactWriteItems", TRANSACTION),
        ("UpdateItem", UPDATE),
    ],
)
def test_nothing_else_refers_to_a_request_that_is_answered_and_a_thread_lets_it_go(
    operation: str, request_: dict[str, Any], way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its values would be freed in the loop, all at once, if something did."""
    made = application(0)
    if way == "recorded":
        made = build(Config(capacity="observe", record=str(tmp_path / "trace.jsonl")))
        made.service.caller = Caller(ACCOUNT, "us-east-1")
        call(made, "CreateTable", DEFINITION)
    elif way == "logged":
        made.data_plane.reply = RequestLog(made.data_plane).reply  # type: ignore[method-assign]
    elif way == "meets a fault":
        rule(made, delay_ms=1)
    call(made, "PutItem", PUT)
    let_go: list[tuple[str, int]] = []

    def watched(values: list[object]) -> None:
        request, *others = values
        values[:] = [request]
        del request
        letting_go.let_go(others)
        let_go.append((threading.current_thread().name, sys.getrefcount(values[0])))
        letting_go.let_go(values)

    monkeypatch.setattr("thermodynamo.server.data_plane.let_go", watched)
    exchange(made, sent(operation, request_))
    # The list and the argument refer to it, once what was compiled of it is gone.
    assert let_go == [("validation", 2)]


def test_what_is_no_json_meets_no_fault_and_is_parsed_once(threads: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    made = application(0)
    rule(made, error="InternalServerError")
    parsed: list[int] = []
    inner = orjson.loads

    def counted(text: bytes) -> Any:
        parsed.append(len(text))
        return inner(text)

    monkeypatch.setattr("thermodynamo.server.data_plane.orjson.loads", counted)
    connection = exchange(made, sent("PutItem", PUT)[:-1] + b"!")
    assert connection.transport.statuses() == [400] and b"SerializationException" in connection.transport.written
    assert threads.seen["loads"] == {"validation"} and 0 in parsed


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("PutItem", {"TableName": "t" * 3_000_000, "Item": {}}),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "pages", "Key": KEY}}] * 20_000}),
        ("CreateTable", {"TableName": "t" * 300_000, "BillingMode": "x" * 300_000, "KeySchema": []}),
    ],
)
def test_a_message_that_repeats_what_was_sent_has_a_bound(operation: str, request_: dict[str, Any]) -> None:
    with pytest.raises(errors.ApiError) as caught:
        NAMED[operation].check(request_)
    message = caught.value.message or ""
    assert len(message) == MESSAGE_CHARACTERS_MAX and "validation error" in message[:40]


def test_a_long_form_asks_for_no_action() -> None:
    action = b"Action=GetCallerIdentity&Version=2011-06-15"
    assert caller_identity.action_of(action) == "GetCallerIdentity"
    for form in (action + b"&a=b" * 100, action + b"&a=" + b"%41" * 30_000):
        with pytest.raises(errors.ApiError, match="Could not find operation"):
            caller_identity.action_of(form)
