"""`thermodynamo access explain`: which statement decides a request, and why.

A running server is asked, which knows the callers, the tables and their resource policies; or, where `--access-file` is
given, that file and the tables that `--table` describes.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any

from thermodynamo.access import access_file, explanation, scaling
from thermodynamo.access.access_file import AccessFileError
from thermodynamo.access.explanation import Explanation
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.commands.command_line import CommandLine, reason_of, server_address, token
from thermodynamo.service import Service
from thermodynamo.settings.config import Config, default_endpoint

TIMEOUT_SECONDS = 10
DENIED = 3


class Unanswerable(Exception):
    """What was asked cannot be explained; the text says why."""


def parser() -> argparse.ArgumentParser:
    result = CommandLine(
        prog="thermodynamo access explain",
        description=__doc__,
        epilog=f"The exit status is 0 where the request is allowed, {DENIED} where it is denied, and else 1.",
    )
    result.add_argument("--caller", required=True, help="a caller of the access file, by its name or its ARN")
    result.add_argument("--operation", required=True, help="such as Query")
    result.add_argument("--request", required=True, help="a file with the request in JSON; - is the standard input")
    result.add_argument("--region", default=Config().region, help="the region that is asked (default %(default)s)")
    default = default_endpoint(os.environ)
    meaning = f"the server's address (default {default})"
    result.add_argument("--endpoint", type=server_address, default=default, help=meaning)
    result.add_argument(
        "--admin-token",
        type=token,
        default=os.environ.get("THERMODYNAMO_ADMIN_TOKEN"),
        help="the server's --admin-token (THERMODYNAMO_ADMIN_TOKEN)",
    )
    result.add_argument("--access-file", help="a file with callers and policies to ask in place of a server")
    result.add_argument(
        "--table",
        action="append",
        default=[],
        help="with --access-file: a file with a CreateTable request in JSON, as condition keys such as "
        "dynamodb:LeadingKeys need the keys of the table; may be given several times",
    )
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    if arguments[:1] != ["explain"]:
        given = f"{arguments[0]} is no command of access" if arguments else "a command is missing"
        parser().error(f"{given}; there is explain")
    options = parser().parse_args(arguments[1:])
    try:
        found = by_file(options) if options.access_file else by_server(options)
    except Unanswerable as error:
        print(f"thermodynamo access: {error}", file=sys.stderr)
        return 1
    print("\n".join(found.lines))
    return 0 if found.is_allowed else DENIED


def by_server(options: argparse.Namespace) -> Explanation:
    """What a running server says. Raises Unanswerable."""
    names = {name: getattr(options, name) for name in ("caller", "operation", "region")}
    body = json.dumps({**names, "request": _json(options.request)}).encode()
    address = options.endpoint if "://" in options.endpoint else f"http://{options.endpoint}"
    try:
        path = f"{address.rstrip('/')}/_admin/access/explain"
        proof = {"Authorization": f"Bearer {options.admin_token}"} if options.admin_token else {}
        headers = {"Content-Type": "application/json", **proof}
        asked = urllib.request.Request(path, body, headers, method="POST")
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as response:
            answer = json.load(response)
        return Explanation(answer["allowed"], tuple(answer["explanation"]))
    except urllib.error.HTTPError as refusal:
        raise Unanswerable(_problem(refusal.read())) from None
    except (OSError, ValueError, KeyError, TypeError, HTTPException) as error:
        hint = f"start one with `thermodynamo`, or name it with --endpoint (now {options.endpoint})"
        raise Unanswerable(f"no server answers: {reason_of(error)}; {hint}") from None


def _problem(body: bytes) -> str:
    try:
        problem = json.loads(body)
        return f"{problem['error']} ({problem['hint']})"
    except (ValueError, KeyError, TypeError):
        return "no server of this kind answers"


def by_file(options: argparse.Namespace) -> Explanation:
    """What a file of callers and descriptions of tables say. Raises Unanswerable."""
    try:
        file = access_file.load(Path(options.access_file))
    except AccessFileError as error:
        raise Unanswerable(str(error)) from None
    identity = file.find(options.caller)
    if identity is None:
        raise Unanswerable(f"{options.access_file} has no caller {options.caller}: it has {', '.join(file.callers)}")
    operation = scaling.named(options.operation)
    if operation is None:
        raise Unanswerable(f"{options.operation} is no operation that is here")
    service = Service(Config(region=options.region, capacity="off"))
    caller = Caller(identity.account, options.region)
    for path in options.table:
        try:
            service.call("CreateTable", _json(path), caller)
        except ApiError as error:
            raise Unanswerable(f"{path}: {error.message}") from None
    request = _json(options.request)
    try:
        return explanation.explain(identity, operation, request, service.namespace(caller), time.time())
    except ApiError as error:
        raise Unanswerable(f"{options.request}: {error.name}: {error.message}") from None


def _json(path: str) -> Any:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise Unanswerable(f"{path}: {error.strerror}") from None
    except ValueError as error:
        why = f"line {error.lineno}: this is no JSON" if isinstance(error, json.JSONDecodeError) else "it is not UTF-8"
        raise Unanswerable(f"{path}: {why}") from None
