"""Indexes, other keys and more traffic in the aggregate replay, beside the exact one on the same traces."""

from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_aggregate import aggregate
from tests.foresight.test_replay_of_recording import create_tables, index, load
from tests.foresight.test_scenarios import ON_DEMAND, PLACE, START, key_of, scenario, trace_of, write
from thermodynamo.foresight.replays import plan
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.reports.facts import of_outcome
from thermodynamo.foresight.runs.engines import Kept, Local
from thermodynamo.foresight.runs.simulation import simulate
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace

pytest.importorskip("duckdb")

BY_STATUS = {"name": "byStatus", "partition": "status"}
BY_OWNER = {"name": "byOwner", "partition": "owner", "projection": "KEYS_ONLY"}
TEXTS = {"name": "texts", "partition": "owner", "projection": "INCLUDE", "include": ["text"]}
WARM = {**ON_DEMAND, "warm_write_units": 40_000, "warm_read_units": 12_000}
PROVISIONED = {**ON_DEMAND, "read_units": 500, "write_units": 300}


def shop(
    seconds: int, random: Random, rate: int = 80, customers: int = 60, weights: tuple[int, ...] = (1, 1, 1), **more: int
) -> list[Event]:
    """Orders that are read, written, moved on to another status, and deleted; some have no status."""
    events: list[Event] = []
    for second in range(seconds):
        count = rate if second % 30 < 18 else rate // 8
        for place in range(count):
            name = f"c{int(random.paretovariate(0.8)) % customers}"
            at, number = second + place / count, len(events) + 1
            if random.random() < 0.25:
                micro, key = int((START + at) * 1_000_000), key_of(name)
                events.append(
                    Event(
                        micro, number, "read", "GetItem", *PLACE, "orders", None, key, half_units=2, is_consistent=True
                    )
                )
                continue
            item: dict[str, Any] = {"pk": {"S": name}, "owner": {"S": f"o{random.randrange(9)}"}}
            item["text"] = [random.randrange(100, 2_500), f"{random.randrange(1 << 32):08x}"]
            if random.random() < 0.8:
                item["status"] = {"S": random.choices(("new", "paid", "sent"), weights)[0]}
            size = more.get("size", random.randrange(200, 4_000))
            events.append(write(at, number, name, size, detail=orjson.dumps(item).decode()))
            if random.random() < 0.05:
                events.append(write(at, number + 1, name, 0))
    return events


def both(trace: Trace, folder: Path, **planned: Any) -> tuple[Outcome, Outcome]:
    """What comes of the exact and of the aggregate replay."""
    made = scenario(**planned)
    return simulate(trace, made, trace.summary()), aggregate(trace, made, folder)


def units(outcome: Outcome) -> dict[Any, tuple[int, int]]:
    return {place: (each.read_half_units, each.write_half_units) for place, each in outcome.keyspaces.items()}


def difference(exact: Outcome, summed: Outcome) -> int:
    """The half units of all tables and indexes that the replays do not agree about."""
    found = units(summed)
    assert found.keys() == units(exact).keys()
    return sum(
        abs(read - found[place][0]) + abs(written - found[place][1]) for place, (read, written) in units(exact).items()
    )


@pytest.mark.parametrize("indexes", [[BY_STATUS], [BY_STATUS, BY_OWNER, TEXTS]], ids=len)
def test_entries_cost_what_they_cost_in_the_exact_replay(indexes: list[Any], tmp_path: Path) -> None:
    """Entries that come, move, change, stay as they are, and go; some items have none."""
    trace = trace_of(tmp_path, shop(45, Random(1)))
    exact, summed = both(trace, tmp_path, tables=[{**ON_DEMAND, "indexes": indexes}])
    assert not exact.refused and len(units(exact)) == 1 + len(indexes)
    assert units(summed) == units(exact) and summed.error_half_units == 0


@pytest.mark.parametrize(
    ("planned", "near"),
    [
        ({"traffic": 50, "tables": [{**ON_DEMAND, "indexes": [BY_STATUS]}]}, 0.06),
        ({"traffic": 50, "keys": 50, "tables": [{**ON_DEMAND, "indexes": [BY_STATUS]}]}, 0.06),
        ({"traffic": 20, "tables": [{**ON_DEMAND, "partition": "{owner}"}]}, 0.06),
        ({"traffic": 10, "tables": [{**ON_DEMAND, "write_shards": 8, "indexes": [BY_OWNER]}]}, 0.1),
        ({"traffic": 0.5, "tables": [{**ON_DEMAND, "indexes": [BY_STATUS]}]}, 0.06),
        ({"tables": [{**PROVISIONED, "indexes": [{**BY_STATUS, "read_units": 5, "write_units": 8}]}]}, 0.06),
    ],
    ids=["traffic", "copies", "template", "shards", "fraction", "provisioned"],
)
def test_the_difference_is_within_the_stated_error(planned: dict[str, Any], near: float, tmp_path: Path) -> None:
    trace = trace_of(tmp_path, shop(30, Random(1)))
    exact, summed = both(trace, tmp_path, **planned)
    assert 0 < difference(exact, summed) <= summed.error_half_units
    for place, (_, written) in units(exact).items():
        assert units(summed)[place][1] == pytest.approx(written, rel=near)
    assert summed.refused.keys() >= exact.refused.keys()
    assert sum(summed.refused.values()) == pytest.approx(sum(exact.refused.values()), rel=0.1)
    assert summed.notes == exact.notes


