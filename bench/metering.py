"""What metering costs: `python -m bench.metering`, a part of `make bench`.

GetItem and PutItem on servers with `--capacity enforce`, against ones with `--capacity off`. The limits are so high
that nothing is refused: every request is admitted, charged and counted.

Where a process has its code and its data in memory decides as much as what is measured: two servers of one command
differ by 2%. So there are several pairs of servers, and what is shown is the median of all their rounds.
"""

import sys
from collections.abc import Sequence
from functools import partial

from bench import command
from bench.client import Client
from bench.comparison import Bench, Compared, comparisons, in_turn, merged
from bench.servers import PORT_FIRST, Server, own, own_metered
from bench.workload import WORKLOADS, Workload, prepare

PLACE = 97
"""The first server's port, counted from the first."""
PAIRS = 5
MEASURED = ("GetItem", "PutItem")
RATIO_MAX = 1.10


def compared(workload: Workload, plain: Bench, metered: Bench) -> Compared:
    """One operation on one pair of servers."""
    measures = []
    for bench in (plain, metered):
        client = Client(bench.server.host, bench.server.port)
        requests = workload.requests(client)
        workload.verify(client, requests[0])
        client.close()
        measures.append(partial(bench.measure, workload.name, bench.bodies(workload.name, requests)))
    return in_turn(workload.name, RATIO_MAX, plain.rounds, *measures)


def run(*benches: Bench) -> str:
    """The pairs come one after the other, each server without limits before the one with them."""
    for bench in benches:
        client = Client(bench.server.host, bench.server.port)
        prepare(client)
        client.close()
    pairs = list(zip(benches[::2], benches[1::2], strict=True))
    found = [
        merged([compared(workload, *pair) for pair in pairs]) for workload in WORKLOADS if workload.name in MEASURED
    ]
    return comparisons("--capacity off", "--capacity enforce", found)


def servers() -> list[Server]:
    """Two for each pair."""
    first = PORT_FIRST + PLACE
    return [
        made(first + 2 * number + place) for number in range(PAIRS) for place, made in enumerate((own, own_metered))
    ]


def main(given: Sequence[str] | None = None) -> int:
    return command.run("bench.metering", __doc__, 5, servers(), run, given)


if __name__ == "__main__":
    sys.exit(main())
