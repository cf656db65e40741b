"""`thermodynamo foresee`: replays a trace as it was recorded, or against the tables and the traffic of scenarios.

Without a scenario the trace is replayed as it was recorded. docs/foresee.md says what can be foreseen.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import orjson

from thermodynamo.commands.admin_client import NoAnswer, add_flags, call
from thermodynamo.commands.command_line import CommandLine, positive
from thermodynamo.commands.progress import Progress
from thermodynamo.foresight.prices import price_file
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.reports import facts, money, text
from thermodynamo.foresight.reports.asked import Asked
from thermodynamo.foresight.runs import engines, kept, side_by_side, simulation
from thermodynamo.foresight.scenarios import members, reading
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Summary, Trace


def parser() -> argparse.ArgumentParser:
    result = CommandLine(prog="thermodynamo foresee", description=__doc__)
    result.add_argument(
        "trace",
        nargs="?",
        type=location.of,
        metavar="TRACE",
        help="a trace: NAME.parquet or NAME.jsonl, or its URL",
    )
    result.add_argument("--scenarios", type=Path, metavar="FILE", help="the scenarios, in TOML")
    result.add_argument(
        "--method",
        choices=(kept.EXACT, kept.AGGREGATE),
        default=kept.EXACT,
        help="exact replays every access in order (the default), aggregate adds up seconds: faster, with an error",
    )
    result.add_argument("--engine", default="local", help="where slices are added up: local, or ray://HOST:PORT")
    result.add_argument(
        "--processes",
        type=positive,
        help="processes of this machine (default: its cores): exact replays scenarios at once, aggregate slices",
    )
    result.add_argument(
        "--work", type=Path, metavar="FOLDER", help="keeps what is done, so that an interrupted run goes on"
    )
    result.add_argument("--prices", type=Path, metavar="FILE", help="prices, as `thermodynamo prices` makes a file of")
    result.add_argument("--json", action="store_true", help="print the report as JSON")
    result.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML file as well")
    result.add_argument(
        "--console", action="store_true", help="send the report to a running server, whose console shows it"
    )
    add_flags(result)
    result.add_argument("--schema", action="store_true", help="print the JSON schema of a file of scenarios")
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
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
        if options.html is not None:
            written(report, options.html)
        if options.console:
            call(options, "POST", "/_admin/foresight", {}, report)
    except (TraceError, NoAnswer) as error:
        print(f"thermodynamo foresee: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_APPEND_NEWLINE))
    else:
        print(text.text(report), end="")
    return 0


def written(report: facts.Facts, path: Path) -> None:
    """Writes the report as one HTML file. Raises TraceError."""
    from thermodynamo.foresight.reports.page.page import page

    try:
        path.write_text(page(report), encoding="utf-8")
    except OSError as error:
        raise TraceError(f"{path} cannot be written: {error.strerror}") from None


def foreseen(path: Location, scenarios: Sequence[Scenario], options: argparse.Namespace) -> facts.Facts:
    """The report on all scenarios. Raises TraceError."""
    trace = Trace(path)
    summary = trace.summary()
    if not summary.events:
        raise TraceError(f"{path} has no events; {summary.bad_lines:,} lines are none")
    progress = Progress(sys.stderr, "slices" if options.method == "aggregate" else "events")
    try:
        outcomes = _outcomes(trace, scenarios, summary, options, progress)
    finally:
        progress.end()
    report = facts.report(str(path), summary, outcomes)
    money.add(report, outcomes, _prices(options.prices, trace), Asked(trace))
    return report


def _prices(path: Path | None, trace: Trace) -> price_file.Prices | None:
    """The prices of a file, or those that come with this version for the region of the trace."""
    if path is not None:
        return price_file.read(path)
    regions = {place[1] for place in trace.places()}
    return price_file.shipped(regions.pop()) if len(regions) == 1 else None


def _outcomes(
    trace: Trace, scenarios: Sequence[Scenario], summary: Summary, options: argparse.Namespace, progress: Progress
) -> list[Outcome]:
    """What comes of each scenario; what the folder of `--work` has already is not done again. Raises TraceError."""
    is_exact = options.method == kept.EXACT
    engines.check(options.engine, is_exact)
    if options.work is None:
        with tempfile.TemporaryDirectory() as folder:
            return _in_folder(trace, scenarios, summary, options, progress, Path(folder))
    work: Path = options.work
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TraceError(f"{work} cannot be made: {error.strerror}") from None
    return _in_folder(trace, scenarios, summary, options, progress, work)


def _in_folder(
    trace: Trace,
    scenarios: Sequence[Scenario],
    summary: Summary,
    options: argparse.Namespace,
    progress: Progress,
    folder: Path,
) -> list[Outcome]:
    """What comes of each scenario; files in between lie in the folder. Raises TraceError."""
    processes = options.processes or os.cpu_count() or 1
    is_exact = options.method == kept.EXACT
    is_divided = options.processes is not None or side_by_side.is_worthwhile(scenarios, summary)
    if is_exact and len(scenarios) > 1 and processes > 1 and is_divided:

        def tell_all(done: int) -> None:
            progress(f"{len(scenarios)} scenarios", done, summary.events * len(scenarios))

        return side_by_side.outcomes(trace.path, scenarios, summary, processes, options.work, tell_all)
    engine = None if is_exact else engines.chosen(options.engine, options.processes)

    def made(scenario: Scenario) -> Outcome:
        def tell(done: int, total: int = summary.events) -> None:
            progress(scenario.name, done, total)

        if engine is None:
            return simulation.simulate(trace, scenario, summary, tell)
        watched = engines.Watched(engine if options.work is None else engines.Kept(engine, folder), tell)
        return simulation.simulate_in_aggregate(trace, scenario, summary, watched, folder)

    if options.work is None:
        return [made(each) for each in scenarios]
    return [kept.outcome(folder, trace, each, options.method, partial(made, each)) for each in scenarios]
