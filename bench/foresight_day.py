"""How much a long trace takes: `python -m bench.foresight_day`, by itself, as it takes minutes and gigabytes of disk.

A day of 100 million requests to a table of 10,000 partitions, reads and writes in turns to a million keys, goes through
the aggregate replay, in one process that has no other work. Half of the requests in half of the day show how the time
grows. Said are processor seconds and the most memory that the process had at any time.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.report import table
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate_in_aggregate
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.traces import columnar
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.values.keys import TOKEN_BYTES

REQUESTS, PARTITIONS, SECONDS, KEYS = 100_000_000, 10_000, 86_400, 1_000_000
GIGABYTES_MAX, GROWTH_MAX = 2.0, 2.2
BEGIN_US = 1_767_225_600_000_000
KIBIBYTE, GIGABYTE = 1_024, 1_000_000_000
RSS_BYTES = 1 if sys.platform == "darwin" else KIBIBYTE
"""What `ru_maxrss` counts."""


class Taken(NamedTuple):
    """What one replay took."""

    requests: int
    seconds: float
    memory_bytes: int
    partitions: int
    half_units: int


def write(path: Path, requests: int, seconds: int) -> None:
    """A trace of so many requests, evenly in time; each key has a token of its own, by chance."""
    key = f"unhex(md5(number::VARCHAR)[:{2 * TOKEN_BYTES}]) || encode('user#' || number) || '\\x00\\x01'::BLOB"
    connection = columnar.connect()
    made = (
        f"SELECT {BEGIN_US} + (i * {seconds}::HUGEINT * 1000000 // {requests})::BIGINT AS at_us, i + 1 AS request, "
        "CASE WHEN i % 2 = 0 THEN 'read' ELSE 'write' END AS kind, "
        "CASE WHEN i % 2 = 0 THEN 'GetItem' ELSE 'PutItem' END AS operation, '000000000000' AS account, "
        "'us-east-1' AS region, 'orders' AS table_name, NULL::VARCHAR AS index_name, "
        f"{key} AS key, CASE WHEN i % 2 = 1 THEN 300 END::BIGINT AS size, NULL::BIGINT AS old_size, "
        "CASE WHEN i % 2 = 0 THEN 1 END::BIGINT AS half_units, false AS is_consistent, 1::INTEGER AS attempt, "
        "NULL::VARCHAR AS reason, NULL::VARCHAR AS detail, NULL::BIGINT AS times "
        f"FROM (SELECT range AS i, hash(range) % {KEYS} AS number FROM range({requests}))"
    )
    connection.execute(f"COPY ({made}) TO {columnar.quoted(str(path))} (FORMAT parquet)")
    connection.close()


def replay(path: Path, partitions: int, folder: Path) -> Taken:
    """Replays a trace in this process, which did nothing else before."""
    begun = time.process_time()
    units = partitions * PARTITION_THROUGHPUT.read_units, partitions * PARTITION_THROUGHPUT.write_units
    planned = PlannedTable("orders", key="pk", warm_read_units=units[0], warm_write_units=units[1])
    quotas = dict(zip(("table_read_units_max", "table_write_units_max"), units, strict=True))
    trace = Trace(path)
    summary = trace.summary()
    outcome = simulate_in_aggregate(
        trace, Scenario("day", tables=(planned,), settings=quotas), summary, Local(1), folder
    )
    (found,) = outcome.keyspaces.values()
    return Taken(
        outcome.events,
        time.process_time() - begun,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_BYTES,
        found.partitions_last,
        found.read_half_units + found.write_half_units,
    )


def measure(requests: int, partitions: int, seconds: int, folder: Path) -> list[Taken]:
    """What half of the trace and the whole take, each written first by another process."""
    taken = []
    for part in (2, 1):
        path = folder / f"{part}.parquet"
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            pool.apply(write, (path, requests // part, seconds // part))
            taken.append(pool.apply(replay, (path, partitions, folder)))
        path.unlink()
    return taken


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.foresight_day", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--partitions", type=int, default=PARTITIONS)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of the clock of the trace")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        taken = measure(options.requests, options.partitions, options.seconds, Path(folder))
    lines = [
        [f"{each.requests:,}", f"{each.partitions:,}", f"{each.seconds:,.0f}", f"{each.memory_bytes / GIGABYTE:.2f} GB"]
        for each in taken
    ]
    print(table(["requests", "partitions", "processor seconds", "memory at most"], lines))
    growth = taken[1].seconds / taken[0].seconds
    print(
        f"twice the trace takes {growth:.2f} times the time (target: {GROWTH_MAX:g}; of memory: {GIGABYTES_MAX:g} GB)"
    )
    return 0 if growth <= GROWTH_MAX and taken[1].memory_bytes <= GIGABYTES_MAX * GIGABYTE else 1


if __name__ == "__main__":
    sys.exit(main())
