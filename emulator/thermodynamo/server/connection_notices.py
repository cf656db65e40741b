"""What the log says of connections that cannot work, at most once a minute each: the client's own error says little."""

import logging
import resource
import time

AGAIN_SECONDS = 60.0
TLS_RECORD = b"\x16\x03"
"""How the first message of a TLS client begins: a handshake record of version 3 (RFC 8446, section 5.1)."""

log = logging.getLogger("thermodynamo")


class ConnectionNotices:
    """The notices of one server."""

    def __init__(self) -> None:
        self.said_at: dict[str, float] = {}
        self.descriptors_max = resource.getrlimit(resource.RLIMIT_NOFILE)[0]

    def tls(self, client: object) -> None:
        """A client began with TLS."""
        self._say("%s speaks TLS, and this port does not: begin the endpoint with http:// in place of https://", client)

    def plain_http(self) -> None:
        """A client began with plain HTTP where TLS is spoken."""
        self._say(
            "%s speaks plain HTTP, and this port does not: begin the endpoint with https:// in place of http://",
            "a client",
        )

    def descriptor(self, number: int, connections: int) -> None:
        """A connection has got this file descriptor. The system gives the lowest free one: the last is all of them."""
        if number >= self.descriptors_max - 1:
            self._say(
                "out of file descriptors with %s open connections: further ones are closed unanswered; "
                "close some, or raise the limit (ulimit -n) and start again",
                connections,
            )

    def _say(self, text: str, *values: object) -> None:
        now = time.monotonic()
        if now >= self.said_at.get(text, -AGAIN_SECONDS) + AGAIN_SECONDS:
            self.said_at[text] = now
            log.warning(text, *values)
