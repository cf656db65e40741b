"""A server for the tests of one process, on a free port of this machine: started when it is first asked for."""

import atexit
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import IO, Any

from thermodynamo.settings.config import SETTINGS, VARIABLE_PREFIX
from thermodynamo.testing.clients import interception
from thermodynamo.testing.server_access import ServerAccess

ANNOUNCED = re.compile(r"serves DynamoDB on (http://\S+)").search
STOP_SECONDS = 5.0


class ServerFailed(RuntimeError):
    """The server did not start; the message has what it printed."""


class ServerProcess:
    """One server with these settings by name. `endpoint` is its address, such as http://127.0.0.1:40123."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Raises ServerFailed."""
        flags = {setting.name: setting.flag for setting in SETTINGS}
        given = [word for name, value in settings.items() for word in (flags[name], str(value))]
        command = [sys.executable, "-m", "thermodynamo", "--host", "127.0.0.1", "--port", "0", *given]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(VARIABLE_PREFIX)}
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, env=environment, text=True
        )
        atexit.register(self.stop)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        announced = ANNOUNCED(line)
        if announced is None:
            self.process.wait()
            raise ServerFailed(f"{' '.join(command)}\n{line}{self.log_text()}")
        self.endpoint = announced[1]
        interception.let_through(self.endpoint)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def log_text(self) -> str:
        """What the server has logged so far."""
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def stop(self) -> None:
        """Ends the server; a second time does nothing."""
        atexit.unregister(self.stop)
        if self.is_running:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


class Servers:
    """The servers of one process, one for each choice of settings."""

    def __init__(self) -> None:
        self.started: dict[tuple[tuple[str, str], ...], ServerProcess] = {}
        self.access: dict[str, ServerAccess] = {}
        """By the path of the user's access file."""

    def with_settings(self, settings: Mapping[str, Any]) -> ServerProcess:
        """A server that runs: one that has died under a test is replaced. Raises ServerFailed."""
        key = tuple(sorted((name, str(value)) for name, value in settings.items()))
        found = self.started.get(key)
        if found is None or not found.is_running:
            found = self.started[key] = ServerProcess(settings)
        return found

    def access_of(self, settings: Mapping[str, Any]) -> ServerAccess | None:
        """What a server with these settings reads in place of their access file; None where access is not controlled.

        Raises AccessFileError, ConfigError.
        """
        path = settings.get("access_file")
        if not path or settings.get("access", "off") == "off":
            return None
        if path not in self.access:
            self.access[path] = ServerAccess(str(path))
        return self.access[path]

    def stop(self) -> None:
        """Ends all of them."""
        while self.started:
            self.started.popitem()[1].stop()
