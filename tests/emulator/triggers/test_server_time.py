"""What a trigger takes as the server's time."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from thermodynamo.testing.server_clock import ServerClock
from thermodynamo.triggers.server_time import server_time


class Answering(BaseHTTPRequestHandler):
    """Answers each request with what its server has as `answer`."""

    def do_GET(self) -> None:
        status, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keeps the test's output to itself."""


@pytest.fixture
def other() -> Iterator[HTTPServer]:
    """A server that is not this project's."""
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_the_time_of_the_servers_clock(endpoint: str) -> None:
    before = ServerClock(endpoint).now()
    assert before <= server_time(endpoint + "/") <= ServerClock(endpoint).now()


@pytest.mark.parametrize(
    "answer", [(404, b""), (200, b"<html>"), (200, b"{}"), (200, b'{"now": null}'), (200, b'{"now": "noon"}')]
)
def test_it_is_this_machines_where_the_server_does_not_tell(other: HTTPServer, answer: tuple[int, bytes]) -> None:
    other.answer = answer  # type: ignore[attr-defined]
    before = time.time()
    assert before <= server_time(f"http://127.0.0.1:{other.server_port}") <= time.time()


def test_it_is_this_machines_where_no_server_answers() -> None:
    with HTTPServer(("127.0.0.1", 0), Answering) as gone:
        port = gone.server_port
    before = time.time()
    assert before <= server_time(f"http://127.0.0.1:{port}") <= time.time()
