"""Requests by web pages of another origin (CORS): every page may send any, as on the service.

The SDK for JavaScript runs in browsers, and a browser asks with a preflight before it sends a header like
X-Amz-Target. Browsers do not show the SDK `x-amz-crc32`, because the service does not expose it, and so the SDK cannot
check it there: https://github.com/aws/aws-sdk-js/issues/1614. What else the service answers is not documented; the
rest is what the Fetch standard asks for: https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

from collections.abc import Sequence

Header = tuple[bytes, bytes]

SHARED = b"access-control-allow-origin: *\r\naccess-control-expose-headers: x-amzn-requestid\r\n"
"""Header lines of a reply that a page of another origin may read."""
MAX_AGE_SECONDS = 172_800


def shared(headers: Sequence[Header]) -> list[Header]:
    """What a reply has besides when a page asked for it: the header lines of SHARED."""
    if not any(name == b"origin" for name, _ in headers):
        return []
    return [(name, value) for name, _, value in (line.partition(b": ") for line in SHARED.splitlines())]


def preflight(headers: Sequence[Header]) -> list[Header] | None:
    """The headers of the reply to OPTIONS by a page, also where it names no method; None where no page asks.

    The header names asked for are repeated, since the wildcard `*` does not allow Authorization.
    """
    given = dict(headers)
    if b"origin" not in given:
        return None
    return [
        *shared(headers),
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", given.get(b"access-control-request-headers", b"*")),
        (b"access-control-max-age", b"%d" % MAX_AGE_SECONDS),
    ]
