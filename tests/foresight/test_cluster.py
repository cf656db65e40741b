"""Slices on a Ray cluster of two workers, bound to the loopback address: its bytes are those of one process."""

import socket
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.foresight.test_aggregate import PLANNED, aggregate, mixed
from tests.foresight.test_scenarios import scenario, trace_of
from thermodynamo.foresight.replays import plan
from thermodynamo.foresight.reports.facts import of_outcome
from thermodynamo.foresight.runs import engines
from thermodynamo.foresight.traces.trace_error import TraceError

pytest.importorskip("duckdb")
ray = pytest.importorskip("ray")
HOST = "127.0.0.2"
"""An address of the loopback device. For 127.0.0.1 Ray's client server takes that of another device (`services`)."""


def test_a_cluster_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "SLICE_EVENTS", 4_000)
    trace = trace_of(tmp_path, mixed(30, Random(5)))
    planned = scenario(**PLANNED)
    alone = of_outcome(aggregate(trace, planned, tmp_path))
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _node_ip_address=HOST)
    try:
        assert of_outcome(aggregate(trace, planned, tmp_path, engines.chosen("ray://127.0.0.1:1"))) == alone
    finally:
        ray.shutdown()


def test_the_command_gives_the_same_bytes_by_way_of_a_cluster(tmp_path: Path) -> None:
    """Two machines of one processor each, as Ray sees them, and a client that reaches them as users do."""
    from ray.cluster_utils import Cluster

    trace = trace_of(tmp_path, mixed(20, Random(5)))
    plans = tmp_path / "plans.toml"
    plans.write_text('[[scenario]]\nname = "planned"\n[[scenario.tables]]\ntable = "orders"\nkey = "pk"\n')
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    head = {"num_cpus": 1, "node_ip_address": HOST, "include_dashboard": False, "ray_client_server_port": port}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        cluster.add_node(num_cpus=1, node_ip_address=HOST)
        command = [
            sys.executable,
            "-m",
            "thermodynamo",
            "foresee",
            str(trace.path),
            "--scenarios",
            str(plans),
            "--json",
        ]
        reports = []
        for engine in ("local", f"ray://{HOST}:{port}"):
            work = ["--method", "aggregate", "--work", str(tmp_path / engine[:3]), "--engine", engine]
            reports.append(subprocess.run([*command, *work], check=True, capture_output=True, timeout=300).stdout)
    finally:
        cluster.shutdown()
    assert reports[0] == reports[1] and b'"throttled":' in reports[0]


def test_an_engine_that_there_is_none_of_is_said() -> None:
    with pytest.raises(TraceError, match=r"there is no engine spark: it is local, or ray://HOST:PORT"):
        engines.chosen("spark")
