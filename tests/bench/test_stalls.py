"""The table of stalls measures each request that it names, on a small table."""

import json
import socket
import urllib.request

import pytest

from bench import stalls as bench_stalls
from bench.stalls import FIRST, copies, heavies, measure, measure_reports, reports, shown
from tests.conftest import Endpoint


def test_each_request_is_answered_and_measured() -> None:
    server = Endpoint("--capacity", "off")
    try:
        server.url()
        stalls = measure("127.0.0.1", server.port, 100, 2, 450_000, 10)
    finally:
        server.stop()
    expected = [FIRST, *heavies(2, 450_000), *copies(10)]
    assert [each.name for each in stalls] == [heavy.name for heavy in expected]
    refused = [each.name for each in stalls if each.status != 200]
    assert refused == [
        "DeleteItem of one list, 99 x contains()",
        "TransactWriteItems, 25 such",
        "PutItem, 450,000 values",
    ]
    assert all(0 < each.middle_seconds <= each.worst_seconds and each.took_seconds > 0 for each in stalls)
    assert len(shown(stalls).splitlines()) == len(stalls) + 1


def test_reports_are_measured_on_tables_whose_partitions_have_counted() -> None:
    server = Endpoint("--capacity", "observe")
    try:
        url = server.url()
        stalls = measure_reports("127.0.0.1", server.port, 2, 1_000)
        with urllib.request.urlopen(f"{url}/_admin/heat") as reply:
            (_, *tables) = json.load(reply)["tables"]
    finally:
        server.stop()
    assert [(each.name, each.status) for each in stalls] == [(heavy.name, 200) for heavy in reports("wide-0", 80)]
    assert [len(table["partitions"]) for table in tables] == [40, 40]
    assert all(partition["hottest_keys"] for table in tables for partition in table["partitions"])


def test_a_port_that_another_server_has_is_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert bench_stalls.main(["--port", str(port)]) == 1
    assert (
        capsys.readouterr().err == f"thermodynamo cannot start: another server answers on 127.0.0.1:{port}; stop it\n"
    )
