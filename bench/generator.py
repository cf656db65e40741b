"""Runs a load generator in a process and on a core of its own: wrk where it is installed, else bench/load.py."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from bench.client import headers
from bench.load import CONNECTIONS, Load
from bench.servers import ROOT, Server, pin_to
from bench.signing import signed


class Generator:
    """One way to make load, the same for every server of a run."""

    def __init__(self, core: int | None, with_wrk: bool = True) -> None:
        self.core = core
        self.wrk = shutil.which("wrk") if with_wrk else None

    def description(self) -> str:
        if self.wrk is None:
            return f"bench/load.py (wrk is not installed), {CONNECTIONS} keep-alive connections"
        version = subprocess.run([self.wrk, "--version"], capture_output=True, text=True, check=False).stdout
        return f"{' '.join(version.split()[:2])}, 1 thread, {CONNECTIONS} keep-alive connections"

    def measure(
        self, server: Server, operation: str, bodies: Path, seconds: float, connections: int = CONNECTIONS
    ) -> Load:
        """Sends the bodies for some seconds over so many keep-alive connections, each with one request at a time."""
        named = headers(operation)
        if server.key is not None:
            # One signature is one body's: there is one in the file.
            named = signed(server.key, f"{server.host}:{server.port}", bodies.read_bytes().splitlines()[0], named)
        if self.wrk is not None:
            command = self._wrk(server, named, bodies, seconds, connections)
        else:
            command = _load(server, named, bodies, seconds, connections)
        result = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True, preexec_fn=pin_to(self.core)
        )
        return Load(**json.loads(result.stdout.splitlines()[-1]))

    def _wrk(self, server: Server, named: dict[str, str], bodies: Path, seconds: float, connections: int) -> list[str]:
        assert self.wrk is not None
        lines = [word for name, value in named.items() for word in ("--header", f"{name}: {value}")]
        return [
            self.wrk,
            "--threads=1",
            f"--connections={connections}",
            f"--duration={max(1, round(seconds))}s",
            f"--script={Path(__file__).with_name('requests.lua')}",
            *lines,
            f"http://{server.host}:{server.port}/",
            "--",
            str(bodies),
        ]


def _load(server: Server, named: dict[str, str], bodies: Path, seconds: float, connections: int) -> list[str]:
    arguments = [f"{server.host}:{server.port}", json.dumps(named), str(bodies), str(seconds), str(connections)]
    return [sys.executable, "-m", "bench.load", *arguments]
