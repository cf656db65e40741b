"""Who may call the admin API: each way in which a page could, and each way in which a program does."""

import http.client
import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Endpoint
from thermodynamo.admin.guard import Guard, check_type, host_name
from thermodynamo.admin.problem import Problem
from thermodynamo.settings.config import Config
from thermodynamo.testing.server_clock import ClockError, ServerClock

JSON = {"Content-Type": "application/json"}
ADVANCE = b'{"advance": 90000}'


@pytest.fixture(scope="module")
def guarded(start_server: Callable[..., Endpoint]) -> Endpoint:
    return start_server("--clock", "virtual", "--admin-hosts", "tools.example, dynamodb")


def ask(
    server: Endpoint, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, Any]:
    server.url()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text.startswith(b"{") else text
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("headers", "reason", "setting"),
    [
        ({**JSON, "Origin": "http://other.example"}, "a page of http://other.example", "--admin-hosts"),
        ({**JSON, "Origin": "null"}, "a page of null", "--admin-hosts"),
        ({**JSON, "Origin": "http://localhost:1"}, "a page of http://localhost:1", "--admin-hosts"),
        ({**JSON, "Origin": "http://tools.example.evil.example"}, "a page of", "--admin-hosts"),
        ({**JSON, "Sec-Fetch-Site": "cross-site"}, "Sec-Fetch-Site: cross-site", "--admin-hosts"),
        ({**JSON, "Sec-Fetch-Site": "same-site"}, "Sec-Fetch-Site: same-site", "--admin-hosts"),
        ({**JSON, "Host": "other.example"}, "the Host other.example is not this server's", "--admin-hosts"),
        ({**JSON, "Host": "localhost@other.example"}, "the Host", "--admin-hosts"),
        ({**JSON, "Host": "localhost.other.example:8000"}, "the Host", "--admin-hosts"),
        ({**JSON, "Host": "192.0.2.1"}, "the Host 192.0.2.1", "--admin-hosts"),
        ({**JSON, "Host": ""}, "the Host", "--admin-hosts"),
        ({"Content-Type": "text/plain"}, "not text/plain", "application/json"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "application/json", "curl"),
        ({"Content-Type": "multipart/form-data; boundary=application/json"}, "application/json", "curl"),
        ({"Content-Type": ""}, "application/json", "curl"),
        ({}, "this has none", "curl"),
    ],
)
def test_what_a_page_could_send_changes_nothing(
    guarded: Endpoint, headers: dict[str, str], reason: str, setting: str
) -> None:
    before = ask(guarded, "GET", "/_admin/clock", {})[1]["now"]
    status, reply = ask(guarded, "POST", "/_admin/clock", headers, ADVANCE)
    assert status == 403 and reason in reply["error"] and setting in reply["hint"]
    assert ask(guarded, "GET", "/_admin/clock", {})[1]["now"] == before


