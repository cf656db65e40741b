"""The server as one ASGI callable: the data plane at `/`, the admin API at `/_admin`, and the health page."""

import asyncio
import logging
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from thermodynamo.api import messages
from thermodynamo.server.arrivals.arriving_bodies import ArrivingBodies
from thermodynamo.server.background import Background
from thermodynamo.server.collector import Collector
from thermodynamo.server.connection_notices import ConnectionNotices
from thermodynamo.server.cross_origin import Header
from thermodynamo.server.data_plane import JSON_1_0, DataPlane, Receive, Scope, Send, drop
from thermodynamo.server.delivering import Delivering, Transferring
from thermodynamo.server.slow_readers import SlowReaders
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.durability.journal import Durability

if TYPE_CHECKING:
    from thermodynamo.admin.guard import Guard
    from thermodynamo.data_folder import Told
    from thermodynamo.foresight.traces.recording import Recording
    from thermodynamo.server.held_replies import HeldReplies

log = logging.getLogger("thermodynamo")

ADMIN_PREFIX = "/_admin"
ADMIN_MODULE = "thermodynamo.admin.application"


class Application:
    """Sends a request to the plane that its method and path belong to."""

    def __init__(self, config: Config, durability: Durability | None = None, told: "Told | None" = None) -> None:
        """As `Service` takes them. Raises FileError."""
        self.config = config
        self.recording: Recording | None = None
        """None for a server that records nothing."""
        if config.record:
            from thermodynamo.foresight.traces import recording

            self.recording = recording.Recording(Path(config.record), config)
        listener = self.recording.recorder if self.recording is not None else None
        self.service = Service(config, durability, told, listener)
        folder = self.service.folder
        self.held_replies: HeldReplies | None = None
        """None for a server that keeps its data in memory."""
        if folder is not None:
            from thermodynamo.server import held_replies

            self.held_replies = held_replies.HeldReplies(folder.journal)
        self.delivering = Delivering(self.service)
        self.transferring = Transferring(self.service)
        self.slow_readers = SlowReaders(config.unsent_bytes_max)
        self.arriving_bodies = ArrivingBodies(config.arriving_bytes_max)
        self.connection_notices = ConnectionNotices()
        self.data_plane = DataPlane(self.service, self.slow_readers)
        collector = Collector(self.data_plane.requests_seen)
        self.background = Background(self.service.upkeep, folder, self.held_replies, collector)
        self.sharing = self.data_plane.sharing
        self.admin: Guard | None = None
        """None before its first request."""
        self.admin_lock = asyncio.Lock()
        if self.recording is not None:
            from thermodynamo.server.recorded import Recorded

            self.recording.attach(self.service)
            self.data_plane.answer = Recorded(self.data_plane, self.recording).answer  # type: ignore[method-assign]
        if config.log == "requests":
            from thermodynamo.server.request_log import RequestLog

            self.data_plane.reply = RequestLog(self.data_plane).reply  # type: ignore[method-assign]

    async def load_admin(self) -> "Guard":
        """The admin application, made on its first request: the data plane can answer before Starlette is loaded.

        A thread imports its two hundred modules, and other requests have their turns meanwhile.
        """
        async with self.admin_lock:
            if self.admin is None:
                module = await asyncio.to_thread(import_module, ADMIN_MODULE)
                self.admin = module.build(self.service)
        assert self.admin is not None
        return self.admin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._lifespan(receive, send)
        try:
            await self._answer(scope, receive, send)
        except asyncio.CancelledError:
            # The server ends while this request waits: its connection ends, too, and its client may try again.
            await drop(scope, receive)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST" and scope["path"] == "/":
            await self.data_plane(scope, receive, send)
        elif scope["path"].startswith(ADMIN_PREFIX):
            admin = self.admin or await self.load_admin()
            await admin(scope, receive, send)
        elif scope["method"] == "GET" and scope["path"] == "/" and b"Action=" in scope["query_string"]:
            status, body, content_type = self.data_plane.identify_caller(
                b"GET", scope["headers"], scope["query_string"], b""
            )
            await self._send_text(send, status, body, content_type=content_type)
        elif scope["method"] in ("GET", "HEAD") and scope["path"] == "/":
            await self._send_front_page(send, self.sharing.shared(scope["headers"]))
        elif (
            scope["method"] == "OPTIONS"
            and scope["path"] == "/"
            and (allowed := self.sharing.preflight(scope["headers"]))
        ):
            await self._send_text(send, 200, b"", allowed)
        else:
            await self._send_text(send, 404, messages.UNKNOWN_OPERATION_XML)

    async def _send_front_page(self, send: Send, shared: Sequence[Header]) -> None:
        """What answers GET at `/`: the service says that it is well, DynamoDB Local that nothing was signed.

        Programs that start DynamoDB Local wait for this 400: https://github.com/99x/serverless-dynamodb-local/issues/236
        shows it whole.
        """
        if self.config.front_page == "dynamodb-local":
            await self._send_text(send, 400, messages.LOCAL_AUTHENTICATION_MISSING, shared, JSON_1_0)
        else:
            await self._send_text(send, 200, messages.HEALTHY.format(self.config.region).encode(), shared)

    async def _send_text(
        self, send: Send, status: int, body: bytes, more: Sequence[Header] = (), content_type: bytes = b"text/plain"
    ) -> None:
        lines = self.data_plane.head(content_type, body).splitlines()
        headers = [*(tuple(line.split(b": ", 1)) for line in lines), *more]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _end_recording(self) -> None:
        if self.recording is None:
            return
        from thermodynamo.foresight.traces.trace_error import TraceError

        try:
            self.recording.close()
        except TraceError as error:
            log.error("%s", error)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if self.held_replies is not None:
                    self.held_replies.start()
                self.background.start()
                self.delivering.start()
                self.transferring.start()
            else:
                await self.background.stop()
                await self.delivering.stop()
                await self.transferring.stop()
                if self.held_replies is not None:
                    await self.held_replies.stop()
                self._end_recording()
                self.service.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def build(config: Config, told: "Told | None" = None) -> Application:
    """The server for these settings, with what its data folder keeps. Raises FileError."""
    return Application(config, None, told)
