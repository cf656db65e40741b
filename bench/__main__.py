"""`make bench`: this server, two echoes and any peers, measured side by side; see --help."""

import argparse
import os
import platform
import shlex
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import report
from bench.client import CallFailed, Client
from bench.generator import Generator
from bench.million import Filled, fill
from bench.rounds import Results, check_and_write_bodies, run_rounds, start
from bench.servers import ECHOES, KNOWN, OWN, PORT_FIRST, NotStarted, Server, bare_echo, cores, echo, own, peer
from bench.workload import WORKLOADS, Workload


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--peers",
        default="",
        help=f"servers to compare with, as one text of words: any of {', '.join(sorted(KNOWN))} (installed when "
        "missing), 'NAME=COMMAND --port {port}' in quotes, or an http:// address",
    )
    parser.add_argument(
        "--peers-folder", type=Path, default=Path("build/peers"), help="where known peers are installed"
    )
    parser.add_argument(
        "--operations", default="", help="names of the operations to measure, with commas; all by default"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each is measured (default 2)")
    parser.add_argument("--million", action="store_true", help="also fill each server with a million 200-byte items")
    parser.add_argument("--million-seconds", type=float, default=120.0, help="at most so long each (default 120)")
    parser.add_argument("--markdown", type=Path, help="also write the tables to this file")
    parser.add_argument("--without-own", action="store_true", help="measure the peers alone")
    parser.add_argument("--without-wrk", action="store_true", help="use bench/load.py even where wrk is installed")
    return parser.parse_args(given)


def chosen(names: str) -> list[Workload]:
    wanted = names.split(",") if names else [workload.name for workload in WORKLOADS]
    unknown = set(wanted) - {workload.name for workload in WORKLOADS}
    if unknown:
        raise NotStarted(f"not measured here: {', '.join(sorted(unknown))}")
    return [workload for workload in WORKLOADS if workload.name in wanted]


def candidates(options: argparse.Namespace) -> list[Server]:
    """The servers to measure; the first is compared with the others."""
    servers = [] if options.without_own else [own(PORT_FIRST)]
    for place, word in enumerate(shlex.split(options.peers), start=3):
        servers.append(peer(word, PORT_FIRST + place, options.peers_folder.absolute()))
    if not servers:
        raise NotStarted("nothing to measure: --without-own needs --peers")
    return servers


def measure(options: argparse.Namespace, servers: list[Server], generator: Generator, core: int | None) -> Results:
    """Starts, checks and measures the servers, with the echoes beside them where GetItem is measured."""
    results, workloads = Results(), chosen(options.operations)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        try:
            start(servers, core, results)
            files = {server.name: check_and_write_bodies(server, workloads, folder, results) for server in servers}
            if bodies := files[servers[0].name].get("GetItem"):
                servers[1:1] = _start_echoes(servers[0], bodies, folder, core)
                files.update({name: {"GetItem": bodies} for name in ECHOES})
            run_rounds(servers, workloads, files, generator, options.rounds, options.seconds, results)
        finally:
            for server in servers:
                server.stop()
    return results


def _start_echoes(subject: Server, bodies: Path, folder: Path, core: int | None) -> list[Server]:
    """The echoes answer what the first server answered to the first GetItem."""
    client, answer = Client(subject.host, subject.port), folder / "answer"
    answer.write_bytes(client.send("GetItem", bodies.read_bytes().splitlines()[0]))
    client.close()
    servers = [echo(PORT_FIRST + 1, answer), bare_echo(PORT_FIRST + 2, answer)]
    for server in servers:
        server.start(core)
    return servers


def tables(options: argparse.Namespace, results: Results, names: list[str], filled: dict[str, Filled]) -> list[str]:
    operations = [workload.name for workload in chosen(options.operations)]
    parts = [report.throughput(results, operations, names)]
    if len(names) > 1:
        parts.append(report.ratios(results, operations, names))
    return [*parts, report.footprint(results, names, filled)]


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    server_core, load_core = cores()
    generator = Generator(load_core, with_wrk=not options.without_wrk)
    filled: dict[str, Filled] = {}
    try:
        servers = candidates(options)
        results = measure(options, servers, generator, server_core)
        if options.million:
            if load_core is not None:
                os.sched_setaffinity(0, {load_core})
            for server in servers:
                if server.name not in ECHOES and (after := fill(server, server_core, options.million_seconds)):
                    filled[server.name] = after
    except (NotStarted, CallFailed) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    names = [server.name for server in servers]
    pinned = "servers on one core, load on another" if load_core is not None else "one core for everything"
    how = (
        f"{generator.description()}; {pinned}; {options.rounds} rounds of {options.seconds:g} s, servers in turn; "
        f"the median round; Python {platform.python_version()}, {platform.machine()}."
    )
    text = "\n\n".join([how, *tables(options, results, names, filled)]) + "\n"
    print("\n" + text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    if results.refusals:
        print(report.refusals(results), file=sys.stderr)
    return 1 if any(server == OWN for _, server in results.refusals) else 0


if __name__ == "__main__":
    sys.exit(main())
