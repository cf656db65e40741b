"""What metering costs: `python -m bench.metering`, a part of `make bench`.

GetItem and PutItem on a server with `--capacity enforce`, against one with `--capacity off`. The limits are so high
that nothing is refused: every request is admitted, charged and counted.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.client import CallFailed, Client
from bench.comparison import Bench, Compared, comparisons, in_turn
from bench.generator import Generator
from bench.servers import PORT_FIRST, NotStarted, cores, own, own_metered
from bench.workload import WORKLOADS, WrongAnswer, prepare

PLACE = 97
"""The first server's port, counted from the first."""
MEASURED = ("GetItem", "PutItem")
RATIO_MAX = 1.10


def run(plain: Bench, metered: Bench) -> list[Compared]:
    workloads = [workload for workload in WORKLOADS if workload.name in MEASURED]
    files = {}
    for bench in (plain, metered):
        client = Client(bench.server.host, bench.server.port)
        prepare(client)
        for workload in workloads:
            requests = workload.requests(client)
            workload.verify(client, requests[0])
            files[workload.name] = bench.bodies(workload.name, requests)
        client.close()
    return [
        in_turn(
            name, RATIO_MAX, plain.rounds, partial(plain.measure, name, bodies), partial(metered.measure, name, bodies)
        )
        for name, bodies in files.items()
    ]


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.metering", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="how often each is measured (default 21)")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each is measured (default 1)")
    parser.add_argument("--without-wrk", action="store_true", help="use bench/load.py even where wrk is installed")
    options = parser.parse_args(given)
    server_core, load_core = cores()
    servers = own(PORT_FIRST + PLACE), own_metered(PORT_FIRST + PLACE + 1)
    try:
        generator = Generator(load_core, not options.without_wrk)
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            for server in servers:
                server.start(server_core)
            plain, metered = (
                Bench(server, generator, Path(name), options.rounds, options.seconds) for server in servers
            )
            print(comparisons("--capacity off", "--capacity enforce", run(plain, metered)))
    except (NotStarted, CallFailed, WrongAnswer) as error:
        print(f"bench.metering: {error}", file=sys.stderr)
        return 1
    finally:
        for server in servers:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
