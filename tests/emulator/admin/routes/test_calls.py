"""DynamoDB by way of the admin API: its replies and errors, faults, journals, callers and what the guard refuses."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Endpoint

Json = dict[str, Any]
ACCOUNT = "111122223333"
TABLE: Json = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
X, Y = ({"a": {"S": each}} for each in "xy")
OWN = {
    "Effect": "Allow",
    "Action": "dynamodb:*Item",
    "Resource": "*",
    "Condition": {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]},
        "IpAddress": {"aws:SourceIp": "127.0.0.1"},
        "StringLike": {"aws:UserAgent": "Python*"},
        "Bool": {"aws:SecureTransport": "false"},
    },
}
ACCESS = {
    "callers": {"tenant": {"arn": f"arn:aws:iam::{ACCOUNT}:user/x", "policies": ["own"]}},
    "policies": {"own": {"Version": "2012-10-17", "Statement": [OWN]}},
}


def ask(server: Endpoint, query: str, body: Any, **headers: str) -> tuple[int, Any]:
    url = f"{server.url()}/_admin/call?{query}"
    given = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, json.dumps(body).encode(), given)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def in_account(server: Endpoint, account: str) -> Callable[[str, Any], tuple[int, Any]]:
    return lambda operation, body: ask(server, f"operation={operation}&account={account}", body)


def test_replies_and_errors_are_those_of_the_service(server: Endpoint) -> None:
    account = server.new_account()
    call = in_account(server, account)
    assert call("CreateTable", TABLE)[1]["TableDescription"]["TableName"] == "Music"
    assert call("PutItem", {"TableName": "Music", "Item": X}) == (200, {})
    assert call("GetItem", {"TableName": "Music", "Key": X}) == (200, {"Item": X})
    assert in_account(server, server.new_account())("ListTables", {}) == (200, {"TableNames": []})
    status, body = call("GetItem", {"TableName": "None", "Key": X})
    assert (status, body["__type"].rpartition("#")[2]) == (400, "ResourceNotFoundException")
    malformed: tuple[Any, ...] = (3, [], {"TableName": 3}, None, "x")
    for wrong in malformed:
        status, body = call("GetItem", wrong)
        assert status == 400 and "__type" in body, wrong


def test_a_long_page_comes_whole(server: Endpoint) -> None:
    call = in_account(server, server.new_account())
    call("CreateTable", TABLE)
    for number in range(40):
        assert call("PutItem", {"TableName": "Music", "Item": {"a": {"S": f"{number}"}, "b": {"S": "x" * 20_000}}})
    contained = " AND ".join("NOT contains(b, :y)" for _ in range(100))
    names = {"FilterExpression": contained, "ExpressionAttributeValues": {":y": {"S": "y"}}}
    assert call("Scan", {"TableName": "Music", **names})[1]["Count"] == 40


def test_what_is_no_call_is_refused_by_the_admin_api(server: Endpoint) -> None:
    assert ask(server, "operation=Nothing", {})[0] == 404
    assert ask(server, "", {})[0] == 404
    assert ask(server, "operation=ListTables&account=1", {})[1]["error"] == 'account is "1"'
    assert ask(server, "operation=ListTables&caller=x", {})[1]["error"] == "access control is off"
    assert ask(server, "operation=ListTables", {}, Origin="https://a.example")[0] == 403
    assert ask(server, "operation=ListTables", {}, Host="a.example")[0] == 403
    assert ask(server, "operation=ListTables", {}, **{"Content-Type": "text/plain"})[0] == 403


def test_faults_befall_it(start_server: Callable[..., Endpoint]) -> None:
    server = start_server("--seed", "29")
    call = in_account(server, server.new_account())
    call("CreateTable", TABLE)

    def rule(**given: Any) -> None:
        body = json.dumps({"operation": "PutItem", "count": 1, **given}).encode()
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(
            urllib.request.Request(f"{server.url()}/_admin/faults", body, headers), timeout=60
        ).close()

    put = {"TableName": "Music", "Item": X}
    rule(error="InternalServerError")
    assert call("PutItem", put)[0] == 500
    for drop, there in (("before", {}), ("after", {"Item": X})):
        rule(drop=drop)
        assert call("PutItem", put)[1]["error"] == "a fault took the reply away"
        assert call("GetItem", {"TableName": "Music", "Key": X})[1] == there


@pytest.mark.parametrize("durability", ["process", "power"])
def test_what_was_answered_is_in_the_journal(tmp_path: Path, durability: str) -> None:
    flags = ("--data-dir", str(tmp_path), "--durability", durability)
    server = Endpoint(*flags)
    call = in_account(server, ACCOUNT)
    call("CreateTable", TABLE)
    call("PutItem", {"TableName": "Music", "Item": X})
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    again = Endpoint(*flags)
    try:
        assert in_account(again, ACCOUNT)("GetItem", {"TableName": "Music", "Key": X}) == (200, {"Item": X})
    finally:
        again.stop()


def test_a_caller_of_the_access_file_is_bound_by_its_policies(
    start_server: Callable[..., Endpoint], tmp_path: Path
) -> None:
    path = tmp_path / "access.json"
    path.write_text(json.dumps(ACCESS))
    server = start_server("--access", "enforce", "--access-file", str(path))
    call = in_account(server, ACCOUNT)
    assert call("CreateTable", TABLE)[0] == call("PutItem", {"TableName": "Music", "Item": Y})[0] == 200
    tenant = "operation={}&caller=tenant&account=000000000000".format
    assert ask(server, tenant("PutItem"), {"TableName": "Music", "Item": X}) == (200, {})
    status, body = ask(server, tenant("GetItem"), {"TableName": "Music", "Key": Y})
    assert (status, body["__type"].rpartition("#")[2]) == (400, "AccessDeniedException")
    assert ask(server, tenant("Scan"), {"TableName": "Music"})[0] == 400
    assert ask(server, "operation=ListTables&caller=none", {})[1]["error"] == "there is no caller none"
    with urllib.request.urlopen(f"{server.url()}/_admin/access", timeout=60) as reply:
        denied = json.load(reply)["denied"]
    assert sorted(each["operation"] for each in denied) == ["GetItem", "Scan"]
