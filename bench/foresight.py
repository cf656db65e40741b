"""How fast traffic is foreseen: `python -m bench.foresight`, a part of `make bench`.

A mix of GetItem and PutItem, half of each, on the same keys: over HTTP by a server that enforces limits, by the exact
replay of a trace, and by the aggregate one, in turns. Compared are the least processor seconds for a request, those of
the server alone over HTTP, so that the figures hold on a busy machine. A trace of twice the length shows how time and
memory grow. Each replay has a process of its own.

The exact replay takes traces of other mixes, too: mostly writes, hot keys, and writes that change two indexes.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from bench import traces
from bench.client import Client
from bench.foresight_day import RSS_BYTES
from bench.report import table
from bench.servers import PORT_FIRST, NotStarted, Server, own_enforcing
from bench.traces import EVEN, KEYS, MIXES, Mix
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.traces.trace_reader import Trace

PLACE = 96
"""The server's port, counted from the first."""
ROUNDS = 3
REQUESTS_HTTP = 20_000
REQUESTS_EXACT = 400_000
REQUESTS_OF_MIX = 100_000
REQUESTS_AGGREGATE = 4_000_000
EXACT_RATIO_MIN, AGGREGATE_RATIO_MIN, GROWTH_MAX = 15.0, 100.0, 2.2
MEGABYTE = 1_000_000


class Taken(NamedTuple):
    """What one run took."""

    seconds: float
    """Of the processor."""
    memory_bytes: int = 0
    """The most that the process of a replay had at any time."""


@dataclass(slots=True)
class Figures:
    """What each of the things that are compared took, by name, in all rounds."""

    taken: dict[str, list[Taken]] = field(default_factory=dict)

    def take(self, name: str, taken: Taken) -> None:
        self.taken.setdefault(name, []).append(taken)

    def seconds(self, name: str) -> float:
        """The least that it took."""
        return min(each.seconds for each in self.taken[name])

    def megabytes(self, name: str) -> float:
        """The most that it had in any round."""
        return max(each.memory_bytes for each in self.taken[name]) / MEGABYTE


@dataclass(frozen=True, slots=True)
class Replay:
    """A trace and how it is replayed."""

    name: str
    path: Path
    requests: int
    mix: Mix = EVEN
    is_exact: bool = True

    def write(self) -> None:
        traces.write(self.path, self.requests, self.mix)

    def run(self) -> Taken:
        """Replays the trace in this process, which does nothing else."""
        begun = time.process_time()
        trace = Trace(self.path)
        if self.is_exact:
            simulate(trace, self.mix.scenario, trace.summary())
        else:
            simulate_in_aggregate(trace, self.mix.scenario, trace.summary(), Local(1), self.path.parent)
        memory_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_BYTES
        return Taken(time.process_time() - begun, memory_bytes)


def over_http(server: Server) -> Taken:
    """What the server takes for its requests."""
    client = Client(server.host, server.port)
    before = server.cpu_seconds()
    for number in range(REQUESTS_HTTP):
        key: dict[str, Any] = {"pk": {"S": f"user#{number % KEYS}"}}
        if number % 2:
            client.call("PutItem", {"TableName": "orders", "Item": {**key, "text": {"S": "x" * 280}}})
        else:
            client.call("GetItem", {"TableName": "orders", "Key": key})
    client.close()
    return Taken(server.cpu_seconds() - before)


def prepare(server: Server) -> None:
    """Makes the table that requests are for."""
    client = Client(server.host, server.port)
    client.create_table(
        {
            "TableName": "orders",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        }
    )
    client.close()


def rounds(server: Server, replays: Sequence[Replay], count: int) -> Figures:
    """What HTTP and the replays take, in turns."""
    figures = Figures()
    processes = multiprocessing.get_context("spawn")
    with processes.Pool(1, maxtasksperchild=1) as pool:
        for replay in replays:
            pool.apply(replay.write)
        for _ in range(count):
            figures.take("HTTP", over_http(server))
            for replay in replays:
                figures.take(replay.name, pool.apply(replay.run))
    return figures


def report(figures: Figures, replays: Sequence[Replay]) -> bool:
    """Prints the figures; whether every target is reached."""
    requests = {"HTTP": REQUESTS_HTTP} | {replay.name: replay.requests for replay in replays}
    rates = {name: count / figures.seconds(name) for name, count in requests.items()}
    exact, aggregate = (rates[name] / rates["HTTP"] for name in ("exact", "aggregate"))
    growth = figures.seconds("aggregate, twice as long") / figures.seconds("aggregate")
    found = [
        ("exact replay, times HTTP", exact, EXACT_RATIO_MIN, exact >= EXACT_RATIO_MIN),
        ("aggregate, times HTTP", aggregate, AGGREGATE_RATIO_MIN, aggregate >= AGGREGATE_RATIO_MIN),
        ("twice the trace, times the time", growth, GROWTH_MAX, growth <= GROWTH_MAX),
    ]
    print(
        table(["", "measured", "target"], [[name, f"{value:.1f}", f"{target:g}"] for name, value, target, _ in found])
    )
    lines = [["HTTP", f"{REQUESTS_HTTP:,}", f"{rates['HTTP']:,.0f}", ""]]
    lines += [
        [replay.name, f"{replay.requests:,}", f"{rates[replay.name]:,.0f}", f"{figures.megabytes(replay.name):,.0f} MB"]
        for replay in replays
    ]
    print(table(["", "requests", "a processor second", "memory at most"], lines))
    return all(is_reached for *_, is_reached in found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.foresight", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--requests", type=int, default=REQUESTS_AGGREGATE, help="of the aggregate replay; then twice as many"
    )
    parser.add_argument("--port", type=int, default=PORT_FIRST + PLACE)
    options = parser.parse_args(arguments)
    server = own_enforcing(options.port)
    try:
        server.start(None)
        prepare(server)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            others = [mix for mix in MIXES if mix is not EVEN]
            replays = [
                Replay("exact", folder / "exact.parquet", REQUESTS_EXACT),
                Replay("aggregate", folder / "aggregate.parquet", options.requests, is_exact=False),
                Replay("aggregate, twice as long", folder / "twice.parquet", 2 * options.requests, is_exact=False),
                *(Replay(f"exact, {mix.name}", folder / f"{mix.name}.parquet", REQUESTS_OF_MIX, mix) for mix in others),
            ]
            return 0 if report(rounds(server, replays, options.rounds), replays) else 1
    except NotStarted as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
