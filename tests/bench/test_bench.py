"""The benchmark measures what it says: items of 200 bytes, a Query that returns 20 of 100, and loads without errors."""

import itertools
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.__main__ import arguments, chosen
from bench.generator import Generator
from bench.items import ORDERS_PER_USER, QUERY_STATUS, QUERY_YEAR, item
from bench.load import Load
from bench.report import ratios, table, throughput
from bench.rounds import Results
from bench.servers import IDLE_SHARE, NotStarted, Server, bare_echo, echo, peer
from thermodynamo_storage.values.item import item_size

COLLECTION = [item(7, order) for order in range(ORDERS_PER_USER)]


def test_items_are_six_attributes_of_about_200_bytes() -> None:
    assert {len(each) for each in COLLECTION} == {6}
    assert 195 <= sum(map(item_size, COLLECTION)) / len(COLLECTION) <= 205


def test_the_query_returns_20_items_of_a_collection_of_100() -> None:
    year = [each for each in COLLECTION if each["SK"]["S"].startswith(f"ORDER#{QUERY_YEAR}-")]
    assert len({each["SK"]["S"] for each in COLLECTION}) == 100
    assert (len(year), sum(each["status"]["S"] == QUERY_STATUS for each in year)) == (40, 20)


@pytest.mark.parametrize("with_wrk", [True, False], ids=["wrk if installed", "own generator"])
@pytest.mark.parametrize("made", [echo, bare_echo])
def test_a_generator_loads_an_echo_without_errors(
    tmp_path: Path, with_wrk: bool, made: Callable[[int, Path], Server]
) -> None:
    answer, bodies = tmp_path / "answer", tmp_path / "bodies"
    answer.write_bytes(b'{"TableNames": []}')
    bodies.write_bytes(b'{"one": 1}\n{"two": 2}\n')
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = made(port, answer)
    try:
        assert 0 < server.start(None) < 10
        load = Generator(None, with_wrk).measure(server, "GetItem", bodies, 0.2)
        assert (server.peak_mb() or 0) > 1
    finally:
        server.stop()
    assert load.errors == 0 and load.requests > 16
    assert 0 < load.p50_ms <= load.p99_ms


@pytest.mark.parametrize(
    ("share", "rests"), [(0.0, True), (0.9 * IDLE_SHARE, True), (1.1 * IDLE_SHARE, False), (1.0, False)]
)
def test_a_server_is_at_rest_when_it_takes_no_processor_time(
    share: float, rests: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processor time is told, not taken: how much a process gets depends on what else the machine does."""
    taken = itertools.count()
    monkeypatch.setattr("bench.servers.REST_WITHIN_SECONDS", 60.0 if rests else 0.1)
    monkeypatch.setattr("bench.servers.REST_SECONDS", 0.01)
    monkeypatch.setattr(Server, "cpu_seconds", lambda _: next(taken) * share * 0.01)
    server = Server("peer", "127.0.0.1", 1)
    server.process = subprocess.Popen([sys.executable, "-c", ""])
    try:
        assert server.come_to_rest() is rests
    finally:
        server.stop()


def test_the_processor_time_of_a_server_is_that_of_its_process() -> None:
    server = Server("peer", "127.0.0.1", 1)
    program = "import time\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\ninput()"
    server.process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.process.stdout is not None
    server.process.stdout.readline()
    try:
        assert server.cpu_seconds() + 0.02 >= 0.2
    finally:
        server.stop()


def test_peers_are_names_commands_or_addresses(tmp_path: Path) -> None:
    assert peer("http://127.0.0.1:9000", 1, tmp_path) == Server("127.0.0.1:9000", "127.0.0.1", 9000)
    assert peer("mine=serve --port {port}", 18450, tmp_path).command == ["serve", "--port", "18450"]
    with pytest.raises(NotStarted, match="nosuch is not known"):
        peer("nosuch", 1, tmp_path)
    with pytest.raises(NotStarted, match="not measured here: DropTable"):
        chosen("GetItem,DropTable")


def test_a_ratio_is_the_median_of_the_ratios_of_each_round() -> None:
    results = Results()
    loads = {name: [Load(speed, 1.0, 3.0, 0, 1) for speed in speeds] for name, speeds in SPEEDS.items()}
    results.rounds = {("GetItem", name): measured for name, measured in loads.items()}
    assert ratios(results, ["GetItem"], ["mine", "other"]).splitlines()[-1].split() == (
        ["|", "GetItem", "|", "2.00", "|", "2.00", "|", "3.0", "|"]
    )
    assert "100 (1.00 / 3.00)" in throughput(results, ["GetItem"], ["mine", "other"])


SPEEDS = {"mine": [100.0, 200.0, 90.0], "other": [50.0, 50.0, 60.0]}


def test_tables_are_markdown() -> None:
    lines = table(["name", "figure"], [["a", "10"], ["bb", "9"]]).splitlines()
    assert lines == ["| name | figure |", "| ---- | -----: |", "| a    |     10 |", "| bb   |      9 |"]


def test_the_command_line_has_help_for_every_option() -> None:
    result = subprocess.run([sys.executable, "-m", "bench", "--help"], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0
    assert all("--" + name.replace("_", "-") in result.stdout for name in vars(arguments([])))
    assert not result.stderr
