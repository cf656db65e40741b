"""The command: its version, its help, and what it says when it cannot serve."""

import importlib
import os
import socket
import subprocess
import sys
from types import ModuleType

import pytest

from thermodynamo.commands import serve
from thermodynamo.commands.serve import listen
from thermodynamo.settings.config import SETTINGS, VERSION


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "thermodynamo", *arguments], capture_output=True, text=True, timeout=120
    )


def test_version() -> None:
    assert run("--version").stdout == f"thermodynamo {VERSION}\n"


def test_help_names_every_flag_and_variable() -> None:
    text = run("--help").stdout
    assert all(setting.flag in text and setting.variable in text for setting in SETTINGS)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--port", "web"], "--port is 'web': it must be a whole number, from 0 to 65535, as in --port 8000"),
        (["--port", "65536"], "--port is '65536': it must be a whole number, from 0 to 65535"),
        (["--port"], "--port: expected one argument"),
        (["--ttl-delay", "inf"], "--ttl-delay is 'inf': it must be a number, 0 or more"),
        (["--partition-megabytes", "nan"], "--partition-megabytes is 'nan': it must be a whole number, 1 or more"),
        (["--capacity", "of"], "--capacity is 'of': it must be one of enforce, observe, off"),
        (["--index-delay-seconds", "2-1"], "a number of seconds or a range such as 0.1-2"),
        (["--prot", "8001"], "--prot is no flag: did you mean --port?"),
        (["--prot=8001"], "--prot is no flag: did you mean --port?"),
        (
            ["foo"],
            "foo is no command; there are access, advise, dump, dynamodb-local, foresee, fork, health, heat, java, "
            "prices, reset, seed, snapshot, trace, trigger",
        ),
        (["haet"], "haet is no command: did you mean heat?"),
        (["heat", "--seconds", "x"], "--seconds: 'x' is not a whole number"),
        (["heat", "votes"], "votes means nothing here: flags begin with --"),
        (["trigger", "--batch-size", "x"], "--batch-size: 'x' is not a whole number"),
        (["trigger", "--account", "12345"], "--account: '12345' is no account: it has 12 digits"),
        (["trigger", "--account", "abcdefghijkl"], "--account: 'abcdefghijkl' is no account: it has 12 digits"),
        (["trigger", "--region", "eu/west"], "--region: 'eu/west' is no region, as us-east-1 is one"),
        (["--admin-token", ""], "--admin-token is empty, which would ask for none"),
        (["trigger", "--batch-window-seconds", "x"], "--batch-window-seconds: 'x' is not a number"),
        (["trigger", "--handler", "a:b"], "needs either table or stream_arn (--table, --stream-arn)"),
    ],
)
def test_an_error_names_the_flag_and_the_right_form_in_one_line(flags: list[str], words: str) -> None:
    result = run(*flags)
    assert result.returncode == 2 and result.stdout == ""
    assert words in result.stderr and result.stderr.count("\n") == 1 and "--help" in result.stderr


def test_an_error_of_a_variable_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERMODYNAMO_PORT", "web")
    text = run().stderr
    assert text.startswith("thermodynamo: THERMODYNAMO_PORT is 'web': ") and "as in THERMODYNAMO_PORT=8000" in text


def test_an_empty_token_in_the_environment_starts_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERMODYNAMO_ADMIN_TOKEN", "")
    result = run("--port", "0")
    assert result.returncode == 2 and result.stdout == "" and result.stderr.count("\n") == 1
    assert result.stderr.startswith("thermodynamo: THERMODYNAMO_ADMIN_TOKEN is empty, which would ask for none: ")


def test_a_variable_that_is_no_setting_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERMODYNAMO_PROT", "8001")
    monkeypatch.setenv("THERMODYNAMO_SERVICE_HOST", "10.0.0.1")  # Kubernetes names a service so.
    with listen("127.0.0.1", 0) as taken:
        lines = run("--port", str(taken.getsockname()[1])).stderr.splitlines()
    assert len(lines) == 2  # The other says that the port is in use.
    wanted = "THERMODYNAMO_PROT is no setting and does nothing: did you mean THERMODYNAMO_PORT?"
    assert lines[0] == f"thermodynamo: {wanted}"


def test_a_port_in_use_is_said_with_its_holder_and_another() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        result = run("--port", str(port))
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert f"127.0.0.1:{port} is in use by " in result.stderr
    if sys.platform == "linux":
        assert f"(process {os.getpid()})" in result.stderr
    another = port + 1 if port < 65_535 else 0
    assert f"--port {another} or THERMODYNAMO_PORT={another}" in result.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b", "é" * 80, "ä..b"])
def test_an_address_that_is_not_this_machine_s_is_said_in_one_line(host: str) -> None:
    result = run("--host", host, "--port", "0")
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"thermodynamo: {host} is not an address of this machine")


def test_a_listening_socket_queues_connections_before_the_server_runs() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        pass


def test_an_absent_module_has_a_stand_in_for_as_long_as_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "absent_module", raising=False)
    with serve.stand_ins(["absent_module"]):
        assert importlib.import_module("absent_module").whatever is None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("absent_module")


def test_a_module_that_is_there_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    present = ModuleType("present_module")
    monkeypatch.setitem(sys.modules, "present_module", present)
    with serve.stand_ins(["present_module"]):
        assert sys.modules["present_module"] is present
    assert sys.modules["present_module"] is present


def test_an_import_that_fails_leaves_no_stand_in() -> None:
    with pytest.raises(ZeroDivisionError), serve.stand_ins(["absent_module"]):
        raise ZeroDivisionError
    assert "absent_module" not in sys.modules
