"""Runs the programs of `versions.py` against this server, each started as its users start it."""

import argparse
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.dropin.versions import NPM, PYPI, PYPI_OF_MEMORIES

PROGRAMS = Path(__file__).parent / "programs"
TIMEOUT_SECONDS = 300
DOCKER = ("testcontainers", "compose files")


class CannotRun(Exception):
    """Something that a trial needs is not here; the text names it."""


class Workshop:
    """A folder with a `java` that is this server, and an empty jar where DynamoDB Local's would be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("bin", "local"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "local" / "DynamoDBLocal.jar").touch()
        java = folder / "bin" / "java"
        java.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m thermodynamo java "$@"\n')
        java.chmod(0o755)
        self.port = free_port()
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "LOCAL_PORT": str(self.port),
            "LOCAL_FOLDER": str(folder / "local"),
        }

    def run(self, *command: str, cwd: Path | None = None) -> None:
        """Raises CalledProcessError with what was printed, TimeoutExpired, CannotRun."""
        if shutil.which(command[0]) is None:
            raise CannotRun(f"{command[0]} is not installed")
        subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=self.environment,
            check=True,
            timeout=TIMEOUT_SECONDS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def node(self) -> Path:
        """The folder with the programs of npm."""
        folder = self.folder / "node"
        if not (folder / "node_modules").exists():
            shutil.copytree(PROGRAMS, folder, dirs_exist_ok=True)
            self.run("npm", "install", "--no-audit", "--no-fund", "--no-save", *NPM, cwd=folder)
        return folder

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The address of a server that was started as DynamoDB Local is."""
        flags = ["-jar", "DynamoDBLocal.jar", "-sharedDb", "-inMemory", "-port", str(self.port)]
        with subprocess.Popen(["java", *flags], env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                if not any(line == "Ready.\n" for line in process.stdout):
                    raise CannotRun("the server did not start")
                yield f"http://127.0.0.1:{self.port}"
            finally:
                process.terminate()


def jest(workshop: Workshop) -> None:
    """@shelf/jest-dynamodb starts java, waits for the 400, makes a table; jest runs a test on it."""
    folder = workshop.node()
    workshop.run(str(folder / "node_modules/.bin/jest"), cwd=folder)


def pytest_dynamodb(workshop: Workshop) -> None:
    """pytest-dynamodb starts java, and drops the tables of each test."""
    home = workshop.folder / "python"
    if not home.exists():
        workshop.run(sys.executable, "-m", "venv", str(home))
        workshop.run(str(home / "bin/pip"), "install", "--quiet", *PYPI)
    command = [str(home / "bin/python"), "-m", "pytest", "-q", f"--dynamodb-dir={workshop.folder / 'local'}"]
    workshop.run(*command, str(PROGRAMS / "check_pytest_dynamodb.py"), "--noconftest")


def vector_memories(workshop: Workshop) -> None:
    """crewai-memory-dynamodb and langgraph-checkpoint-aws store memories, and find what is near."""
    home = workshop.folder / "memories"
    if not home.exists():
        workshop.run(sys.executable, "-m", "venv", str(home))
        workshop.run(str(home / "bin/pip"), "install", "--quiet", *PYPI_OF_MEMORIES)
    with workshop.serving() as address:
        workshop.environment["LOCAL_ADDRESS"] = address
        command = [str(home / "bin/python"), "-m", "pytest", "-q", "--noconftest", "-p", "no:cacheprovider"]
        workshop.run(*command, str(PROGRAMS / "check_vector_memories.py"), "--rootdir", str(PROGRAMS), "-c", os.devnull)


def onetable(workshop: Workshop) -> None:
    """dynamodb-onetable makes its table, and creates, updates and finds items."""
    folder = workshop.node()
    with workshop.serving():
        workshop.run("node", "onetable.js", cwd=folder)


def admin(workshop: Workshop) -> None:
    """dynamodb-admin lists the tables of the server in its page."""
    folder = workshop.node()
    page_port = free_port()
    with workshop.serving() as address:
        workshop.run("node", "table.js", cwd=folder)
        program = str(folder / "node_modules/.bin/dynamodb-admin")
        command = [program, "--port", str(page_port), "--host", "127.0.0.1", "--dynamo-endpoint", address]
        with subprocess.Popen(command, env=workshop.environment, stdout=subprocess.DEVNULL) as process:
            try:
                page = wait_for(f"http://127.0.0.1:{page_port}")
            finally:
                process.terminate()
    if "files" not in page:
        raise ValueError(f"the page lacks the table: {page[:500]}")


def terraform(workshop: Workshop) -> None:
    """Terraform's resources for auto scaling are made, changed, imported and destroyed; each plan in between is empty.

    Terraform takes its provider from where it is configured to: TF_CLI_ARGS_init=-plugin-dir=FOLDER names a folder.
    """
    folder = workshop.folder / "terraform"
    folder.mkdir(exist_ok=True)
    shutil.copy(PROGRAMS / "scaling.tf", folder)
    (folder / "terraform.tfstate").unlink(missing_ok=True)
    changed = ("-var=max=200", "-var=target=60", "-var=night_max=3")
    target, policy = "aws_appautoscaling_target.writes", "aws_appautoscaling_policy.writes"
    dimension = "dynamodb/table/visits/dynamodb:table:WriteCapacityUnits"

    def run(command: str, *arguments: str) -> None:
        workshop.run("terraform", command, *arguments, cwd=folder)

    try:
        run("init", "-input=false")
    except subprocess.CalledProcessError as error:
        raise CannotRun(f"terraform finds no provider:\n{error.stdout}") from None
    with workshop.serving() as address:
        workshop.environment["TF_VAR_address"] = address
        run("apply", "-auto-approve")
        run("plan", "-detailed-exitcode")
        run("apply", "-auto-approve", *changed)
        run("plan", "-detailed-exitcode", *changed)
        run("state", "rm", target, policy)
        run("import", *changed, target, dimension)
        run("import", *changed, policy, f"{dimension}/DynamoDBWriteCapacityUtilization:table/visits")
        run("plan", "-detailed-exitcode", *changed)
        run("destroy", "-auto-approve", *changed)


def wait_for(address: str) -> str:
    """The page at this address, once there is one. Raises OSError where there is none in time."""
    give_up = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as reply:
                body: bytes = reply.read()
            return body.decode()
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


TRIALS: dict[str, Callable[[Workshop], None]] = {
    "@shelf/jest-dynamodb": jest,
    "pytest-dynamodb": pytest_dynamodb,
    "vector memories": vector_memories,
    "dynamodb-onetable": onetable,
    "dynamodb-admin": admin,
    "terraform": terraform,
}


def main() -> int:
    """Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.dropin", description=__doc__)
    parser.add_argument("--folder", type=Path, help="where programs are installed, and found again")
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(TRIALS)} (default: all)")
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as made:
        for name in options.names or TRIALS:
            try:
                TRIALS[name](Workshop(options.folder or Path(made)))
                print(f"{name}: passed", flush=True)
            except CannotRun as error:
                print(f"{name}: not run: {error}", flush=True)
            except (subprocess.SubprocessError, OSError, ValueError) as error:
                failed = True
                print(f"{name}: FAILED: {error}\n{getattr(error, 'stdout', '') or ''}", flush=True)
    for name in DOCKER:
        print(f"{name}: not run: needs a Docker engine")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
