"""The server as one ASGI callable: the data plane at `/`, the admin API at `/_admin`, and the health page."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from thermodynamo.api import auto_scaling, messages, throttle_report
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import OPERATIONS
from thermodynamo.faults.plan import FaultPlan
from thermodynamo.server import cross_origin
from thermodynamo.server.background import Background
from thermodynamo.server.credentials import Credential
from thermodynamo.server.cross_origin import Header
from thermodynamo.server.data_plane import DataPlane, Receive, Scope, Send
from thermodynamo.settings.clock import VirtualClock, parse_instant
from thermodynamo.settings.config import Config
from thermodynamo_storage.database import Database

if TYPE_CHECKING:
    from starlette.applications import Starlette

ADMIN_PREFIX = "/_admin"


class Namespaces:
    """The namespaces by credential, each made when it is first asked for. All share one database and one clock."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.database = Database(limits=throttle_report.limits_of(config))
        self.clock = VirtualClock(parse_instant(config.clock_start) if config.clock == "virtual" else None)
        self.namespaces: dict[Credential, Namespace] = {}
        self.background = Background(self.database, self.clock, config, self.namespaces)

    def namespace(self, credential: Credential) -> Namespace:
        namespace = self.namespaces.get(credential)
        if namespace is None:
            namespace = Namespace(self.database, self.clock, self.config, credential.account, credential.region)
            self.namespaces[credential] = namespace
        return namespace


class Application:
    """Sends a request to the plane that its method and path belong to."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.namespaces = Namespaces(config)
        self.faults = FaultPlan(config.seed)
        operations = {**OPERATIONS, **auto_scaling.OPERATIONS}
        self.data_plane = DataPlane(operations, self.namespaces.namespace, config.region, self.faults)
        self.started_at = self.namespaces.clock.now()

    @cached_property
    def admin(self) -> "Starlette":
        """The admin application, made on its first request: the data plane can answer before Starlette is loaded."""
        from thermodynamo.admin.application import build as build_admin

        namespaces = self.namespaces
        return build_admin(
            namespaces.namespace, namespaces.clock, namespaces.background, self.faults, self.config, self.started_at
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
