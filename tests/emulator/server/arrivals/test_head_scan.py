"""The scan of heads: what it reads, the parser reads in the same way, and all else it leaves to the parser."""

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo.server.arrivals.head_scan import HeadScan

LINES = [
    b"Host: localhost",
    b"X-Amz-Target: DynamoDB_20120810.ListTables",
    b"Content-Type: application/x-amz-json-1.0",
    b"Connection: Keep-Alive",
    b"amz-sdk-invocation-id: 5f7f3b0e-6c5e-5c53-8f1a-2b1d0f1d7a11",
    b"X-Amz-Date: 20261121T000000Z",
]
ODD_LINES = [
    b"Content-Length: 2",
    b"content-length: 3",
    b"Content-Length: 02",
    b"Content-Length: +2",
    b"Content-Length: 2 ",
    b"Content-Length:2",
    b"Content-Length:  2",
    b"Content-Length: 2, 2",
    b"Content-Length: 99999999999999999999",
    b"Transfer-Encoding: chunked",
    b"Connection: close",
    b"Connection: upgrade",
    b"Upgrade: h2c",
    b"Expect: 100-continue",
    b"Content-Encoding: gzip",
    b" folded: x",
    b"\tfolded",
    b"no colon",
    b": no name",
    b"blank : x",
    b"x: a\x00b",
    b"x: a\x7fb",
    b"x: a\nContent-Length: 9",
    b"x: a\rb",
    b"x:",
    b"x: ",
    b"x: \xc3\xa9",
    b"x: a\tb",
    b"(x): y",
    b"POST / HTTP/1.1",
]
STARTS = [b"POST / HTTP/1.1"] * 8 + [
    b"POST /x HTTP/1.1",
    b"POST / HTTP/1.0",
    b"GET / HTTP/1.1",
    b"post / HTTP/1.1",
    b"POST  / HTTP/1.1",
    b"",
]
BODIES = [b"{}"] * 6 + [b"", b"{} ", b"{}POST / HTTP/1.1\r\n\r\n", b"\r\n"]


class Parsed:
    """What the parser makes of one request."""

    def __init__(self, data: bytes) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.url = b""
        self.completed = 0
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.completed += 1


def request(lines: list[bytes], body: bytes = b"{}", start: bytes = b"POST / HTTP/1.1") -> bytes:
    return b"\r\n".join([start, *lines]) + b"\r\n\r\n" + body


HEADS = st.lists(
    st.one_of(st.sampled_from(LINES), st.sampled_from([b"Content-Length: 2"]), st.sampled_from(ODD_LINES)),
    max_size=6,
)
REQUESTS = st.builds(request, HEADS, st.sampled_from(BODIES), st.sampled_from(STARTS))


@given(st.lists(REQUESTS, min_size=1, max_size=6))
def test_what_is_read_is_what_the_parser_reads(requests: list[bytes]) -> None:
    scan = HeadScan()
    for data in requests:
        body = scan.read(data)
        if body is None:
            continue
        parsed = Parsed(data)
        assert (parsed.url, parsed.parser.get_method(), parsed.completed) == (b"/", b"POST", 1)
        assert (scan.headers, body) == (parsed.headers, parsed.body)
        assert parsed.parser.should_keep_alive() and parsed.parser.get_http_version() == "1.1"
        assert not parsed.parser.should_upgrade()


@given(st.lists(st.permutations([*LINES, b"Content-Length: 2"]), min_size=1, max_size=4))
def test_what_sdks_send_is_read_whatever_came_before(heads: list[list[bytes]]) -> None:
    scan = HeadScan()
    for lines in heads:
        assert scan.read(request(lines)) == b"{}"
        assert scan.headers == Parsed(request(lines)).headers


def test_the_headers_of_an_earlier_request_stay_as_they_were() -> None:
    scan = HeadScan()
    assert scan.read(request([b"X-Amz-Date: 1", b"Content-Length: 2"])) == b"{}"
    earlier = scan.headers
    assert scan.read(request([b"X-Amz-Date: 2", b"Content-Length: 2"])) == b"{}"
    assert (earlier[0], scan.headers[0]) == ((b"x-amz-date", b"1"), (b"x-amz-date", b"2"))


@pytest.mark.parametrize("line", [*ODD_LINES[1:4], *ODD_LINES[5:25], b"(x): y"])
def test_an_odd_line_is_left_to_the_parser(line: bytes) -> None:
    scan = HeadScan()
    assert scan.read(request([*LINES, b"Content-Length: 2"])) == b"{}"
    assert scan.read(request([*LINES, b"Content-Length: 2", line])) is None
    assert scan.read(request([line, *LINES[1:], b"Content-Length: 2"])) is None


@pytest.mark.parametrize("data", [b"", b"POST / HTTP/1.1\r\n", request([b"Content-Length: 2"], b"{")])
def test_a_piece_of_a_request_is_left_to_the_parser(data: bytes) -> None:
    assert HeadScan().read(data) is None


def test_a_long_head_is_left_to_the_parser() -> None:
    assert HeadScan().read(request([b"x: " + b"y" * 8_192, b"Content-Length: 2"])) is None
