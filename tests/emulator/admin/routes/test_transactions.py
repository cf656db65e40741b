"""How long transactions hold their items can be set while the server runs."""

import json
import urllib.error
import urllib.request
from typing import Any

from tests.conftest import Endpoint


def admin(server: Endpoint, path: str, body: Any = None) -> tuple[int, Any]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{server.url()}/_admin/{path}", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_how_long_transactions_hold_is_set_for_a_namespace(server: Endpoint) -> None:
    account = server.new_account()
    path = f"transactions?account={account}&region=us-east-1"
    assert admin(server, path) == (200, {"hold_seconds": [0.0, 0.0]})
    assert admin(server, path, {"hold_seconds": [0.1, 2]}) == (200, {"hold_seconds": [0.1, 2.0]})
    assert admin(server, path) == (200, {"hold_seconds": [0.1, 2.0]})
    assert admin(server, f"transactions?account={server.new_account()}")[1] == {"hold_seconds": [0.0, 0.0]}
    refused: tuple[Any, ...] = ({"hold_seconds": [2, 1]}, {"hold_seconds": True}, {}, [], {"hold_seconds": -1})
    for wrong in refused:
        status, body = admin(server, path, wrong)
        assert status == 400 and body["error"].startswith("hold_seconds is"), wrong
    assert admin(server, path, {"hold_seconds": 0}) == (200, {"hold_seconds": [0.0, 0.0]})
