"""The benchmarks of many connections and of many items find what they say is there."""

import json
from collections.abc import Callable

from bench import tails
from bench.client import Client
from bench.connections import idle_connections
from bench.items import ORDERS_PER_USER, TABLE, USERS, item
from bench.workload import get_requests, prepare
from tests.conftest import Endpoint


def test_idle_connections_are_open_and_have_been_answered(start_server: Callable[..., Endpoint]) -> None:
    endpoint = start_server("--capacity", "off")
    endpoint.url()
    client = Client("127.0.0.1", endpoint.port)
    prepare(client)
    body = json.dumps(get_requests(client)[0]).encode()
    opened = idle_connections("127.0.0.1", endpoint.port, body, 30)
    assert len({each.sock.getsockname() for each in opened if each.sock is not None}) == 30
    for each in opened:
        each.close()
    client.close()


def test_the_table_of_the_tails_has_the_items_of_further_users(start_server: Callable[..., Endpoint]) -> None:
    endpoint = start_server("--capacity", "off")
    endpoint.url()
    client = Client("127.0.0.1", endpoint.port)
    tails.fill(client, (USERS + 2) * ORDERS_PER_USER)
    wanted = item(USERS + 1, ORDERS_PER_USER - 1)
    found = client.call("GetItem", {"TableName": TABLE, "Key": {name: wanted[name] for name in ("PK", "SK")}})
    assert found["Item"] == wanted
    assert client.call("Scan", {"TableName": TABLE, "Select": "COUNT", "Limit": 1})["Count"] == 1
    client.close()
