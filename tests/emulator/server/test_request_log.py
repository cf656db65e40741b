"""The log of requests: a line for each, whatever it is, and none unless it is asked for."""

import json
import logging
import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.access import signing
from tests.access.world import EVERYTHING, policy, user
from tests.golden.wire import headers_of
from thermodynamo.api.slices import finish
from thermodynamo.server.application import build
from thermodynamo.settings.config import Config

ACCOUNT = "123456789012"
TABLE = {
    "TableName": "votes",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "poll", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "poll", "AttributeType": "S"}],
}
ITEM = {"x": {"S": "x" * 2_000}, "poll": {"S": "best\nsong"}}
KEY = {"poll": {"S": "b"}}
STATEMENT = "SELECT * FROM votes WHERE poll = 'b'"
OTHERS = [{"PutRequest": {"Item": {"poll": {"S": each}}}} for each in "abc"]


@pytest.mark.parametrize(
    ("operation", "body", "line"),
    [
        ("PutItem", {"TableName": "votes", "Item": ITEM}, r"PutItem votes poll=best\\nsong 2 WCU 200"),
        ("GetItem", {"TableName": "votes", "Key": KEY}, "GetItem votes poll=b 0.5 RCU 200"),
        ("GetItem", {"TableName": "votes", "Key": KEY, "ConsistentRead": True}, "GetItem votes poll=b 1 RCU 200"),
        ("Scan", {"TableName": "votes"}, "Scan votes - 2.5 RCU 200"),
        ("BatchWriteItem", {"RequestItems": {"votes": OTHERS}}, r"BatchWriteItem votes poll=a\(\+2\) 3 WCU 200"),
        ("ListTables", {}, "ListTables - - - 200"),
        ("GetItem", {"TableName": "none", "Key": KEY}, "GetItem none poll=b - 400 ResourceNotFoundException"),
        ("PutItem", {"TableName": "votes", "Item": {}}, "PutItem votes - - 400 ValidationException"),
        ("Fly", {}, "Fly - - - 400 UnknownOperationException"),
        ("PutItem", [], "PutItem - - - 400 SerializationException"),
        ("DeleteTable", {"TableName": "votes"}, "DeleteTable votes - - 200"),
        ("ExecuteStatement", {"Statement": STATEMENT}, "ExecuteStatement votes poll=b 1 RCU 200"),
    ],
)
def test_each_request_has_a_line(operation: str, body: Any, line: str, caplog: pytest.LogCaptureFixture) -> None:
    plane = build(Config(log="requests")).data_plane

    def ask(operation: str, body: Any) -> int:
        given = [(name.lower().encode(), value.encode()) for name, value in headers_of(operation, ACCOUNT).items()]
        return finish(plane.reply(given, b"", json.dumps(body).encode()))[0]

    assert ask("CreateTable", TABLE) == 200
    if operation in ("Scan", "ExecuteStatement"):
        assert ask("PutItem", {"TableName": "votes", "Item": {**ITEM, **KEY, "y": {"S": "y" * 6_000}}}) == 200
    caplog.clear()
    ask(operation, body)
    lines = [record.getMessage() for record in caplog.records if record.name == "thermodynamo.requests"]
    assert len(lines) == 1
    assert re.fullmatch(line + r".* [0-9]+\.[0-9] ms", lines[0]), lines[0]


def test_nothing_is_logged_unless_it_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    plane = build(Config()).data_plane
    given = [(name.lower().encode(), value.encode()) for name, value in headers_of("ListTables", ACCOUNT).items()]
    assert finish(plane.reply(given, b"", b"{}"))[0] == 200
    assert not caplog.records and "reply" not in vars(plane)


def test_a_body_that_is_no_json_has_a_line_too(caplog: pytest.LogCaptureFixture) -> None:
    plane = build(Config(log="requests")).data_plane
    for given in ([], [(b"content-type", b"application/json"), (b"x-amz-target", b"\x1b[2J.x\n")]):
        assert finish(plane.reply(given, b"", b"{"))[0] in (400, 404)
    assert [record.getMessage().split(" ")[0] for record in caplog.records] == ["-", "x\\n"]


def test_who_may_call_is_asked_with_a_log_as_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "access.json"
    path.write_text(json.dumps({"callers": {"alice": user("alice", "all")}, "policies": {"all": policy(EVERYTHING)}}))
    plane = build(Config(log="requests", access="enforce", access_file=str(path))).data_plane
    statuses = []
    for secret in ("secret-of-alice", "wrong"):
        request = signing.request_of(b"{}", "DynamoDB_20120810.ListTables")
        headers = signing.by_header("AKIDALICE", secret, at=time.time(), request=request)
        statuses.append(finish(plane.reply(headers, b"", b"{}"))[0])
    assert statuses == [200, 400]
    lines = [record.getMessage() for record in caplog.records if record.name == "thermodynamo.requests"]
    assert lines[0].startswith("ListTables - - - 200 ")
    assert lines[1].startswith("ListTables - - - 400 InvalidSignatureException ")
