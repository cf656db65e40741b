"""`thermodynamo trace convert`: a trace of what others have written down, and what of it was passed over."""

import argparse
from itertools import chain, count
from pathlib import Path

from thermodynamo.foresight.sources import cloudtrail, conversion, key_names, mapped_lines
from thermodynamo.foresight.sources.source_values import TIME_UNITS
from thermodynamo.foresight.traces.trace_error import TraceError

HELP = "of CSV, JSON lines, Parquet, or CloudTrail's data events"


def describe(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="files; of CloudTrail also folders")
    parser.add_argument("trace", type=Path, metavar="TRACE", help="the trace that is made: NAME.parquet or NAME.jsonl")
    parser.add_argument("--cloudtrail", action="store_true", help="the sources are CloudTrail's data events")
    parser.add_argument(
        "--key", nargs="+", action="extend", default=[], metavar="TABLE=PARTITION,SORT",
        help="with --cloudtrail: the key attributes of tables, NAME:N for one that is no string",
    )  # fmt: skip
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="MEMBER=NAME",
        help=f"under which name each value stands: {', '.join(mapped_lines.MEMBERS)}; key=NAME:N is a number",
    )  # fmt: skip
    parser.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="MEMBER=VALUE", help="what is the same for all"
    )
    parser.add_argument("--time-unit", choices=tuple(TIME_UNITS), default="s", help="of times that are numbers")


def carry_out(options: argparse.Namespace) -> None:
    """Makes the trace, and tells what was passed over. Raises TraceError."""
    if options.cloudtrail and (options.map or options.set):
        raise TraceError("--map and --set are for CSV, JSON lines and Parquet: --cloudtrail knows its names")
    if options.key and not options.cloudtrail:
        raise TraceError("--key is for --cloudtrail: give --map key=NAME")
    if options.trace.resolve() in {source.resolve() for source in options.sources}:
        raise TraceError(f"{options.trace} is a source: give another name for the trace")
    requests = count(1)
    if options.cloudtrail:
        names = key_names.of_words(options.key)
        found = chain.from_iterable(cloudtrail.read(source, names, requests) for source in options.sources)
    else:
        given = mapped_lines.map_of(options.map, options.set, options.time_unit)
        found = chain.from_iterable(mapped_lines.read(source, given, requests) for source in options.sources)
    made = conversion.convert(found, options.trace)
    print(f"{options.trace}: {made.accesses:,} accesses")
    if made.is_in_seconds:
        print("all times are whole seconds: what came within a second is spread evenly over it")
    print("".join(f"{line}\n" for line in made.passed_over.lines()), end="")
