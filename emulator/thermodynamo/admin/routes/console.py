"""`/_admin/console/`: the console's page, its style and its modules, as they lie in the package.

A browser may run nothing but these files, and may ask nothing but this server
(https://www.w3.org/TR/CSP3, https://www.w3.org/TR/trusted-types).
"""

import mimetypes
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

PATH = "/_admin/console"
FOLDER = Path(__file__).parents[1] / "console"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
]
# A machine's own table of types may call a module something that a browser does not run.
mimetypes.add_type("text/javascript", ".js")


class ConsoleFiles(StaticFiles):
    """The files, each with the policy that it is shown under."""

    def __init__(self, policy: str, **named: Any) -> None:
        super().__init__(**named)
        self.policy = (b"content-security-policy", policy.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self.policy, *HEADERS]
            await send(message)

        await super().__call__(scope, receive, with_policy)


def routes() -> list[Route]:
    async def slash(request: Request) -> Response:
        return RedirectResponse(f"{PATH}/", 308)

    return [Route(PATH, slash)]


def files() -> Mount:
    return Mount(PATH, ConsoleFiles(POLICY, directory=FOLDER, html=True))
