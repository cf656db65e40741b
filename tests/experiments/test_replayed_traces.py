"""Published experiments as traces: a replay foresees of their traffic what was measured, by the same tolerances.

The traffic is that of the experiments beside this one, spread evenly over each second. What is written is a write whose
condition is false, which costs as much and stores nothing; so do the other experiments offer their load.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

import pytest

from tests.experiments import (
    test_on_demand_growth,
    test_one_key_eventual_reads,
    test_one_key_writes,
    test_tiny_table,
)
from tests.experiments.offered import HALF_UNITS, MINUTE, UNITS, item_key, reaches
from thermodynamo.foresight.replays.outcome import KeyspaceOutcome
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.traces.event import MICROSECONDS, Event
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.foresight.traces.trace_writer import TraceWriter
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")
START = 1_767_225_600
PLACE = "000000000000", "us-east-1", "load", None
METHODS = ("exact", "aggregate")
TABLE = PlannedTable("load", key="pk", sort_key="sk")
NextKey = Callable[[], bytes]


def traffic(folder: Path, units: int, minutes: int, next_key: NextKey, kind: str) -> Trace:
    """A trace of so many units in each second."""

    def events() -> Iterator[Event]:
        each = units // UNITS
        consistent = False if kind == "read" else None
        for second in range(minutes * MINUTE):
            for place in range(each):
                at = (START + second) * MICROSECONDS + place * MICROSECONDS // each
                number = second * each + place + 1
                yield Event(at, number, kind, "Any", *PLACE, next_key(), None, None, HALF_UNITS, consistent)

    with TraceWriter(folder / "t.parquet") as writer:
        writer.write(events())
    return Trace(folder / "t.parquet")


def foreseen(trace: Trace, method: str, folder: Path, table: PlannedTable = TABLE, seed: int = 0) -> KeyspaceOutcome:
    """What comes of the trace in the realistic profile."""
    planned = Scenario("published", tables=(table,), settings={"profile": "realistic", "seed": seed})
    if method == "exact":
        outcome = simulate(trace, planned, trace.summary())
    else:
        outcome = simulate_in_aggregate(trace, planned, trace.summary(), Local(1), folder)
    return outcome.keyspaces[PLACE]


def by_minute(found: KeyspaceOutcome, minutes: int) -> list[int]:
    """The units a second by minute, of reads and writes together."""
    half_units = {number - START: second.read + second.write for number, second in found.seconds.items()}
    return [
        sum(half_units.get(minute * MINUTE + second, 0) for second in range(MINUTE)) // (2 * MINUTE)
        for minute in range(minutes)
    ]


@pytest.mark.parametrize("method", METHODS)
def test_one_key_rises_step_by_step(tmp_path: Path, method: str) -> None:
    published = test_one_key_writes
    chance = Random(0)
    trace = traffic(
        tmp_path,
        published.OFFERED_UNITS,
        published.MINUTES,
        lambda: item_key("the one", f"{chance.randrange(2**31):010}"),
        "failed",
    )
    warm = replace(TABLE, warm_read_units=12_000, warm_write_units=8_000)
    runs = [by_minute(foreseen(trace, method, tmp_path, warm, seed), published.MINUTES) for seed in published.SEEDS]
    for served in runs:
        assert abs(served[0] - published.FIRST) <= published.FIRST_TOLERANCE * published.FIRST
        assert all(after <= 2.2 * before for before, after in pairwise(served))
    minutes = [reaches(served, published.NEARLY_ALL) or published.MINUTES + 1 for served in runs]
    assert published.MINUTES_MIN <= median(minutes) <= published.MINUTES, minutes


@pytest.mark.parametrize("method", METHODS)
def test_replicas_share_the_reads_of_one_key(tmp_path: Path, method: str) -> None:
    published = test_one_key_eventual_reads
    chance = Random(1)
    trace = traffic(
        tmp_path,
        published.OFFERED_UNITS,
        published.MINUTES,
        lambda: item_key("the one", f"{chance.randrange(500_000):06}"),
        "read",
    )
    for seed in (0, 1):
        served = by_minute(foreseen(trace, method, tmp_path, seed=seed), published.MINUTES)
        wrong = published.TOLERANCE * published.PUBLISHED_UNITS
        assert all(abs(each - published.PUBLISHED_UNITS) <= wrong for each in served), (seed, served)


@pytest.mark.parametrize("method", METHODS)
def test_a_new_table_grows_step_by_step_to_20_000(tmp_path: Path, method: str) -> None:
    published = test_on_demand_growth
    chance = Random(0)
    trace = traffic(
        tmp_path,
        published.OFFERED_UNITS,
        published.MINUTES,
        lambda: item_key(chance.choice(published.KEYS), f"{chance.randrange(2**31):010}"),
        "failed",
    )
    found = foreseen(trace, method, tmp_path)
    served = by_minute(found, published.MINUTES)
    minutes = published.first_minutes(served)
    assert len(minutes) == len(published.STEPS) and minutes == sorted(minutes), served
    assert found.partitions_first == 4
    wrong = published.PARTITION_TOLERANCE * published.PARTITIONS
    assert abs(found.partitions_last - published.PARTITIONS) <= wrong


def test_large_writes_of_a_tiny_table_are_served(tmp_path: Path) -> None:
    """By the exact replay alone: what the routers have left of so few units is a matter of each request."""
    published = test_tiny_table
    key = keys.item_key(keys.part("S", "k"))
    events = [
        Event(at, number + 1, "write", "UpdateItem", *PLACE, key, published.WRITE_BYTES, published.WRITE_BYTES)
        for number in range(published.WRITES)
        if (at := (START + number * published.SPACING_SECONDS) * MICROSECONDS)
    ]
    with TraceWriter(tmp_path / "t.parquet") as writer:
        writer.write(events)
    trace = Trace(tmp_path / "t.parquet")
    tiny = PlannedTable("load", key="pk", mode="provisioned", read_units=1, write_units=1)
    units = published.WRITE_BYTES // 1024
    runs = [foreseen(trace, "exact", tmp_path, tiny, seed).write_half_units // (2 * units) for seed in published.SEEDS]
    assert abs(median(runs) - published.PUBLISHED_SERVED) <= published.TOLERANCE, runs
