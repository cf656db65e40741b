"""CloudWatch's metrics as a model: each period has what was consumed in it, and the keys have their shares."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_recording import events_of
from tests.foresight.test_scenarios import START, key_of
from tests.foresight.test_trace_command import made, scenarios, trace
from thermodynamo.foresight.traces.event import Event
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")
MINUTES = [f"2026-01-01T00:{minute:02}:00+00:00" for minute in range(4)]


def results(*series: tuple[str, list[float]]) -> dict[str, Any]:
    """A reply of GetMetricData, the newest values first as CloudWatch sorts them."""
    found = [
        {"Id": f"m{number}", "Label": label, "Timestamps": MINUTES[::-1], "Values": values[::-1],
         "StatusCode": "Complete"}
        for number, (label, values) in enumerate(series)
    ]  # fmt: skip
    return {"MetricDataResults": found, "Messages": []}


def modelled(tmp_path: Path, *arguments: object, source: Any, queries: Any = None) -> list[Event]:
    """The events of the model of a source, without its origin and its table."""
    paths = [tmp_path / "metrics.json"]
    paths[0].write_text(json.dumps(source))
    if queries is not None:
        paths.append(tmp_path / "queries.json")
        paths[1].write_text(json.dumps(queries))
    made("model", *paths, tmp_path / "t.parquet", "--metrics", "orders", *arguments)
    source_event, call, *events = events_of(tmp_path / "t.parquet")
    assert (source_event.operation, call.kind) == ("metrics", "call")
    return events


def by_minute(events: list[Event], kind: str) -> list[tuple[int, int]]:
    """The requests and the half units of each minute."""
    found: dict[int, tuple[int, int]] = {}
    for event in events:
        if event.kind == kind:
            minute = (event.at_us // 1_000_000 - START) // 60
            times = event.times or 1
            cost = event.half_units if kind == "read" else (event.size or 0) // 512
            requests, half_units = found.get(minute, (0, 0))
            found[minute] = requests + times, half_units + times * (cost or 0)
    return [found.get(minute, (0, 0)) for minute in range(4)]


def test_each_minute_has_what_was_consumed_in_it(tmp_path: Path) -> None:
    """What was throttled was asked for, too, at the average cost of that minute."""
    source = results(
        ("ConsumedWriteCapacityUnits", [600, 0, 1_250, 60]), ("ConsumedReadCapacityUnits", [30.5, 7, 0, 2]),
        ("WriteThrottleEvents", [0, 0, 250, 0]), ("SuccessfulRequestLatency", [1, 1, 1, 1]),
    )  # fmt: skip
    events = modelled(tmp_path, source=source)
    assert by_minute(events, "write") == [(600, 1_200), (0, 0), (1_500, 3_000), (60, 120)]
    assert by_minute(events, "read") == [(61, 61), (14, 14), (0, 0), (4, 4)]
    assert [event.at_us for event in events] == sorted(event.at_us for event in events)
    seconds = Counter(
        event.at_us // 1_000_000 for event in events if event.kind == "write" for _ in range(event.times or 1)
    )
    assert len([second for second in seconds if second < START + 60]) >= 50 and max(seconds.values()) < 60
    (scenario,) = of_json(str(tmp_path / "t.parquet"), "--method", "aggregate")["scenarios"]
    (table,) = scenario["tables"]
    assert (table["write_units"], table["read_units"]) == (2_160.0, 39.5)
    assert "modelled by CloudWatch's metrics" in scenario["notes"][0]


def test_a_count_of_requests_gives_the_units_of_each(tmp_path: Path) -> None:
    """1,000 units of 300 requests: 200 of three units and 100 of four."""
    points = [{"Timestamp": MINUTES[0], "Sum": 1_000.0, "SampleCount": 300.0, "Unit": "Count"}]
    source = {"Label": "ConsumedWriteCapacityUnits", "Datapoints": points}
    sizes: Counter[int | None] = Counter()
    for event in modelled(tmp_path, source=source):
        sizes[event.size] += event.times or 1
    assert sizes == {3 * 1_024: 200, 4 * 1_024: 100}
    plain = {"Label": "ConsumedReadCapacityUnits", "Datapoints": [{"Timestamp": START, "Sum": 100.0}]}
    events = modelled(tmp_path, "--item-bytes", 10_000, "--consistent", source=plain)
    assert sum(event.times or 1 for event in events) == 34
    assert {(event.half_units, event.is_consistent) for event in events} == {(4, True), (6, True)}


def test_queries_say_what_each_result_is(tmp_path: Path) -> None:
    def query(name: str, metric: str, table: str, stat: str = "Sum", **more: str) -> dict[str, Any]:
        dimensions = [{"Name": each, "Value": value} for each, value in {"TableName": table, **more}.items()]
        return {"Id": name, "MetricStat": {"Metric": {"Namespace": "AWS/DynamoDB", "MetricName": metric,
                                            "Dimensions": dimensions}, "Period": 60, "Stat": stat}}  # fmt: skip

    write = "ConsumedWriteCapacityUnits"
    queries = [query("m0", write, "orders"), query("m1", write, "users"), query("m2", write, "orders", "SampleCount"),
               query("m3", write, "orders", GlobalSecondaryIndexName="byStatus")]  # fmt: skip
    source = results(("orders", [100] * 4), ("users", [7] * 4), ("n", [50] * 4), ("orders byStatus", [9] * 4))
    events = modelled(tmp_path, source=source, queries=queries)
    assert by_minute(events, "write") == [(50, 200)] * 4
    (tmp_path / "queries.json").write_text(json.dumps({"MetricDataQueries": [query("m0", write, "orders", "Average")]}))
    place = tmp_path / "t.parquet", "--metrics", "orders"
    done = trace("model", tmp_path / "metrics.json", tmp_path / "queries.json", *place)
    assert done.returncode == 1 and "the query m0 asks for Average" in done.stderr
    twice = results((write, [1] * 4), (f"users {write}", [1] * 4))
    (tmp_path / "metrics.json").write_text(json.dumps(twice))
    done = trace("model", tmp_path / "metrics.json", *place)
    assert done.returncode == 1 and "twice: give its MetricDataQueries" in done.stderr


def test_csv_has_a_metric_over_each_value(tmp_path: Path) -> None:
    lines = ["time,ConsumedWriteCapacityUnits,ConsumedWriteCapacityUnits.SampleCount,note"]
    values = ("10,5,x", "many,1,x", "20,-1,x", "30,30")
    lines += [f"{START + 300 * number},{value}" for number, value in enumerate(values)]
    (tmp_path / "m.csv").write_text("\n".join(lines) + "\n")
    out = made("model", tmp_path / "m.csv", tmp_path / "t.jsonl", "--metrics", "orders", "--key", "pk:N,sk")
    assert "3 periods of 300 seconds" in out and "25 accesses in 900 seconds" in out
    assert "1 passed over, the value is none: could not convert string to float: 'many' (first at m.csv:3)" in out
    assert "1 passed over, the value is negative or too large (first at m.csv:4: -1)" in out
    assert "1 passed over, the line has not as many values as the first (first at m.csv:5)" in out
    event = events_of(tmp_path / "t.jsonl")[2]
    assert event.key is not None and keys.split(event.key)[1][1].startswith(b"key-1")


def test_a_key_is_hot_in_the_minutes_in_which_it_was(tmp_path: Path) -> None:
    """Contributor Insights' whole is 1,000, and all minutes are alike: 250 each. `a` has all of minute 2 alone."""
    report = {
        "KeyLabels": ["pk"], "AggregationStatistic": "SUM", "AggregateValue": 1_000.0, "ApproximateUniqueCount": 30,
        "Contributors": [
            {"Keys": ["b"], "ApproximateAggregateValue": 100.0, "Datapoints": []},
            {"Keys": ["a"], "ApproximateAggregateValue": 225.0,
             "Datapoints": [{"Timestamp": MINUTES[2], "ApproximateValue": 225.0}]},
        ],
    }  # fmt: skip
    (tmp_path / "keys.json").write_text(json.dumps(report))
    source = results(("ConsumedWriteCapacityUnits", [6_000.0] * 4))
    events = modelled(tmp_path, "--top-keys", tmp_path / "keys.json", source=source)
    assert len({event.key for event in events}) == 30
    found = {name: by_minute([each for each in events if each.key == key_of(name)], "write") for name in "ab"}
    assert [requests for requests, _ in found["a"]] == [0, 0, pytest.approx(5_400, rel=0.03), 0]
    assert [requests for requests, _ in found["b"]] == [pytest.approx(600, rel=0.2)] * 4
    assert by_minute(events, "write") == [(6_000, 12_000)] * 4
    (tmp_path / "keys.json").write_text(json.dumps({**report, "Contributors": [{"Keys": ["a", "b"]}]}))
    arguments = "model", tmp_path / "metrics.json", tmp_path / "u.parquet", "--metrics", "orders"
    done = trace(*arguments, "--top-keys", tmp_path / "keys.json")
    assert done.returncode == 1 and "the key a, b has 2 values, and those of the table are pk" in done.stderr


