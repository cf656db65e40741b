"""`thermodynamo health`: status 0 beside a server of either habit, 1 beside none and beside another program."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Endpoint
from thermodynamo.commands import health, listening_ports
from thermodynamo.commands.serve import listen

TIMEOUT = ["--timeout", "60"]


@pytest.mark.parametrize("page", ["service", "dynamodb-local"])
def test_a_server_that_answers_is_healthy(
    page: str, start_server: Callable[..., Endpoint], capsys: pytest.CaptureFixture[str]
) -> None:
    url = start_server("--front-page", page).url()
    assert health.main(["--endpoint", url, *TIMEOUT]) == 0
    assert health.main(["--endpoint", url.removeprefix("http://"), *TIMEOUT]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"{url} is healthy"


def test_where_nothing_listens_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
    assert health.main(["--endpoint", f"http://127.0.0.1:{port}"]) == 1
    assert "does not answer" in capsys.readouterr().err


def test_another_page_is_another_kind_of_server(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert health.main(["--endpoint", f"{endpoint}/elsewhere", *TIMEOUT]) == 1
    assert "is another kind of server" in capsys.readouterr().err


def test_the_address_is_that_of_the_server_in_the_same_environment(
    monkeypatch: pytest.MonkeyPatch, server: Endpoint
) -> None:
    monkeypatch.setenv("THERMODYNAMO_PORT", server.url().rpartition(":")[2])
    monkeypatch.setenv("THERMODYNAMO_HOST", "0.0.0.0")
    assert health.main(TIMEOUT) == 0


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells")
def test_a_process_is_asked_where_it_listens(capsys: pytest.CaptureFixture[str]) -> None:
    """The one that starts a server counts as the server: so does the first process of a container."""
    code = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-m', 'thermodynamo', *sys.argv[1:]]))"
    command = [sys.executable, "-c", code, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[5]
        try:
            found = listening_ports.authorities_of(process.pid)
            assert [f"http://{authority}" for authority in found] == [url]
            assert health.main(["--process", str(process.pid), *TIMEOUT]) == 0
        finally:
            (server,) = [each for each in listening_ports._with_children(process.pid) if each != process.pid]
            os.kill(server, signal.SIGTERM)
    assert health.main(["--process", str(process.pid), *TIMEOUT]) == 1
    assert capsys.readouterr().err == f"thermodynamo health: process {process.pid} listens nowhere\n"
