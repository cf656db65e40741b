"""`thermodynamo foresee`: replays a trace as it was recorded, or against the tables and the traffic of scenarios.

Without a scenario the trace is replayed as it was recorded. docs/foresee.md says what can be foreseen.
`thermodynamo trace` makes traces of other sources, and anonymous ones.
"""

import argparse
import json
import secrets
import sys
import tempfile
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

import orjson

from thermodynamo.commands.command_line import CommandLine, whole_number
from thermodynamo.foresight.prices import price_file
from thermodynamo.foresight.replays import engines, simulation
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.reports import facts, money, text
from thermodynamo.foresight.reports.asked import Asked
from thermodynamo.foresight.scenarios import members, reading
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.traces import anonymising, cloudtrail, mapped_lines
from thermodynamo.foresight.traces import conversion as conversion_of_traces
from thermodynamo.foresight.traces.source_values import TIME_UNITS
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Summary, Trace


def parser() -> argparse.ArgumentParser:
    result = CommandLine(prog="thermodynamo foresee", description=__doc__)
    result.add_argument("trace", nargs="?", type=Path, metavar="TRACE", help="a recording: NAME.parquet or NAME.jsonl")
    result.add_argument("--scenarios", type=Path, metavar="FILE", help="the scenarios, in TOML")
    result.add_argument(
        "--method",
        choices=("exact", "aggregate"),
        default="exact",
        help="exact replays every access in order (the default), aggregate adds up seconds: faster, with an error",
    )
    result.add_argument("--engine", default="local", help="where slices are added up: local, or ray://HOST:PORT")
    result.add_argument("--processes", type=whole_number, help="processes of this machine (default: its cores)")
    result.add_argument("--work", type=Path, metavar="FOLDER", help="keeps slices, so that a run can be gone on with")
    result.add_argument("--prices", type=Path, metavar="FILE", help="prices, as `thermodynamo prices` makes a file of")
    result.add_argument("--json", action="store_true", help="print the report as JSON")
    result.add_argument("--schema", action="store_true", help="print the JSON schema of a file of scenarios")
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    name, *arguments = arguments
    if name == "trace":
        return make_trace(arguments)
    command_line = parser()
    options = command_line.parse_args(arguments)
    if options.schema:
        print(json.dumps(members.schema(), indent=2))
        return 0
    if options.trace is None:
        command_line.error("TRACE is missing: a recording, as `thermodynamo --record run.parquet` makes one")
    try:
        scenarios = reading.read(options.scenarios) if options.scenarios is not None else [Scenario()]
        report = foreseen(options.trace, scenarios, options)
    except TraceError as error:
        print(f"thermodynamo foresee: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_APPEND_NEWLINE))
    else:
        print(text.text(report), end="")
    return 0


def trace_parser() -> argparse.ArgumentParser:
    result = CommandLine(prog="thermodynamo trace", description="Makes traces for `thermodynamo foresee`.")
    actions = result.add_subparsers(dest="action", required=True, metavar="convert|anonymise")
    convert = actions.add_parser("convert", help="of CSV, JSON lines, Parquet, or CloudTrail's data events")
    convert.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="files; of CloudTrail also folders")
    convert.add_argument("trace", type=Path, metavar="TRACE", help="the trace that is made: NAME.parquet or NAME.jsonl")
    convert.add_argument("--cloudtrail", action="store_true", help="the sources are CloudTrail's data events")
    convert.add_argument(
        "--key", nargs="+", action="extend", default=[], metavar="TABLE=PARTITION,SORT",
        help="with --cloudtrail: the key attributes of tables, NAME:N for one that is no string",
    )  # fmt: skip
    convert.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="MEMBER=NAME",
        help=f"under which name each value stands: {', '.join(mapped_lines.MEMBERS)}; key=NAME:N is a number",
    )  # fmt: skip
    convert.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="MEMBER=VALUE", help="what is the same for all"
    )
    convert.add_argument("--time-unit", choices=tuple(TIME_UNITS), default="s", help="of times that are numbers")
    anonymous = actions.add_parser("anonymise", help="replaces keys and values by keyed hashes")
    anonymous.add_argument("source", type=Path, metavar="SOURCE", help="a trace")
    anonymous.add_argument("trace", type=Path, metavar="TRACE", help="the trace that is made")
    anonymous.add_argument("--salt", help="the same for traces that belong together (default: a new one, not kept)")
    anonymous.add_argument("--keep-placement", action="store_true", help="keep the hash that partitions are found by")
    return result


