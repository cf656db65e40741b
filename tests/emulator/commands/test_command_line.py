"""What no command can be given, such as an address that no server can have: each ends with a line that names it."""

import argparse
import importlib
import ssl
from pathlib import Path

import pytest

from thermodynamo.commands.command_line import CommandLine, number, reason_of, server_address

COMMANDS: dict[str, tuple[str, list[str]]] = {
    "health": ("health", []),
    "heat": ("heat", []),
    "dump": ("dump", ["music"]),
    "snapshot": ("snapshot", ["snapshot", "list"]),
    "access explain": ("access", ["explain", "--caller", "a", "--operation", "GetItem", "--request", "{}"]),
    "trigger": ("trigger", ["--table", "music", "--handler", "os:getcwd"]),
}
IMPOSSIBLE = ["http://127.0.0.1:abc", "127.0.0.1:99999", "ftp://127.0.0.1:8000", "http://", "http://a b", ":8000"]


@pytest.mark.parametrize("address", IMPOSSIBLE)
@pytest.mark.parametrize("command", COMMANDS)
def test_an_address_that_cannot_be_is_refused_at_once(
    command: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module, arguments = COMMANDS[command]
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"thermodynamo.commands.{module}").main([*arguments, "--endpoint", address])
    assert ended.value.code == 2
    text = capsys.readouterr().err
    assert text.startswith(f"thermodynamo {command}: argument --endpoint: '{address}' is no address of a server")
    assert text.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_port_of_the_environment_that_is_none_is_refused_alike(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THERMODYNAMO_PORT", "abc")
    module, arguments = COMMANDS[command]
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"thermodynamo.commands.{module}").main(arguments)
    text = capsys.readouterr().err
    assert (
        ended.value.code == 2 and "'http://127.0.0.1:abc' (from THERMODYNAMO_HOST and THERMODYNAMO_PORT) is no" in text
    )
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory"),
        (b"\xff", "the file is not UTF-8"),
        (b'endpoint = 5\n[[trigger]]\ntable = "t"\nhandler = "os:getcwd"\n', "endpoint is 5: it must be text"),
        (b'endpoint = "a:b"\n[[trigger]]\ntable = "t"\nhandler = "os:getcwd"\n', "'a:b' is no address of a server"),
    ],
)
def test_a_configuration_that_cannot_work_ends_the_triggers(
    content: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "triggers.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("thermodynamo.commands.trigger").main(["--config", str(path)])
    text = capsys.readouterr().err
    assert ended.value.code == 2 and said in text and "Errno" not in text
    assert text.count("\n") == 1


def test_a_scheme_is_put_before_an_address_without_one() -> None:
    assert server_address("localhost:8000") == "http://localhost:8000"
    assert server_address("https://[::1]:8000") == "https://[::1]:8000"
    with pytest.raises(argparse.ArgumentTypeError):
        server_address("localhost:0")


def test_a_reason_is_without_the_number_of_the_operating_system() -> None:
    assert reason_of(ConnectionRefusedError(111, "Connection refused")) == "Connection refused"
    assert reason_of(ValueError("other")) == "other"


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("health", "trigger")])
@pytest.mark.parametrize("token", ["geheimniß", "日本", "two\nlines", " around "])
def test_a_token_that_no_server_has_is_refused_and_not_repeated(
    command: str, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module, arguments = COMMANDS[command]
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"thermodynamo.commands.{module}").main([*arguments, "--admin-token", token])
    assert ended.value.code == 2
    text = capsys.readouterr().err
    assert text.startswith(
        f"thermodynamo {command}: argument --admin-token: no server has such a token: it has at most"
    )
    assert text.count("\n") == 1 and token not in text


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_not_utf_8_is_refused(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, arguments = COMMANDS[command]
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"thermodynamo.commands.{module}").main([*arguments, "\udcff"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"thermodynamo {command}: \\udcff is not UTF-8 (")


@pytest.mark.parametrize("text", ["1e400", "-inf", "nan", "x", ""])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=f"^'{text}' is not a number$"):
        number(text)


def test_one_line_is_said_of_what_has_several(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        CommandLine(prog="p").parse_args(["--a\nb\x1b[0m"])
    assert capsys.readouterr().err == "p: --a\\nb\\x1b[0m is no flag (p --help lists what there is)\n"


@pytest.mark.parametrize(
    ("arguments", "said"), [([], "a command is missing"), (["expalin"], "expalin is no command of access")]
)
def test_access_without_explain_is_a_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("thermodynamo.commands.access").main(arguments)
    text = capsys.readouterr().err
    assert ended.value.code == 2 and text.startswith(f"thermodynamo access explain: {said}; there is explain")
    assert text.count("\n") == 1


def test_tls_that_is_not_there_is_said_without_names_of_python() -> None:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
    error.reason = "WRONG_VERSION_NUMBER"
    assert reason_of(error) == "no TLS can be had there (wrong version number)"
