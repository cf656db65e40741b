"""What the commands ask of a running server's admin API, and what is said where nothing of use answers."""

import argparse
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from thermodynamo.commands.command_line import reason_of, server_address, token
from thermodynamo.settings.config import default_endpoint

TIMEOUT_SECONDS = 10
NOT_FOUND = 404


class NoAnswer(Exception):
    """What was asked could not be had; the text says why, and what can be done."""


class NotFound(NoAnswer):
    """A server answers that what was asked for is not there."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that name a server and its token."""
    default = default_endpoint(os.environ)
    meaning = f"the server's address (default {default})"
    parser.add_argument("--endpoint", type=server_address, default=default, help=meaning)
    parser.add_argument(
        "--admin-token",
        type=token,
        default=os.environ.get("THERMODYNAMO_ADMIN_TOKEN"),
        help="the server's --admin-token (THERMODYNAMO_ADMIN_TOKEN)",
    )


def call(options: argparse.Namespace, method: str, path: str, query: Mapping[str, str], body: Any = None) -> Any:
    """The JSON that a server answers with. Raises NoAnswer."""
    data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
    return json.loads(fetch(options.endpoint, path, query, options.admin_token, method, data, "application/json"))


def fetch(
    endpoint: str,
    path: str,
    query: Mapping[str, str],
    secret: str | None = None,
    method: str = "GET",
    data: bytes | None = None,
    accept: str = "text/plain",
) -> str:
    """The body of a server's answer. Raises NoAnswer."""
    address = endpoint if "://" in endpoint else f"http://{endpoint}"
    hint = f"start one with `thermodynamo`, or name it with --endpoint (now {endpoint})"
    headers = {"Accept": accept} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    if data is not None:
        headers["Content-Type"] = "application/json"
    try:
        request = urllib.request.Request(
            f"{address.rstrip('/')}{path}?{urllib.parse.urlencode(query)}", data, headers, method=method
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            body: bytes = response.read()
        return body.decode()
    except urllib.error.HTTPError as refusal:
        text = refused(refusal.read(), refusal.code)
        if text is not None and refusal.code == NOT_FOUND:
            raise NotFound(text) from None
        raise NoAnswer(text or f"no server of this kind answers; {hint}") from None
    except (OSError, ValueError, HTTPException) as error:
        raise NoAnswer(f"no server answers: {reason_of(error)}; {hint}") from None


def refused(body: bytes, status: int) -> str | None:
    """What the server says is wrong with the request, or with it; None where it is another kind of server."""
    try:
        problem = json.loads(body)
        return f"{problem['error']} ({problem['hint']})" if status >= 400 else None
    except (ValueError, KeyError, TypeError):
        return None
