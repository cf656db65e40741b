"""The load generator of this repository, for machines without wrk and for filling a table.

`python -m bench.load HOST:PORT HEADERS BODIES SECONDS CONNECTIONS` sends the bodies (a file, one a line, over and
over) with the headers (an object of JSON) on keep-alive connections, each with one request at a time, and prints what
it measured as JSON.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import httptools
import uvloop

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of a load generator measured."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    requests: int


class Run:
    """The state that the connections of one run share."""

    def __init__(self, head: bytes, bodies: Iterator[bytes], until: float) -> None:
        self.head = head
        self.bodies = bodies
        self.until = until
        self.latencies: list[float] = []
        self.errors = 0
        self.open = 0
        self.ended = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes | None:
        """The bytes of the next request, or None at the end of the time or of the bodies."""
        if time.perf_counter() >= self.until or (body := next(self.bodies, None)) is None:
            return None
        return b"%b%d\r\n\r\n%b" % (self.head, len(body), body)

    def close_one(self) -> None:
        self.open -= 1
        if not self.open and not self.ended.done():
            self.ended.set_result(None)


class Connection(asyncio.Protocol):
    """Sends a request, waits for its answer, sends the next."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.transport: asyncio.Transport
        self.parser = httptools.HttpResponseParser(self)
        self.sent_at = 0.0
        self.waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.run.open += 1
        self.send()

    def send(self) -> None:
        request = self.run.next_request()
        self.waiting = request is not None
        if request is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.run.latencies.append(time.perf_counter() - self.sent_at)
        if self.parser.get_status_code() != 200:
            self.run.errors += 1
        self.parser = httptools.HttpResponseParser(self)
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting:
            self.run.errors += 1
        self.run.close_one()


async def drive(
    host: str, port: int, named: Mapping[str, str], bodies: Iterator[bytes], seconds: float, connections: int
) -> Load:
    """Sends the bodies until they or the seconds are used up."""
    names = {"Host": f"{host}:{port}", **named}
    head = "POST / HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in names.items())
    started = time.perf_counter()
    run = Run(head.encode() + b"Content-Length: ", bodies, started + seconds)
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.create_connection(lambda: Connection(run), host, port) for _ in range(connections)))
    if run.open:
        await run.ended
    elapsed = time.perf_counter() - started
    ordered = sorted(run.latencies) or [0.0]
    p50, p99 = (1000 * ordered[int(len(ordered) * share)] for share in (0.50, 0.99))
    return Load(len(run.latencies) / elapsed, p50, p99, run.errors, len(run.latencies))


def main() -> None:
    address, named, path, seconds, connections = sys.argv[1:]
    host, _, port = address.rpartition(":")
    bodies = itertools.cycle(Path(path).read_bytes().splitlines())
    load = uvloop.run(drive(host, int(port), json.loads(named), bodies, float(seconds), int(connections)))
    print(json.dumps(asdict(load)))


if __name__ == "__main__":
    main()
