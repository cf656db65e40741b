"""`thermodynamo heat`: draws the heat map of a running server in the terminal, once or as it changes."""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence

from thermodynamo.commands.admin_client import NoAnswer, add_flags, fetch
from thermodynamo.commands.command_line import CommandLine, whole_number

CLEAR = "\x1b[H\x1b[2J"
DEFAULT_SECONDS = 60
MAP_MARGIN = 43
"""What stands beside the cells of a line of the map."""


def parser() -> argparse.ArgumentParser:
    result = CommandLine(prog="thermodynamo heat", description=__doc__)
    add_flags(result)
    result.add_argument("--table", help="only this table and its indexes")
    result.add_argument("--index", help="only this global index of the table")
    result.add_argument(
        "--seconds",
        type=whole_number,
        metavar="SECONDS",
        help=f"how far back the map goes, up to 300 (default {DEFAULT_SECONDS}, or what the terminal has room for)",
    )
    result.add_argument("--account", help="the namespace's account (default 000000000000)")
    result.add_argument("--region", help="the namespace's region (default: the server's)")
    result.add_argument("--watch", action="store_true", help="draw again every second until Ctrl-C")
    result.add_argument("--plain", action="store_true", help="no colours; also when the output is no terminal")
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        while True:
            drawn = draw(options)
            print(CLEAR + drawn if options.watch and sys.stdout.isatty() else drawn, end="", flush=True)
            if not options.watch:
                return 0
            time.sleep(1)
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:
        # The reader has closed the pipe; the interpreter must not complain about it when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except NoAnswer as error:
        print(f"thermodynamo heat: {error}", file=sys.stderr)
        return 1


def draw(options: argparse.Namespace) -> str:
    """The heat map above the report."""
    is_coloured = not options.plain and sys.stdout.isatty()
    chosen = {name: getattr(options, name) for name in ("table", "index", "account", "region")}
    query = {name: value for name, value in chosen.items() if value is not None}
    query |= {"seconds": str(shown_seconds(options.seconds)), "colour": "1" if is_coloured else "0"}
    drawn = fetch(options.endpoint, "/_admin/heat/timeline", query, options.admin_token)
    report = fetch(options.endpoint, "/_admin/heat", query, options.admin_token)
    return drawn if drawn == report else f"{drawn}\n{report}"


def shown_seconds(wanted: int | None) -> int:
    """By default as many as make a line of the map fit in the terminal."""
    if wanted is not None:
        return wanted
    if not sys.stdout.isatty():
        return DEFAULT_SECONDS
    return max(1, min(DEFAULT_SECONDS, shutil.get_terminal_size().columns - MAP_MARGIN))
