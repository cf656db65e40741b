"""A command line of java: the flags after the jar reach DynamoDB Local's; no other program is started."""

from collections.abc import Sequence

import pytest

from thermodynamo import commands
from thermodynamo.commands import dynamodb_local, java


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ("-jar DynamoDBLocal.jar", ""),
        ("-Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -sharedDb", "-sharedDb"),
        ("-Xrs -Xmx1g -D64 -jar /home/dynamodblocal/DynamoDBLocal.jar -port 8001 -inMemory", "-port 8001 -inMemory"),
        ("-cp . -jar ./DynamoDBLocal.jar -cors *", "-cors *"),
    ],
)
def test_what_stands_after_the_jar_is_for_dynamodb_local(
    given: str, flags: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[Sequence[str]] = []

    def started(arguments: Sequence[str]) -> int:
        received.append(arguments)
        return 0

    monkeypatch.setattr(dynamodb_local, "main", started)
    assert java.main(given.split()) == 0
    assert received == [flags.split()]


@pytest.mark.parametrize(
    "given", ["", "-jar", "-jar app.jar -sharedDb", "Main", "-cp a.jar Main -jar DynamoDBLocal.jar"]
)
def test_another_program_is_refused(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert java.main(given.split()) == 2
    assert "only java -jar DynamoDBLocal.jar [flags] can" in capsys.readouterr().err


def test_the_version_says_what_stands_in_for_java(capsys: pytest.CaptureFixture[str]) -> None:
    assert java.main(["-version"]) == 0
    assert "stands in for java" in capsys.readouterr().err


@pytest.mark.parametrize("first", ["-jar", "-Djava.library.path=./DynamoDBLocal_lib", "-Xmx1g"])
def test_the_command_takes_a_command_line_of_java_as_its_own(first: str) -> None:
    assert commands.chosen([first, "x"]) == ("java", [first, "x"])
    assert commands.chosen(["java", first, "x"]) == ("java", [first, "x"])
    assert commands.chosen(["--port", "8001"]) == ("serve", ["--port", "8001"])
