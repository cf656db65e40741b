"""The Dockerfile works, shown without a Docker engine: its own commands run in a fresh virtual environment.

The copies, RUN commands, environment, HEALTHCHECK and ENTRYPOINT are taken from the file as it is; only the folders of
the image and the port are replaced by those of the test.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTALLED = "/opt/thermodynamo"
READY_WITHIN_SECONDS = 120.0
# Far below the 75 s for which an idle connection is kept: the server does not wait for it.
ENDED_WITHIN_SECONDS = 60

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]


@dataclass
class Stage:
    """The instructions from one FROM to the next, in order."""

    image: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [rest for word, rest in self.instructions if word == name]

    def only(self, name: str) -> str:
        (rest,) = self.all(name)
        return rest


def read_stages() -> list[Stage]:
    stages: list[Stage] = []
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, rest = line.split(" ", 1)
            if word == "FROM":
                stages.append(Stage(rest))
            else:
                stages[-1].instructions.append((word, rest))
    return stages


BUILD, FINAL = read_stages()


def image_environment(port: int) -> dict[str, str]:
    """The final image's environment, with a port that is free here, and nothing that points into this checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("THERMODYNAMO_", "PYTHON"))
    }
    environment.update(line.partition("=")[::2] for line in FINAL.all("ENV"))
    environment["THERMODYNAMO_PORT"] = str(port)
    return environment


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build stage leaves in its folder of the image."""
    work = tmp_path_factory.mktemp("image")
    source, target = work / "src", work / "thermodynamo"
    source.mkdir()
    for line in BUILD.all("COPY"):
        *names, _ = line.split()
        for name in names:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, source / name)
    for command in BUILD.all("RUN"):
        command = command.replace(INSTALLED, str(target)).replace("python3 -m venv", f"{sys.executable} -m venv", 1)
        subprocess.run(["sh", "-c", command], cwd=source, check=True, timeout=600, env=image_environment(0))
    return target


JAVA = [f"{INSTALLED}/bin/java", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-sharedDb"]
COMPOSE = [f"{INSTALLED}/bin/thermodynamo", "-jar", "DynamoDBLocal.jar", "-sharedDb"]
"""The entry point of the image, with what compose files have as `command` for DynamoDB Local's."""


ELSEWHERE = [*COMPOSE, "-port", "0"]
"""On another port than that of the image's environment: here one that is free."""
STARTS = {"itself": json.loads(FINAL.only("ENTRYPOINT")), "java": JAVA, "compose": COMPOSE, "elsewhere": ELSEWHERE}


@pytest.fixture(params=list(STARTS.values()), ids=list(STARTS))
def container(
    request: pytest.FixtureRequest, installed: Path, tmp_path: Path
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """(process, port) of the image's entry point, or of DynamoDB Local's, started in an empty folder."""
    port = free_port()
    command = [word.replace(INSTALLED, str(installed)) for word in request.param]
    process = subprocess.Popen(command, cwd=tmp_path, env=image_environment(port))
    yield process, port
    process.kill()
    process.wait()


def healthcheck(installed: Path, process: int) -> "subprocess.CompletedProcess[str]":
    """The image's own HEALTHCHECK, beside a container whose first process is this one."""
    command = json.loads(FINAL.only("HEALTHCHECK").split(" CMD ", 1)[1])
    assert command[-1] == "1"
    command = [word.replace(INSTALLED, str(installed)) for word in (*command[:-1], str(process))]
    return subprocess.run(command, env=image_environment(0), capture_output=True, text=True, timeout=60)


def test_the_image_is_small_unprivileged_and_started_directly() -> None:
    assert [stage.image for stage in (BUILD, FINAL)] == ["python:3.13-slim AS build", "python:3.13-slim"]
    assert FINAL.only("COPY") == f"--from=build {INSTALLED} {INSTALLED}"
    user, links, folders = FINAL.all("RUN")
    assert f"--uid {FINAL.only('USER')} " in user and user.startswith("useradd")
    assert links == f"ln -s {INSTALLED}/bin/java {INSTALLED}/bin/thermodynamo /usr/local/bin/"
    assert FINAL.only("WORKDIR") in folders and f"--owner {FINAL.only('USER')} " in folders
    assert FINAL.only("EXPOSE") == "8000"
    assert FINAL.all("ENV") == ["THERMODYNAMO_HOST=0.0.0.0", "THERMODYNAMO_PORT=8000"]
    assert json.loads(FINAL.only("ENTRYPOINT")) == [f"{INSTALLED}/bin/thermodynamo"]
    assert not FINAL.all("CMD")


def test_the_build_stage_copies_what_the_ignore_file_lets_through() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name.strip("./") for line in BUILD.all("COPY") for name in line.split()[:-1]}
    assert copied == let_through


def test_the_healthcheck_succeeds_and_sigterm_ends_the_server_cleanly(
    installed: Path, container: tuple["subprocess.Popen[bytes]", int]
) -> None:
    process, _ = container
    with subprocess.Popen(["sleep", "60"]) as idle_process:
        listens_nowhere = healthcheck(installed, idle_process.pid)
        idle_process.terminate()
    assert listens_nowhere.returncode == 1 and "listens nowhere" in listens_nowhere.stderr
    give_up = time.monotonic() + READY_WITHIN_SECONDS
    while (healthy := healthcheck(installed, process.pid)).returncode != 0:
        assert process.poll() is None and time.monotonic() < give_up
    port = int(healthy.stdout.split()[0].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(1000).startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDED_WITHIN_SECONDS) == 0


def test_the_installed_package_holds_the_console_files(installed: Path) -> None:
    """Package data reach the image: every file beside the modules in the checkout is in the installed package."""
    (packages,) = installed.glob("lib/python3*/site-packages")
    kept = [path for path in (ROOT / "emulator").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    missing = [path.name for path in kept if not (packages / path.relative_to(ROOT / "emulator")).exists()]
    assert kept and not missing
