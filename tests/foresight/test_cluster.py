"""Slices on a Ray cluster of two workers, bound to the loopback address: its bytes are those of one process."""

from pathlib import Path
from random import Random

import pytest

from tests.foresight.test_aggregate import PLANNED, aggregate, mixed
from tests.foresight.test_scenarios import scenario, trace_of
from thermodynamo.foresight.replays import engines, plan
from thermodynamo.foresight.reports.facts import of_outcome
from thermodynamo.foresight.traces.trace_error import TraceError

pytest.importorskip("duckdb")
ray = pytest.importorskip("ray")


def test_a_cluster_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "SLICE_EVENTS", 4_000)
    trace = trace_of(tmp_path, mixed(30, Random(5)))
    planned = scenario(**PLANNED)
    alone = of_outcome(aggregate(trace, planned, tmp_path))
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    try:
        assert of_outcome(aggregate(trace, planned, tmp_path, engines.chosen("ray://127.0.0.1:1"))) == alone
    finally:
        ray.shutdown()


def test_an_engine_that_there_is_none_of_is_said() -> None:
    with pytest.raises(TraceError, match=r"there is no engine spark: it is local, or ray://HOST:PORT"):
        engines.chosen("spark")
