"""What a browser needs in order to let a page talk to the server, in the order in which it asks."""

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from thermodynamo.api import errors, messages
from thermodynamo.api.slices import finish
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.faults.plan import Outcome
from thermodynamo.server.application import build
from thermodynamo.settings.config import Config

PAGE = "https://app.example"
SDK_HEADERS = (
    "amz-sdk-invocation-id,amz-sdk-request,authorization,content-type,x-amz-date,x-amz-target,x-amz-user-agent"
)
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=abc",
    "X-Amz-Date": "20261121T000000Z",
    "X-Amz-Target": "DynamoDB_20120810.DescribeLimits",
    "Content-Type": "application/x-amz-json-1.0",
}


@pytest.fixture
def connection(endpoint: str) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=120)
    yield made
    made.close()


def ask(connection: http.client.HTTPConnection, method: str, headers: dict[str, str], path: str = "/") -> Any:
    connection.request(method, path, b"{}" if method == "POST" else None, headers)
    reply = connection.getresponse()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()


def test_a_preflight_allows_every_header_that_it_asks_for(connection: http.client.HTTPConnection) -> None:
    wish = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": SDK_HEADERS}
    status, headers, body = ask(connection, "OPTIONS", wish)
    assert (status, body) == (200, b"")
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-methods"] == "POST"
    assert headers["access-control-allow-headers"] == SDK_HEADERS


@pytest.mark.parametrize("target", ["DynamoDB_20120810.DescribeLimits", "DynamoDB_20120810.NoSuchOperation"])
def test_a_page_may_read_answers_and_errors_but_not_their_checksum(
    connection: http.client.HTTPConnection, target: str
) -> None:
    _, headers, body = ask(connection, "POST", {**SIGNED, "X-Amz-Target": target, "Origin": PAGE})
    assert json.loads(body)
    assert headers["access-control-allow-origin"] == "*"
    assert "x-amz-crc32" in headers and "x-amz-crc32" not in headers["access-control-expose-headers"]


def test_only_pages_are_told_what_pages_may_do(connection: http.client.HTTPConnection) -> None:
    status, headers, _ = ask(connection, "POST", SIGNED)
    assert status == 200 and not [name for name in headers if name.startswith("access-control")]
    for method in ("OPTIONS", "GET"):
        _, headers, _ = ask(connection, method, {})
        assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
def test_a_page_needs_only_an_origin(connection: http.client.HTTPConnection, method: str) -> None:
    status, headers, body = ask(connection, method, {"Origin": PAGE})
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    assert body.startswith(b"healthy") == (method == "GET")
    assert ask(connection, method, {"Origin": PAGE}, "/other")[0] == 404


def test_the_admin_api_is_closed_to_pages(connection: http.client.HTTPConnection) -> None:
    for method in ("OPTIONS", "GET"):
        wish = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
        _, headers, _ = ask(connection, method, wish, "/_admin/clock")
        assert not [name for name in headers if name.startswith("access-control")]


def test_a_page_may_read_the_error_of_a_fault() -> None:
    plane = build(Config()).data_plane
    outcome = Outcome(error=errors.internal_server_error(messages.INTERNAL_FAILURE))
    signed = [(name.lower().encode(), value.encode()) for name, value in SIGNED.items()]
    for headers, is_shared in (([*signed, (b"origin", PAGE.encode())], True), (signed, False)):
        status, head, _ = finish(plane.reply(headers, b"", b"{}", FaultedCall(outcome).perform))
        assert (status, b"\r\naccess-control-allow-origin: *\r\n" in head) == (500, is_shared)
