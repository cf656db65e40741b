"""The servers of one run: how each is started on a core of its own, what memory it takes, and how it is stopped.

A peer is a name known here (installed by package name into build/peers when missing), a `name=command` whose
`{port}` is filled in, or the http:// address of a server that runs already.
"""

import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.client import READY_WITHIN_SECONDS, Client
from bench.signing import Key

PORT_FIRST = 18_400
OWN = "thermodynamo"
OWN_METERED = "metered"
ECHO, BARE_ECHO = "echo", "bare echo"
ECHOES = (ECHO, BARE_ECHO)
"""What is no server of DynamoDB, but the limit of one."""
ROOT = Path(__file__).parents[1]
REST_SECONDS = 0.1
REST_WITHIN_SECONDS = 60.0
IDLE_SHARE = 0.1
"""A server that takes less of its core than this is at rest."""


class NotStarted(Exception):
    """A server could not be installed or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Package:
    """Where a known peer comes from and how it is started; `{port}` and `{folder}` are filled in."""

    installer: str
    package: str
    command: str
    environment: dict[str, str] = field(default_factory=dict)


KNOWN = {
    "dynalite": Package("npm", "dynalite", "{folder}/node_modules/.bin/dynalite --host 127.0.0.1 --port {port}"),
    "dynoxide": Package(
        "npm", "@dynoxide/linux-x64", "{folder}/node_modules/@dynoxide/linux-x64/dynoxide --port {port}"
    ),
    "ministack": Package("pip", "ministack", "{folder}/venv/bin/ministack", {"GATEWAY_PORT": "{port}"}),
    "moto": Package("pip", "moto[server,dynamodb]", "{folder}/venv/bin/moto_server --port {port}"),
}


@dataclass(slots=True)
class Server:
    """A server under test. Without a command it is somebody else's, and only its address is known."""

    name: str
    host: str
    port: int
    command: list[str] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    key: Key | None = None
    """What requests are signed with; None for a server that takes any signature."""
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, core: int | None) -> float:
        """Starts the server on one core; returns the seconds until its first request was answered.

        Raises NotStarted, also where another server has the port: that one would be measured.
        """
        started = time.perf_counter()
        if self.command is not None:
            if is_taken(self.host, self.port):
                raise NotStarted(
                    f"{self.name} cannot start: another server answers on {self.host}:{self.port}; stop it"
                )
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={**_as_installed(os.environ), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=pin_to(core),
            )
        client = Client(self.host, self.port, self.key)
        while not client.answers():
            if self.process is not None and self.process.poll() is not None:
                raise NotStarted(f"{self.name} ended with status {self.process.returncode}: {self.shown()}")
            if time.perf_counter() - started > READY_WITHIN_SECONDS:
                self.stop()
                raise NotStarted(f"{self.name} did not answer within {READY_WITHIN_SECONDS:.0f} s: {self.shown()}")
            time.sleep(0.002)
        client.close()
        return time.perf_counter() - started

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def cpu_seconds(self) -> float:
        """The processor time of the process and its children so far: their own and the kernel's for them."""
        assert self.process is not None
        ticks = 0
        for pid in _family(self.process.pid):
            with suppress(OSError):  # A child may just have ended.
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
                ticks += sum(map(int, stat.rpartition(")")[2].split()[11:13]))  # proc(5): utime and stime.
        return ticks / os.sysconf("SC_CLK_TCK")

    def come_to_rest(self) -> bool:
        """Waits until the server has done what it was asked for; whether it has, in time.

        A generator that stops leaves its last requests behind. A slow server may work on them for seconds, on the core
        that the next one is measured on.
        """
        if self.process is None or not Path("/proc").exists():
            return True
        started = time.perf_counter()
        while time.perf_counter() - started < REST_WITHIN_SECONDS:
            before = self.cpu_seconds()
            time.sleep(REST_SECONDS)
            if self.cpu_seconds() - before <= IDLE_SHARE * REST_SECONDS:
                return True
        return False

    def shown(self) -> str:
        """The command or the address, for people."""
        return shlex.join(self.command) if self.command else f"http://{self.host}:{self.port}"

    def peak_mb(self) -> float | None:
        """The most memory that the process and its children had in use, or None when they are not ours."""
        return self._memory_mb("VmHWM")

    def resident_mb(self) -> float | None:
        """The memory in use now."""
        return self._memory_mb("VmRSS")

    def _memory_mb(self, entry: str) -> float | None:
        if self.process is None:
            return None
        total_kb = 0
        for pid in _family(self.process.pid):
            try:
                status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            except OSError:
                continue
            total_kb += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith(entry + ":"))
        return total_kb / 1024


