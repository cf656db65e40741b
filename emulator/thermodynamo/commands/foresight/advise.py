"""`thermodynamo advise`: what a running server's tables could do better, with the requests that show it.

It reads what the server has counted since each table was made. docs/foresee.md says what is looked for.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from thermodynamo.commands.admin_client import NoAnswer, add_flags, call
from thermodynamo.commands.command_line import CommandLine
from thermodynamo.foresight.advice import advisor, evidence, wording
from thermodynamo.foresight.prices import price_file
from thermodynamo.foresight.traces.trace_error import TraceError

FOUND_STATUS = 1
ERROR_STATUS = 2


def parser() -> argparse.ArgumentParser:
    result = CommandLine(prog="thermodynamo advise", description=__doc__)
    add_flags(result)
    result.add_argument("--table", help="only this table and its indexes")
    result.add_argument("--account", help="the namespace's account (default 000000000000)")
    result.add_argument("--region", help="the namespace's region (default: the server's)")
    result.add_argument("--prices", type=Path, metavar="FILE", help="prices, as `thermodynamo prices` makes a file of")
    result.add_argument("--json", action="store_true", help="print the advice as JSON, with what it follows from")
    result.add_argument("--strict", action="store_true", help=f"exit with {FOUND_STATUS} where there is any advice")
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        report = asked(options)
    except (NoAnswer, TraceError) as error:
        print(f"thermodynamo advise: {error}", file=sys.stderr)
        return ERROR_STATUS
    if options.json:
        print(json.dumps(report))
    else:
        print(wording.text(report), end="")
    return FOUND_STATUS if options.strict and report["advice"] else 0


def asked(options: argparse.Namespace) -> advisor.Report:
    """The report on what the server has counted. Raises NoAnswer, TraceError."""
    query = {name: value for name in ("account", "region") if (value := getattr(options, name)) is not None}
    report: advisor.Report = call(options, "GET", "/_admin/advice", query)
    found = [evidence.of_plain(each) for each in report["tables"]]
    if options.table is not None:
        found = [each for each in found if each.table == options.table]
        if not found:
            raise NoAnswer(
                f"no table {options.table}; ?region= and ?account= choose the namespace: --region, --account"
            )
    if options.prices is None and options.table is None:
        return report
    prices = price_file.read(options.prices) if options.prices is not None else None
    if prices is None and "prices" in report:
        prices = price_file.shipped(report["prices"]["region"])
    return advisor.report(found, prices)
