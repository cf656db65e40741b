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


WORDS = st.one_of(
    st.sampled_from([b"abc", b"4", b"0a-1b-", b"-", b"", b"a=b", b"x, y", b" 7", b"7 ", b"GetItem"]),
    st.sampled_from([b"a\x00", b"a\rb", b"\xc3\xa9"]),
    st.binary(max_size=3),
)
LENGTHS = st.sampled_from([b"2", b"2", b"2", b"02", b"+2", b"2a", b"3", b"-", b""])
CHANGING = st.tuples(WORDS, WORDS, WORDS, WORDS, LENGTHS)


def signed(words: tuple[bytes, ...]) -> bytes:
    """A request whose lines end in these words."""
    starts = (
        b"Host: localhost",
        b"Connection: keep-alive",
        b"X-Amz-Target: DynamoDB_20120810.%b" % words[0],
        b"Authorization: AWS4-HMAC-SHA256 Credential=AKID/1/us-east-1/dynamodb/aws4_request, Signature=%b" % words[1],
        b"X-Amz-Date: %b" % words[2],
        b"amz-sdk-invocation-id: %b" % words[3],
        b"Content-Length: %b" % words[4],
    )
    return request(list(starts))


@given(st.lists(CHANGING, min_size=2, max_size=8))
def test_lines_that_change_are_read_as_the_parser_reads_them(heads: list[tuple[bytes, ...]]) -> None:
    scan = HeadScan()
    for words in heads:
        data = signed(words)
        body = scan.read(data)
        if body is not None:
            parsed = Parsed(data)
            assert (parsed.completed, parsed.headers, parsed.body) == (1, scan.headers, body)
            assert parsed.parser.should_keep_alive()


def test_what_a_client_signs_anew_is_no_reason_to_look_at_all_lines_again(monkeypatch: pytest.MonkeyPatch) -> None:
    scan = HeadScan()
    for number in (b"1", b"2"):
        assert scan.read(signed((b"PutItem", number * 64, b"20261121T00000%bZ" % number, number, b"2"))) == b"{}"
    monkeypatch.setattr(HeadScan, "_learn", lambda *_: pytest.fail("all lines are looked at"))
    data = signed((b"PutItem", b"3f" * 32, b"20261121T000003Z", b"5f7f3b0e-6c5e-5c53-8f1a-2b1d0f1d7a11", b"2"))
    assert scan.read(data) == b"{}"
    assert scan.headers == Parsed(data).headers


def with_line(line: bytes) -> bytes:
    name = line.partition(b":")[0].lower()
    lines = [line if each.lower().startswith(name + b":") else each for each in [*LINES, b"Authorization: a=b"]]
    return request([*lines, b"Content-Length: 2"])


@pytest.mark.parametrize(
    ("earlier", "later", "asked", "scope"),
    [
        (b"amz-sdk-invocation-id: 1-2", b"amz-sdk-invocation-id: 3-4", True, True),
        (b"X-Amz-Date: 20261121T000001Z", b"X-Amz-Date: 20261121T000002Z", True, True),
        (b"Authorization: a=b", b"Authorization: a=c", True, True),
        (b"Authorization: a=b", b"Authorization: c=b", True, False),
        (b"X-Amz-Target: DynamoDB_20120810.GetItem", b"X-Amz-Target: DynamoDB_20120810.PutItem", False, True),
        (b"X-Amz-Target: DynamoDB_20120810.GetItem", b"X-Amz-Target: GetItem", False, True),
        (b"Content-Type: application/x-amz-json-1.0", b"Content-Type: application/x-amz-json-1.1", False, True),
    ],
)
def test_what_was_read_in_a_head_is_kept_while_its_lines_say_so(
    earlier: bytes, later: bytes, asked: bool, scope: bool
) -> None:
    scan = HeadScan()
    for line in (earlier, later):
        assert scan.read(with_line(line)) == b"{}"
    for line in (earlier, later, earlier, later):
        assert scan.read(with_line(earlier)) == b"{}"
        scan.headers.asked, scan.headers.scope = ("asked",), b"scope"
        assert scan.read(with_line(line)) == b"{}"
        is_kept = line == earlier
        assert (scan.headers.asked is not None, scan.headers.scope is not None) == (asked or is_kept, scope or is_kept)


@pytest.mark.parametrize(
    "lines",
    [
        [b"Origin: https://a", *LINES, b"Content-Length: 2"],
        [*LINES[1:], b"Content-Length: 2"],
        [LINES[1], LINES[0], *LINES[2:], b"Content-Length: 2"],
        [b"Date: 1", *LINES[1:], b"Content-Length: 2"],
    ],
)
def test_nothing_that_was_read_is_kept_where_headers_come_and_go(lines: list[bytes]) -> None:
    scan = HeadScan()
    assert scan.read(request([*LINES, b"Content-Length: 2"])) == b"{}"
    scan.headers.asked, scan.headers.scope = ("asked",), b"scope"
    assert scan.read(request(lines)) == b"{}"
    assert scan.headers.asked is None and scan.headers.scope is None


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
