"""The measuring itself: every server answers rightly first, then all of them in turn, operation by operation.

Servers alternate within each operation and round, so that a machine that grows slower or faster meets all alike, and
none is measured before the last is at rest. The figures of a server are those of its median round; a ratio is the
median of the ratios within each round.
"""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import CallFailed, Client, encode
from bench.generator import Generator
from bench.load import Load
from bench.servers import ECHOES, Server
from bench.workload import Workload, WrongAnswer, prepare

STARTS = 5
WARM_UP_SECONDS = 1.0


@dataclass(slots=True)
class Results:
    """Everything measured in one run, by operation and server name."""

    rounds: dict[tuple[str, str], list[Load]] = field(default_factory=dict)
    refusals: dict[tuple[str, str], str] = field(default_factory=dict)
    start_seconds: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float | None] = field(default_factory=dict)

    def median(self, operation: str, server: str) -> Load | None:
        """The median round by requests per second."""
        loads = sorted(self.rounds.get((operation, server), []), key=lambda load: load.requests_per_second)
        return loads[len(loads) // 2] if loads else None

    def ratio(self, operation: str, server: str, other: str) -> float | None:
        """How many times the other's requests per second the server answers."""
        pairs = zip(self.rounds.get((operation, server), []), self.rounds.get((operation, other), []), strict=False)
        ratios = [mine.requests_per_second / theirs.requests_per_second for mine, theirs in pairs if theirs.requests]
        return statistics.median(ratios) if ratios else None


def start(servers: Sequence[Server], core: int | None, results: Results) -> None:
    """Starts every server several times, to time it, and leaves it running."""
    for server in servers:
        taken = []
        for _ in range(STARTS if server.command else 1):
            server.stop()
            taken.append(server.start(core))
        if server.command:
            results.start_seconds[server.name] = statistics.median(taken)


def check_and_write_bodies(
    server: Server, workloads: Sequence[Workload], folder: Path, results: Results
) -> dict[str, Path]:
    """Loads the items, checks each operation's answer, and writes its request bodies to a file, one a line."""
    client = Client(server.host, server.port)
    files = {}
    prepare(client)
    for workload in workloads:
        try:
            requests = workload.requests(client)
            for request in (requests[0], requests[-1]):
                workload.verify(client, request)
        except (CallFailed, WrongAnswer, KeyError) as error:
            results.refusals[workload.name, server.name] = f"{type(error).__name__}: {error}"
            continue
        path = folder / f"{server.name.replace('/', '_')}-{workload.name}"
        path.write_bytes(b"\n".join(map(encode, requests)) + b"\n")
        files[workload.name] = path
    client.close()
    return files


def run_rounds(
    servers: Sequence[Server],
    workloads: Sequence[Workload],
    files: dict[str, dict[str, Path]],
    generator: Generator,
    rounds: int,
    seconds: float,
    results: Results,
) -> None:
    """Fills `results.rounds`; the first round is preceded by a warm-up that is not counted."""
    for number in range(rounds + 1):
        for workload in workloads:
            for server in servers:
                bodies = files[server.name].get(workload.name)
                if bodies is None:
                    continue
                load = generator.measure(server, workload.name, bodies, seconds if number else WARM_UP_SECONDS)
                if load.errors:
                    print(f"{server.name} {workload.name}: {load.errors} of {load.requests} failed", file=sys.stderr)
                if not server.come_to_rest():
                    print(f"{server.name} is still at {workload.name}: what comes next is too low", file=sys.stderr)
                if number:
                    results.rounds.setdefault((workload.name, server.name), []).append(load)
        print(f"round {number} of {rounds} done" if number else "warmed up", file=sys.stderr)
    for server in servers:
        if server.name not in ECHOES:
            results.peak_mb[server.name] = server.peak_mb()
