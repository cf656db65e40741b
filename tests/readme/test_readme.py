"""What the README and the pages it names show is what happens: all their sessions, in order, against one server.

The server's clock stands still, so that a load is refused where it shall be on a machine of any speed. Figures that
follow from time and chance are compared as figures, whatever they are.
"""

import json
import os
import random
import re
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import boto3

from tests.conftest import Endpoint
from thermodynamo.testing import turned_clock

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
NAMED = re.findall(r"\]\((docs/[\w-]+\.md)\) \|$", README.read_text(), re.MULTILINE)
PAGES = [README, *(ROOT / name for name in NAMED)]
BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
FILE_NAME = re.compile(r"# (\w+\.\w+)\n").match
COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<output>(?:[^$\n].*\n)*)", re.MULTILINE)
VARYING = re.compile(r"(?<=HOT KEY\. )[^:]+|poll-\w+|[0-9a-f]*\d[\w:.,%-]*|[×█▓▒░|]")
"""What differs between runs: how hot a key is, figures, times, keys of small load, cells of the heat map."""
DAEMON = re.compile(r"^\$ thermodynamo .*&$", re.MULTILINE)
"""A command that starts a server of the session's own."""
HANGS_SECONDS = 240
"""A shell that takes longer is killed; it is far more than a busy machine needs."""
TOOLS = ("make", "docker")
"""Commands that are tested elsewhere: the first installs, the second needs an engine."""


@dataclass
class Session:
    """One block that can be run, and what stands below it."""

    page: str
    kind: str
    text: str
    shown: str | None


def sessions() -> list[Session]:
    found = []
    for page in PAGES:
        text = page.read_text()
        blocks = list(BLOCK.finditer(text))
        for block, after in zip_longest(blocks, blocks[1:]):
            shown = None
            if after is not None and after["kind"] in ("", "json") and len(text[block.end() : after.start()]) < 200:
                shown = after["text"]
            found.append(Session(page.name, block["kind"], block["text"], shown))
    return found


def steady(text: str) -> list[str]:
    """The words of each line that are there in every run."""
    return [" ".join(VARYING.sub(" ", line).split()) for line in text.splitlines()]


