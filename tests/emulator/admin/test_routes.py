"""The list of routes: every route has its line, and every line its route."""

import http.client
import json
from collections.abc import Callable

from tests.conftest import Endpoint
from thermodynamo.admin.application import MEANINGS


def read(server: Endpoint, path: str, accept: str) -> tuple[int, str]:
    server.url()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers={"Accept": accept})
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, text


def test_the_root_lists_every_route(start_server: Callable[..., Endpoint]) -> None:
    server = start_server("--clock", "virtual")
    for path in ("/_admin", "/_admin/"):
        status, text = read(server, path, "application/json")
        if status == 307:
            continue  # A client that follows it gets the list.
        routes = json.loads(text)["routes"]
        assert status == 200 and [route["path"] for route in routes] == sorted(MEANINGS)
        assert {route["path"]: route["methods"] for route in routes}["/_admin/faults"] == "DELETE, GET, POST"
    status, text = read(server, "/_admin", "text/plain")
    assert status == 200 and len(text.splitlines()) == len(MEANINGS) + 1


def test_what_is_not_there_leads_to_the_list(start_server: Callable[..., Endpoint]) -> None:
    status, text = read(start_server("--clock", "virtual"), "/_admin/none", "application/json")
    assert status == 404 and "GET /_admin lists" in json.loads(text)["hint"]


def test_messages_show_values_as_json(start_server: Callable[..., Endpoint]) -> None:
    server = start_server("--clock", "virtual")
    server.url()
    for path, body, words in (
        ("clock", '{"advance": true}', "advance is true"),
        ("clock", '{"rate": null}', "rate is null"),
        ("clock", '{"set": 1e308}', "set is 1e308"),
        ("faults", '{"operation": "PutItem", "delay_ms": 1e308}', "delay_ms is 1e308"),
        ("snapshots", '{"name": true}', "name is true"),
        ("snapshots", '{"name": "a", "replace": null}', "replace is null"),
        ("fork", '{"from": 1e308, "to": {}}', "from is 1e308"),
        ("seed", '{"definition": null}', "definition is null"),
        ("faults", '{"operation": false}', "operation is false"),
        ("faults", '{"é\\u0001": 1}', 'unknown member "é\\u0001"'),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("POST", f"/_admin/{path}", body.encode(), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        assert reply.status == 400
        assert words in json.loads(reply.read())["error"]
        connection.close()
