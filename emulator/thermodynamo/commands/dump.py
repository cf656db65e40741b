"""`thermodynamo dump`: tables of a running server as JSON lines, which `thermodynamo seed` reads.

The first line of a table is its definition, as CreateTable takes it, and each further line an item. Items that are
written meanwhile may be there or not.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from thermodynamo.commands.admin_client import NoAnswer, add_flags, call
from thermodynamo.commands.command_line import CommandLine
from thermodynamo.commands.seed import scope
from thermodynamo.seeds.recognition import LINES

UNFINISHED = ".unfinished"


def parser() -> CommandLine:
    result = CommandLine(prog="thermodynamo dump", description=__doc__)
    result.add_argument("tables", nargs="+", metavar="TABLE", help="the name of a table")
    result.add_argument("--output", metavar="FILE", help="a file to write, in place of the standard output")
    result.add_argument("--account", help="the account of the tables (default 000000000000)")
    result.add_argument("--region", help="the region of the tables (default: the server's)")
    add_flags(result)
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status. A file appears whole, or not at all."""
    result = parser()
    options = result.parse_args(arguments)
    if options.output is not None and not options.output.lower().endswith(LINES):
        result.error(f"a dump is JSON lines: the name of its file ends in {' or '.join(LINES)}, not {options.output}")
    try:
        if options.output is None:
            dump(options, sys.stdout)
        else:
            unfinished = Path(options.output + UNFINISHED)
            with unfinished.open("w", encoding="utf-8") as file:
                dump(options, file)
            unfinished.replace(options.output)
    except NoAnswer as error:
        print(f"thermodynamo dump: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"thermodynamo dump: {options.output or 'the output'}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def dump(options: argparse.Namespace, file: TextIO) -> None:
    """Writes the tables. Raises NoAnswer, before it writes anything where one of them is not there."""
    query = scope(options)
    paths = {name: f"/_admin/tables/{quote(name, safe='')}" for name in options.tables}
    definitions = {name: call(options, "GET", f"{path}/definition", query) for name, path in paths.items()}
    for name, path in paths.items():
        file.write(json.dumps(definitions[name], ensure_ascii=False) + "\n")
        place = ""
        while place is not None:
            page = call(options, "GET", f"{path}/items", {**query, "after": place})
            for item in page["items"]:
                file.write(json.dumps({"Item": item}, ensure_ascii=False) + "\n")
            place = page["next"]
