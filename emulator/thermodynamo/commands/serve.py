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
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from thermodynamo.commands import MODULES, allocator, certificate
from thermodynamo.commands.certificate import Certificate
from thermodynamo.commands.command_line import CommandLine, closest
from thermodynamo.settings.config import (
    PORT_MAX,
    SEPARATOR,
    SETTINGS,
    VERSION,
    Config,
    ConfigError,
    parse_plain_port,
    resolve,
    unknown_variables,
)

if TYPE_CHECKING:
    from thermodynamo.server.application import Application
    from thermodynamo.service import Service

NUMBER = re.compile(r"[+-]?[0-9]+").fullmatch

# Longer than the pause between two uses of a pooled client connection in a test run; uvicorn's 5 s closes them under
# the client's feet.
KEEP_ALIVE_SECONDS = 75
BACKLOG_CONNECTIONS = 2048
UNUSED = ("uvicorn.main", "uvicorn.middleware.wsgi", "logging.config", "configparser")
"""What uvicorn imports for its own command, for applications of WSGI and for files that configure logging."""


class StandIn(ModuleType):
    """A module that has every name, and nothing behind any."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


@contextmanager
def stand_ins(names: Sequence[str]) -> Iterator[None]:
    """What is imported meanwhile gets stand-ins of the modules of these names that are not there yet.

    Those of UNUSED save 0.9 MB and a tenth of the processor time to the first answer. A later import of one of them
    gets the module itself.
    """
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update((name, StandIn(name)) for name in absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def main(arguments: Sequence[str]) -> int:
    """Runs the server until SIGTERM or Ctrl-C; returns the exit status."""
    command_line = parser()
    try:
        config = resolve(vars(command_line.parse_args(arguments)), os.environ)
    except ConfigError as error:
        command_line.error(str(error))
    return run(config)


def run(config: Config, tell: Callable[[Config], None] | None = None) -> int:
    """Runs the server; returns the exit status. Once it listens, `tell` is called with the port that it has."""
    _warn_of_unknown(os.environ)
    if config.access != "off" and not _reads_access_file(config):
        return 1
    try:
        with certificate.of_config(config) as shown:
            return _listen(config, shown, tell)
    except certificate.CertificateError as error:
        print(f"thermodynamo: {error}", file=sys.stderr)
        return 1


def _listen(config: Config, shown: Certificate | None, tell: Callable[[Config], None] | None) -> int:
    listeners = []
    ports = [port for port in (config.port, parse_plain_port(config.plain_port)) if port is not None]
    for port in ports:
        try:
            listeners.append(listen(config.host, port))
        except (OSError, UnicodeError) as error:
            print(f"thermodynamo: {_explain(error, config.host, port)}", file=sys.stderr)
            return 1
    logging.basicConfig(level=config.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = dataclasses.replace(config, port=listeners[0].getsockname()[1])
    if not config.data_dir and not config.seed_files:
        _announce(config, listeners, shown)
    if tell is not None:
        tell(config)
    return _serve(config, shown, listeners)


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
    """A socket that already queues connections. Raises OSError, or UnicodeError for a name that none can have."""
    # A text is brought into the form of international domain names first, whose tables are 0.1 MB.
    name = host.encode() if host.isascii() else host
    family, kind, protocol, _, address = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0]
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
        words=list(MODULES),
        description="A local server that answers like Amazon DynamoDB and behaves like it under load.",
        epilog="Each setting can also be given in the environment variable named beside it; a flag wins. "
        "`thermodynamo heat --help` tells of the heat map of a running server, `thermodynamo trigger --help` of "
        "handlers that are called with the records of a stream, `thermodynamo dynamodb-local -help` of how to start it "
        "in place of DynamoDB Local, `thermodynamo health --help` of health checks, "
        "`thermodynamo access explain --help` of the policies that decide a request; "
        "`snapshot`, `fork`, `reset`, `seed` and `dump` have a --help as well.",
    )
    result.add_argument("--version", action="version", version=f"thermodynamo {VERSION}")
    add_settings(result)
    return result


def add_settings(command_line: argparse.ArgumentParser, omitted: Sequence[str] = ()) -> None:
    """Adds the flag of every setting but the omitted ones."""
    for setting in SETTINGS:
        if setting.name in omitted:
            continue
        metavar = type(setting.default).__name__.upper() if not isinstance(setting.default, str) else "TEXT"
        default = setting.default if setting.default != "" else "none"
        meaning = f"{setting.meaning} (default {default}; {setting.variable})"
        more: dict[str, Any] = {"nargs": "?", "const": setting.bare} if setting.bare is not None else {}
        if setting.name == "seed":
            metavar, more = "INT or FILE", {"action": SeedFlag, "nargs": "+"}
        command_line.add_argument(
            setting.flag, dest=setting.name, metavar=metavar, help=meaning.replace("%", "%%"), **more
        )
    command_line.add_argument(
        "--parameter",
        dest="seed_parameters",
        action=ParameterFlag,
        metavar="NAME=VALUE",
        help="one of the seed parameters; may be given several times",
    )


class ParameterFlag(argparse.Action):
    """`--parameter NAME=VALUE`: one of the `seed_parameters`."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        given = getattr(namespace, "seed_parameters", None)
        namespace.seed_parameters = SEPARATOR.join([*([given] if given else []), values])


