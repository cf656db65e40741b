"""`thermodynamo trace convert`: a trace of what others have written down, and what of it was passed over."""

import argparse
from collections.abc import Iterator
from itertools import chain, count

from thermodynamo.foresight.sources import (
    cloudtrail,
    conversion,
    key_names,
    mapped_lines,
    opentelemetry,
    source_values,
    stream_records,
)
from thermodynamo.foresight.sources.passed_over import Found
from thermodynamo.foresight.sources.source_values import TIME_UNITS
from thermodynamo.foresight.traces import location, origin
from thermodynamo.foresight.traces.origin import Origin
from thermodynamo.foresight.traces.trace_error import TraceError

HELP = "of CSV, JSON lines, Parquet, CloudTrail's data events, stream records, or OpenTelemetry"
TOLD_BY_STREAMS = ("table", "region")


def describe(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument(
        "sources", nargs="+", type=location.of, metavar="SOURCE", help="files or their URLs; also folders of JSON"
    )
    parser.add_argument(
        "trace", type=location.of, metavar="TRACE", help="the trace that is made: NAME.parquet or NAME.jsonl"
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--cloudtrail", action="store_true", help="the sources are CloudTrail's data events")
    kinds.add_argument(
        "--streams", action="store_true", help="the sources are records of DynamoDB Streams, Lambda or Kinesis"
    )
    kinds.add_argument("--otlp", action="store_true", help="the sources are OpenTelemetry's spans or logs, in JSON")
    parser.add_argument(
        "--key", nargs="+", action="extend", default=[], metavar="TABLE=PARTITION,SORT",
        help="with --cloudtrail or --streams: the key attributes of tables, NAME:N for one that is no string",
    )  # fmt: skip
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="MEMBER=NAME",
        help=f"under which name each value stands: {', '.join(mapped_lines.MEMBERS)}; key=NAME:N is a number",
    )  # fmt: skip
    parser.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="MEMBER=VALUE", help="what is the same for all"
    )
    parser.add_argument("--headings", metavar="NAME,...", help="the sources are CSV that has no such line")
    parser.add_argument("--zero", metavar="TIME", help="when the times that are numbers begin to count (1970)")
    parser.add_argument("--time-unit", choices=tuple(TIME_UNITS), help="of times that are numbers (s)")


def carry_out(options: argparse.Namespace) -> None:
    """Makes the trace, and tells what was passed over. Raises TraceError."""
    if options.trace.resolve() in {source.resolve() for source in options.sources}:
        raise TraceError(f"{options.trace} is a source: give another name for the trace")
    found, source = _found(options)
    made = conversion.convert(found, options.trace, source)
    print(f"{options.trace}: {made.accesses:,} accesses")
    if made.is_in_seconds:
        print("all times are whole seconds: what came within a second is spread evenly over it")
    print("".join(f"{line}\n" for line in made.passed_over.lines()), end="")


def _found(options: argparse.Namespace) -> tuple[Iterator[Found], Origin | None]:
    """What the sources have, and where that comes from. Raises TraceError."""
    requests = count(1)
    names = key_names.of_words(options.key)
    if options.headings and (options.cloudtrail or options.streams or options.otlp):
        raise TraceError("--headings is for CSV")
    if options.cloudtrail:
        if options.map or options.set:
            raise TraceError("--map and --set are for CSV, JSON lines and Parquet: --cloudtrail knows its names")
        return chain.from_iterable(cloudtrail.read(source, names, requests) for source in options.sources), None
    if options.streams:
        fixed = mapped_lines.pairs(options.set, "--set")
        if options.map or fixed.keys() - set(TOLD_BY_STREAMS):
            raise TraceError("--streams knows its names: --set table=NAME and region=NAME are for records without them")
        records = (stream_records.read(source, names, fixed, requests) for source in options.sources)
        return chain.from_iterable(records), origin.STREAM
    if options.key:
        raise TraceError("--key is for --cloudtrail and --streams: give --map key=NAME")
    zero_us = _zero_us(options.zero)
    if options.otlp:
        has_time = any(word.startswith("time=") for word in (*options.map, *options.set))
        unit = options.time_unit or ("s" if has_time else "ns")
        given = mapped_lines.map_of(options.map, options.set, unit, zero_us, opentelemetry.TOLD)
        return chain.from_iterable(opentelemetry.read(source, given, requests) for source in options.sources), None
    given = mapped_lines.map_of(options.map, options.set, options.time_unit or "s", zero_us)
    headings = options.headings.split(",") if options.headings else ()
    read = (mapped_lines.read(source, given, requests, headings) for source in options.sources)
    return chain.from_iterable(read), None


def _zero_us(text: str | None) -> int:
    """When times begin to count, in microseconds of the epoch. Raises TraceError."""
    try:
        return source_values.at_us(text, "s") if text is not None else 0
    except ValueError as error:
        raise TraceError(f"--zero {text}: {error}") from None
