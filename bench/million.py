"""How much memory a million items of 200 bytes take."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bench.client import BATCH, Client, batch_write, encode, headers
from bench.items import DEFINITION, ORDERS_PER_USER, TABLE, item
from bench.load import CONNECTIONS, drive
from bench.servers import Server

ITEMS = 1_000_000


@dataclass(frozen=True, slots=True)
class Filled:
    """A server after it was filled: fewer items than wanted when the time ran out."""

    items: int
    grown_mb: float
    resident_mb: float
    seconds: float


def bodies(count: int) -> Iterator[bytes]:
    """BatchWriteItem requests that put `count` different items."""
    for start in range(0, count, BATCH):
        orders = (divmod(number, ORDERS_PER_USER) for number in range(start, start + BATCH))
        yield encode(batch_write(TABLE, [item(*order) for order in orders]))


def fill(server: Server, core: int | None, seconds: float) -> Filled | None:
    """Starts the server anew and fills it; None where its memory cannot be read."""
    if server.command is None:
        return None
    server.start(core)
    try:
        client = Client(server.host, server.port)
        client.create_table(DEFINITION)
        client.close()
        before = server.resident_mb() or 0.0
        requests = bodies(ITEMS)
        load = asyncio.run(drive(server.host, server.port, headers("BatchWriteItem"), requests, seconds, CONNECTIONS))
        after = server.resident_mb() or 0.0
    finally:
        server.stop()
    written = (load.requests - load.errors) * BATCH
    return Filled(written, after - before, after, load.requests / load.requests_per_second)
