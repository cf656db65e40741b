"""The server as a command: settings from flags and environment, a listening socket, then uvicorn until a signal.

The order is for a quick start: the socket listens before the application's modules are imported, so a client that
connects early waits for its answer instead of being refused.
"""

import argparse
import dataclasses
import errno
import gc
import logging
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from thermodynamo.commands import occupied_port
from thermodynamo.commands.command_line import CommandLine, closest
from thermodynamo.settings.config import PORT_MAX, SETTINGS, VERSION, Config, ConfigError, resolve, unknown_variables

COMMANDS = ("access", "fork", "heat", "reset", "snapshot", "trigger")
# Longer than the pause between two uses of a pooled client connection in a test run; uvicorn's 5 s closes them under
# the client's feet.
KEEP_ALIVE_SECONDS = 75
BACKLOG_CONNECTIONS = 2048
# Young collections stay frequent and so short (0.3 ms at most in a load of 600,000 items); full ones become rare: a
# full one visits every key and item of every partition (nine of them in that load at the default 700, 10, 10, up to
# 41 ms each; 0.1 to 0.3 s with 1,000,000 items, 0.5 s with 500,000 stream records) and finds nothing, because stored
# items are bytes and cannot be part of a cycle. At these thresholds there was none while so many were written. What a
# dropped table leaves behind needs none: `storage/thermodynamo_storage/partitions/discards.py`.
COLLECTOR_THRESHOLDS = (1_000, 10, 1_000)


def main(arguments: Sequence[str]) -> int:
    """Runs the server until SIGTERM or Ctrl-C; returns the exit status."""
    config = _read_config(arguments)
    _warn_of_unknown(os.environ)
    if config.access != "off" and not _reads_access_file(config):
        return 1
    try:
        listener = listen(config.host, config.port)
    except OSError as error:
        print(f"thermodynamo: {_explain(error, config)}", file=sys.stderr)
        return 1
    logging.basicConfig(level=config.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = dataclasses.replace(config, port=listener.getsockname()[1])
    if not config.data_dir:
        _announce(config, listener, "data in memory")
    return _serve(config, listener)


def _reads_access_file(config: Config) -> bool:
    """Whether the access file can be used: a server that every caller finds closed is not started."""
    from thermodynamo.access.access_file import AccessFileError, load

    try:
        load(Path(config.access_file))
    except AccessFileError as error:
        print(f"thermodynamo: {error}", file=sys.stderr)
        return False
    return True


def listen(host: str, port: int) -> socket.socket:
    """A socket that already queues connections; OSError when the address cannot be had."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG_CONNECTIONS)
    except OSError:
        listener.close()
        raise
    return listener


def parser() -> argparse.ArgumentParser:
    """The command line; every setting's flag comes from `config.SETTINGS`."""
    result = CommandLine(
        prog="thermodynamo",
        words=COMMANDS,
        description="A local server that answers like Amazon DynamoDB and behaves like it under load.",
        epilog="Each setting can also be given in the environment variable named beside it; a flag wins. "
        "`thermodynamo heat --help` tells of the heat map of a running server, "
        "`thermodynamo access explain --help` of the policies that decide a request, `thermodynamo trigger --help` of "
        "handlers that are called with the records of a stream; `snapshot`, `fork` and `reset` have a --help as well.",
    )
    result.add_argument("--version", action="version", version=f"thermodynamo {VERSION}")
    for setting in SETTINGS:
        metavar = type(setting.default).__name__.upper() if not isinstance(setting.default, str) else "TEXT"
        default = setting.default if setting.default != "" else "none"
        meaning = f"{setting.meaning} (default {default}; {setting.variable})"
        result.add_argument(setting.flag, dest=setting.name, metavar=metavar, help=meaning.replace("%", "%%"))
    return result


def _read_config(arguments: Sequence[str] | None) -> Config:
    command_line = parser()
    flags = vars(command_line.parse_args(arguments))
    try:
        return resolve(flags, os.environ)
    except ConfigError as error:
        command_line.error(str(error))


def _warn_of_unknown(environment: Mapping[str, str]) -> None:
    """A variable that looks like a setting and is none is probably misspelt."""
    for name in unknown_variables(environment):
        near = closest(name, [setting.variable for setting in SETTINGS])
        print(f"thermodynamo: {name} is no setting and does nothing{near}", file=sys.stderr)


def _serve(config: Config, listener: socket.socket) -> int:
    """Runs the server; returns the exit status."""
    import uvicorn

    from thermodynamo.commands.loading_progress import LoadingProgress
    from thermodynamo.server import application
    from thermodynamo.server.http_protocol import DataPlaneProtocol
    from thermodynamo.server.process import ServerProcess
    from thermodynamo_storage.durability.file import FileError

    progress = LoadingProgress(config.data_dir, sys.stderr)
    try:
        served = application.build(config, progress)
    except FileError as error:
        print(f"thermodynamo: {error}", file=sys.stderr)
        return 1
    if config.data_dir:
        progress.end()
        _announce(config, listener, f"data in {config.data_dir}, durability {config.durability}")
    settings = uvicorn.Config(
        served,
        loop="uvloop",
        http=DataPlaneProtocol,
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    settings.load()
    settle_collector()
    ServerProcess(settings).run(sockets=[listener])
    return 0


def settle_collector() -> None:
    """Takes what the start allocated out of the collector's sight and makes full collections rare."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def _announce(config: Config, listener: socket.socket, data: str) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    print(f"thermodynamo {VERSION} serves DynamoDB on {address} ({data}; Ctrl-C ends it)", flush=True)
    if config.admin == "on":
        print(f"the console: {address}/_admin/console/", flush=True)


def _explain(error: OSError, config: Config) -> str:
    where = f"{config.host}:{config.port}"
    if error.errno == errno.EADDRINUSE:
        by = occupied_port.holder(config.port) or "a program of another user"
        another = config.port + 1 if config.port < PORT_MAX else 0
        choose = f"--port {another} or THERMODYNAMO_PORT={another} (0 takes any that is free)"
        return f"{where} is in use by {by}: stop that, or choose another port with {choose}"
    if error.errno == errno.EACCES:
        return f"{where} is not permitted: ports below 1024 need privileges; choose another with --port"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{config.host} is not an address of this machine: choose another with --host or THERMODYNAMO_HOST"
    return f"cannot listen on {where}: {error.strerror or error}"
