"""A public trace of a cache, as if a table had met it: `python -m bench.public_trace FILE`, which no test run does.

The format is that of Twitter's cache traces (github.com/twitter/cache-trace, README): on each line the second, an
anonymised key, the sizes of key and value, the client, the operation and the time to live, with commas and without a
line of names; as it is, or compressed by gzip or Zstandard. The files are not part of this project: a cluster is many
gigabytes. `--lines` takes the first of them.

Both replays are shown side by side, on a table on demand. The aggregate one does not know what a write replaces: an
item that shrinks costs less there.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from bench.report import table
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.sources import conversion, mapped_lines, source_values
from thermodynamo.foresight.sources.passed_over import Found
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace

HEADINGS = ("time", "key", "key_size", "value_size", "client", "operation", "ttl")
NAMED = ["time=time", "key=key", "operation=operation", "size=key_size+value_size"]
BEGAN = "2020-03-01T00:00:00Z"
"""Times count from the beginning of a trace; the traces are of March 2020."""
TABLE = "cache"


def accesses(path: Location, lines: int | None) -> Iterator[Found]:
    """The accesses of the first lines of a file, all of them unless it is said how many. Raises TraceError."""
    given = mapped_lines.map_of(NAMED, [f"table={TABLE}"], "s", source_values.at_us(BEGAN, "s"))
    return islice(mapped_lines.read(path, given, count(1), HEADINGS), lines)


def shown(outcomes: Sequence[tuple[str, Outcome, float]]) -> str:
    """The figures of replays: name, outcome and processor seconds."""
    rows = []
    for name, outcome, seconds in outcomes:
        (found,) = outcome.keyspaces.values()
        figures = found.read_half_units / 2, found.write_half_units / 2, outcome.error_half_units / 2
        units = [f"{each:,.1f}" for each in figures]
        splits = f"{len(found.splits):,}"
        rows.append([name, *units[:2], f"{sum(outcome.refused.values()):,}", splits, units[2], f"{seconds:,.1f}"])
    heading = ["replay", "read units", "write units", "throttled", "splits", "units in doubt", "processor seconds"]
    return table(heading, rows)


def compare(path: Location, lines: int | None, planned_table: PlannedTable, folder: Path) -> None:
    """Prints what a trace has and what comes of it on a table. Raises TraceError."""
    made = conversion.convert(accesses(path, lines), folder / "trace.parquet")
    for line in made.passed_over.lines():
        print(line)
    trace = Trace(folder / "trace.parquet")
    summary = trace.summary()
    seconds = ((summary.last_at or 0) - (summary.first_at or 0)) / 1_000_000
    print(f"{summary.accesses:,} accesses in {seconds:,.0f} seconds\n")
    planned = Scenario("public", tables=(planned_table,))
    found = []
    for name in ("exact", "aggregate"):
        begun = time.process_time()
        if name == "exact":
            outcome = simulate(trace, planned, summary)
        else:
            outcome = simulate_in_aggregate(trace, planned, summary, Local(1), folder)
        found.append((name, outcome, time.process_time() - begun))
    print(shown(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1 where the file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m bench.public_trace", description=__doc__)
    parser.add_argument("file", type=location.of, help="a file of Twitter's cache traces, or its URL")
    parser.add_argument("--lines", type=int, help="how many of its lines are taken (default: all)")
    parser.add_argument("--warm-read-units", type=int, help="warm throughput of the table")
    parser.add_argument("--warm-write-units", type=int)
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            planned = PlannedTable(
                TABLE, key="pk", warm_read_units=options.warm_read_units, warm_write_units=options.warm_write_units
            )
            compare(options.file, options.lines, planned, Path(folder))
    except TraceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