def _as_installed(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what keeps Python from writing bytecode: where pip installs a server, it is there."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _family(pid: int) -> Iterator[int]:
    """The process and its descendants."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def is_taken(host: str, port: int) -> bool:
    """Whether anything accepts connections there."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex((host, port)) == 0


def cores() -> tuple[int | None, int | None]:
    """The core of the servers and the core of the load generator; None for both where there is only one."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[1]) if len(usable) > 1 else (None, None)


def pin_to(core: int | None) -> Callable[[], None] | None:
    """What a new process runs before its program, so that it and its threads stay on the core."""
    if core is None:
        return None
    return lambda: os.sched_setaffinity(0, {core})


def own(port: int) -> Server:
    """This server without limits: peers have none, and a few partitions would soon be throttled."""
    return Server(
        OWN, "127.0.0.1", port, [sys.executable, "-m", "thermodynamo", "--port", str(port), "--capacity", "off"]
    )


def own_enforcing(port: int) -> Server:
    """This server with its defaults: limits are enforced."""
    return Server(OWN, "127.0.0.1", port, [sys.executable, "-m", "thermodynamo", "--port", str(port)])


def own_observing(port: int) -> Server:
    """This server with limits that are only observed: all is counted as if they were enforced, and nothing refused."""
    command = [sys.executable, "-m", "thermodynamo", "--port", str(port), "--capacity", "observe"]
    return Server(OWN, "127.0.0.1", port, command)


def own_metered(port: int) -> Server:
    """This server with limits enforced, but so high that nothing is refused: what metering costs."""
    limits = [f"--{name}-units-max" for name in ("partition-read", "partition-write", "table-read", "table-write")]
    command = [sys.executable, "-m", "thermodynamo", "--port", str(port), "--capacity", "enforce"]
    return Server(OWN_METERED, "127.0.0.1", port, [*command, *(word for flag in limits for word in (flag, "10000000"))])


def echo(port: int, answer: Path) -> Server:
    """A bare ASGI application that answers every request with the bytes of a file."""
    return Server(ECHO, "127.0.0.1", port, [sys.executable, "-m", "bench.echo", str(port), str(answer)])


def bare_echo(port: int, answer: Path) -> Server:
    """A bare protocol that answers every request with the bytes of a file."""
    return Server(BARE_ECHO, "127.0.0.1", port, [sys.executable, "-m", "bench.bare_echo", str(port), str(answer)])


def peer(text: str, port: int, folder: Path) -> Server:
    """The server that one word of PEERS means, installed if it is a known one that is missing."""
    if text.startswith(("http://", "https://")):
        address = urlsplit(text)
        return Server(address.netloc, address.hostname or "127.0.0.1", address.port or 80)
    name, given, command = text.partition("=")
    if given:
        return Server(name, "127.0.0.1", port, shlex.split(command.replace("{port}", str(port))))
    if name not in KNOWN:
        known = ", ".join(sorted(KNOWN))
        raise NotStarted(f"{name} is not known: give one of {known}, or 'NAME=COMMAND --port {{port}}', or an address")
    package = KNOWN[name]
    words = shlex.split(package.command.format(port=port, folder=folder))
    if not Path(words[0]).exists():
        _install(package, folder)
    environment = {variable: value.format(port=port) for variable, value in package.environment.items()}
    return Server(name, "127.0.0.1", port, words, environment)


def _install(package: Package, folder: Path) -> None:
    print(f"installing {package.package} with {package.installer} into {folder}", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    pip = folder / "venv" / "bin" / "pip"
    if package.installer == "npm":
        steps = [["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), package.package]]
    else:
        steps = [[str(pip), "install", "--quiet", package.package]]
        if not pip.exists():
            steps.insert(0, [sys.executable, "-m", "venv", str(folder / "venv")])
    for step in steps:
        try:
            subprocess.run(step, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotStarted(f"{package.package} could not be installed: {error}") from None
