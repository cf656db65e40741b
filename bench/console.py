"""What open pages cost: `python -m bench.console`, a part of `make bench`.

GetItem on a server that 20 pages listen to, half to a namespace and half to a table's heat, against one without. The
events are made once each second for all of them.
"""

import selectors
import socket
import sys
import threading
from collections.abc import Sequence
from functools import partial

from bench import command
from bench.client import Client
from bench.comparison import Bench, comparisons, in_turn
from bench.items import TABLE
from bench.servers import PORT_FIRST, own_metered
from bench.workload import WORKLOADS, prepare

PLACE = 92
"""The first server's port, counted from the first."""
PAGES = 20
RATIO_MAX = 1.05
NAMESPACE = "000000000000/us-east-1"


class Pages:
    """Connections that take the events of a server and throw them away."""

    def __init__(self, host: str, port: int) -> None:
        self.read_bytes = 0
        self.selector = selectors.DefaultSelector()
        for number in range(PAGES):
            topic = NAMESPACE if number % 2 else f"{NAMESPACE}/{TABLE}"
            page = socket.create_connection((host, port))
            page.sendall(f"GET /_admin/events?topic={topic} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            self.selector.register(page, selectors.EVENT_READ)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while self.selector.get_map():
            for key, _ in self.selector.select():
                assert isinstance(key.fileobj, socket.socket)
                received = key.fileobj.recv(1 << 20)
                self.read_bytes += len(received)
                if not received:
                    self.selector.unregister(key.fileobj)


def run(plain: Bench, watched: Bench) -> str:
    (workload,) = (workload for workload in WORKLOADS if workload.name == "GetItem")
    for bench in (plain, watched):
        client = Client(bench.server.host, bench.server.port)
        prepare(client)
        requests = workload.requests(client)
        workload.verify(client, requests[0])
        bodies = bench.bodies(workload.name, requests)
        client.close()
    pages = Pages(watched.server.host, watched.server.port)
    measures = [partial(bench.measure, workload.name, bodies) for bench in (plain, watched)]
    compared = in_turn(f"{workload.name}, {PAGES} pages", RATIO_MAX, plain.rounds, *measures)
    assert pages.read_bytes, "no page was told anything"
    return comparisons("no page", f"{PAGES} pages", [compared])


def main(given: Sequence[str] | None = None) -> int:
    servers = own_metered(PORT_FIRST + PLACE), own_metered(PORT_FIRST + PLACE + 1)
    return command.run("bench.console", __doc__, 11, servers, run, given)


if __name__ == "__main__":
    sys.exit(main())