@pytest.mark.parametrize("path", ["/_admin", "/_admin/health", "/_admin/clock", "/_admin/heat", "/_admin/none"])
@pytest.mark.parametrize("name", ["Host", "Origin", "Sec-Fetch-Site"])
def test_no_page_of_another_origin_reads_either(guarded: Endpoint, path: str, name: str) -> None:
    foreign = {"Host": "other.example", "Origin": "https://other.example", "Sec-Fetch-Site": "cross-site"}
    for method in ("GET", "OPTIONS", "DELETE"):
        assert ask(guarded, method, path, {name: foreign[name]})[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost"},
        {"Host": "LOCALHOST.:8000"},
        {"Host": "127.0.0.1:9000"},
        {"Host": "[::1]:8000"},
        {"Host": "dynamodb:8000"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Host": "localhost:8000", "Origin": "http://localhost:8000"},
        {"Host": "tools.example", "Origin": "https://tools.example"},
        {"Origin": "https://tools.example:3000", "Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "application/json; charset=utf-8"},
        {"Content-Type": "application/merge-patch+json"},
    ],
)
def test_programs_and_pages_of_this_server_may_change_it(guarded: Endpoint, headers: dict[str, str]) -> None:
    before = ask(guarded, "GET", "/_admin/clock", {})[1]["now"]
    status, reply = ask(guarded, "POST", "/_admin/clock", {**JSON, **headers}, b'{"advance": 1}')
    assert (status, reply.get("now")) == (200, before + 1)


def test_rules_are_removed_without_a_content_type(guarded: Endpoint) -> None:
    assert ask(guarded, "DELETE", "/_admin/faults", {}) == (200, {"faults": []})
    assert ask(guarded, "DELETE", "/_admin/faults", {"Content-Type": "text/plain"})[0] == 403


def test_the_address_that_a_client_reached_is_the_server_s_own() -> None:
    guard = Guard(None, Config())  # type: ignore[arg-type]
    scope = {"method": "GET", "headers": [(b"host", b"172.17.0.2:8000")], "server": ("172.17.0.2", 8000)}
    guard.check(scope)
    with pytest.raises(Problem, match=r"172\.17\.0\.2"):
        guard.check({**scope, "server": ("172.17.0.3", 8000)})
    guard.check({**scope, "headers": []})
    with pytest.raises(Problem):
        guard.check({**scope, "headers": [(b"host", b"localhost"), (b"host", b"other.example")]})


def test_the_api_can_be_off(start_server: Callable[..., Endpoint]) -> None:
    server = start_server("--admin", "off")
    for path in ("/_admin", "/_admin/health", "/_admin/clock"):
        status, reply = ask(server, "GET", path, {})
        assert status == 404 and "--admin on" in reply["hint"]
    assert ask(server, "GET", "/", {})[0] == 200


def test_a_token_is_asked_for(start_server: Callable[..., Endpoint], monkeypatch: pytest.MonkeyPatch) -> None:
    server = start_server("--admin-token", "secret-1")
    for given in ({}, {"Authorization": "Bearer secret-2"}, {"Authorization": "secret-1"}):
        status, reply = ask(server, "GET", "/_admin/clock", given)
        assert status == 401 and "--admin-token" in reply["hint"] and "secret" not in reply["hint"]
    token = {"Authorization": "Bearer secret-1"}
    assert ask(server, "GET", "/_admin/clock", token)[0] == 200
    assert ask(server, "GET", "/_admin/clock", {**token, "Origin": "http://other.example"})[0] == 403
    with pytest.raises(ClockError):
        ServerClock(server.url()).now()
    assert ServerClock(server.url(), "secret-1").now()
    monkeypatch.setenv("THERMODYNAMO_ADMIN_TOKEN", "secret-1")
    assert ServerClock(server.url()).advance(1)


def test_a_body_over_a_megabyte_is_not_read_on(guarded: Endpoint) -> None:
    status, reply = ask(guarded, "POST", "/_admin/clock", JSON, b'{"advance": 0}' + b" " * (1024 * 1024 - 14))
    assert status == 200
    status, reply = ask(guarded, "POST", "/_admin/faults", JSON, b" " * (1024 * 1024 + 1))
    assert status == 413 and "1048576" in reply["error"]


def test_the_data_plane_is_open_to_every_page(guarded: Endpoint) -> None:
    asked = urllib.request.Request(guarded.url(), headers={"Origin": "http://other.example", "Host": "other.example"})
    with urllib.request.urlopen(asked, timeout=10) as reply:
        assert reply.status == 200


@pytest.mark.parametrize(
    ("authority", "name"),
    [("A.b:1", "a.b"), ("[::1]", "::1"), ("a:b", None), ("", None), ("a/b", None), ("a b", None), ("u@a", None)],
)
def test_the_host_of_an_authority(authority: str, name: str | None) -> None:
    assert host_name(authority) == name


def test_a_second_content_type_does_not_hide_the_first() -> None:
    with pytest.raises(Problem):
        check_type("POST", ["application/json", "text/plain"])
