"""Every golden script once more, against a server in this process: its replies, and what its records replay to.

The scripts of a file share one server, each in an account of its own, as they do over HTTP.
"""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.golden.running import play
from tests.golden.script import parse
from tests.golden.wire import Reply, headers_of
from tests.replay.recorder import Recorder, check
from thermodynamo.server.application import Application
from thermodynamo.settings.config import resolve

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted(GOLDEN.rglob("*.txt"))


class InProcess:
    """Takes requests as `tests.golden.wire.Wire` does, without a socket."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def call(self, operation: str, body: Any, account: str, region: str = "us-east-1") -> Reply:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.send("POST", "/", headers_of(operation, account, region), data)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
        sent: list[Any] = []
        bodies = [body]

        async def receive() -> dict[str, Any]:
            if not bodies:
                await asyncio.Event().wait()  # The client stays until it has the reply.
            return {"type": "http.request", "body": bodies.pop()}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.application(scope, receive, send))
        head = {name.decode().lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], head, b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(GOLDEN)) for path in FILES])
def test_a_golden_script_replays(path: Path) -> None:
    recorder = Recorder()
    cases = parse(path)
    application = Application(resolve(cases[0].settings, {}), recorder)
    wire = InProcess(application)
    for number in range(len(cases)):
        account = f"{number + 1:012d}"
        play(parse(path, account)[number], wire, account, str(path), [])
    check(application.service.database, recorder, application.service.clock.now())
