"""Parse a golden script: text to cases, each a list of steps (a request and the reply it must get).

README.md beside this file describes the format for people who write scripts.
"""

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

REPEAT = re.compile(r"\$\((.+?)\*(\d+)\)")
SERIES = re.compile(r"\$\[(\d+)\.\.(\d+) (.+?)\]\$", re.DOTALL)
KEY_TYPES = ("HASH", "RANGE")


class ScriptError(Exception):
    """A script that breaks the format; says file and line."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `operation` is None for raw HTTP, whose method, path, headers and body are then set."""

    operation: str | None
    body: bytes
    method: str = "POST"
    path: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    signed: bool = False
    region: str = "us-east-1"


@dataclass(frozen=True, slots=True)
class Expected:
    """A reply to compare with. `body` None: only status (and headers) count; `text`: the body is this text."""

    status: int
    body: Any = None
    text: str | None = None
    error: str | None = None
    message: str | None = None
    any_order: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    line: int
    source: str
    request: Request
    expected: Expected


@dataclass(slots=True)
class Case:
    """One pytest item: the file's setup steps, then its own."""

    title: str
    line: int
    comment: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    """What the server of the file is started with, besides a virtual clock; empty for the usual server."""
    setup: list[Step] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def expand(text: str, account: str) -> str:
    """Fill `$account`, `$(text*times)` and `$[first..last item %d]$` (the items joined by commas)."""

    def series(match: re.Match[str]) -> str:
        return ", ".join(match[3].replace("%d", str(i)) for i in range(int(match[1]), int(match[2]) + 1))

    text = SERIES.sub(series, text)
    text = REPEAT.sub(lambda match: match[1] * int(match[2]), text)
    return text.replace("$account", account)


def parse(path: Path, account: str = "$account") -> list[Case]:
    """The cases of a script, expanded for one account."""
    return _Parser(path, account).cases()


def turn_clock(seconds: str) -> Request:
    """Turns the clock of the server forward."""
    body = f'{{"advance": {seconds}}}'.encode()
    return Request(None, body, "POST", "/_admin/clock", (("Content-Type", "application/json"),))


