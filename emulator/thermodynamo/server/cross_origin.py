"""Requests by web pages of another origin (CORS): every page may send any, as on the service, unless
`--cors` names those that may.

The SDK for JavaScript runs in browsers, and a browser asks with a preflight before it sends a header like
X-Amz-Target. Browsers do not show the SDK `x-amz-crc32`, because the service does not expose it, and so the SDK cannot
check it there: https://github.com/aws/aws-sdk-js/issues/1614. What else the service answers is not documented; the
rest is what the Fetch standard asks for: https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

import re
from collections.abc import Sequence

Header = tuple[bytes, bytes]

SHARED = b"access-control-allow-origin: *\r\naccess-control-expose-headers: x-amzn-requestid\r\n"
"""Header lines of a reply that a page of another origin may read."""
MAX_AGE_SECONDS = 172_800


class Sharing:
    """Which pages may call and read: `cors` is `*`, or origins or domains with commas between them."""

    def __init__(self, cors: str) -> None:
        names = frozenset(name.strip().lower().encode() for name in cors.split(","))
        self.allowed = None if b"*" in names else names

    def lines(self, origin: bytes) -> bytes:
        """The header lines of a reply to a page of this origin; none where it may not read the reply."""
        if self.allowed is None:
            return SHARED
        if origin.lower() in self.allowed or domain(origin) in self.allowed:
            return SHARED.replace(b"*", origin) + b"vary: origin\r\n"
        return b""

    def shared(self, headers: Sequence[Header]) -> list[Header]:
        """What a reply has besides when a page asked for it: the header lines as names and values."""
        lines = self.lines(dict(headers).get(b"origin", b"")) if any(name == b"origin" for name, _ in headers) else b""
        return [(name, value) for name, _, value in (line.partition(b": ") for line in lines.splitlines())]

    def preflight(self, headers: Sequence[Header]) -> list[Header] | None:
        """The headers of the reply to OPTIONS by a page, also where it names no method.

        None where no page asks, or one that may not. The header names asked for are repeated, since the wildcard `*`
        does not allow Authorization.
        """
        shared = self.shared(headers)
        if not shared:
            return None
        return [
            *shared,
            (b"access-control-allow-methods", b"POST"),
            (b"access-control-allow-headers", dict(headers).get(b"access-control-request-headers", b"*")),
            (b"access-control-max-age", b"%d" % MAX_AGE_SECONDS),
        ]


def domain(origin: bytes) -> bytes:
    """The host of an origin, without scheme and port, in lower case."""
    return re.sub(rb":[0-9]*$", b"", origin.lower().partition(b"://")[2])
