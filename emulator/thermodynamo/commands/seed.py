"""`thermodynamo seed`: tables and items from files into a running server.

All files are read and checked before anything is sent. A table that is there stays, and so does an item that is there
alike, so the same files may be given again.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from thermodynamo import seeds
from thermodynamo.api.caller import DEFAULT_ACCOUNT, Caller
from thermodynamo.commands.admin_client import NoAnswer, NotFound, add_flags, call
from thermodynamo.commands.command_line import CommandLine
from thermodynamo.commands.progress import Progress
from thermodynamo.seeds import sowing
from thermodynamo.seeds.seed import Definition, Seed, SeedError
from thermodynamo.settings.config import Config

FORMATS = (
    "Files are data models of NoSQL Workbench, templates of CloudFormation and SAM, folders of exports, JSON lines, "
    "CSV, and JSON with what CreateTable takes. Items of a file that names no table belong to the table that the file "
    "is named after; TABLE=FILE names another."
)
BODY_BYTES = 256 * 1024
"""What is sent at once: what the server does with it takes some ten milliseconds."""
PATH = "/_admin/seed"


class ServerSoil:
    """The tables of a running server, reached by its admin API. See `checking.Soil`."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.query = scope(options)
        self.caller = Caller(options.account or DEFAULT_ACCOUNT, options.region or Config().region)

    def definition_of(self, table_name: str) -> Mapping[str, Any] | None:
        try:
            path = f"/_admin/tables/{quote(table_name, safe='')}/definition"
            found: Mapping[str, Any] = call(self.options, "GET", path, self.query)
        except NotFound:
            return None
        return found

    def create(self, definition: Definition) -> None:
        settings = [{"operation": each.operation, "request": each.request} for each in definition.settings]
        call(self.options, "POST", PATH, self.query, {"definition": definition.request, "settings": settings})

    def put(self, table_name: str, items: Sequence[Mapping[str, Any]]) -> None:
        batch: list[Mapping[str, Any]] = []
        size_bytes = 0
        for item in items:
            item_bytes = len(json.dumps(item))
            if batch and size_bytes + item_bytes > BODY_BYTES:
                self._send(table_name, batch)
                batch, size_bytes = [], 0
            batch.append(item)
            size_bytes += item_bytes
        self._send(table_name, batch)

    def _send(self, table_name: str, items: list[Mapping[str, Any]]) -> None:
        call(self.options, "POST", PATH, self.query, {"table": table_name, "items": items})


def parser() -> CommandLine:
    result = CommandLine(prog="thermodynamo seed", description=__doc__, epilog=FORMATS)
    result.add_argument("files", nargs="+", metavar="FILE", help="a file or a folder, or TABLE=FILE")
    result.add_argument(
        "--parameter",
        dest="parameters",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        type=parameter,
        help="a parameter of a template; may be given several times",
    )
    result.add_argument("--account", help="the account that gets the tables (default 000000000000)")
    result.add_argument("--region", help="the region that gets the tables (default: the server's)")
    add_flags(result)
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status: 1 where a file is wrong or no server answers."""
    options = parser().parse_args(arguments)
    progress = Progress(sys.stderr, "items")
    try:
        sown = sowing.sow(read(options.files, dict(options.parameters)), ServerSoil(options), progress)
    except (SeedError, NoAnswer) as error:
        progress.end()
        print(f"thermodynamo seed: {error}", file=sys.stderr)
        return 1
    progress.end()
    tell(sown.notes, "seed")
    print(f"seeded {sown}")
    return 0


def read(paths: Sequence[str], parameters: Mapping[str, str]) -> list[Seed]:
    """What the files hold. Raises SeedError."""
    return [seeds.load(path, parameters) for path in paths]


def tell(notes: Sequence[str], command: str) -> None:
    """Says what was left out of the files."""
    for note in notes:
        print(f"thermodynamo {command}: {note}", file=sys.stderr)


def parameter(text: str) -> tuple[str, str]:
    """A name and a value. Raises what makes the parser name the flag."""
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def scope(options: argparse.Namespace) -> dict[str, str]:
    """The namespace that the flags name, as the query of an admin request."""
    return {name: value for name in ("account", "region") if (value := getattr(options, name)) is not None}
