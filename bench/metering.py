"""What metering costs: `python -m bench.metering`, a part of `make bench`.

GetItem and PutItem on a server with `--capacity enforce`, against one with `--capacity off`. The limits are so high
that nothing is refused: every request is admitted, charged and counted.
"""

import sys
from collections.abc import Sequence
from functools import partial

from bench import command
from bench.client import Client
from bench.comparison import Bench, comparisons, in_turn
from bench.servers import PORT_FIRST, own, own_metered
from bench.workload import WORKLOADS, prepare

PLACE = 97
"""The first server's port, counted from the first."""
MEASURED = ("GetItem", "PutItem")
RATIO_MAX = 1.10


def run(plain: Bench, metered: Bench) -> str:
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
    compared = [
        in_turn(
            name, RATIO_MAX, plain.rounds, partial(plain.measure, name, bodies), partial(metered.measure, name, bodies)
        )
        for name, bodies in files.items()
    ]
    return comparisons("--capacity off", "--capacity enforce", compared)


def main(given: Sequence[str] | None = None) -> int:
    servers = own(PORT_FIRST + PLACE), own_metered(PORT_FIRST + PLACE + 1)
    return command.run("bench.metering", __doc__, 21, servers, run, given)


if __name__ == "__main__":
    sys.exit(main())