def make_trace(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    options = trace_parser().parse_args(arguments)
    try:
        if options.action == "convert":
            converted(options)
        else:
            anonymised(options)
    except TraceError as error:
        print(f"thermodynamo trace: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def converted(options: argparse.Namespace) -> None:
    """Makes a trace of other sources, and tells what was passed over. Raises TraceError."""
    if options.cloudtrail and (options.map or options.set):
        raise TraceError("--map and --set are for CSV, JSON lines and Parquet: --cloudtrail knows its names")
    if options.key and not options.cloudtrail:
        raise TraceError("--key is for --cloudtrail: give --map key=NAME")
    if options.trace.resolve() in {source.resolve() for source in options.sources}:
        raise TraceError(f"{options.trace} is a source: give another name for the trace")
    requests = count(1)
    if options.cloudtrail:
        names = cloudtrail.key_names_of(options.key)
        found = chain.from_iterable(cloudtrail.read(source, names, requests) for source in options.sources)
    else:
        given = mapped_lines.map_of(options.map, options.set, options.time_unit)
        found = chain.from_iterable(mapped_lines.read(source, given, requests) for source in options.sources)
    made = conversion_of_traces.convert(found, options.trace)
    print(f"{options.trace}: {made.accesses:,} accesses")
    if made.is_in_seconds:
        print("all times are whole seconds: what came within a second is spread evenly over it")
    print("".join(f"{line}\n" for line in made.passed_over.lines()), end="")


def anonymised(options: argparse.Namespace) -> None:
    """Makes a trace without keys and values, and tells what is left. Raises TraceError."""
    trace = Trace(options.source)
    summary = trace.summary()
    if not summary.events:
        raise TraceError(f"{options.source} has no events; {summary.bad_lines:,} lines are none")
    salt = options.salt if options.salt is not None else secrets.token_hex()
    made = anonymising.anonymise(trace, options.trace, salt, options.keep_placement)
    print(f"{options.trace}: {summary.accesses:,} accesses; names of tables, indexes and attributes are kept")
    if options.keep_placement:
        print(
            "the hash by which partitions are found is kept: it shows which keys lie together, and who has a list of "
            "possible keys can find out which of them are in the trace"
        )
    if made.left_out:
        print(f"{made.left_out:,} events were left out: splits by hand, and requests that make no table")
    if summary.bad_lines:
        print(f"{summary.bad_lines:,} lines are no events and were passed over")


def foreseen(path: Path, scenarios: Sequence[Scenario], options: argparse.Namespace) -> facts.Facts:
    """The report on all scenarios. Raises TraceError."""
    trace = Trace(path)
    summary = trace.summary()
    if not summary.events:
        raise TraceError(f"{path} has no events; {summary.bad_lines:,} lines are none")
    if options.method == "aggregate":
        outcomes = _in_aggregate(trace, scenarios, summary, options)
    else:
        outcomes = [_simulated(trace, scenario, summary) for scenario in scenarios]
    report = facts.report(str(path), summary, outcomes)
    money.add(report, outcomes, _prices(options.prices, trace), Asked(trace))
    return report


def _prices(path: Path | None, trace: Trace) -> price_file.Prices | None:
    """The prices of a file, or those that come with this version for the region of the trace."""
    if path is not None:
        return price_file.read(path)
    regions = {place[1] for place in trace.places()}
    return price_file.shipped(regions.pop()) if len(regions) == 1 else None


def _in_aggregate(
    trace: Trace, scenarios: Sequence[Scenario], summary: Summary, options: argparse.Namespace
) -> list[Outcome]:
    engine = engines.chosen(options.engine, options.processes)
    if options.work is None:
        with tempfile.TemporaryDirectory() as folder:
            return [simulation.simulate_in_aggregate(trace, each, summary, engine, Path(folder)) for each in scenarios]
    options.work.mkdir(parents=True, exist_ok=True)
    kept = engines.Kept(engine, options.work)
    return [simulation.simulate_in_aggregate(trace, each, summary, kept, options.work) for each in scenarios]


def _simulated(trace: Trace, scenario: Scenario, summary: Summary) -> Outcome:
    """What comes of one scenario, with its progress where a person looks on."""
    if not sys.stderr.isatty():
        return simulation.simulate(trace, scenario, summary)

    def tell(done: int) -> None:
        print(f"\r{scenario.name}: {done:,} of {summary.events:,} events", end="", file=sys.stderr, flush=True)

    outcome = simulation.simulate(trace, scenario, summary, tell)
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return outcome
