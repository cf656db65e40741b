"""Collect golden scripts: every case of every *.txt is a pytest item that sends its requests to the endpoint."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Endpoint
from tests.golden.running import ACTIVE_WITHIN_SECONDS, WrongReply, play
from tests.golden.script import ScriptError, parse
from tests.golden.wire import Wire


class OwnServers:
    """The servers that have settings of their own: one for all scripts with the same ones."""

    def __init__(self) -> None:
        self.servers: dict[tuple[str, ...], Endpoint] = {}

    def of(self, settings: Mapping[str, str]) -> Endpoint:
        flags = tuple(f"--{name.replace('_', '-')}={value}" for name, value in settings.items())
        return self.servers.setdefault(flags, Endpoint(*flags))

    def stop(self) -> None:
        for server in self.servers.values():
            server.stop()


OWN_SERVERS = pytest.StashKey[OwnServers]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OWN_SERVERS] = OwnServers()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[OWN_SERVERS].stop()


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    if file_path.suffix == ".txt":
        return ScriptFile.from_parent(parent, path=file_path)
    return None


class ScriptFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        try:
            cases = parse(self.path)
        except ScriptError as error:
            raise self.CollectError(str(error)) from None
        for index, case in enumerate(cases):
            yield ScriptCase.from_parent(self, name=case.title, index=index, line=case.line)


class ScriptCase(pytest.Item):
    def __init__(self, *, index: int, line: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.index = index
        self.line = line

    def runtest(self) -> None:
        server = self.config.pluginmanager.get_plugin("thermodynamo-endpoint")
        assert server is not None
        account = server.new_account()
        case = parse(self.path, account)[self.index]
        if case.settings:
            if server.shared:
                pytest.skip("it needs a server with settings of its own")
            server = self.config.stash[OWN_SERVERS].of(case.settings)
        wire = Wire(server.url())
        created: list[str] = []
        try:
            play(case, wire, account, str(self.path), created)
        finally:
            if server.shared:
                _drop(wire, account, created)
            wire.close()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, WrongReply):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name


def _drop(wire: Wire, account: str, created: list[str]) -> None:
    """Leave a shared endpoint as it was found: peers know no accounts, so names would clash."""
    for name in set(created):
        wire.call("DeleteTable", {"TableName": name}, account)
        give_up = time.monotonic() + ACTIVE_WITHIN_SECONDS
        while time.monotonic() < give_up and wire.call("DescribeTable", {"TableName": name}, account).status == 200:
            time.sleep(0.02)