class _Parser:
    def __init__(self, path: Path, account: str) -> None:
        self.path = path
        self.account = account
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.at = 0
        self.settings: dict[str, str] = {}

    def fail(self, line: int, why: str) -> ScriptError:
        return ScriptError(f"{self.path}:{line + 1}: {why}")

    def cases(self) -> list[Case]:
        setup: list[Step] = []
        found: list[Case] = []
        comment: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self.at += 1
            elif line.startswith("#"):
                comment.append(line)
                self.at += 1
            elif line.startswith("server ") and not setup and not found:
                words = [word.partition("=") for word in line.split()[1:]]
                folder = str(self.path.parent)
                values = {name: value.replace("$folder", folder) for name, _, value in words}
                self.settings = {"clock": "virtual", **values}
                self.at += 1
            elif line.startswith("=== "):
                found.append(Case(line[4:].strip(), self.at + 1, "\n".join(comment), self.settings, setup))
                comment = []
                self.at += 1
            else:
                step = self.step(in_setup=not found)
                (found[-1].steps if found else setup).append(step)
                if found and comment:
                    found[-1].comment += "\n".join(["", *comment])
                comment = []
        titles = [case.title for case in found]
        for case in found:
            if titles.count(case.title) > 1:
                raise self.fail(case.line - 1, f"two cases are called {case.title!r}")
            if not case.steps:
                raise self.fail(case.line - 1, "a case without a request")
        return found

    def block(self) -> str:
        """This line and the indented lines after it."""
        taken = [self.lines[self.at]]
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at][:1] in (" ", "\t") and self.lines[self.at].strip():
            taken.append(self.lines[self.at])
            self.at += 1
        return "\n".join(taken)

    def step(self, in_setup: bool) -> Step:
        start = self.at
        line = self.lines[start]
        if line.startswith("table "):
            request = self.create_table(start)
            expected = Expected(200)
        elif line.startswith("put "):
            _, table, item = self.block().split(None, 2)
            item = expand(item, self.account)
            request = Request("PutItem", f'{{"TableName": "{table}", "Item": {item}}}'.encode())
            expected = Expected(200)
        elif line.startswith("wait "):
            request = turn_clock(self.block().split()[1])
            expected = Expected(200)
        elif line.startswith(">>"):
            request, expected = self.raw(), self.expected(start, in_setup)
        elif line.startswith("> "):
            operation, _, body = self.block()[2:].partition(" ")
            operation, _, region = operation.strip().partition("@")
            text = expand(body.strip() or "{}", self.account)
            request = Request(operation, text.encode(), region=region or "us-east-1")
            expected = self.expected(start, in_setup)
        else:
            raise self.fail(start, f"neither a request, a reply, a case nor a comment: {line[:60]}")
        return Step(start + 1, "\n".join(self.lines[start : self.at]), request, expected)

    def raw(self) -> Request:
        """`>> METHOD path`, then `>> Name: value`, `>> signed`, `>>| body`, `>>x escaped body` lines."""
        method, path = "POST", "/"
        headers: list[tuple[str, str]] = []
        body = b""
        signed = False
        while self.at < len(self.lines) and self.lines[self.at].startswith(">>"):
            line = self.lines[self.at]
            if line.startswith(">>|"):
                body += expand(line[3:].strip(), self.account).encode()
            elif line.startswith(">>x"):
                text = expand(line[3:].strip(), self.account)
                body += text.encode("latin-1").decode("unicode_escape").encode("latin-1")
            elif line.strip() == ">> signed":
                signed = True
            elif ": " in line:
                name, _, value = line[3:].partition(": ")
                headers.append((name, expand(value.strip(), self.account)))
            elif len(words := line[3:].split()) == 2:
                method, path = words
            else:
                raise self.fail(self.at, "neither a method with its path, a header nor a body")
            self.at += 1
        return Request(None, body, method, path, tuple(headers), signed)

    def expected(self, start: int, in_setup: bool) -> Expected:
        if self.at >= len(self.lines) or not self.lines[self.at].startswith("<"):
            if in_setup:
                return Expected(200)
            raise self.fail(start, "a request without a reply")
        at = self.at
        block = expand(self.block()[1:].strip(), self.account)
        headers: list[tuple[str, str]] = []
        text: str | None = None
        while self.at < len(self.lines) and self.lines[self.at].startswith("<"):
            line = self.lines[self.at]
            if line.startswith("<|"):
                text = expand(line[2:].strip(), self.account)
            elif line.startswith("<< "):
                name, _, value = line[3:].partition(": ")
                headers.append((name.lower(), expand(value.strip(), self.account)))
            else:
                raise self.fail(self.at, "two replies to one request")
            self.at += 1
        status, _, rest = block.partition(" ")
        any_order = rest.startswith("any-order ")
        rest = rest.removeprefix("any-order ").strip()
        if not status.isdigit():
            raise self.fail(at, f"no HTTP status: {status}")
        expected = Expected(int(status), any_order=any_order, text=text, headers=tuple(headers))
        if not rest:
            return expected
        if rest.startswith(("{", "[")):
            try:
                return replace(expected, body=json.loads(rest))
            except ValueError as error:
                raise self.fail(at, f"the expected body is not JSON: {error}") from error
        name, _, message = rest.partition(" ")
        message = re.sub(r"\s*\n\s*", " ", message.strip()).replace("\\n", "\n")
        return replace(expected, error=name, message=message or None)

    def create_table(self, start: int) -> Request:
        """`table Music Artist:S SongTitle:S`: an on-demand table with a partition key and perhaps a sort key."""
        name, *keys = self.block().split()[1:]
        pairs = [key.split(":") for key in keys]
        if not 1 <= len(pairs) <= len(KEY_TYPES) or any(len(pair) != 2 for pair in pairs):
            raise self.fail(start, "a table needs one or two keys, each as name:TYPE")
        body = {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind} for key, kind in pairs],
            "KeySchema": [
                {"AttributeName": key, "KeyType": role} for (key, _), role in zip(pairs, KEY_TYPES, strict=False)
            ],
        }
        return Request("CreateTable", json.dumps(body).encode())
