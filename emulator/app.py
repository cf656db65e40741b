"""The server as one ASGI callable: the data plane at `/`, the admin API at `/_admin`, and the health page."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from emulator import autoscaling, cross_origin, messages, throttling
from emulator.background import Background
from emulator.clock import VirtualClock, parse_instant
from emulator.config import Config
from emulator.credentials import Credential
from emulator.cross_origin import Header
from emulator.dispatch import DataPlane, Receive, Scope, Send
from emulator.engine import Engine
from emulator.faults import FaultPlan
from emulator.operations import OPERATIONS
from storage.database import Database

if TYPE_CHECKING:
    from starlette.applications import Starlette

ADMIN_PREFIX = "/_admin"


class Namespaces:
    """The engines by credential, each made when it is first asked for. All share one database and one clock."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.database = Database(limits=throttling.limits_of(config))
        self.clock = VirtualClock(parse_instant(config.clock_start) if config.clock == "virtual" else None)
        self.engines: dict[Credential, Engine] = {}
        self.background = Background(self.database, self.clock, config, self.engines)

    def engine(self, credential: Credential) -> Engine:
        engine = self.engines.get(credential)
        if engine is None:
            engine = Engine(self.database, self.clock, self.config, credential.account, credential.region)
            self.engines[credential] = engine
        return engine


class Application:
    """Sends a request to the plane that its method and path belong to."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.namespaces = Namespaces(config)
        self.faults = FaultPlan(config.seed)
        operations = {**OPERATIONS, **autoscaling.OPERATIONS}
        self.data_plane = DataPlane(operations, self.namespaces.engine, config.region, self.faults)
        self.started_at = self.namespaces.clock.now()

    @cached_property
    def admin(self) -> "Starlette":
        """The admin application, made on its first request: the data plane can answer before Starlette is loaded."""
        from emulator.admin.routes import build as build_admin

        namespaces = self.namespaces
        return build_admin(
            namespaces.engine, namespaces.clock, namespaces.background, self.faults, self.config, self.started_at
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._lifespan(receive, send)
        elif scope["method"] == "POST" and scope["path"] == "/":
            await self.data_plane(scope, receive, send)
        elif scope["path"].startswith(ADMIN_PREFIX):
            await self.admin(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD") and scope["path"] == "/":
            await self._send_text(send, 200, messages.HEALTHY.format(self.config.region).encode())
        elif (
            scope["method"] == "OPTIONS"
            and scope["path"] == "/"
            and (allowed := cross_origin.preflight(scope["headers"]))
        ):
            await self._send_text(send, 200, b"", allowed)
        else:
            await self._send_text(send, 404, messages.UNKNOWN_OPERATION_XML)

    async def _send_text(self, send: Send, status: int, body: bytes, more: Sequence[Header] = ()) -> None:
        lines = self.data_plane.head(b"text/plain", body).splitlines()
        headers = [*(tuple(line.split(b": ", 1)) for line in lines), *more]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.namespaces.background.start()
            else:
                await self.namespaces.background.stop()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def build(config: Config) -> Application:
    """The server for these settings, with an empty database."""
    return Application(config)
