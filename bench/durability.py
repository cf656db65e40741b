"""What keeping data costs: `python -m bench.durability`, a part of `make bench`.

PutItem on this server in memory, with a data folder in either durability, and on the peers that have an on-disk mode
(`--peers "dynalite dynoxide"`), in turn. A write waits for the disk with `--durability power`, so what is compared is
requests a second. Last, a million items are put into a folder and the server is started again on it.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import million
from bench.client import BATCH, CallFailed, Client, encode, headers
from bench.generator import Generator
from bench.items import DEFINITION, TABLE
from bench.load import CONNECTIONS, Load, drive
from bench.report import table
from bench.servers import PORT_FIRST, NotStarted, Server, cores, own, peer
from bench.workload import WORKLOADS, WrongAnswer, prepare

PLACE = 80
"""The first server's port, counted from the first."""
MEMORY, PROCESS, POWER = "in memory", "--durability process", "--durability power"
SHARES_MIN = {PROCESS: 0.75, POWER: 0.4}
"""Of the requests a second in memory, at least."""
PEER_RATIO_MIN = 1.5
RESTART_SECONDS_MAX = 5.0
ON_DISK = {"dynalite": ("--path", "{folder}"), "dynoxide": ("--db-path", "{folder}/items.sqlite")}
"""How a known peer is told to keep its data."""
FILL_SECONDS_MAX = 300.0


@dataclass(slots=True)
class Candidate:
    """A server, the file with its requests, and what was measured of it, round by round."""

    server: Server
    bodies: Path
    rounds: list[Load] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median of requests a second."""
        return statistics.median(load.requests_per_second for load in self.rounds)


def kept(port: int, durability: str, folder: Path) -> Server:
    """This server with a data folder."""
    server = own(port)
    assert server.command is not None
    server.name = durability
    server.command += ["--data-dir", str(folder), *durability.split()]
    return server


def servers(options: argparse.Namespace, folder: Path) -> list[Server]:
    """All that are compared; the first is in memory. Raises NotStarted for a peer without an on-disk mode."""
    port = PORT_FIRST + PLACE
    memory = own(port)
    memory.name = MEMORY
    found = [memory, kept(port + 1, PROCESS, folder / "process"), kept(port + 2, POWER, folder / "power")]
    for place, name in enumerate(options.peers.split(), start=3):
        if name not in ON_DISK:
            raise NotStarted(f"{name} has no on-disk mode that is known here: give any of {', '.join(ON_DISK)}")
        (folder / name).mkdir()
        made = peer(name, port + place, options.peers_folder.absolute())
        assert made.command is not None
        made.command += [word.replace("{folder}", str(folder / name)) for word in ON_DISK[name]]
        found.append(made)
    return found


def measured(candidates: Sequence[Candidate], generator: Generator, rounds: int, seconds: float) -> None:
    """Measures all in turn; the first round is not counted."""
    for number in range(rounds + 1):
        for candidate in candidates[:: 1 if number % 2 else -1]:
            load = generator.measure(candidate.server, "PutItem", candidate.bodies, seconds)
            if load.errors:
                raise WrongAnswer(f"{candidate.server.name}: {load.errors} of {load.requests} requests failed")
            candidate.server.come_to_rest()
            if number:
                candidate.rounds.append(load)


def candidate(server: Server, folder: Path) -> Candidate:
    """A server that runs, with its table and what is to be put into it; it is known to keep one."""
    put = next(workload for workload in WORKLOADS if workload.name == "PutItem")
    client = Client(server.host, server.port)
    prepare(client)
    requests = put.requests(client)
    put.verify(client, requests[0])
    client.close()
    path = folder / f"bodies-{server.port}"
    path.write_bytes(b"\n".join(map(encode, requests)) + b"\n")
    return Candidate(server, path)


def shares(rates: Mapping[str, float]) -> str:
    """The table of requests a second, with what each should be at least. The peers are beside the fastest of ours."""
    lines = []
    best_peer = max((rate for name, rate in rates.items() if name not in (MEMORY, *SHARES_MIN)), default=None)
    for name, rate in rates.items():
        share = rate / rates[MEMORY]
        target = SHARES_MIN.get(name)
        verdict = "" if target is None else f"{target:g}" + ("" if share >= target else " (missed)")
        of_peer, wanted = "", ""
        if name == PROCESS and best_peer is not None:
            of_peer = f"{rate / best_peer:.2f}"
            wanted = f"{PEER_RATIO_MIN:g}" + ("" if rate / best_peer >= PEER_RATIO_MIN else " (missed)")
        lines.append([name, f"{rate:,.0f}", f"{share:.2f}", verdict, of_peer, wanted])
    heading = ["PutItem", "requests/s", "of memory", "at least", "x fastest peer on disk", "at least"]
    return table(heading, lines)


def restart_seconds(folder: Path, core: int | None) -> tuple[int, float]:
    """Puts a million items into a folder, kills the server, and starts it again; the items, and the seconds to them."""
    server = kept(PORT_FIRST + PLACE + 9, PROCESS, folder)
    server.start(core)
    try:
        client = Client(server.host, server.port)
        client.create_table(DEFINITION)
        client.close()
        bodies = million.bodies(million.ITEMS)
        named = headers("BatchWriteItem")
        load = asyncio.run(drive(server.host, server.port, named, bodies, FILL_SECONDS_MAX, CONNECTIONS))
        server.come_to_rest()
        assert server.process is not None
        server.process.kill()
        server.stop()
        begun = time.perf_counter()
        server.start(core)
        client = Client(server.host, server.port)
        found = client.call("DescribeTable", {"TableName": TABLE})["Table"]["ItemCount"]
        seconds = time.perf_counter() - begun
        client.close()
    finally:
        server.stop()
    wanted = (load.requests - load.errors) * BATCH
    if found != wanted:
        raise WrongAnswer(f"{found} of {wanted} items are back")
    return found, seconds


def run(options: argparse.Namespace, folder: Path) -> str:
    server_core, load_core = cores()
    generator = Generator(load_core, not options.without_wrk)
    compared = servers(options, folder)
    try:
        for server in compared:
            server.start(server_core)
        candidates = [candidate(server, folder) for server in compared]
        measured(candidates, generator, options.rounds, options.seconds)
    finally:
        for server in compared:
            server.stop()
    text = shares({each.server.name: each.rate for each in candidates})
    if not options.million:
        return text
    count, seconds = restart_seconds(folder / "million", server_core)
    verdict = "" if seconds <= RESTART_SECONDS_MAX else " (missed)"
    return f"{text}\n\n{count:,} items are back {seconds:.1f} s after a start; at most {RESTART_SECONDS_MAX:g}{verdict}"


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.durability", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each is measured (default 1)")
    parser.add_argument("--peers", default="", help=f"any of {', '.join(ON_DISK)}, with spaces")
    parser.add_argument("--peers-folder", type=Path, default=Path("build/peers"), help="where peers are installed")
    parser.add_argument("--million", action="store_true", help="also restart with a million items")
    parser.add_argument("--without-wrk", action="store_true", help="use bench/load.py even where wrk is installed")
    options = parser.parse_args(given)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            print(run(options, Path(name)))
    except (NotStarted, CallFailed, WrongAnswer) as error:
        print(f"bench.durability: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
