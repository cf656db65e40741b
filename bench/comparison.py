"""Two kinds of the same request to one server, or the same request to two servers, measured in turn.

What is compared is the processor time that the server takes for a request: on a core of its own that is the inverse of
its requests a second, and it stays true where other programs want the core too.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.client import encode
from bench.generator import Generator
from bench.load import CONNECTIONS, Load
from bench.report import table
from bench.servers import Server
from bench.workload import WrongAnswer

Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """One round: what the generator saw, and the processor time that the server took for each request."""

    load: Load
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison, round by round, and the most that the ratio should be."""

    name: str
    target: float
    base: list[Measured]
    other: list[Measured]
    by_p99: bool = False
    parts: Sequence["Compared"] = ()
    """The comparisons of several pairs of servers, of which this one has all rounds."""

    def ratio(self) -> float:
        """The median over the rounds: the processor time of a request, or the p99, as a multiple of the base's."""
        pairs = zip(self.base, self.other, strict=True)
        if self.by_p99:
            return statistics.median(other.load.p99_ms / base.load.p99_ms for base, other in pairs)
        return statistics.median(other.cpu_us / base.cpu_us for base, other in pairs)

    def cells(self) -> list[str]:
        ratio = self.ratio()
        verdict = "" if ratio <= self.target else " (missed)"
        each = sorted(part.ratio() for part in self.parts)
        shown = f"{ratio:.2f}" + (f" ({len(each)} pairs: {each[0]:.2f} to {each[-1]:.2f})" if each else "")
        return [self.name, _shown(self.base), _shown(self.other), shown, f"{self.target:g}{verdict}"]


def _shown(rounds: list[Measured]) -> str:
    median = sorted(rounds, key=lambda each: each.cpu_us)[len(rounds) // 2]
    load = median.load
    return f"{load.requests_per_second:,.0f} ({load.p50_ms:.2f} / {load.p99_ms:.2f}) {median.cpu_us:.0f} us"


@dataclass(slots=True)
class Bench:
    """One run against one server."""

    server: Server
    generator: Generator
    folder: Path
    rounds: int
    seconds: float

    def bodies(self, name: str, requests: list[Request]) -> Path:
        path = self.folder / name
        path.write_bytes(b"\n".join(map(encode, requests)) + b"\n")
        return path

    def measure(self, operation: str, bodies: Path, connections: int = CONNECTIONS) -> Measured:
        before = self.server.cpu_seconds()
        load = self.generator.measure(self.server, operation, bodies, self.seconds, connections)
        if load.errors:
            raise WrongAnswer(f"{operation}: {load.errors} of {load.requests} requests failed")
        if not load.requests:
            raise WrongAnswer(f"{operation}: no request was answered in {self.seconds:g} s; the machine is too busy")
        return Measured(load, (self.server.cpu_seconds() - before) / load.requests * 1e6)

    def compare(self, name: str, target: float, operation: str, base: list[Request], other: list[Request]) -> Compared:
        """Measures two kinds of requests to this server in turn."""
        files = [self.bodies("base", base), self.bodies("other", other)]
        measures = [partial(self.measure, operation, path) for path in files]
        return in_turn(name, target, self.rounds, *measures)


def in_turn(
    name: str, target: float, rounds: int, base: Callable[[], Measured], other: Callable[[], Measured]
) -> Compared:
    """The two measured in turn; their first round is not counted, and each goes first in every other round."""
    compared = Compared(name, target, [], [])
    for number in range(rounds + 1):
        if number % 2:
            of_base, of_other = base(), other()
        else:
            of_other, of_base = other(), base()
        if number:
            compared.base.append(of_base)
            compared.other.append(of_other)
    return compared


def merged(parts: Sequence[Compared]) -> Compared:
    """One comparison of all the rounds that several pairs of servers had."""
    first = parts[0]
    base = [measured for part in parts for measured in part.base]
    other = [measured for part in parts for measured in part.other]
    return Compared(first.name, first.target, base, other, first.by_p99, parts)


def comparisons(base: str, other: str, compared: Sequence[Compared]) -> str:
    """The table of what was compared, under the names of the two kinds."""
    heading = ["requests/s (p50 / p99 ms), processor time", base, other, "ratio", "at most"]
    return table(heading, [each.cells() for each in compared])
