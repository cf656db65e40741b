"""The aggregate replay against the exact one, and against itself without what it passes over."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from random import Random
from zlib import crc32

import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_scenarios import (
    ON_DEMAND,
    PLACE,
    START,
    hot_writes,
    key_of,
    orders,
    scenario,
    trace_of,
    write,
)
from thermodynamo.foresight.replays import plan
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.slices import Bounds, Slice, Task, parquet_of
from thermodynamo.foresight.replays.slices import aggregate as add_up
from thermodynamo.foresight.reports.facts import of_outcome
from thermodynamo.foresight.runs.engines import Engine, Kept, Local
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo_storage.partitions.keyspace import Keyspace, token_bound

pytest.importorskip("duckdb")


def aggregate(
    trace: Trace, planned: Scenario, folder: Path, engine: Engine | None = None, passes_over: bool = True
) -> Outcome:
    return simulate_in_aggregate(trace, planned, trace.summary(), engine or Local(1), folder, passes_over)


def size_of(name: str) -> int:
    """Each item has one size, whatever writes it: the trace does not say what a write replaces."""
    return (5_000 if name.startswith("hot") else 1_000) * (1 + crc32(name.encode()) % 5)


def mixed(seconds: int, random: Random) -> list[Event]:
    """Hot keys that come and go, warm keys, and a long tail of cold ones; reads and writes of many sizes."""
    events: list[Event] = []
    for second in range(seconds):
        drawn = [f"cold#{random.randrange(5_000)}" for _ in range(150)]
        drawn += [f"hot#{random.randrange(12)}" for _ in range(400 if second % 40 < 25 else 10)]
        drawn += [f"warm#{random.randrange(20)}" for _ in range(60)]
        random.shuffle(drawn)
        for place, name in enumerate(drawn):
            number = len(events) + 1
            at = second + place / len(drawn)
            if random.random() < 0.3:
                micro = int((START + at) * 1_000_000)
                cost = random.choice((1, 2, 6))
                place_of = (*PLACE, "orders", None, key_of(name), None, None, cost, cost != 1)
                events.append(Event(micro, number, "read", "GetItem", *place_of))
            else:
                events.append(write(at, number, name, size=size_of(name)))
    return events


PLANNED = {"tables": [ON_DEMAND], "settings": {"split_after_seconds": "10"}}


def test_it_comes_near_the_exact_replay_and_states_its_error(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, mixed(90, Random(3)))
    planned = scenario(**PLANNED)
    exact = simulate(trace, planned, trace.summary())
    found = aggregate(trace, planned, tmp_path)
    assert sum(exact.refused.values()) > 300 and found.method == "aggregate"
    # A split may come a second later.
    assert sum(found.refused.values()) == pytest.approx(sum(exact.refused.values()), rel=0.4)
    assert orders(found).write_half_units == pytest.approx(orders(exact).write_half_units, rel=0.02)
    assert abs(orders(found).write_half_units - orders(exact).write_half_units) <= found.error_half_units
    assert orders(found).read_half_units == orders(exact).read_half_units
    assert found.refused.keys() == exact.refused.keys()
    (worst, _), *_ = orders(exact).refused_keys.most_common(1)
    assert worst in dict(orders(found).refused_keys.most_common(3))
    assert orders(exact).splits
    assert len(orders(found).splits) == pytest.approx(len(orders(exact).splits), abs=2)


def test_what_is_passed_over_makes_no_difference(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, mixed(90, Random(4)))
    planned = scenario(**PLANNED)
    passing, keeping = (aggregate(trace, planned, tmp_path, passes_over=passes) for passes in (True, False))
    assert len(passing.keyspaces) == 1
    one, other = of_outcome(passing), of_outcome(keeping)
    for facts in (one, other):
        # Of cold partitions the keys are not looked at.
        del facts["tables"][0]["busiest_keys"]
    assert one == other and one["throttled"] > 0 and one["tables"][0]["split_count"] > 0


def test_a_second_serves_what_is_left_and_what_flows_in(tmp_path: Path) -> None:
    """One key at 4,000 units in one second: 2,000 are served if they come evenly, 1,000 if they come at once."""
    trace = trace_of(tmp_path, hot_writes(4_000))
    found = aggregate(trace, scenario(tables=[ON_DEMAND]), tmp_path)
    assert found.refused == {"TableWriteKeyRangeThroughputExceeded": 2_000}
    assert found.error_half_units == 2 * 1_000
    sharded = aggregate(trace, scenario(tables=[{**ON_DEMAND, "write_shards": 64}]), tmp_path)
    assert not sharded.refused and orders(sharded).write_half_units == pytest.approx(8_000, abs=128)


@pytest.mark.parametrize("planned", [{"item_bytes": 3_000}, {"item_bytes": 3_000, "size_factor": 1.7}])
def test_each_kind_of_event_costs_what_it_costs_in_the_exact_replay(tmp_path: Path, planned: dict[str, float]) -> None:
    """Whatever is told of an access: its size, its units, both, or nothing, so that the scenario says it."""
    events = []
    kinds = ("read", "page", "write", "failed", "transacted read", "transacted write", "check")
    for number, (kind, size, half_units, consistent) in enumerate(
        product(kinds, (None, 700, 9_000), (None, 12, 24), (None, False, True)), 1
    ):
        at = (START + number) * 1_000_000
        name, told = f"{number}", (size, None, half_units, consistent)
        events.append(Event(at, number, kind, "Any", *PLACE, "orders", None, key_of(name), *told))
    trace = trace_of(tmp_path, events)
    found = scenario(tables=[{**ON_DEMAND, **planned}])
    exact, summed = simulate(trace, found, trace.summary()), aggregate(trace, found, tmp_path)
    assert not exact.refused and not summed.refused
    one, other = orders(exact), orders(summed)
    assert (one.read_half_units, one.write_half_units) == (other.read_half_units, other.write_half_units)


@pytest.mark.parametrize(("operation", "least"), [("Query", 4), ("Scan", 1)])
def test_a_query_without_its_key_reads_anywhere(tmp_path: Path, operation: str, least: int) -> None:
    """Four partitions serve 3,000 units each, of 8,000 in a second; a Scan begins with the first partition."""
    events = [
        Event(
            START * 1_000_000 + number * 500, number + 1, "page", operation, *PLACE, "orders", None, None, None, None, 8
        )
        for number in range(2_000)
    ]
    trace = trace_of(tmp_path, events)
    planned = scenario(tables=[{**ON_DEMAND, "sort_key": "sk"}])
    exact, summed = simulate(trace, planned, trace.summary()), aggregate(trace, planned, tmp_path)
    for outcome in (exact, summed):
        served = orders(outcome).read_half_units
        assert served == 16_000 if least == 4 else served < 16_000
        assert (not outcome.refused) == (least == 4)


def test_the_pool_of_provisioned_units_is_shared(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(500, seconds=2))
    planned = scenario(tables=[{**ON_DEMAND, "read_units": 1, "write_units": 2}])
    found = aggregate(trace, planned, tmp_path)
    assert found.refused == {"TableWriteProvisionedThroughputExceeded": 1_000 - 604}


def test_traffic_costs_no_more_time_than_the_trace(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, [write(number / 50, number + 1, f"{number}") for number in range(500)])
    found = aggregate(trace, scenario(traffic=20, keys=20, tables=[ON_DEMAND]), tmp_path)
    assert not found.refused and orders(found).write_half_units == pytest.approx(20_000, rel=0.01)


def test_engines_and_interruptions_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "SLICE_EVENTS", 4_000)
    trace = trace_of(tmp_path, mixed(60, Random(5)))
    planned = scenario(**PLANNED)
    alone = of_outcome(aggregate(trace, planned, tmp_path))
    assert of_outcome(aggregate(trace, planned, tmp_path, Local(2))) == alone
    work = tmp_path / "work"
    work.mkdir()
    assert of_outcome(aggregate(trace, planned, tmp_path, Kept(Local(1), work))) == alone
    kept = sorted(work.iterdir())
    assert len(kept) >= 4
    kept[1].unlink()
    asked: Counter[int] = Counter()

    class Counting(Local):
        def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
            asked[len(tasks)] += 1
            return super().slices(tasks)

    again = aggregate(trace, planned, tmp_path, Kept(Counting(1), work))
    assert of_outcome(again) == alone and asked == {1: 1}


@pytest.mark.parametrize(
    "lows",
    [
        *([token_bound(index, count) for index in range(count)] for count in (1, 3, 4, 1_000)),
        [b"", b"\x20", b"\x20" + bytes(7), b"\x20" + bytes(7) + b"sort"],
    ],
    ids=lambda lows: len(lows),
)
def test_each_key_counts_for_the_partition_that_the_server_finds(lows: list[bytes], tmp_path: Path) -> None:
    """Also a key at a bound, one just below or above, and one that is shorter than a token."""
    random = Random(len(lows))
    last = (1 << 64) - 1
    tokens = {0, last, *(random.getrandbits(64) for _ in range(50))}
    for low in lows:
        token = int.from_bytes(low[:8].ljust(8, b"\x00"), "big")
        tokens |= {max(0, token - 1), token, min(last, token + 1)}
    asked = {token.to_bytes(8, "big") + tail for token in tokens for tail in (b"", b"sort")}
    asked |= {low[:length] for low in lows for length in (1, 4, 7)} - {b""}
    costs = {key: random.randint(1, 9) for key in sorted(asked)}
    trace = trace_of(
        tmp_path,
        [
            Event(START * 1_000_000, number, "read", "GetItem", *PLACE, "orders", None, key, None, None, cost, True)
            for number, (key, cost) in enumerate(costs.items(), 1)
        ],
    )
    keyspace = Keyspace(1)
    keyspace.lows, keyspace.partitions = lows, Keyspace(len(lows)).partitions
    loads = Counter[int]()
    for key, cost in costs.items():
        loads[keyspace.locate(key).id] += cost
    limit = sorted(loads.values())[len(loads) // 2]
    bounds = Bounds((*PLACE, "orders", None), tuple(lows), limit, limit)
    made = add_up(Task(str(parquet_of(trace.path, tmp_path)), START, START + 1, 1.0, (bounds,)))
    hot = {key: cost for key, cost in costs.items() if loads[keyspace.locate(key).id] >= limit}
    assert {load.key: load.half_units for load in made.hot} == hot
    assert sum(load.half_units for load in made.cold) == sum(costs.values()) - sum(hot.values())


def test_tables_come_and_go_within_a_second(tmp_path: Path) -> None:
    """A test makes its table, uses it and drops it; the next one does so again, some in the same second."""
    world = Recorded(tmp_path / "run.jsonl")
    world.pass_seconds(0.3)
    for pause in (0.05, 0.2, 2.2, 0.4):
        world.create("orders")
        world.create("others")
        for number in range(3):
            world.pass_seconds(pause / 4)
            world.call("PutItem", {"TableName": "orders", "Item": {"pk": {"S": f"{number}"}}})
            world.call("GetItem", {"TableName": "others", "Key": {"pk": {"S": f"{number}"}}})
        world.call("DeleteTable", {"TableName": "orders"})
        world.call("DeleteTable", {"TableName": "others"})
        world.pass_seconds(pause / 4)
    world.recording.close()
    trace = Trace(world.path)
    for planned in (Scenario(), scenario(tables=[{"table": "orders", "write_shards": 2}])):
        exact, found = simulate(trace, planned, trace.summary()), aggregate(trace, planned, tmp_path)
        for outcome in (exact, found):
            assert orders(outcome).write_half_units == 4 * 3 * 2
            assert outcome.keyspaces[*PLACE, "others", None].read_half_units == 4 * 3
