"""The slowest requests among many items: `python -m bench.tails`, a part of `make bench`.

Each operation is asked for a minute of a table of 300,000 items, so that whatever happens seldom happens meanwhile: the
p99 is at most three times the p50.
"""

import sys
from collections.abc import Sequence

from bench import command
from bench.client import Client
from bench.comparison import Bench
from bench.items import ORDERS_PER_USER, TABLE, USERS, item
from bench.report import table
from bench.servers import PORT_FIRST, own
from bench.workload import WORKLOADS, prepare

PLACE = 102
"""The server's port, counted from the first."""
ITEMS = 300_000
RATIO_MAX = 3
SECONDS = 60.0


def fill(client: Client, count: int = ITEMS) -> None:
    """The table of the workloads, with items of further users until there are so many."""
    prepare(client)
    for user in range(USERS, count // ORDERS_PER_USER):
        client.put_all(TABLE, [item(user, order) for order in range(ORDERS_PER_USER)])


def run(bench: Bench) -> str:
    """The table of the operations."""
    client = Client(bench.server.host, bench.server.port)
    fill(client)
    lines = []
    for workload in WORKLOADS:
        requests = workload.requests(client)
        for request in (requests[0], requests[-1]):
            workload.verify(client, request)
        load = bench.measure(workload.name, bench.bodies(workload.name, requests)).load
        ratio = load.p99_ms / load.p50_ms
        verdict = "" if ratio <= RATIO_MAX else " (missed)"
        times = f"{load.p50_ms:.2f}", f"{load.p99_ms:.2f}", f"{ratio:.1f}", f"{RATIO_MAX}{verdict}"
        lines.append([workload.name, f"{load.requests_per_second:,.0f}", *times])
    client.close()
    return table([f"{ITEMS:,} items", "requests/s", "p50 ms", "p99 ms", "p99 / p50", "at most"], lines)


def main(given: Sequence[str] | None = None) -> int:
    return command.run("bench.tails", __doc__, 1, [own(PORT_FIRST + PLACE)], run, given, SECONDS)


if __name__ == "__main__":
    sys.exit(main())
