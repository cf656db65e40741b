"""Server-sent events over HTTP, the report they begin with, and the console's files."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from tests.conftest import Endpoint

SIMPLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}


def get(server: Endpoint, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    server.url()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def events(server: Endpoint, query: str) -> Iterator[tuple[str, Any]]:
    """The events of one connection, as they come."""
    server.url()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", f"/_admin/events?{query}")
    reply = connection.getresponse()
    assert reply.status == 200 and reply.getheader("Content-Type", "").startswith("text/event-stream")
    try:
        name = ""
        while line := reply.readline().decode():
            kind, _, text = line.rstrip("\n").partition(": ")
            if kind == "event":
                name = text
            elif kind == "data":
                yield name, json.loads(text)
    finally:
        connection.close()


def client(server: Endpoint, account: str) -> Any:
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "local"}
    return boto3.client("dynamodb", endpoint_url=server.url(), region_name="us-east-1", **keys)


def first(found: Iterator[tuple[str, Any]], wanted: Callable[[str, Any], bool]) -> Any:
    return next(data for name, data in found if wanted(name, data))


def test_each_topic_is_told_of_what_happens(server: Endpoint) -> None:
    account = server.new_account()
    dynamodb = client(server, account)
    dynamodb.create_table(TableName="events", **SIMPLE)
    here = f"{account}/us-east-1"
    found = events(server, f"topic={here}&topic={here}/events&topic={here}/none")
    assert next(found)[0] == "clock"
    first(found, lambda name, data: name == "heat" and data["topic"] == f"{here}/events")
    dynamodb.put_item(TableName="events", Item={"pk": {"S": "a"}})
    tables = first(found, lambda name, data: name == "tables" and any(line["items"] for line in data["lines"]))
    (line,) = tables["lines"]
    assert (line["table"], line["index"], line["items"], line["partitions"]) == ("events", None, 1, 4)
    heat = first(found, lambda name, data: name == "heat" and data.get("lines"))
    ((_, _, writes, refusals),) = heat["lines"]
    assert sum(writes) == 1 and not any(refusals) and heat["until"] - heat["from"] == len(writes)
    assert first(found, lambda name, data: data["topic"].endswith("/none"))["layout"] is None
    dynamodb.delete_table(TableName="events")
    assert first(found, lambda name, data: name == "tables" and data["removed"])["removed"] == [["events", None]]


def test_an_idle_table_is_told_of_once(server: Endpoint) -> None:
    account = server.new_account()
    client(server, account).create_table(TableName="idle", **SIMPLE)
    found = events(server, f"topic={account}/us-east-1")
    told = [first(found, lambda name, data: name == "tables") for _ in range(2)]
    assert [each["table"] for each in told[0]["lines"]] == ["idle"]


@pytest.mark.parametrize("query", ["", "topic=", "topic=1/us-east-1", "topic=a/b/c/d/e", "&".join(["topic=x/y"] * 40)])
def test_what_is_no_topic_is_refused(server: Endpoint, query: str) -> None:
    status, _, body = get(server, f"/_admin/events?{query}")
    assert status == 400 and set(json.loads(body)) == {"error", "hint"}


def test_a_listener_that_does_not_read_holds_nothing_up(server: Endpoint) -> None:
    server.url()
    account = server.new_account()
    with socket.create_connection(("127.0.0.1", server.port)) as silent:
        silent.sendall(f"GET /_admin/events?topic={account}/us-east-1 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        client(server, account).create_table(TableName="events", **SIMPLE)
        found = events(server, f"topic={account}/us-east-1")
        assert first(found, lambda name, data: name == "tables" and bool(data["lines"]))


def test_the_overview_names_the_namespaces_that_have_tables(server: Endpoint) -> None:
    account = server.new_account()
    client(server, account).create_table(TableName="here", **SIMPLE)
    status, _, body = get(server, "/_admin/overview?account=111111111111&region=eu-north-1")
    report = json.loads(body)
    assert status == 200 and report["lines"] == []
    assert {"account": account, "region": "us-east-1", "tables": 1} in report["namespaces"]
    _, _, body = get(server, f"/_admin/overview?account={account}&region=us-east-1")
    (line,) = json.loads(body)["lines"]
    assert line["diagnosis"] == "idle" and line["limits"]["write"]["units_per_second"] == 4_000


def test_the_console_is_served_under_its_policy(server: Endpoint) -> None:
    status, headers, body = get(server, "/_admin/console/")
    assert status == 200 and b"<!doctype html>" in body
    policy = headers["content-security-policy"]
    for wanted in ("default-src 'none'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"):
        assert wanted in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    status, headers, _ = get(server, "/_admin/console/main.js")
    assert status == 200 and headers["content-type"].startswith("text/javascript")
    assert headers["content-security-policy"] == policy
    assert get(server, "/_admin/console")[0] == 308
    for path in ("/_admin/console/../application.py", "/_admin/console/%2e%2e/application.py", "/_admin/console/none"):
        assert get(server, path)[0] == 404


def test_a_link_on_another_site_leads_to_the_console_but_to_no_report(server: Endpoint) -> None:
    linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert get(server, "/_admin/console/", linked)[0] == 200
    assert get(server, "/_admin/overview", linked)[0] == 403
    assert get(server, "/_admin/consoles", linked)[0] == 403
    assert get(server, "/_admin/console/", {"Host": "other.example"})[0] == 403


def test_the_console_asks_for_the_token_itself(start_server: Callable[..., Endpoint]) -> None:
    guarded = start_server("--admin-token", "secret")
    assert get(guarded, "/_admin/console/")[0] == 200
    assert get(guarded, "/_admin/overview")[0] == 401
    assert get(guarded, "/_admin/overview", {"Authorization": "Bearer secret"})[0] == 200


def test_the_console_is_off_with_the_admin_api(start_server: Callable[..., Endpoint]) -> None:
    assert get(start_server("--admin", "off"), "/_admin/console/")[0] == 404


def test_the_lag_of_an_index_is_told(server: Endpoint) -> None:
    account = server.new_account()
    dynamodb = client(server, account)
    index = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}]}
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")]
    dynamodb.create_table(
        TableName="lagging",
        **{**SIMPLE, "AttributeDefinitions": attributes},
        GlobalSecondaryIndexes=[{**index, "Projection": {"ProjectionType": "ALL"}}],
    )
    here = f"account={account}&region=us-east-1"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    path = f"/_admin/tables/lagging/indexes/by-g?{here}"
    connection.request("POST", path, b'{"delay_seconds": 3600}', {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    connection.close()
    found = events(server, f"topic={account}/us-east-1/lagging/by-g")
    dynamodb.put_item(TableName="lagging", Item={"pk": {"S": "a"}, "g": {"S": "b"}})
    heat = first(found, lambda name, data: name == "heat" and data["pending_changes"])
    assert heat["pending_changes"] == 1 and heat["lag_seconds"] >= 0
    lines = json.loads(get(server, f"/_admin/overview?{here}")[2])["lines"]
    assert [line["pending_changes"] for line in lines] == [0, 1]
