"""`thermodynamo trace model`: a trace of what is known of traffic in sums, whose requests are drawn by chance."""

import argparse
from pathlib import Path

from thermodynamo.commands.command_line import whole_number
from thermodynamo.foresight.arrivals import metric_patterns, metrics, model, modelled_keys, popularity, top_keys
from thermodynamo.foresight.arrivals.model import Always, Keys, Target
from thermodynamo.foresight.arrivals.popularity import Popularity
from thermodynamo.foresight.sources import key_names
from thermodynamo.foresight.sources.passed_over import PassedOver
from thermodynamo.foresight.traces.trace_error import TraceError

HELP = "of CloudWatch's metrics"
KEYS, EXPONENT = 1_000, 0.99
EXPONENT_MAX = 10.0


def positive(text: str) -> int:
    """A whole number from 1 on. Raises what makes the parser name the flag."""
    number = whole_number(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 on")
    return number


def describe(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="files")
    parser.add_argument("trace", type=Path, metavar="TRACE", help="the trace that is made: NAME.parquet or NAME.jsonl")
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument(
        "--metrics", metavar="TABLE",
        help="the sources are metrics of this table: of GetMetricData, also with its queries, of GetMetricStatistics, "
        "or CSV",
    )  # fmt: skip
    parser.add_argument(
        "--key",
        metavar="PARTITION,SORT",
        default="pk",
        help="its key attributes, NAME:N for one that is no string (pk)",
    )
    parser.add_argument(
        "--top-keys", type=Path, metavar="FILE", help="Contributor Insights' reply of GetInsightRuleReport"
    )
    parser.add_argument(
        "--period", type=positive, metavar="SECONDS", help="of metrics (default: the shortest there is)"
    )
    parser.add_argument("--keys", type=positive, default=KEYS, help=f"how many keys there are at most ({KEYS:,})")
    parser.add_argument(
        "--zipf", type=float, default=EXPONENT, metavar="EXPONENT",
        help=f"how their popularity falls with their rank: 0 is for all alike ({EXPONENT})",
    )  # fmt: skip
    parser.add_argument("--items-per-key", type=positive, default=1, help="with a sort key: items of each key (1)")
    parser.add_argument("--item-bytes", type=positive, help="the size of an item, where requests are not counted")
    parser.add_argument("--consistent", action="store_true", help="reads are strongly consistent")
    parser.add_argument("--region", default="us-east-1", help="us-east-1, unless it is given")
    parser.add_argument("--seed", type=int, default=1, help="what chance starts from (1)")


def carry_out(options: argparse.Namespace) -> None:
    """Makes the trace, and tells what it assumes. Raises TraceError."""
    if options.trace.resolve() in {source.resolve() for source in options.sources}:
        raise TraceError(f"{options.trace} is a source: give another name for the trace")
    if not 0 <= options.zipf <= EXPONENT_MAX:
        raise TraceError(f"--zipf is {options.zipf}: it must be from 0 to {EXPONENT_MAX:g}")
    names = key_names.of_words([f"{options.metrics}={options.key}"])[options.metrics]
    made, passed_over = _of_metrics(options, names)
    total = model.write(made, options.trace, options.seed)
    print(f"{options.trace}: {total:,} accesses in {made.seconds:,} seconds, drawn by seed {options.seed}")
    print("".join(f"{line}\n" for line in passed_over.lines()), end="")


def _of_metrics(options: argparse.Namespace, names: model.Names) -> tuple[model.Model, PassedOver]:
    """The model of CloudWatch's metrics. Raises TraceError."""
    found = metrics.read(options.sources, options.metrics, options.period)
    keys = _keys(options, names)
    if isinstance(keys, top_keys.TopKeys):
        keys.follow(metric_patterns.busyness(found), found.period_seconds)
    made = metric_patterns.model(found, options.metrics, options.region, keys, options.item_bytes, options.consistent)
    request = model.on_demand(options.metrics, names)
    made.calls.append(model.creation((metric_patterns.ACCOUNT, options.region), request, made.start))
    print(f"{len(found.begins):,} periods of {found.period_seconds:,} seconds")
    return made, found.passed_over


def _keys(options: argparse.Namespace, names: model.Names) -> Keys:
    """The keys, and what is told of them. Raises TraceError."""
    if options.top_keys is not None:
        report = top_keys.read(options.top_keys)
        named = [modelled_keys.named(each.values, names) for each in report.contributors]
        others = modelled_keys.unnamed(max(0, min(report.unique_count, options.keys) - len(named)), names)
        share = sum(each.total for each in report.contributors) / report.whole
        print(f"{len(named):,} keys with names have {share:.1%} of all, {len(others):,} others the rest")
        return top_keys.TopKeys(report, named, others, options.zipf)
    targets = modelled_keys.unnamed(options.keys, names, options.items_per_key)
    return spread(targets, options.keys, options.zipf)


def spread(targets: list[Target], keys: int, exponent: float) -> Keys:
    """Keys by Zipf's law, the items of each alike; tells the share of the most popular one."""
    shares = popularity.zipf(keys, exponent)
    each = len(targets) // keys
    print(f"{keys:,} keys by Zipf's law with {exponent:g}: the most popular one has {shares[0]:.1%} of all")
    return Always(targets, Popularity([share / each for share in shares for _ in range(each)]))
