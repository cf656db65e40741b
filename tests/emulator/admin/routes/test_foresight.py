"""The report that is sent to a server, and what the server shows of it."""

import http.client
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import Endpoint

REPORT = {
    "trace": {"file": "x", "events": 0, "accesses": 0, "bad_lines": 0, "first": None, "last": None},
    "scenarios": [],
}


def ask(
    server: Endpoint, method: str, path: str, body: Any = None, accept: str = "*/*"
) -> tuple[int, str, dict[str, str]]:
    server.url()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Accept": accept, "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, text, {name.lower(): value for name, value in reply.getheaders()}


def test_the_last_report_is_kept_and_shown(start_server: Callable[..., Endpoint]) -> None:
    server = start_server("--clock", "virtual", "--seed", "4")
    status, text, _ = ask(server, "GET", "/_admin/foresight")
    assert status == 404 and "--console" in json.loads(text)["hint"]
    assert ask(server, "POST", "/_admin/foresight", REPORT)[:2] == (200, '{"scenarios":[]}')
    assert json.loads(ask(server, "GET", "/_admin/foresight")[1]) == REPORT
    status, text, headers = ask(server, "GET", "/_admin/foresight", accept="text/html,*/*")
    assert status == 200 and text.startswith("<!DOCTYPE html>")
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_what_is_no_report_is_refused_and_the_last_one_stays(start_server: Callable[..., Endpoint]) -> None:
    server = start_server("--clock", "virtual", "--seed", "4")
    assert ask(server, "POST", "/_admin/foresight", REPORT)[0] == 200
    wrong = [
        {},
        [],
        7,
        None,
        {**REPORT, "scenarios": 3},
        {**REPORT, "scenarios": [{"name": "s"}]},
        {**REPORT, "trace": 1},
    ]
    for body in wrong:
        status, text, _ = ask(server, "POST", "/_admin/foresight", body if body is not None else [])
        assert status == 400 and "is no report" in json.loads(text)["error"], body
    assert json.loads(ask(server, "GET", "/_admin/foresight")[1]) == REPORT


def test_the_page_lies_beside_the_console(start_server: Callable[..., Endpoint]) -> None:
    server = start_server("--clock", "virtual", "--seed", "4")
    status, text, headers = ask(server, "GET", "/_admin/console/foresight/")
    assert status == 200 and "foresight.js" in text
    policy = headers["content-security-policy"]
    assert "frame-src blob:" in policy and "script-src 'self'" in policy and "style-src 'self' 'sha256-" in policy
    assert "sha256" not in ask(server, "GET", "/_admin/console/")[2]["content-security-policy"]
    folder = Path(__file__).parents[4] / "emulator" / "thermodynamo" / "admin" / "foresight"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 8 * 1024
