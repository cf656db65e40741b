"""uvicorn's server with an end of its own: short, and quiet whatever its connections are doing.

uvicorn cancels what takes too long, which answers those requests with a 500 and logs a traceback for each, and raises
the signal that it has received once more. Here connections are told first, then cut off.
"""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import cast

from uvicorn.config import Config
from uvicorn.server import HANDLED_SIGNALS, Server

from thermodynamo.server.http_protocol import DataPlaneProtocol

SHUTDOWN_SECONDS = 0.3
"""How long requests in progress may finish after SIGTERM: a container must end in under a second."""
LOOK_SECONDS = 0.01
CUT_SECONDS = 0.2
"""How long what was cancelled may take to end."""


class ServerProcess(Server):
    """One server in this process, until SIGTERM or Ctrl-C. Connections to `plain` listeners never speak TLS."""

    def __init__(self, config: Config, plain: Sequence[socket.socket] = ()) -> None:
        super().__init__(config)
        self.plain = plain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The second signal ends the process at once."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to answer, and says so in the line that testcontainers waits for where it starts LocalStack."""
        await super().startup(sockets)
        for listener in self.plain:
            served = asyncio.get_running_loop().create_server(
                self._connection, sock=listener, backlog=self.config.backlog
            )
            self.servers.append(await served)
        if self.started:
            print("Ready.", flush=True)

    def _connection(self) -> asyncio.Protocol:
        return DataPlaneProtocol(self.config, self.server_state, self.lifespan.state)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals end the server, and none that comes while it ends does anything."""
        if threading.current_thread() is threading.main_thread():
            for number in HANDLED_SIGNALS:
                signal.signal(number, self.handle_exit)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops listening, lets requests in progress finish, and cuts off those that do not."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _ in range(round(SHUTDOWN_SECONDS / LOOK_SECONDS)):
            if self.force_exit or not (self.server_state.connections or self.server_state.tasks):
                break
            await asyncio.sleep(LOOK_SECONDS)
        for connection in list(self.server_state.connections):
            cast(DataPlaneProtocol, connection).abort()
        if waiting := list(self.server_state.tasks):
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting, timeout=CUT_SECONDS)
        await self.lifespan.shutdown()
