"""What many connections cost, on this server alone: `python -m bench.connections`, a part of `make bench`.

GetItem and PutItem over 64 connections against 16, and the memory that a connection takes: 1,000 that have asked once
and are idle, and 64 that are busy.
"""

import sys
from collections.abc import Sequence
from functools import partial
from http.client import HTTPConnection

from bench import command
from bench.client import Client, encode, headers
from bench.comparison import Bench, comparisons, in_turn
from bench.report import table
from bench.servers import PORT_FIRST, own
from bench.workload import WrongAnswer, get_requests, prepare, put_requests

PLACE = 100
"""The server's port, counted from the first."""
FEW, MANY = 16, 64
RATIO_MAX = 1 / 0.95
"""Of the processor time of a request: 0.95 of the requests a second are wanted."""
IDLE = 1_000
KILOBYTES_MAX = 30


def idle_connections(host: str, port: int, body: bytes, count: int = IDLE) -> list[HTTPConnection]:
    """Connections that have sent one GetItem each, and read its answer. Raises WrongAnswer."""
    opened = []
    for _ in range(count):
        connection = HTTPConnection(host, port, timeout=60)
        connection.request("POST", "/", body, headers("GetItem"))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise WrongAnswer(f"GetItem answered {answer.status}")
        opened.append(connection)
    return opened


def kilobytes(bench: Bench, body: bytes) -> float:
    """The memory that one of IDLE idle and MANY busy connections takes, of what they all take together."""
    server, bodies = bench.server, bench.folder / "memory"
    bodies.write_bytes(body + b"\n")
    bench.measure("GetItem", bodies)  # What the first requests load stays in memory.
    before = server.resident_mb()
    opened = idle_connections(server.host, server.port, body)
    try:
        bench.measure("GetItem", bodies, MANY)
        after = server.resident_mb()
    finally:
        for connection in opened:
            connection.close()
    assert before is not None and after is not None
    return (after - before) * 1024 / (IDLE + MANY)


def run(bench: Bench) -> str:
    """The table of the comparison, and that of the memory."""
    client = Client(bench.server.host, bench.server.port)
    prepare(client)
    gets, puts = get_requests(client), put_requests(client)
    client.close()
    taken = kilobytes(bench, encode(gets[0]))
    compared = []
    for operation, requests in (("GetItem", gets), ("PutItem", puts)):
        measures = [partial(bench.measure, operation, bench.bodies(operation, requests), each) for each in (FEW, MANY)]
        compared.append(in_turn(operation, round(RATIO_MAX, 2), bench.rounds, *measures))
    verdict = "" if taken <= KILOBYTES_MAX else " (missed)"
    memory = table(
        ["memory of a connection, KB", f"{IDLE:,} idle and {MANY} busy", "at most"],
        [["GetItem", f"{taken:.1f}", f"{KILOBYTES_MAX}{verdict}"]],
    )
    return "\n\n".join((comparisons(f"{FEW} connections", f"{MANY} connections", compared), memory))


def main(given: Sequence[str] | None = None) -> int:
    return command.run("bench.connections", __doc__, 5, [own(PORT_FIRST + PLACE)], run, given)


if __name__ == "__main__":
    sys.exit(main())
