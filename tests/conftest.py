"""The endpoint under test: a server of this repository, started once per test process, or any DynamoDB by its address.

THERMODYNAMO_ENDPOINT=http://127.0.0.1:8000 runs the same suite against a server that is already there.
"""

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

import boto3
import hypothesis
import pytest
from botocore.config import Config

READY_WITHIN_SECONDS = 120.0
ANNOUNCED = re.compile(r"serves DynamoDB on http://127\.0\.0\.1:([0-9]+)").search
REGION = "us-east-1"


class Endpoint:
    """Starts the server on the first use; every test process has its own. `flags` are for a server of one's own."""

    def __init__(self, *flags: str) -> None:
        self.flags = flags
        self.given = os.environ.get("THERMODYNAMO_ENDPOINT") if not flags else None
        self.shared = self.given is not None
        self.process: subprocess.Popen[bytes] | None = None
        self.log: IO[bytes] | None = None
        self.port = 0

    def url(self) -> str:
        if self.given is not None:
            return self.given
        if self.process is not None and self.process.poll() is not None:
            self.stop()  # It died under a test, which has failed: the others shall show their own colours.
        if self.process is None:
            self._start()
        return f"http://127.0.0.1:{self.port}"

    def new_account(self) -> str:
        """A 12-digit access key id: an account, and so a namespace of tables, that no other test uses."""
        return str(secrets.randbelow(9 * 10**11) + 10**11)

    def log_text(self) -> str:
        """What the server has printed so far."""
        if self.log is None:
            return ""
        self.log.flush()
        with open(self.log.name, "rb") as log:
            return log.read().decode("utf-8", "replace")

    def _start(self) -> None:
        self.log = tempfile.NamedTemporaryFile(prefix="thermodynamo-", suffix=".log")  # noqa: SIM115
        command = [sys.executable, "-m", "thermodynamo", "--port", "0", *self.flags]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        give_up = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                break
            announced = ANNOUNCED(self.log_text())
            if announced is not None:
                self.port = int(announced[1])
                return  # The socket listens by then: the first request waits for its answer.
            time.sleep(0.02)
        text = self.log_text()
        self.stop()
        pytest.exit(f"the server did not start: {' '.join(command)}\n{text}", returncode=3)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self.log is not None:
            self.log.close()
            self.log = None


# A machine that is busy with something else is no defect: no example has a deadline.
hypothesis.settings.register_profile("thermodynamo", deadline=None)
hypothesis.settings.load_profile("thermodynamo")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Endpoint(), "thermodynamo-endpoint")


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.pluginmanager.get_plugin("thermodynamo-endpoint")
    if server is not None:
        server.stop()


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Endpoint:
    """The endpoint object itself, for tests that need new accounts or the server's log."""
    plugin = pytestconfig.pluginmanager.get_plugin("thermodynamo-endpoint")
    assert isinstance(plugin, Endpoint)
    return plugin


@pytest.fixture(scope="session")
def endpoint(server: Endpoint) -> str:
    """The endpoint's address, such as http://127.0.0.1:8000."""
    return server.url()


@pytest.fixture
def account(server: Endpoint) -> str:
    """An account of this test alone."""
    return server.new_account()


@pytest.fixture(scope="session")
def boto_session() -> boto3.Session:
    """One session for all clients: it holds the parsed service model."""
    return boto3.Session(region_name=REGION)


@pytest.fixture(scope="session")
def start_server() -> Iterator[Callable[..., Endpoint]]:
    """Starts a server with flags; one server for all who ask for the same flags."""
    servers: dict[tuple[str, ...], Endpoint] = {}

    def start(*flags: str) -> Endpoint:
        return servers.setdefault(flags, Endpoint(*flags))

    yield start
    for server in servers.values():
        server.stop()


def _arguments(endpoint: str, account: str) -> dict[str, Any]:
    return {
        "endpoint_url": endpoint,
        "aws_access_key_id": account,
        "aws_secret_access_key": "secret",
        "config": Config(retries={"total_max_attempts": 1}, read_timeout=120),
    }


@pytest.fixture
def client(boto_session: boto3.Session, endpoint: str, account: str) -> Iterator[Any]:
    """A boto3 client in a namespace of its own."""
    made = boto_session.client("dynamodb", **_arguments(endpoint, account))
    yield made
    made.close()


@pytest.fixture
def resource(boto_session: boto3.Session, endpoint: str, account: str) -> Any:
    """A boto3 resource in the same namespace as `client`."""
    return boto_session.resource("dynamodb", **_arguments(endpoint, account))
