"""`thermodynamo trigger`: runs triggers from a configuration file, or one from flags, until Ctrl-C."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from thermodynamo.api.caller import ACCOUNT_DIGITS, DEFAULT_ACCOUNT
from thermodynamo.commands.command_line import (
    CommandLine,
    account,
    number,
    reason_of,
    region,
    server_address,
    whole_number,
)
from thermodynamo.settings.config import default_endpoint
from thermodynamo.triggers.client import StreamsClient
from thermodynamo.triggers.runner import Runner
from thermodynamo.triggers.trigger import OPTIONS, Trigger, TriggerError, from_options, from_toml

KINDS: dict[type, tuple[Callable[[str], Any], str]] = {int: (whole_number, "INT"), float: (number, "FLOAT")}
LOOK_SECONDS = 0.5
"""How soon it is noticed that every trigger has ended."""


def parser() -> argparse.ArgumentParser:
    """The command line; every option of a trigger has a flag."""
    result = CommandLine(
        prog="thermodynamo trigger",
        description="Calls a handler with the records of a stream, as a Lambda event source mapping does.",
    )
    result.add_argument("--config", metavar="FILE", help="a TOML file with [[trigger]] tables, in place of the flags")
    meaning = f"the server (default {default_endpoint(os.environ)})"
    result.add_argument("--endpoint", type=server_address, metavar="URL", help=meaning)
    result.add_argument("--region", type=region, default="us-east-1", metavar="TEXT", help="region of the streams")
    meaning = f"account of the streams, {ACCOUNT_DIGITS} digits"
    result.add_argument("--account", type=account, default=DEFAULT_ACCOUNT, metavar="DIGITS", help=meaning)
    for name, option in OPTIONS.items():
        meaning = option.metadata["meaning"]
        flag = "--" + (name if name != "filters" else "filter").replace("_", "-")
        if name == "filters":
            result.add_argument(flag, dest=name, action="append", metavar="JSON", help=meaning)
        elif isinstance(option.default, bool):
            result.add_argument(flag, dest=name, action="store_true", default=None, help=meaning)
        else:
            kind, shown = KINDS.get(type(option.default), (str, "TEXT"))
            result.add_argument(flag, dest=name, type=kind, metavar=shown, help=meaning)
    return result


def main(arguments: Sequence[str]) -> int:
    """Runs the triggers until SIGTERM or Ctrl-C; returns the exit status, which is 1 when all of them ended before."""
    command_line = parser()
    given = vars(command_line.parse_args(arguments))
    try:
        endpoint, triggers = read(given)
    except TriggerError as error:
        command_line.error(str(error))
    client = StreamsClient(endpoint, given["region"], given["account"])
    runners = [Runner(trigger, client.again(), log) for trigger in triggers]
    stopping = threading.Event()

    def leave(_signal: int, _frame: object) -> None:
        """Ends the triggers after the invocations in progress, and at once where it is asked again."""
        if stopping.is_set():
            for runner in runners:
                runner.target.close()
            os._exit(1)
        stopping.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, leave)
    for runner in runners:
        runner.start()
    while not stopping.wait(LOOK_SECONDS) and any(runner.thread.is_alive() for runner in runners):
        pass
    for runner in runners:
        runner.stop()
    return 0 if stopping.is_set() else 1


def read(given: dict[str, Any]) -> tuple[str, list[Trigger]]:
    """The endpoint and the triggers, from the file or from flags. Raises TriggerError."""
    options = {name: given[name] for name in OPTIONS if given[name] is not None}
    endpoint = None
    if given["config"] is not None:
        if options:
            raise TriggerError(f"--config is given: {', '.join(options)} must stand in the file")
        endpoint, triggers = from_toml(text_of(given["config"]))
    else:
        triggers = [from_options(options, options.get("handler") or options.get("url") or "trigger")]
    try:
        return given["endpoint"] or server_address(endpoint or default_endpoint(os.environ)), triggers
    except argparse.ArgumentTypeError as error:
        raise TriggerError(f"endpoint: {error}") from None


def text_of(path: str) -> str:
    """What the file of `--config` holds. Raises TriggerError."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise TriggerError(f"--config is '{path}': {reason_of(error)}") from None
    except UnicodeDecodeError:
        raise TriggerError(f"--config is '{path}': the file is not UTF-8") from None


def log(text: str) -> None:
    """Writes a line in one piece: several shards may have something to tell."""
    sys.stderr.write(f"{datetime.now():%H:%M:%S} {text}\n")
    sys.stderr.flush()
