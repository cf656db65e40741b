"""`thermodynamo trace model`: a trace of what is known of traffic in sums, whose requests are drawn by chance."""

import argparse
from pathlib import Path

from thermodynamo.commands.command_line import positive
from thermodynamo.foresight.arrivals import (
    cost_model,
    design_patterns,
    exported_items,
    metric_patterns,
    metrics,
    model,
    modelled_keys,
    popularity,
    rates,
    top_keys,
)
from thermodynamo.foresight.arrivals.design_patterns import KeyCounts
from thermodynamo.foresight.arrivals.model import Always, Keys, Model, Names
from thermodynamo.foresight.arrivals.popularity import Popularity
from thermodynamo.foresight.arrivals.rates import Course
from thermodynamo.foresight.sources import key_names, source_values
from thermodynamo.foresight.sources.passed_over import PassedOver
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.event import MICROSECONDS
from thermodynamo.foresight.traces.trace_error import TraceError

HELP = "of CloudWatch's metrics, the input of a cost calculator, or an export, by chance"
KEYS, EXPONENT = 1_000, 0.99
EXPONENT_MAX, FACTOR_MAX = 10.0, 1_000.0
START = "2026-01-01T00:00:00Z"
SECONDS = {"steady": 600, "diurnal": 86_400, "flash": 600}
METRICS_ALONE = ("top_keys", "period", "item_bytes")
OTHERS_ALONE = ("arrival", "start", "seconds", "peak_factor", "flash_seconds")


