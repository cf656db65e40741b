"""Which failures of a handshake are told of as plain HTTP: played between two buffers, without a connection."""

import ssl

import pytest
import trustme

from thermodynamo.server.handshakes import notice_plain_http


class Notices:
    count = 0

    def plain_http(self) -> None:
        self.count += 1


def told(first: bytes) -> int:
    """How often a client is told of that begins with these bytes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    notices = Notices()
    notice_plain_http(context, notices)  # type: ignore[arg-type]
    incoming = ssl.MemoryBIO()
    incoming.write(first)
    with pytest.raises(ssl.SSLError):
        context.wrap_bio(incoming, ssl.MemoryBIO(), server_side=True).do_handshake()
    return notices.count


@pytest.mark.parametrize("line", [b"POST / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\n", b"CONNECT a:443 HTTP/1.1\r\n"])
def test_plain_http_is_told_of(line: bytes) -> None:
    assert told(line + b"Host: localhost\r\n\r\n") == 1


@pytest.mark.parametrize(
    "first", [b"\x00" * 50, b"SSH-2.0-OpenSSH_9.6\r\n", b"\x16\x03\x01", b"\x16\x03\x01\x00\x05hello"]
)
def test_nothing_else_is(first: bytes) -> None:
    assert told(first) == 0
