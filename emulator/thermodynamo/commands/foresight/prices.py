"""`thermodynamo prices`: makes files of prices for `thermodynamo foresee` and `thermodynamo advise`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from thermodynamo.commands.command_line import CommandLine
from thermodynamo.foresight.prices import conversion, price_file
from thermodynamo.foresight.traces.trace_error import TraceError


def parser() -> argparse.ArgumentParser:
    result = CommandLine(
        prog="thermodynamo prices",
        description="Makes a file of prices for `thermodynamo foresee` of AWS's bulk price list of one region: "
        "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonDynamoDB/current/REGION/index.json",
    )
    result.add_argument("list", type=Path, metavar="LIST", help="the bulk price list, index.json")
    result.add_argument("file", type=Path, metavar="FILE", help="the file of prices that is made")
    result.add_argument(
        "--savings-plans",
        type=Path,
        metavar="LIST",
        help="AWS's list of Database Savings Plans of that region, which https://pricing.us-east-1.amazonaws.com/"
        "savingsPlan/v1.0/aws/AWSDatabaseSavingsPlans/current/region_index.json names",
    )
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        prices = conversion.convert(options.list)
        if options.savings_plans is not None:
            prices = conversion.with_savings_plans(prices, options.savings_plans)
        price_file.write(prices, options.file)
    except TraceError as error:
        print(f"thermodynamo prices: {error}", file=sys.stderr)
        return 1
    print(f"{options.file}: {len(prices.of)} prices of {prices.region}, {prices.date}")
    return 0
