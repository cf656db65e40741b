"""`thermodynamo trace`: makes traces for `thermodynamo foresee` of other sources, and anonymous ones."""

import argparse
import sys
from collections.abc import Sequence

from thermodynamo.commands.command_line import CommandLine
from thermodynamo.commands.traces import anonymise, convert, model
from thermodynamo.foresight.traces.trace_error import TraceError

ACTIONS = {"convert": convert, "model": model, "anonymise": anonymise}


def parser() -> argparse.ArgumentParser:
    result = CommandLine(prog="thermodynamo trace", description="Makes traces for `thermodynamo foresee`.")
    actions = result.add_subparsers(dest="action", required=True, metavar="|".join(ACTIONS))
    for name, action in ACTIONS.items():
        action.describe(actions.add_parser(name, help=action.HELP))
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        ACTIONS[options.action].carry_out(options)
    except TraceError as error:
        print(f"thermodynamo trace: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
