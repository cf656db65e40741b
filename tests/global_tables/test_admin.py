"""`/_admin/replication`: the lag between two regions, and regions cut off and joined again."""

import http.client
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Endpoint
from tests.golden.wire import Wire

TABLE = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}
ACCOUNT = "000000000000"


@pytest.fixture
def server(start_server: Callable[..., Endpoint]) -> Endpoint:
    return start_server("--clock", "virtual")


def admin(server: Endpoint, body: Any = None) -> tuple[int, Any]:
    server.url()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    data = json.dumps(body).encode() if body is not None else None
    method = "GET" if body is None else "POST"
    connection.request(method, "/_admin/replication", data, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    status, found = reply.status, json.loads(reply.read())
    connection.close()
    return status, found


def test_a_region_is_cut_off_and_joined_again(server: Endpoint) -> None:
    wire = Wire(server.url())
    wire.call("CreateTable", TABLE, ACCOUNT)
    update = {"TableName": "Music", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}
    assert wire.call("UpdateTable", update, ACCOUNT).status == 200
    status, found = admin(server, {"region": "eu-west-1", "is_cut": True})
    assert status == 200 and [link["is_cut"] for link in found["links"]] == [True, True]
    wire.call("PutItem", {"TableName": "Music", "Item": {"id": {"S": "a"}}}, ACCOUNT)
    get = {"TableName": "Music", "Key": {"id": {"S": "a"}}}
    assert wire.call("GetItem", get, ACCOUNT, "eu-west-1").json() == {}
    pending = {(link["from"], link["to"]): link["pending_changes"] for link in admin(server)[1]["links"]}
    assert pending == {("us-east-1", "eu-west-1"): 1, ("eu-west-1", "us-east-1"): 0}
    admin(server, {"region": "eu-west-1", "is_cut": False})
    assert wire.call("GetItem", get, ACCOUNT, "eu-west-1").json() == {"Item": {"id": {"S": "a"}}}
    wire.close()


def test_what_was_written_before_a_cut_has_arrived(server: Endpoint) -> None:
    wire = Wire(server.url())
    wire.call("CreateTable", {**TABLE, "TableName": "Albums"}, ACCOUNT)
    update = {"TableName": "Albums", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}
    assert wire.call("UpdateTable", update, ACCOUNT).status == 200
    for number in range(20):
        key = {"id": {"S": str(number)}}
        wire.call("PutItem", {"TableName": "Albums", "Item": key}, ACCOUNT)
        _, found = admin(server, {"region": "eu-west-1", "is_cut": True})
        assert not any(link["pending_changes"] for link in found["links"])
        reply = wire.call("GetItem", {"TableName": "Albums", "Key": key}, ACCOUNT, "eu-west-1")
        assert reply.json() == {"Item": key}
        admin(server, {"region": "eu-west-1", "is_cut": False})
    wire.close()


def test_the_lag_of_one_way_is_set(server: Endpoint) -> None:
    way = {"from": "sa-east-1", "to": "ap-south-1"}
    status, found = admin(server, {**way, "lag_seconds": [0.5, 2.5]})
    link = {**way, "lag_seconds": [0.5, 2.5], "is_cut": False, "pending_changes": 0}
    assert status == 200 and link in found["links"]
    assert {**link, "is_cut": True} in admin(server, {**way, "is_cut": True})[1]["links"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"region": 1, "is_cut": True},
        {"region": "eu-west-1"},
        {"from": "a", "to": "a", "is_cut": True},
        {"from": "a", "to": "b", "lag_seconds": -1},
        {"from": "a", "to": "b", "lag_seconds": [2, 1]},
        {"from": "a", "to": "b", "lag_seconds": "1"},
        {"from": "a", "to": "b", "is_cut": 1},
        {"from": "a", "to": "b", "lag": 1},
    ],
)
def test_what_sets_nothing_is_refused_with_a_hint(server: Endpoint, body: Any) -> None:
    status, found = admin(server, body)
    assert status == 400 and "us-east-1" in found["hint"]
