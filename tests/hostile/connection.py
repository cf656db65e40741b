"""A connection whose transport and loop are the test's: every byte that is written and every timer shows."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.server import ServerState

from tests.golden.wire import authorization
from thermodynamo.admin.application import build as build_admin
from thermodynamo.server.application import Application, build
from thermodynamo.server.http_protocol import DataPlaneProtocol
from thermodynamo.settings.config import Config

HEAD = (
    b"Host: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\n"
    b"X-Amz-Target: DynamoDB_20120810.ListTables\r\nAuthorization: " + authorization("123456789012").encode() + b"\r\n"
)
REQUEST = b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 2\r\n\r\n{}"


class Timer:
    """What a loop gives for something that is to happen later."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self.seconds = seconds
        self.act = act
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """A loop in which time passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.seconds

    def call_later(self, delay_seconds: float, act: Callable[[], None]) -> Timer:
        self.timers.append(Timer(self.seconds + delay_seconds, act))
        return self.timers[-1]

    def create_task(self, coroutine: object, **_: object) -> "asyncio.Task[None]":
        return asyncio.get_running_loop().create_task(coroutine)  # type: ignore[arg-type]

    def turn(self, seconds: float) -> None:
        """Lets time pass; what is due happens."""
        self.seconds += seconds
        due = [timer for timer in self.timers if timer.seconds <= self.seconds]
        self.timers = [timer for timer in self.timers if timer.seconds > self.seconds]
        for timer in due:
            if not timer.is_cancelled:
                timer.act()


class Transport:
    """A transport that keeps what is written. `unsent_bytes` is what its client has not taken."""

    def __init__(self) -> None:
        self.written = b""
        self.is_ended = False
        self.is_closed = False
        self.is_aborted = False
        self.is_reading = True
        self.unsent_bytes = 0

    def write(self, data: bytes) -> None:
        self.written += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.is_ended = True

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = self.is_aborted = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True

    def get_write_buffer_size(self) -> int:
        return self.unsent_bytes

    def get_extra_info(self, name: str) -> None:
        """Nothing is known of the socket: there is none."""

    def statuses(self) -> list[int]:
        """Those of the replies that were written."""
        return [int(part[:3]) for part in self.written.split(b"HTTP/1.1 ")[1:]]


class Connection:
    """One connection to a server with these settings."""

    def __init__(self, application: Application, loop: Loop) -> None:
        config = uvicorn.Config(application, http=DataPlaneProtocol, proxy_headers=False, timeout_keep_alive=75)
        config.load()
        self.loop = loop
        self.transport = Transport()
        self.protocol = DataPlaneProtocol(config, ServerState(), {}, loop)  # type: ignore[arg-type]
        self.protocol.connection_made(self.transport)  # type: ignore[arg-type]
        self.received_bytes = 0

    def send(self, data: bytes) -> "Connection":
        """Gives the server bytes, unless it has closed the connection."""
        if not self.transport.is_closed:
            self.received_bytes += len(data)
            self.protocol.data_received(data)
        return self


@contextmanager
def connected(config: Config | None = None) -> Iterator[Connection]:
    application = build(config or Config())
    # Its first request would let a thread load it, which a loop that is turned by hand does not wait for.
    application.admin = build_admin(application.service)
    connection = Connection(application, Loop())
    yield connection
    connection.protocol.connection_lost(None)
    assert all(timer.is_cancelled for timer in connection.loop.timers if timer.act != connection.transport.close)
