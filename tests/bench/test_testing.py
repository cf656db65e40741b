"""The measurement of tests in the process runs, with few tests and without moto."""

import re
import socket
import sys

import pytest

from bench import testing
from bench.servers import NotStarted


def test_a_round_of_one_test_gives_a_table() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lines = testing.measure(1, 1, None, port).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        "local_dynamodb, in the process",
        "this server over HTTP",
    ]
    assert re.search(r"\| +[0-9.]+ \| +[0-9.]+ \| +3( \(missed\))? \|$", lines[3])


def test_a_suite_that_fails_is_no_measurement() -> None:
    with pytest.raises(NotStarted, match="the tests with nobody ended with status 1"):
        testing.suite("nobody", sys.executable, "nowhere", 1)
