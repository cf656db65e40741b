"""How fast tests are in the process: `python -m bench.testing`, a part of `make bench`.

The tests of `bench/suite.py`: with `thermodynamo.testing.local_dynamodb`, with this server over HTTP, and with moto's
`mock_aws`, in turn. What is compared is the processor time, that of the server included: all of them wait for nothing
else, so it is how long the tests take where they have a core to themselves.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.report import table
from bench.servers import PORT_FIRST, ROOT, NotStarted, Server, own_enforcing

PLACE = 95
"""The server's port, counted from the first."""
TESTS = 1000
MOTO = "moto[dynamodb]==5.2.5"
MOTO_RATIO_MIN = 6.0
HTTP_RATIO_MIN = 3.0


@dataclass(slots=True)
class Suite:
    """The tests in a process of their own; `server` is where they go over HTTP."""

    name: str
    process: "subprocess.Popen[str]"
    count: int
    server: Server | None = None
    seconds: list[float] = field(default_factory=list)
    """Of each round, scaled to `TESTS` tests."""

    def round(self) -> None:
        """Runs the tests once more. Raises NotStarted where they fail."""
        assert self.process.stdin is not None
        before = self.server.cpu_seconds() if self.server is not None else 0.0
        print(file=self.process.stdin, flush=True)
        took = float(self.line())
        if self.server is not None:
            took += self.server.cpu_seconds() - before
        self.seconds.append(took * TESTS / self.count)

    def line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise NotStarted(f"the tests with {self.name} ended with status {self.process.wait()}")
        return line


def suite(name: str, python: str, way: str, count: int, server: Server | None = None) -> Suite:
    """Starts the tests and waits until they are ready. Raises NotStarted."""
    command = [python, str(ROOT / "bench" / "suite.py"), way, str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    started = Suite(name, process, count, server)
    started.line()
    return started


def moto_python(folder: Path) -> str:
    """The Python of an environment with moto, made where it is missing, with the versions that this project pins."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing {MOTO} into {folder}", file=sys.stderr)
        environment = {**os.environ, "PIP_CONSTRAINT": str(ROOT / "constraints.txt")}
        install = [str(python), "-m", "pip", "install", "--quiet", MOTO, "boto3"]
        for step in ([sys.executable, "-m", "venv", str(folder)], install):
            try:
                subprocess.run(step, check=True, env=environment)
            except (OSError, subprocess.CalledProcessError) as error:
                raise NotStarted(f"{MOTO} could not be installed: {error}") from None
    return str(python)


def ratio(other: Suite, own: Suite) -> float:
    """How many times as long the other tests take: the median of the rounds' ratios."""
    return statistics.median(theirs / ours for theirs, ours in zip(other.seconds, own.seconds, strict=True))


def report(own: Suite, others: Sequence[tuple[Suite, float]]) -> str:
    heading = ["1,000 tests", "seconds of processor time", "× local_dynamodb", "at least"]
    lines = [[own.name, f"{statistics.median(own.seconds):.1f}", "", ""]]
    for other, wanted in others:
        times = ratio(other, own)
        verdict = "" if times >= wanted else " (missed)"
        lines.append([other.name, f"{statistics.median(other.seconds):.1f}", f"{times:.1f}", f"{wanted:g}{verdict}"])
    return table(heading, lines)


def measure(rounds: int, count: int, folder: Path | None, port: int = PORT_FIRST + PLACE) -> str:
    """The table of all ways; without a folder for it, moto is left out."""
    server = own_enforcing(port)
    suites: list[Suite] = []
    try:
        server.start(None)
        own = suite("local_dynamodb, in the process", sys.executable, "thermodynamo", count)
        suites.append(own)
        address = f"http://{server.host}:{server.port}"
        others = [(suite("this server over HTTP", sys.executable, address, count, server), HTTP_RATIO_MIN)]
        suites.append(others[0][0])
        if folder is not None:
            others.append((suite("moto 5.2.5, mock_aws", moto_python(folder), "moto", count), MOTO_RATIO_MIN))
            suites.append(others[-1][0])
        for _ in range(rounds):
            for each in suites:
                each.round()
        return report(own, others)
    finally:
        for each in suites:
            each.process.kill()
            each.process.wait()
        server.stop()


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.testing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--tests", type=int, default=50, help="how many tests a round has (default 50)")
    parser.add_argument("--without-moto", action="store_true", help="neither install nor measure moto")
    folder = ROOT / "build" / "peers" / "moto"
    parser.add_argument("--moto-folder", type=Path, default=folder, help="where moto is installed")
    options = parser.parse_args(given)
    try:
        print(measure(options.rounds, options.tests, None if options.without_moto else options.moto_folder.absolute()))
    except NotStarted as error:
        print(f"bench.testing: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