def test_a_scenario_plans_the_table_and_cannot_ask_for_attributes(tmp_path: Path) -> None:
    modelled(tmp_path, source=results(("ConsumedWriteCapacityUnits", [60.0] * 4)))
    place = str(tmp_path / "t.parquet"), "--method", "aggregate", "--scenarios"
    provisioned = 'table = "orders"\nread_units = 1\nwrite_units = 1\n'
    (scenario,) = of_json(*place, scenarios(tmp_path, provisioned))["scenarios"]
    assert scenario["tables"][0]["write_units"] == 240.0
    for more, message in (
        ('table = "orders"\nkey = "pk"\n', "the trace makes the table with its key: leave key out"),
        (
            'table = "orders"\n[[scenario.tables.indexes]]\nname = "i"\npartition = "x"\n',
            "needs the attributes of items",
        ),
    ):
        done = foresee(*place, scenarios(tmp_path, more))
        assert done.returncode == 1 and message in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("{", (), "is no JSON"),
        ("{}", (), "is no reply of GetMetricData or GetMetricStatistics"),
        ('{"MetricDataResults": [3, {"Label": "Latency"}]}', (), "there is no ConsumedReadCapacityUnits and no"),
        ('{"Label": "ConsumedReadCapacityUnits", "Datapoints": [{"Average": 1}]}', (), "ask for --statistics Sum"),
        ('{"Label": "ConsumedReadCapacityUnits", "Datapoints": [{"Sum": 1, "Timestamp": "x"}]}', (), "neither a"),
        ('{"Label": "ConsumedReadCapacityUnits", "Datapoints": [{"Sum": 0, "Timestamp": 9}]}', (), "nothing is asked"),
        ("{}", ("--zipf", "-1"), "--zipf is -1.0: it must be from 0 to 10"),
        ("{}", ("--key", "a,b,c"), "it must be TABLE=PARTITION"),
        ('{"Label": "ConsumedReadCapacityUnits", "Datapoints": [{"Sum": 9, "Timestamp": 9}]}',
         ("--keys", "20000000"), "a model of 20,000,000 keys is too large"),
    ],
)  # fmt: skip
def test_what_cannot_be_modelled_is_said_in_one_line(
    tmp_path: Path, text: str, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "m.json").write_text(text)
    done = trace("model", tmp_path / "m.json", tmp_path / "t.parquet", "--metrics", "orders", *arguments)
    assert done.returncode == 1 and message in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["m.json"]