def describe(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument("sources", nargs="+", type=location.of, metavar="SOURCE", help="files; of an export its folder")
    parser.add_argument(
        "trace", type=location.of, metavar="TRACE", help="the trace that is made: NAME.parquet or NAME.jsonl"
    )
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument(
        "--metrics", metavar="TABLE",
        help="the sources are metrics of this table: of GetMetricData, also with its queries, of GetMetricStatistics, "
        "or CSV",
    )  # fmt: skip
    kinds.add_argument(
        "--cost-model", action="store_true", help="the source is the input of a cost calculator of AWS: rates and sizes"
    )
    kinds.add_argument("--export", metavar="TABLE", help="the source is the folder of an export, for a table so named")
    parser.add_argument(
        "--key", metavar="PARTITION,SORT", default="pk", help="key attributes, NAME:N for one that is no string (pk)"
    )
    parser.add_argument("--keys", type=positive, default=KEYS, help=f"how many keys there are at most ({KEYS:,})")
    parser.add_argument(
        "--zipf", type=float, default=EXPONENT, metavar="EXPONENT",
        help=f"how their popularity falls with their rank: 0 is for all alike ({EXPONENT})",
    )  # fmt: skip
    parser.add_argument("--items-per-key", type=positive, default=1, help="with a sort key: items of each key (1)")
    parser.add_argument("--consistent", action="store_true", help="reads are strongly consistent")
    parser.add_argument("--region", default="us-east-1", help="us-east-1, unless it is given")
    parser.add_argument("--seed", type=int, default=1, help="what chance starts from (1)")
    _describe_sources(parser)


def _describe_sources(parser: argparse.ArgumentParser) -> None:
    """Adds the options of single sources."""
    of_metrics = parser.add_argument_group("with --metrics")
    of_metrics.add_argument(
        "--top-keys", type=location.of, metavar="FILE", help="GetInsightRuleReport of Contributor Insights"
    )
    of_metrics.add_argument("--period", type=positive, metavar="SECONDS", help="the period (the shortest there is)")
    of_metrics.add_argument("--item-bytes", type=positive, help="the size of an item, where requests are not counted")
    others = parser.add_argument_group("with --cost-model and --export")
    others.add_argument("--arrival", choices=rates.NAMES, help="when requests come (steady)")
    others.add_argument("--start", metavar="TIME", help=f"when the first ones come, in ISO 8601 ({START})")
    others.add_argument("--seconds", type=positive, help="how long they come (600; diurnal: 86400)")
    others.add_argument("--peak-factor", type=float, help="peak by average where one lacks (diurnal: 2; flash: 10)")
    others.add_argument("--flash-seconds", type=positive, help="how long the flash is (60)")
    others.add_argument(
        "--rate", nargs="+", action="extend", default=[], metavar="OPERATION=NUMBER",
        help="with --export: requests a second on average",
    )  # fmt: skip


def carry_out(options: argparse.Namespace) -> None:
    """Makes the trace, and tells what it assumes. Raises TraceError."""
    if options.trace.resolve() in {source.resolve() for source in options.sources}:
        raise TraceError(f"{options.trace} is a source: give another name for the trace")
    if not 0 <= options.zipf <= EXPONENT_MAX:
        raise TraceError(f"--zipf is {options.zipf}: it must be from 0 to {EXPONENT_MAX:g}")
    names = key_names.of_words([f"t={options.key}"])["t"]
    passed_over = PassedOver()
    if options.metrics is not None:
        _refuse(options, OTHERS_ALONE, "--cost-model and --export")
        made = _of_metrics(options, names, passed_over)
    else:
        _refuse(options, METRICS_ALONE, "--metrics")
        if len(options.sources) != 1:
            raise TraceError("give one source: a trace is of one design, or of one export")
        made = _of_design(options, names, passed_over) if options.cost_model else _of_export(options, names)
    total = model.write(made, options.trace, options.seed)
    print(f"{options.trace}: {total:,} accesses in {made.seconds:,} seconds, drawn by seed {options.seed}")
    print("".join(f"{line}\n" for line in passed_over.lines()), end="")


def _refuse(options: argparse.Namespace, members: tuple[str, ...], place: str) -> None:
    """Raises TraceError for options that mean nothing with this source."""
    given = [member for member in members if getattr(options, member) is not None]
    if given:
        raise TraceError(f"--{given[0].replace('_', '-')} is for {place}")


def _of_metrics(options: argparse.Namespace, names: Names, passed_over: PassedOver) -> Model:
    """The model of CloudWatch's metrics. Raises TraceError."""
    if options.rate:
        raise TraceError("--rate is for --export")
    found = metrics.read(options.sources, options.metrics, options.period, passed_over)
    keys = _keys(options, names)
    if isinstance(keys, top_keys.TopKeys):
        keys.follow(metric_patterns.busyness(found), found.period_seconds)
    made = metric_patterns.model(found, options.metrics, options.region, keys, options.item_bytes, options.consistent)
    request = model.on_demand(options.metrics, names)
    made.calls.append(model.creation((metric_patterns.ACCOUNT, options.region), request, made.start))
    print(f"{len(found.begins):,} periods of {found.period_seconds:,} seconds")
    return made


def _of_design(options: argparse.Namespace, names: Names, passed_over: PassedOver) -> Model:
    """The model of the input of a cost calculator. Raises TraceError."""
    if options.rate or options.consistent:
        raise TraceError("--rate and --consistent are for --export: a cost model says both of each access pattern")
    design = cost_model.read(options.sources[0], names, passed_over)
    _tell_keys(options.keys, options.zipf)
    counts = KeyCounts(options.keys, options.items_per_key)
    return design_patterns.model(design, _course(options), options.region, counts, options.zipf)


def _of_export(options: argparse.Namespace, names: Names) -> Model:
    """The model of the items of an export. Raises TraceError."""
    given = exported_items.rates_of(options.rate)
    folder = options.sources[0]
    if not isinstance(folder, Path):
        raise TraceError(f"{folder}: an export must be a folder of this machine")
    items, count = exported_items.read(folder, names, options.keys, options.seed)
    print(f"{len(items):,} of {count:,} items")
    _tell_keys(len(items), options.zipf)
    return exported_items.model(
        items, options.export, names, options.region, given, _course(options), options.zipf, options.consistent
    )


def _course(options: argparse.Namespace) -> Course:
    """When requests come. Raises TraceError."""
    shape = options.arrival or "steady"
    factor = options.peak_factor
    if factor is not None and not 1 <= factor <= FACTOR_MAX:
        raise TraceError(f"--peak-factor is {factor}: it must be from 1 to {FACTOR_MAX:g}")
    try:
        start = source_values.at_us(options.start or START, "s") // MICROSECONDS
    except ValueError as error:
        raise TraceError(f"--start {options.start}: {error}") from None
    return Course(shape, start, options.seconds or SECONDS[shape], factor, options.flash_seconds or 60)


def _keys(options: argparse.Namespace, names: Names) -> Keys:
    """The keys of metrics, and what is told of them. Raises TraceError."""
    if options.top_keys is not None:
        report = top_keys.read(options.top_keys)
        named = [modelled_keys.named(each.values, names) for each in report.contributors]
        others = modelled_keys.unnamed(max(0, min(report.unique_count, options.keys) - len(named)), names)
        share = sum(each.total for each in report.contributors) / report.whole
        print(f"{len(named):,} keys with names have {share:.1%} of all, {len(others):,} others the rest")
        return top_keys.TopKeys(report, named, others, options.zipf)
    targets = modelled_keys.unnamed(options.keys, names, options.items_per_key)
    _tell_keys(options.keys, options.zipf)
    each = len(targets) // options.keys
    shares = popularity.zipf(options.keys, options.zipf)
    return Always(targets, Popularity([share / each for share in shares for _ in range(each)]))


def _tell_keys(count: int, exponent: float) -> None:
    """Tells the share of the most popular key."""
    share = popularity.zipf(count, exponent)[0]
    print(f"{count:,} keys by Zipf's law with {exponent:g}: the most popular one has {share:.1%} of all")