def test_what_a_hot_index_refuses_is_refused_of_a_table_that_is_passed_over(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, shop(16, Random(2), rate=2_600, customers=20_000, weights=(97, 2, 1), size=900))
    planned = scenario(tables=[{**WARM, "indexes": [BY_STATUS, BY_OWNER]}], settings={"split_after_seconds": "5"})
    passing, keeping = (of_outcome(aggregate(trace, planned, tmp_path, passes_over=passes)) for passes in (True, False))
    for facts in (passing, keeping):
        for table in facts["tables"]:
            # Of cold partitions the keys are not looked at.
            del table["busiest_keys"], table["heat"]
    assert passing == keeping and passing["throttled"] > 1_000
    assert {table["index"]: table["split_count"] > 0 for table in passing["tables"]} == {
        None: False,
        "byOwner": True,
        "byStatus": True,
    }
    exact = of_outcome(simulate(trace, planned, trace.summary()))
    assert exact["throttled"] == pytest.approx(passing["throttled"], rel=0.15)
    hottest = [
        next(table["throttled_keys"][0]["key"] for table in facts["tables"] if table["throttled_keys"])
        for facts in (exact, passing)
    ]
    assert hottest[0] == hottest[1]


def test_an_index_that_lags_has_a_queue(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, shop(60, Random(1)))
    planned = {**PROVISIONED, "indexes": [{**BY_STATUS, "read_units": 5, "write_units": 10}]}
    exact, summed = both(trace, tmp_path, tables=[planned], settings={"index_buffer_megabytes": "1"})
    one, other = (each.keyspaces[*PLACE, "orders", "byStatus"] for each in (exact, summed))
    assert one.waiting_max > 200 and other.waiting_max == pytest.approx(one.waiting_max, rel=0.05)
    assert one.lag_seconds_max > 30 and abs(other.lag_seconds_max - one.lag_seconds_max) <= 1
    assert other.refused.keys() == one.refused.keys()
    assert other.refused.total() == pytest.approx(one.refused.total(), rel=0.05)


@pytest.mark.parametrize("profile", ["strict", "realistic"])
def test_a_recording_with_indexes_of_all_kinds(profile: str, tmp_path: Path) -> None:
    """Global and local ones, one that is added to a live table, and one that the scenario leaves out."""
    world = Recorded(tmp_path / "run.parquet", profile=profile, seed=7)
    create_tables(world)
    kinds = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "kind")]
    keys = [{"AttributeName": name, "KeyType": kind} for name, kind in (("pk", "HASH"), ("kind", "RANGE"))]
    local = {"IndexName": "byKind", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    world.create("local", sort=True, AttributeDefinitions=kinds, LocalSecondaryIndexes=[local])
    for number in range(200):
        item = {"pk": f"{number % 20}", "sk": f"{number % 50}", "kind": f"{number % 7}", "x": "x" * (number * 10)}
        world.call("PutItem", {"TableName": "local", "Item": {name: {"S": value} for name, value in item.items()}})
        world.pass_seconds(0.02)
    load(world, Random(11), 6)
    late = {"Create": index("late", "pk", None, {"ProjectionType": "ALL"})}
    names = [{"AttributeName": "pk", "AttributeType": "S"}]
    world.call(
        "UpdateTable", {"TableName": "hot", "AttributeDefinitions": names, "GlobalSecondaryIndexUpdates": [late]}
    )
    world.pass_seconds(30)
    load(world, Random(12), 6)
    world.recording.close()
    without = {"table": "indexed", "without_indexes": ["byOwner"]}
    for tables in ([], [without]):
        exact, summed = both(Trace(world.path), tmp_path, tables=tables)
        assert summed.keyspaces[*PLACE, "hot", "late"].write_half_units > 1_000
        assert ((*PLACE, "indexed", "byOwner") in summed.keyspaces) == (not tables)
        assert units(summed)[*PLACE, "local", None] == units(exact)[*PLACE, "local", None]
        assert difference(exact, summed) <= summed.error_half_units
        assert sum(summed.refused.values()) == pytest.approx(sum(exact.refused.values()), rel=0.05, abs=2)


def test_what_is_laid_out_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "SLICE_EVENTS", 500)
    trace = trace_of(tmp_path, shop(20, Random(5)))
    planned = scenario(traffic=3, tables=[{**ON_DEMAND, "partition": "{owner}", "indexes": [BY_STATUS]}])
    alone = of_outcome(aggregate(trace, planned, tmp_path))
    assert of_outcome(aggregate(trace, planned, tmp_path, Local(2))) == alone
    work = tmp_path / "work"
    work.mkdir()
    assert of_outcome(aggregate(trace, planned, work, Kept(Local(1), work))) == alone
    kept = {path.name: path.stat().st_mtime_ns for path in work.iterdir()}
    assert len(kept) > 3
    assert of_outcome(aggregate(trace, planned, work, Kept(Local(1), work))) == alone
    assert {path.name: path.stat().st_mtime_ns for path in work.iterdir()} == kept


def test_what_the_source_cannot_answer_is_refused_with_the_reason(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, [write(0, 1, "a")])
    for table, message in (
        ({**ON_DEMAND, "indexes": [BY_STATUS]}, "needs the attributes of items, which the trace does not have"),
        ({**ON_DEMAND, "partition": "{status}"}, "the key template needs status, and the trace has key attributes"),
    ):
        with pytest.raises(TraceError, match=message):
            aggregate(trace, scenario(tables=[table]), tmp_path)
