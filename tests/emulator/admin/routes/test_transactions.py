"""How long transactions hold their items can be set while the server runs."""

from typing import Any

from tests.conftest import Endpoint
from tests.emulator.admin.routes.asking import admin


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
    _, body = admin(server, path, {"hold_seconds": -1e308})
    assert body["error"].startswith("hold_seconds is -1e308: it must be a number of seconds from 0 on, or a range")
    assert admin(server, path, {"hold_seconds": 0}) == (200, {"hold_seconds": [0.0, 0.0]})
