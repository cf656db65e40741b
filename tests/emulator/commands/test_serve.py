"""The command: its version, its help, and what it says when it cannot serve."""

import socket
import subprocess
import sys

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


def test_a_wrong_setting_is_an_error_of_usage() -> None:
    result = run("--port", "web")
    assert result.returncode == 2
    assert result.stderr.endswith("thermodynamo: error: --port is 'web': it must be a whole number\n")


def test_a_port_in_use_is_said_in_one_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        result = run("--port", str(port))
    assert result.returncode == 1
    assert result.stderr == (
        f"thermodynamo: 127.0.0.1:{port} is in use: "
        "stop the server there, or choose another port with --port or THERMODYNAMO_PORT\n"
    )


def test_an_address_of_another_machine_is_said_in_one_line() -> None:
    result = run("--host", "192.0.2.1", "--port", "0")
    assert result.returncode == 1
    assert result.stderr.startswith("thermodynamo: 192.0.2.1 is not an address of this machine")


def test_a_listening_socket_queues_connections_before_the_server_runs() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        pass
