"""Collect golden scripts: every case of every *.txt is a pytest item that sends its requests to the endpoint."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.golden.compare import captured, difference
from tests.golden.script import Case, ScriptError, Step, parse
from tests.golden.wire import Reply, Wire, headers_of

ACTIVE_WITHIN_SECONDS = 120.0
SHOWN_BYTES_MAX = 4000


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    if file_path.suffix == ".txt":
        return ScriptFile.from_parent(parent, path=file_path)
    return None


class ScriptFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        try:
            cases = parse(self.path)
        except ScriptError as error:
            raise self.CollectError(str(error)) from None
        for index, case in enumerate(cases):
            yield ScriptCase.from_parent(self, name=case.title, index=index, line=case.line)


class WrongReply(Exception):
    """A reply that is not the golden one; its text is the whole story."""


class ScriptCase(pytest.Item):
    def __init__(self, *, index: int, line: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.index = index
        self.line = line

    def runtest(self) -> None:
        server = self.config.pluginmanager.get_plugin("thermodynamo-endpoint")
        assert server is not None
        account = server.new_account()
        case = parse(self.path, account)[self.index]
        wire = Wire(server.url())
        created: list[str] = []
        known: dict[str, str] = {}
        try:
            for step in case.setup + case.steps:
                self.take(fill(step, known), case, wire, account, created, known)
        finally:
            if server.shared:
                _drop(wire, account, created)
            wire.close()

    def take(self, step: Step, case: Case, wire: Wire, account: str, created: list[str], known: dict[str, str]) -> None:
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
        if reply.status == 200 and request.operation in ("CreateTable", "UpdateTable"):
            name = json.loads(request.body)["TableName"]
            created.append(name)
            _await_active(wire, account, name)
        if why := difference(step.expected, reply):
            raise WrongReply(story(case, step, reply, why, str(self.path)))
        if step.expected.body is not None:
            known |= captured(step.expected.body, reply.json())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, WrongReply):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name


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


def _await_active(wire: Wire, account: str, name: str) -> None:
    give_up = time.monotonic() + ACTIVE_WITHIN_SECONDS
    while time.monotonic() < give_up:
        body = wire.call("DescribeTable", {"TableName": name}, account).json()
        if not isinstance(body, dict) or body.get("Table", {}).get("TableStatus") in (None, "ACTIVE"):
            return
        time.sleep(0.02)


def _drop(wire: Wire, account: str, created: list[str]) -> None:
    """Leave a shared endpoint as it was found: peers know no accounts, so names would clash."""
    for name in set(created):
        wire.call("DeleteTable", {"TableName": name}, account)
        give_up = time.monotonic() + ACTIVE_WITHIN_SECONDS
        while time.monotonic() < give_up and wire.call("DescribeTable", {"TableName": name}, account).status == 200:
            time.sleep(0.02)