def free_port() -> int:
    """A port that no client is given while the server on it is down: those have ports from 32,768 on."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), closing(socket.create_server(("127.0.0.1", port))):
            return port


def read_until(lines: Iterable[str], last: str | None) -> list[str]:
    """What a command prints, until it has ended well, and `last` was printed if it is given."""
    found: list[str] = []
    has_ended, has_last = False, last is None
    for line in lines:
        if line.endswith("=done\n"):
            assert line == "0=done\n", found
            has_ended = True
        else:
            found.append(line)
            has_last = has_last or steady(line) == [last]
        if has_ended and has_last:
            break
    return found


class World:
    """A user's folder and terminal beside the server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        programs = folder / "programs"
        programs.mkdir()
        for name, module in (("thermodynamo", "thermodynamo"), ("python", "")):
            flag = f"-m {module} " if module else ""
            (programs / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {flag}"$@"\n')
            (programs / name).chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "THERMODYNAMO_"))}
        self.environment = {
            **kept,
            # The AWS CLI is the one beside the tests' Python.
            "PATH": f"{programs}:{Path(sys.executable).parent}:{kept['PATH']}",
            "THERMODYNAMO_PORT": url.rpartition(":")[2],
            "AWS_PAGER": "",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_DYNAMODB": url,
        }

    def there(self, text: str) -> str:
        """A text as it is with this server's address."""
        text = re.sub(r"(?:http://)?(?:localhost|127\.0\.0\.1):8000", self.url, text)
        return text.replace(".venv/bin/thermodynamo", "thermodynamo")

    def run(self, command: list[str]) -> str:
        ran = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300
        )
        # `thermodynamo access explain` ends with 3 where the answer is no.
        assert ran.returncode in (0, 3) and not ran.stderr.startswith("Traceback"), ran.stderr
        return ran.stdout

    def python(self, session: Session) -> None:
        printed = self.run([sys.executable, "-c", self.there(session.text)])
        if session.shown is None:
            return
        if session.page == "watch-heat.md":
            assert steady(printed) == steady(session.shown)
            assert " 0 refused" not in printed
            with turned_clock(self.url) as clock:
                clock.advance(seconds=1)
        else:
            assert printed == session.shown

    def console(self, session: Session) -> None:
        for found in COMMAND.finditer(session.text):
            command, shown = self.there(found["command"]), found["output"]
            if "thermodynamo trigger" in command:
                self.trigger(command, shown)
                continue
            printed = self.run(["sh", "-c", command])
            if shown.startswith("{"):
                assert json.loads(printed) == json.loads(shown), command
            elif "heat" in command:
                # The map is followed by the report, which the page leaves out there.
                assert steady(printed)[: len(steady(shown))] == steady(shown), printed
            elif shown:
                assert printed == shown, command

    def own_server(self, session: Session) -> None:
        """A block that starts a server of its own, on another port, and may kill it."""
        port = str(free_port())
        environment = {**self.environment, "THERMODYNAMO_PORT": port}
        text = session.text.replace(":8000", f":{port}")
        with subprocess.Popen(
            ["bash"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as shell:
            assert shell.stdin is not None and shell.stdout is not None
            watchdog = threading.Timer(HANGS_SECONDS, shell.kill)
            watchdog.start()
            print("set -m", file=shell.stdin)
            try:
                for found in COMMAND.finditer(text):
                    print(found["command"], "echo $?=done", sep="\n", file=shell.stdin, flush=True)
                    wanted = steady(found["output"])
                    last = wanted[-1] if DAEMON.match(found[0]) else None
                    printed = [line for line in read_until(shell.stdout, last) if "Killed" not in line]
                    assert steady("".join(printed)) == wanted, found["command"]
            finally:
                # The server is a job of its own.
                print("kill -9 $(jobs -p); exit", file=shell.stdin, flush=True)
                watchdog.cancel()

    def commands(self, session: Session) -> None:
        """A block of commands without prompts; what the last one prints stands below, in a block of JSON."""
        printed = self.run(["sh", "-ec", self.there(session.text)])
        assert session.shown is None or printed.endswith(session.shown)

    def trigger(self, command: str, shown: str) -> None:
        wanted = steady(shown)
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        environment = {**self.environment, "PYTHONUNBUFFERED": "1"}
        with (
            closing(boto3.client("dynamodb", endpoint_url=self.url, region_name="us-east-1", **keys)) as client,
            subprocess.Popen(
                shlex.split(command),
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            assert process.stdout is not None
            lines = [process.stdout.readline()]
            client.put_item(TableName="Orders", Item={"id": {"S": "o-2"}})
            client.delete_item(TableName="Orders", Key={"id": {"S": "o-2"}})
            lines += [process.stdout.readline() for _ in wanted[1:]]
            process.terminate()
        assert steady("".join(lines)) == wanted


def test_the_pages_are_those_that_the_readme_names() -> None:
    assert len(PAGES) == 17 and all(page.is_file() for page in PAGES)
    assert sum(session.kind == "python" for session in sessions()) > 5


def test_the_quick_start_fits_on_a_screen() -> None:
    section = README.read_text().partition("## Quick start")[2].partition("\n## ")[0]
    assert section.count("\n") < 60


def test_the_readme_itself_shows_moto_the_bench_and_a_tenant_policy() -> None:
    shown = [session for session in sessions() if session.page == README.name]
    explained = [session.text for session in shown if "thermodynamo access explain" in session.text]
    assert len(explained) == 2 and "allowed by" in explained[0] and "DENIED by" in explained[1]
    assert "-from moto import mock_aws" in README.read_text() and "| moto 5.2" in README.read_text()


def test_the_readme_shows_the_console() -> None:
    pictures = re.findall(r"!\[.+\]\((docs/pictures/console-[a-z]+\.png)\)", README.read_text())
    assert len(pictures) == 2 and all((ROOT / picture).is_file() for picture in pictures)


def test_every_link_to_a_file_leads_to_one() -> None:
    for page in [README, *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_all_sessions_run_in_order_and_print_what_stands_below_them(
    tmp_path: Path, start_server: Callable[..., Endpoint]
) -> None:
    world = World(tmp_path, start_server("--clock", "virtual", "--seed", "14").url())
    ran = 0
    for session in sessions():
        named = FILE_NAME(session.text)
        if named or session.kind == "toml":
            (tmp_path / (named[1] if named else "access.toml")).write_text(session.text)
        elif session.kind == "python" and not session.text.startswith("@"):
            world.python(session)
            ran += 1
        elif session.kind == "console" and DAEMON.search(session.text):
            world.own_server(session)
            ran += 1
        elif session.kind == "console" and session.text.startswith("$"):
            world.console(session)
            ran += 1
        elif session.kind == "console" and not session.text.startswith(TOOLS):
            world.commands(session)
            ran += 1
    assert ran > 12
