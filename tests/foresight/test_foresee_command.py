"""`thermodynamo foresee`: what it prints, and what it says of files that are none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_scenarios import ON_DEMAND, hot_writes, orders, scenario, trace_of
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace

pytest.importorskip("duckdb")


def foresee(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "thermodynamo", "foresee", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def of_json(*arguments: str) -> dict[str, Any]:
    done = foresee(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_scenarios_stand_side_by_side(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(4_000))
    scenarios = tmp_path / "scenarios.toml"
    text = '[[scenario]]\nname = "{}"\n[[scenario.tables]]\ntable = "orders"\nkey = "pk"\nwrite_shards = {}\n'
    scenarios.write_text(text.format("one key", 1) + text.format("shards", 64))
    report = of_json(str(trace.path), "--scenarios", str(scenarios))
    first, second = report["scenarios"]
    assert (first["throttled"], second["throttled"]) == (2_000, 0)
    (table,) = first["tables"]
    assert table["busiest_keys"] == [
        {"key": "pk=hot", "read_units_peak": 0.0, "write_units_peak": 4_000.0, "shards": 4}
    ]
    assert table["throttled_keys"] == [{"key": "pk=hot", "throttled": 2_000}]
    done = foresee(str(trace.path), "--scenarios", str(scenarios))
    assert "pk=hot is asked for 0.0 read and 4,000.0 write units in one second: 4 shards would hold it" in done.stdout
    assert "2,000 TableWriteKeyRangeThroughputExceeded" in done.stdout
    again = foresee(str(trace.path), "--scenarios", str(scenarios), "--json")
    assert again.stdout == foresee(str(trace.path), "--scenarios", str(scenarios), "--json").stdout


def test_a_recording_needs_no_scenario(tmp_path: Path) -> None:
    world = Recorded(tmp_path / "run.parquet")
    world.create("orders", units=(5, 5))
    world.call("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}}})
    world.recording.close()
    report = of_json(str(world.path))
    (scenario,) = report["scenarios"]
    assert scenario["name"] == "as recorded" and scenario["throttled"] == 0
    assert [(table["table"], table["write_units"]) for table in scenario["tables"]] == [("orders", 1.0)]


def test_bad_lines_are_counted_and_shown(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(3))
    lines = Path(str(trace.path)).read_text().splitlines()
    Path(str(trace.path)).write_text("\n".join([lines[0], "{not json", lines[1], '{"kind":"write"}', lines[2]]) + "\n")
    scenarios = tmp_path / "scenarios.toml"
    scenarios.write_text('[[scenario]]\nname = "s"\n[[scenario.tables]]\ntable = "orders"\nkey = "pk"\n')
    report = of_json(str(trace.path), "--scenarios", str(scenarios))
    assert report["trace"]["accesses"] == 3 and report["trace"]["bad_lines"] == 2
    assert "2 lines are no events and were passed over, the first of them line 2\n" in foresee(
        str(trace.path), "--scenarios", str(scenarios)
    ).stdout  # fmt: skip


WRONG: list[dict[str, Any]] = [
    *({"key": key} for key in ("zz", "", None)),
    *({name: -5} for name in ("at_us", "size", "old_size", "half_units", "times", "request")),
    *({name: 10**18} for name in ("at_us", "size")),
    *({name: None} for name in ("kind", "request", "operation", "account", "region", "table_name")),
    *({"kind": "nonsense"}, {"detail": "no JSON"}, {"times": 0}),
]


@pytest.mark.parametrize("method", ["exact", "aggregate"])
def test_lines_that_no_replay_can_carry_out_are_bad(method: str, tmp_path: Path) -> None:
    """The key of one ended the reading of all; one without a key, and others, ended the replay with a traceback."""
    trace = trace_of(tmp_path, hot_writes(2))
    path = Path(str(trace.path))
    first, last = path.read_text().splitlines()
    wrong = [json.dumps({**json.loads(first), **members}) for members in WRONG]
    path.write_text("\n".join([first, *wrong, last]) + "\n")
    planned = scenario(tables=[ON_DEMAND])
    made = Trace(path)
    summary = made.summary()
    assert (summary.accesses, summary.bad_lines, summary.first_bad_line) == (2, len(WRONG), 2)
    if method == "exact":
        outcome = simulate(made, planned, summary)
    else:
        outcome = simulate_in_aggregate(made, planned, summary, Local(1), tmp_path)
    assert orders(outcome).write_half_units == 4


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"kind": "call", "operation": "Nope"}, "the trace has a request 'Nope', which there is none of here"),
        ({"kind": "page", "operation": "Query", "detail": "[[1]]"}, "the page of request 1 does not tell what it read"),
    ],
)
def test_what_a_replay_does_not_know_is_said(members: dict[str, Any], message: str, tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(1))
    path = Path(str(trace.path))
    line = json.loads(path.read_text())
    path.write_text(json.dumps(line) + "\n" + json.dumps({**line, **members}) + "\n")
    made = Trace(path)
    with pytest.raises(TraceError, match=message):
        simulate(made, scenario(tables=[ON_DEMAND]), made.summary())


def test_what_is_no_trace_is_said_in_one_line(tmp_path: Path) -> None:
    done = foresee(str(tmp_path / "none.parquet"))
    assert (done.returncode, done.stderr) == (1, f"thermodynamo foresee: there is no file {tmp_path}/none.parquet\n")
    done = foresee("x" * 400)
    assert (done.returncode, done.stderr) == (1, f"thermodynamo foresee: {'x' * 400}: File name too long\n")
    (tmp_path / "text.parquet").write_text("no parquet")
    done = foresee(str(tmp_path / "text.parquet"))
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "cannot be read" in done.stderr
    (tmp_path / "text.jsonl").write_text("no json\n")
    done = foresee(str(tmp_path / "text.jsonl"))
    assert done.stderr == f"thermodynamo foresee: {tmp_path}/text.jsonl has no events; 1 lines are none\n"
    assert foresee().returncode == 2


def test_the_schema_is_one_of_the_file() -> None:
    done = foresee("--schema")
    schema = json.loads(done.stdout)
    tables = schema["properties"]["scenario"]["items"]["properties"]["tables"]["items"]
    assert tables["required"] == ["table"] and set(ON_DEMAND) <= set(tables["properties"])
    assert tables["properties"]["mode"]["enum"] == ["on-demand", "provisioned"]


@pytest.mark.parametrize("method", ["exact", "aggregate"])
def test_a_throttled_scan_asks_for_no_key(method: str, tmp_path: Path) -> None:
    """Of a Query without its key, which is charged to a partition by chance, the same is said."""
    world = Recorded(tmp_path / "run.jsonl")
    world.create("orders", units=(1, 1), sort=True)
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    world.call("PutItem", {"TableName": "orders", "Item": {**key, "x": {"S": "x" * 9_000}}})
    queried = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}}
    refusals = 0
    for _ in range(300):
        refusals += "__type" in world.call("Scan", {"TableName": "orders"})
        refusals += "__type" in world.call("Query", {"TableName": "orders", **queried})
    world.recording.close()
    (table,) = of_json(str(world.path), "--method", method)["scenarios"][0]["tables"]
    assert refusals and sum(each["throttled"] for each in table["throttled_keys"]) == table["throttled"] > 0
    assert "no key in particular, as a Scan has none" in {each["key"] for each in table["throttled_keys"]}
    if method == "exact":
        assert table["throttled"] == refusals


def test_an_engine_that_a_replay_cannot_use_is_refused(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(3))
    for method in ("exact", "aggregate"):
        done = foresee(str(trace.path), "--method", method, "--engine", "spark")
        assert done.returncode == 1 and "there is no engine spark: it is local, or ray://HOST:PORT" in done.stderr
    done = foresee(str(trace.path), "--engine", "ray://head:10001")
    assert done.returncode == 1
    assert (
        "the exact replay of a scenario runs in one process: ray://head:10001 is for --method aggregate" in done.stderr
    )
