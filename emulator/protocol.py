"""The HTTP protocol for uvicorn: answers the data plane within the call that completes a request's body.

ARCHITECTURE.md has the data plane as raw ASGI, and that it is, for every server that runs the application. Under
uvicorn this shorter way skips what ASGI asks for and a synchronous answer does not need: a scope, a cycle object, a
task and four messages for each request. Measured on one core with 16 connections, GetItem reaches 0.92 of a bare ASGI
echo this way and 0.56 behind ASGI.

Whatever is not a plain POST to `/` goes the ordinary way: the admin API, other methods and paths, query strings,
`Expect: 100-continue`, a request that must wait for an earlier one of its connection or for a slow reader, and every
request while a fault may befall it: only there can an answer be late.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from emulator.dispatch import BODY_BYTES_MAX, DROP, DataPlane

Header = tuple[bytes, bytes]


class DataPlaneProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.plane: DataPlane = config.loaded_app.data_plane
        self.faults = self.plane.faults
        self.is_direct = False
        self.body: list[bytes] = []
        self.body_bytes = 0
        self.active_at = 0.0
        self.default_headers: list[Header] | None = None
        self.head = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.active_at = self.loop.time()
        self.loop.call_later(self.timeout_keep_alive, self._close_if_idle)

    def on_message_begin(self) -> None:
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        self.is_direct = False

    def on_headers_complete(self) -> None:
        cycle = self.cycle
        self.is_direct = (
            self.url == b"/"
            and self.parser.get_method() == b"POST"
            and not self.expect_100_continue
            and (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.faults.active
            and not self.parser.should_upgrade()
        )
        if self.is_direct:
            self.body = []
            self.body_bytes = 0
        else:
            self._begin_scope()
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.is_direct:
            super().on_body(body)
        elif self.body_bytes <= BODY_BYTES_MAX:
            self.body.append(body)
            self.body_bytes += len(body)

    def on_message_complete(self) -> None:
        if not self.is_direct:
            super().on_message_complete()
            return
        parts = self.body
        status, reply_headers, reply = self.plane.reply(
            self.headers, b"", parts[0] if len(parts) == 1 else b"".join(parts)
        )
        self.body = []
        keeps_alive = self.parser.should_keep_alive()
        end = b"\r\n" if keeps_alive else b"connection: close\r\n\r\n"
        self.transport.write(b"%b%b%b%b%b" % (STATUS_LINE[status], self._default_head(), reply_headers, end, reply))
        self.server_state.total_requests += 1
        self.active_at = self.loop.time()
        if not keeps_alive:
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.active_at = self.loop.time()

    def _begin_scope(self) -> None:
        """What the ordinary way expects to have been made when the message began."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url = url
        self.expect_100_continue = expects
        self.headers.extend(headers)
        self.scope["extensions"] = {DROP: {"abort": self.transport.abort}}

    def _default_head(self) -> bytes:
        """uvicorn's default headers (the date), written out; uvicorn makes a new list every second."""
        if self.server_state.default_headers is not self.default_headers:
            self.default_headers = self.server_state.default_headers
            self.head = b"".join(name + b": " + value + b"\r\n" for name, value in self.default_headers)
        return self.head

    def _close_if_idle(self) -> None:
        """Closes a connection that has been silent for the keep-alive time; one timer serves a connection's life."""
        if self.transport.is_closing():
            return
        idle_seconds = self.loop.time() - self.active_at
        if idle_seconds >= self.timeout_keep_alive and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()
        else:
            self.loop.call_later(max(1.0, self.timeout_keep_alive - idle_seconds), self._close_if_idle)
