"""`thermodynamo snapshot`, `fork` and `reset`: what a running server holds is kept, brought back, copied, cleared."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from thermodynamo.commands.admin_client import NoAnswer, add_flags, call
from thermodynamo.commands.command_line import CommandLine

ACTIONS = ("save", "restore", "list", "delete")
PATH = "/_admin/snapshots"


def main(arguments: Sequence[str]) -> int:
    """Runs `snapshot`, `fork` or `reset`, whichever comes first; returns the exit status."""
    command, *rest = arguments
    options = PARSERS[command]().parse_args(rest)
    try:
        print(RUNS[command](options))
    except NoAnswer as error:
        print(f"thermodynamo {command}: {error}", file=sys.stderr)
        return 1
    return 0


def snapshot_parser() -> CommandLine:
    result = CommandLine(
        prog="thermodynamo snapshot",
        description="Keeps what a running server holds under a name, and brings it back.",
        epilog="A snapshot is of everything, the clock included, unless --account or --region limit it.",
    )
    result.add_argument("action", choices=ACTIONS, help="what to do")
    result.add_argument("name", nargs="?", help="the snapshot's name; list needs none")
    result.add_argument("--replace", action="store_true", help="save over a snapshot of that name")
    return with_scope(result)


def fork_parser() -> CommandLine:
    result = CommandLine(
        prog="thermodynamo fork",
        description="Makes one account and region of a running server what another is now.",
    )
    result.add_argument("--from", dest="source", required=True, type=place, metavar="ACCOUNT[/REGION]")
    result.add_argument("--to", dest="target", required=True, type=place, metavar="ACCOUNT[/REGION]")
    result.add_argument("--replace", action="store_true", help="over the tables that are there")
    add_flags(result)
    return result


def reset_parser() -> CommandLine:
    result = CommandLine(
        prog="thermodynamo reset",
        description="Makes everything in a running server as it was when it began; snapshots stay.",
        epilog="With --account or --region, empties those alone and leaves the clock and the faults as they are.",
    )
    return with_scope(result)


def with_scope(parser: CommandLine) -> CommandLine:
    parser.add_argument("--account", help="only the namespaces of this account")
    parser.add_argument("--region", help="only the namespaces of this region")
    add_flags(parser)
    return parser


def place(text: str) -> dict[str, str]:
    """An account, or an account and a region."""
    account, _, region = text.partition("/")
    return {"account": account, "region": region} if region else {"account": account}


def snapshot(options: argparse.Namespace) -> str:
    if options.action == "list":
        found = call(options, "GET", PATH, {})["snapshots"]
        return "\n".join(map(line, found)) or "there is no snapshot"
    if options.name is None:
        snapshot_parser().error(f"{options.action} needs the name of a snapshot")
    if options.action == "save":
        body = {"name": options.name, "replace": options.replace}
        return f"saved {line(call(options, 'POST', PATH, scope(options), body))}"
    if options.action == "restore":
        return f"restored {line(call(options, 'POST', f'{PATH}/{quote(options.name)}/restore', {}))}"
    return f"deleted {line(call(options, 'DELETE', f'{PATH}/{quote(options.name)}', {}))}"


def fork(options: argparse.Namespace) -> str:
    body = {"from": options.source, "to": options.target, "replace": options.replace}
    made = call(options, "POST", "/_admin/fork", {}, body)
    return f"account {made['account']} has in {made['region']}: {', '.join(made['tables']) or 'no table'}"


def reset(options: argparse.Namespace) -> str:
    call(options, "POST", "/_admin/reset", scope(options))
    return f"reset {' '.join(scope(options).values()) or 'everything'}"


def scope(options: argparse.Namespace) -> dict[str, str]:
    chosen = {"account": options.account, "region": options.region}
    return {name: value for name, value in chosen.items() if value is not None}


def line(found: dict[str, Any]) -> str:
    """One snapshot in words."""
    taken_at = datetime.fromtimestamp(found["taken_at"], UTC).strftime("%Y-%m-%d %H:%M:%S")
    of = " ".join(found[name] for name in ("account", "region") if found[name]) or "everything"
    counts = f"{found['tables']} tables, {found['items']} items, {found['bytes']} bytes"
    return f"{found['name']}  {taken_at}  {of}: {counts}"


PARSERS = {"snapshot": snapshot_parser, "fork": fork_parser, "reset": reset_parser}
RUNS = {"snapshot": snapshot, "fork": fork, "reset": reset}
