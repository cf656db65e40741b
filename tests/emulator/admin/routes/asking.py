"""Asks the admin API of a server under test."""

import json
import urllib.error
import urllib.request
from typing import Any

from tests.conftest import Endpoint


def admin(server: Endpoint, path: str, body: Any = None) -> tuple[int, Any]:
    """The status and the JSON of the reply. What has a body is a POST."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{server.url()}/_admin/{path}", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