class SeedFlag(argparse.Action):
    """`--seed`: a whole number is what chance starts from, and anything else a file for `seed_files`.

    A file whose name is a number is given as a path, such as ./7.
    """

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        numbers = [value for value in values if NUMBER(value)]
        if numbers:
            namespace.seed = numbers[-1]
        files = [value for value in values if not NUMBER(value)]
        if files:
            given = getattr(namespace, "seed_files", None)
            namespace.seed_files = SEPARATOR.join([*([given] if given else []), *files])


def _sow(config: Config, service: "Service") -> bool:
    """Puts what the files of the settings hold into the server's own account and region; whether that was done."""
    from thermodynamo.commands import seed
    from thermodynamo.commands.progress import Progress
    from thermodynamo.seeds import sowing
    from thermodynamo.seeds.seed import SeedError
    from thermodynamo.seeds.service_soil import ServiceSoil

    progress = Progress(sys.stderr, "items")
    try:
        found = seed.read(config.seed_paths, config.template_parameters)
        sown = sowing.sow(found, ServiceSoil(service, service.caller), progress)
    except SeedError as error:
        progress.end()
        print(f"thermodynamo: {error}", file=sys.stderr)
        return False
    progress.end()
    seed.tell(sown.notes, "--seed")
    return True


def _warn_of_unknown(environment: Mapping[str, str]) -> None:
    """A variable that looks like a setting and is none is probably misspelt."""
    for name in unknown_variables(environment):
        near = closest(name, [setting.variable for setting in SETTINGS])
        print(f"thermodynamo: {name} is no setting and does nothing{near}", file=sys.stderr)


def _serve(config: Config, shown: Certificate | None, listeners: Sequence[socket.socket]) -> int:
    """Serves the first listener with the certificate, if there is one, and the others without. Returns the status."""
    gc.disable()  # The imports allocate what stays.
    with stand_ins(UNUSED):
        import uvicorn

    from thermodynamo.server import application
    from thermodynamo.server.http_protocol import DataPlaneProtocol
    from thermodynamo.server.process import ServerProcess

    allocator.settle()
    settle_collector()
    served = _load(config) if config.data_dir or config.record else application.build(config)
    if served is None:
        return 1
    if config.seed_files and not _sow(config, served.service):
        served.service.close()
        return 1
    if config.data_dir or config.seed_files:
        _announce(config, listeners, shown)
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
        ssl_certfile=shown.chain if shown else None,
        ssl_keyfile=shown.key if shown else None,
    )
    settings.load()
    if settings.ssl is not None:
        from thermodynamo.server.handshakes import notice_plain_http

        notice_plain_http(settings.ssl, served.connection_notices)
    settle_collector()
    ServerProcess(settings, listeners[1:]).run(sockets=[listeners[0]])
    return 0


def _load(config: Config) -> "Application | None":
    """The application with what its data folder keeps, and its recording; None where one cannot be used: it is said."""
    from thermodynamo.commands.loading_progress import LoadingProgress
    from thermodynamo.foresight.traces.trace_error import TraceError
    from thermodynamo.server import application
    from thermodynamo_storage.durability.file import FileError

    progress = LoadingProgress(config.data_dir, sys.stderr)
    try:
        served = application.build(config, progress)
    except (FileError, TraceError) as error:
        print(f"thermodynamo: {error}", file=sys.stderr)
        return None
    if config.data_dir:
        progress.end()
    return served


def settle_collector() -> None:
    """Takes what the start allocated out of the collector's sight and leaves full collections to `server.collector`.

    Nothing is collected first: after the imports that took 14 ms, and found 600 objects.
    """
    from thermodynamo.server.collector import THRESHOLDS

    gc.freeze()
    gc.enable()
    gc.set_threshold(*THRESHOLDS)


def _announce(config: Config, listeners: Sequence[socket.socket], shown: Certificate | None) -> None:
    addresses = []
    data = f"data in {config.data_dir}, durability {config.durability}" if config.data_dir else "data in memory"
    for listener in listeners:
        host, port = listener.getsockname()[:2]
        scheme = "https" if shown and listener is listeners[0] else "http"
        addresses.append(f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}")
    served = " and ".join(addresses)
    print(f"thermodynamo {VERSION} serves DynamoDB on {served} ({data}; Ctrl-C ends it)", flush=True)
    if shown and shown.authority:
        print(f"clients trust its certificate with AWS_CA_BUNDLE={shown.authority}", flush=True)
    if config.admin == "on":
        print(f"the console: {addresses[-1]}/_admin/console/", flush=True)


def _explain(error: OSError | UnicodeError, host: str, port: int) -> str:
    where = f"{host}:{port}"
    if isinstance(error, UnicodeError | socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine: choose another with --host or THERMODYNAMO_HOST"
    if error.errno == errno.EADDRINUSE:
        from thermodynamo.commands import listening_ports

        by = listening_ports.holder(port) or "a program of another user"
        another = port + 1 if port < PORT_MAX else 0
        choose = f"--port {another} or THERMODYNAMO_PORT={another} (0 takes any that is free)"
        return f"{where} is in use by {by}: stop that, or choose another port with {choose}"
    if error.errno == errno.EACCES:
        return f"{where} is not permitted: ports below 1024 need privileges; choose another with --port"
    return f"cannot listen on {where}: {error.strerror or error}"
