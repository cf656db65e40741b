"""Playing a case of a golden script: its requests go out, and each reply must be the golden one."""

import json
import re
import time
from dataclasses import replace
from typing import Any, Protocol

from tests.golden.compare import captured, difference
from tests.golden.script import Case, Step
from tests.golden.wire import Reply, headers_of

ACTIVE_WITHIN_SECONDS = 10.0
SHOWN_BYTES_MAX = 4000


class WrongReply(Exception):
    """A reply that is not the golden one; its text is the whole story."""


class AnyWire(Protocol):
    """What takes requests: `Wire`, or a server in the same process."""

    def call(self, operation: str, body: Any, account: str) -> Reply: ...

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply: ...


def play(case: Case, wire: AnyWire, account: str, path: str, created: list[str]) -> None:
    """Plays the setup and the steps; `created` is given the names of the tables. Raises WrongReply."""
    known: dict[str, str] = {}
    for step in case.setup + case.steps:
        take(fill(step, known), case, wire, account, path, created, known)


def take(
    step: Step, case: Case, wire: AnyWire, account: str, path: str, created: list[str], known: dict[str, str]
) -> None:
    request = step.request
    if request.operation is not None:
        reply = wire.call(request.operation, request.body, account)
    else:
        headers = {**headers_of("ListTables", account)} if request.signed else {}
        for name, value in request.headers:
            headers = {known: text for known, text in headers.items() if known.lower() != name.lower()}
            if value != "-":
                headers[name] = value
        reply = wire.send(request.method, request.path, headers, request.body)
    if not case.settings and reply.status == 200 and request.operation in ("CreateTable", "UpdateTable"):
        name = json.loads(request.body)["TableName"]
        created.append(name)
        _await_active(wire, account, name)
    if why := difference(step.expected, reply):
        raise WrongReply(story(case, step, reply, why, path))
    if step.expected.body is not None:
        known |= captured(step.expected.body, reply.json())


def fill(step: Step, known: dict[str, str]) -> Step:
    """The step with `$name` replaced by what an earlier reply had there."""
    if not known:
        return step
    names = re.compile("|".join(f"\\${name}\\b" for name in sorted(known, key=len, reverse=True)))

    def filled(text: str) -> str:
        return names.sub(lambda match: known[match[0][1:]], text)

    expected = step.expected
    return replace(
        step,
        request=replace(step.request, body=filled(step.request.body.decode("latin-1")).encode("latin-1")),
        expected=replace(
            expected,
            body=json.loads(filled(json.dumps(expected.body))) if expected.body is not None else None,
            message=filled(expected.message) if expected.message is not None else None,
        ),
    )


def story(case: Case, step: Step, reply: Reply, why: str, path: str) -> str:
    """The rule, the request with the expected reply as the script has them, and what came instead."""
    body = reply.body[:SHOWN_BYTES_MAX].decode("utf-8", "replace")
    return "\n".join(
        [f"{path}:{step.line}: {case.title}: {why}", case.comment.strip(), step.source, f"got {reply.status} {body}"]
    )


def _await_active(wire: AnyWire, account: str, name: str) -> None:
    give_up = time.monotonic() + ACTIVE_WITHIN_SECONDS
    while time.monotonic() < give_up:
        body = wire.call("DescribeTable", {"TableName": name}, account).json()
        if not isinstance(body, dict) or body.get("Table", {}).get("TableStatus") in (None, "ACTIVE"):
            return
        time.sleep(0.02)
