"""How fast traffic is foreseen: `python -m bench.foresight`, a part of `make bench`.

The same mix of GetItem and PutItem, half of each, on the same keys: over HTTP by a server that enforces limits, by the
exact replay of a trace, and by the aggregate one. Compared are processor seconds for a request, those of the server
alone over HTTP, so that the figures hold on a busy machine. A trace of twice the length shows how the time grows.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.client import Client
from bench.report import table
from bench.servers import PORT_FIRST, NotStarted, Server, own_enforcing
from thermodynamo.foresight.replays.engines import Local
from thermodynamo.foresight.replays.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.traces import columnar
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo_storage.values import keys

PLACE = 96
"""The server's port, counted from the first."""
KEYS = 20_000
REQUESTS_HTTP = 20_000
REQUESTS_EXACT = 400_000
REQUESTS_AGGREGATE = 4_000_000
EXACT_RATIO_MIN, AGGREGATE_RATIO_MIN, GROWTH_MAX = 15.0, 100.0, 2.2
REQUESTS_A_SECOND = 4_000
PLANNED = Scenario("bench", tables=(PlannedTable("orders", key="pk"),))


def trace(path: Path, count: int) -> Trace:
    """A trace of so many requests, evenly in time, to keys at random."""
    connection = columnar.connect()
    connection.execute("CREATE TABLE keys (number BIGINT, key BLOB)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO keys VALUES (?, ?)",
        [[number, keys.item_key(keys.part("S", f"user#{number}"))] for number in range(KEYS)],
    )
    connection.execute("COMMIT")
    made = (
        f"SELECT 1767225600000000 + i * {1_000_000 // REQUESTS_A_SECOND} AS at_us, i + 1 AS request, "
        "CASE WHEN i % 2 = 0 THEN 'read' ELSE 'write' END AS kind, "
        "CASE WHEN i % 2 = 0 THEN 'GetItem' ELSE 'PutItem' END AS operation, '000000000000' AS account, "
        "'us-east-1' AS region, 'orders' AS table_name, NULL::VARCHAR AS index_name, key, "
        "CASE WHEN i % 2 = 1 THEN 300 END::BIGINT AS size, NULL::BIGINT AS old_size, "
        "CASE WHEN i % 2 = 0 THEN 1 END::BIGINT AS half_units, false AS is_consistent, 1::INTEGER AS attempt, "
        "NULL::VARCHAR AS reason, NULL::VARCHAR AS detail "
        f"FROM (SELECT range AS i, hash(range) % {KEYS} AS number FROM range({count})) JOIN keys USING (number) "
        "ORDER BY i"
    )
    connection.execute(f"COPY ({made}) TO {columnar.quoted(str(path))} (FORMAT parquet)")
    connection.close()
    return Trace(path)


def over_http(server: Server) -> float:
    """Processor seconds of the server for a request."""
    client = Client(server.host, server.port)
    client.create_table(
        {
            "TableName": "orders",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        }
    )
    before = server.cpu_seconds()
    for number in range(REQUESTS_HTTP):
        key: dict[str, Any] = {"pk": {"S": f"user#{number % KEYS}"}}
        if number % 2:
            client.call("PutItem", {"TableName": "orders", "Item": {**key, "text": {"S": "x" * 280}}})
        else:
            client.call("GetItem", {"TableName": "orders", "Key": key})
    return (server.cpu_seconds() - before) / REQUESTS_HTTP


def processor_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measure(server: Server, folder: Path) -> bool:
    """Prints the figures; whether every target is reached."""
    http = over_http(server)
    short = trace(folder / "exact.parquet", REQUESTS_EXACT)
    exact = processor_seconds(lambda: simulate(short, PLANNED, short.summary())) / REQUESTS_EXACT
    seconds = []
    for times in (1, 2):
        long = trace(folder / f"aggregate{times}.parquet", times * REQUESTS_AGGREGATE)
        aggregate = processor_seconds(
            lambda long=long: simulate_in_aggregate(long, PLANNED, long.summary(), Local(1), folder)  # type: ignore[misc]
        )
        seconds.append(aggregate)
    aggregate = seconds[0] / REQUESTS_AGGREGATE
    found = [
        ("exact replay, times HTTP", http / exact, EXACT_RATIO_MIN, http / exact >= EXACT_RATIO_MIN),
        ("aggregate, times HTTP", http / aggregate, AGGREGATE_RATIO_MIN, http / aggregate >= AGGREGATE_RATIO_MIN),
        ("twice the trace, times the time", seconds[1] / seconds[0], GROWTH_MAX, seconds[1] <= GROWTH_MAX * seconds[0]),
    ]
    print(
        table(["", "measured", "target"], [[name, f"{value:.1f}", f"{target:g}"] for name, value, target, _ in found])
    )
    rates = (
        f"{1 / seconds:,.0f} {name}" for name, seconds in (("HTTP", http), ("exact", exact), ("aggregate", aggregate))
    )
    print(f"requests a processor second: {', '.join(rates)}")
    return all(is_reached for *_, is_reached in found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1 where a target is missed."""
    argparse.ArgumentParser(prog="python -m bench.foresight", description=__doc__).parse_args(arguments)
    server = own_enforcing(PORT_FIRST + PLACE)
    try:
        server.start(None)
        with tempfile.TemporaryDirectory() as folder:
            return 0 if measure(server, Path(folder)) else 1
    except NotStarted as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
