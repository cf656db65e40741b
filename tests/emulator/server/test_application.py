"""The server as one ASGI callable: what it loads, when, and how."""

import json
import subprocess
import sys

FIRST_REQUESTS = """
import asyncio, json, sys, threading

from thermodynamo.server.application import build
from thermodynamo.settings.config import Config


class Watching:
    \"\"\"Finds no module, and notes which thread looks for which.\"\"\"

    imported = {"MainThread": [], "others": []}

    def find_spec(self, name, path, target=None):
        current = threading.current_thread().name
        self.imported[current if current == "MainThread" else "others"].append(name)


async def ask(application):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/_admin/health", "raw_path": b"/_admin/health", "root_path": ""}
    scope |= {"query_string": b"", "headers": [(b"host", b"localhost")], "scheme": "http"}
    scope |= {"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000)}
    await application(scope, receive, send)
    return sent[0]["status"]


async def main():
    application = build(Config())
    sys.meta_path.insert(0, Watching())
    statuses = await asyncio.gather(ask(application), ask(application))
    made = application.admin
    statuses.append(await ask(application))
    print(json.dumps([statuses, Watching.imported, application.admin is made]))


asyncio.run(main())
"""


def test_a_thread_imports_the_admin_api_once_and_the_event_loop_none_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_REQUESTS], capture_output=True, text=True, check=True)
    statuses, imported, is_the_same = json.loads(done.stdout)
    assert statuses == [200, 200, 200] and is_the_same
    assert "starlette.applications" in imported["others"] and "thermodynamo.admin.application" in imported["others"]
    assert not [name for name in imported["MainThread"] if name.startswith(("starlette", "thermodynamo", "prom"))]
