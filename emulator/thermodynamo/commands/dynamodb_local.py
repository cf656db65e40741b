"""`thermodynamo dynamodb-local`: the server in place of DynamoDB Local, started with its flags.

The flags are those of the developer guide (DynamoDB local usage notes, October 2026). What DynamoDB Local is known to
do is the default here: it limits no capacity, lets settings change at any time, and answers GET with 400. The settings
of `thermodynamo` are flags as well, and win.
"""

import argparse
import os
from collections.abc import Sequence

from thermodynamo.commands import serve
from thermodynamo.commands.command_line import CommandLine
from thermodynamo.settings.config import SETTINGS, VERSION, Config, ConfigError, resolve

TRANSIENT_SECONDS = 2.0
"""How long -delayTransientStatuses holds a status. DynamoDB Local's own time is not documented."""
HABITS = {"front_page": "dynamodb-local", "capacity": "observe", "cooldowns": "off"}
DATA_FOLDER = "data_dir"


def main(arguments: Sequence[str]) -> int:
    """Runs the server until SIGTERM or Ctrl-C; returns the exit status."""
    command_line = parser()
    options = command_line.parse_args(arguments)
    try:
        config = read(options)
    except ConfigError as error:
        command_line.error(str(error))

    def tell(listening: Config) -> None:
        print("\n".join(start_lines(listening, options)), flush=True)

    return serve.run(config, tell)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = CommandLine(
        prog="thermodynamo dynamodb-local",
        dashes="-",
        add_help=False,
        allow_abbrev=False,
        description="The server in place of DynamoDB Local.",
        epilog="Nothing is sent anywhere, so the variable DDB_LOCAL_TELEMETRY changes nothing. "
        "THERMODYNAMO_HOST=0.0.0.0 serves other machines, too.",
    )
    add = result.add_argument
    add("-help", "--help", action="help", help="this text")
    add("-version", action="version", version=f"thermodynamo {VERSION}", help="the version")
    add("-port", "--port", dest="port", metavar="INT", help="port to listen on (default 8000; THERMODYNAMO_PORT)")
    add("-inMemory", action="store_true", help="keep data in memory; so it is without -dbPath, too")
    add("-dbPath", metavar="PATH", help="folder that keeps the data")
    add("-sharedDb", action="store_true", help="one set of tables for every access key and region")
    add("-delayTransientStatuses", action="store_true", help=f"changes of tables take {TRANSIENT_SECONDS:g} s")
    add("-cors", "--cors", dest="cors", metavar="LIST", help="web pages that may call: their domains, or * (default)")
    add("-optimizeDbBeforeStartup", action="store_true", help="needs -dbPath; data are always read optimized")
    add("-disableTelemetry", action="store_true", help="there is none")
    serve.add_settings(result, omitted=("port", "cors"))
    return result


def read(options: argparse.Namespace) -> Config:
    """The settings that the flags mean. Raises ConfigError."""
    given: dict[str, str | None] = {
        name: value for name, value in vars(options).items() if name in {setting.name for setting in SETTINGS}
    }
    given[DATA_FOLDER] = _data_folder(options, given[DATA_FOLDER])
    defaults: dict[str, str | float] = dict(HABITS)
    if options.sharedDb:
        defaults["namespace"] = "shared"
    if options.delayTransientStatuses:
        defaults["table_delay_seconds"] = TRANSIENT_SECONDS
    config = resolve(given, os.environ, defaults)
    if options.optimizeDbBeforeStartup and not config.data_dir:
        raise ConfigError("-optimizeDbBeforeStartup needs -dbPath, as in -dbPath ./data")
    return config


def _data_folder(options: argparse.Namespace, given: str | None) -> str | None:
    """The folder that keeps the data; nothing for memory, None where an environment variable may name one.

    Raises ConfigError for flags that contradict each other.
    """
    if options.dbPath == "":
        raise ConfigError("-dbPath is '': it must be a folder, as in -dbPath ./data")
    if options.dbPath is not None and given is not None:
        raise ConfigError("-dbPath and --data-dir both name the folder that keeps the data: give one of them")
    folder: str | None = options.dbPath if options.dbPath is not None else given
    if options.inMemory:
        if folder is not None:
            flag = "-dbPath" if options.dbPath is not None else "--data-dir"
            raise ConfigError(f"{flag} and -inMemory exclude each other: give one of them")
        return ""
    return folder


def start_lines(config: Config, options: argparse.Namespace) -> list[str]:
    """What DynamoDB Local prints when it starts, for programs that wait for it."""
    facts = {
        "Port": str(config.port),
        "InMemory": str(not config.data_dir).lower(),
        "Version": VERSION,
        "DbPath": config.data_dir or "null",
        "SharedDb": str(config.namespace == "shared").lower(),
        "shouldDelayTransientStatuses": str(options.delayTransientStatuses).lower(),
        "CorsParams": config.cors,
    }
    lines = [f"{name}:\t{value}" for name, value in facts.items()]
    return ["Initializing DynamoDB Local with the following configuration:", *lines, ""]
