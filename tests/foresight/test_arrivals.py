"""Models of arrivals: what is drawn has the sums, the shares and the shapes that it is drawn from."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import fmean, pvariance

import pytest

from tests.foresight.test_recording import events_of
from tests.foresight.test_scenarios import ON_DEMAND, PLACE, START, key_of, orders, outcome_of, scenario
from thermodynamo.foresight.arrivals import draws, model, popularity, rates
from thermodynamo.foresight.arrivals.model import Always, ByRate, Model, Pattern, Target
from thermodynamo.foresight.arrivals.popularity import Popularity
from thermodynamo.foresight.arrivals.rates import Course
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate_in_aggregate
from thermodynamo.foresight.traces import origin
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.foresight.traces.trace_writer import TraceWriter

pytest.importorskip("duckdb")
NOON = int(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("mean", [0.3, 4.0, 29.0, 31.0, 5_000.0])
def test_arrivals_have_the_mean_and_the_variance_of_poissons_law(mean: float) -> None:
    chance = Random(1)
    found = [draws.poisson(chance, mean) for _ in range(20_000)]
    assert fmean(found) == pytest.approx(mean, rel=0.03) and pvariance(found) == pytest.approx(mean, rel=0.05)
    assert draws.poisson(chance, 0) == 0


@pytest.mark.parametrize(("count", "share"), [(10, 0.1), (1_000, 0.02), (1_000, 0.4), (7, 0.9), (100_000, 0.5)])
def test_a_kind_has_the_mean_and_the_variance_of_its_share(count: int, share: float) -> None:
    chance = Random(2)
    found = [draws.binomial(chance, count, share) for _ in range(20_000)]
    assert min(found) >= 0 and max(found) <= count
    assert fmean(found) == pytest.approx(count * share, rel=0.02)
    assert pvariance(found) == pytest.approx(count * share * (1 - share), rel=0.05)


def test_draws_are_the_same_everywhere() -> None:
    """The values were drawn once: a trace of a seed is the same with each version of Python."""
    chance = Random("7/0")
    found = [draws.poisson(chance, 3.0) for _ in range(5)] + [draws.binomial(chance, 500, 0.5) for _ in range(3)]
    assert found == [4, 3, 1, 5, 1, 247, 253, 248]


@pytest.mark.parametrize("count", [1, 40, 100_000])
def test_all_requests_are_shared_among_the_keys(count: int) -> None:
    shares = popularity.zipf(300, 0.99)
    keys = Popularity([0.0, *reversed(shares)])
    found: dict[int, int] = {}
    for round_ in range(50):
        drawn = list(keys.draw(Random(round_), count))
        assert sum(times for _, times in drawn) == count and len({number for number, _ in drawn}) == len(drawn)
        for number, times in drawn:
            found[number] = found.get(number, 0) + times
    assert 0 not in found
    if count > 1:
        assert found[300] / (50 * count) == pytest.approx(shares[0], rel=0.25)
    if count > 1_000:
        assert found[1] / (50 * count) == pytest.approx(shares[-1], rel=0.1)


def test_zipf_with_0_is_for_all_alike() -> None:
    assert popularity.zipf(4, 0) == [0.25] * 4
    first, second, *_ = popularity.zipf(10, 1)
    assert first == pytest.approx(2 * second)


@pytest.mark.parametrize(("average", "peak"), [(100.0, 150.0), (100.0, 200.0), (100.0, 1_000.0)])
def test_a_day_has_its_average_and_its_peak(average: float, peak: float) -> None:
    rate = Course("diurnal", NOON, rates.DAY).rate(average, peak)
    found = [rate(NOON + second) for second in range(0, rates.DAY, 60)]
    assert max(found) == rate(NOON) == pytest.approx(peak) and min(found) == pytest.approx(rate(NOON + rates.DAY // 2))
    assert fmean(found) == pytest.approx(average, rel=0.001) and min(found) >= 0


def test_a_flash_is_in_the_middle_and_steady_is_the_peak() -> None:
    rate = Course("flash", START, 600, flash_seconds=60).rate(10.0, 500.0)
    high = [second for second in range(600) if rate(START + second) == 500.0]
    assert (high[0], high[-1], len(high)) == (270, 329, 60) and rate(START) == 10.0
    steady = Course("steady", START, 600)
    assert steady.rate(10.0, 500.0)(START) == 500.0 and steady.rate(10.0, None)(START) == 10.0
    assert Course("flash", START, 600).rate(None, 500.0)(START) == 50.0
    assert Course("diurnal", START, 600, peak_factor=4).rate(10.0, None)(NOON) == pytest.approx(40.0)


def modelled(keys: int = 20, rate: float = 300.0, seconds: int = 20) -> Model:
    """So many writes a second of one unit, over keys by Zipf's law."""
    targets = [Target(key_of(f"{number}"), 1_000, 1_000) for number in range(keys)]
    shared = Always(targets, Popularity(popularity.zipf(keys, 1.0)))
    pattern = Pattern("write", "PutItem", (*PLACE, "orders", None), shared, ByRate(lambda second: rate))
    return Model(origin.COST_MODEL, START, seconds, [pattern])


def test_a_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    texts = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        model.write(modelled(), tmp_path / f"{name}.jsonl", seed)
        texts.append((tmp_path / f"{name}.jsonl").read_text())
    assert texts[0] == texts[1] != texts[2]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.jsonl", "b.jsonl", "c.jsonl"]


def test_an_event_stands_for_many_requests_in_both_replays(tmp_path: Path) -> None:
    """The aggregate replay adds them up, the exact one spreads them: as if each had been written down by itself."""
    total = model.write(modelled(rate=6_000.0, seconds=3), tmp_path / "t.parquet", 3)
    trace = Trace(tmp_path / "t.parquet")
    summary = trace.summary()
    assert summary.accesses == total > summary.events and summary.has_times
    ((*_, operation, requests),) = trace.operations()
    assert (operation, requests) == ("PutItem", total)
    source, *events = events_of(tmp_path / "t.parquet")
    assert source.operation == "cost model"
    singles = [
        event._replace(times=None, request=0, at_us=event.at_us + copy * 1_000_000 // (event.times or 1))
        for event in events
        for copy in range(event.times or 1)
    ]
    singles.sort(key=lambda event: event.at_us)
    with TraceWriter(tmp_path / "singles.jsonl") as writer:
        writer.write(event._replace(request=number) for number, event in enumerate(singles, 1))
    exact = outcome_of(trace, tables=[ON_DEMAND])
    one_by_one = outcome_of(Trace(tmp_path / "singles.jsonl"), tables=[ON_DEMAND])
    assert exact.refused == one_by_one.refused and sum(exact.refused.values()) > 1_000
    planned = scenario(tables=[ON_DEMAND])
    summed = simulate_in_aggregate(trace, planned, summary, Local(1), tmp_path)
    assert abs(orders(summed).write_half_units - orders(exact).write_half_units) <= summed.error_half_units
    asked = orders(summed).write_half_units + 2 * sum(summed.refused.values())
    assert asked == pytest.approx(2 * total, rel=0.001), "what is refused is rounded to requests"
    doubled = outcome_of(trace, traffic=2, tables=[ON_DEMAND])
    assert orders(doubled).write_half_units + 2 * sum(doubled.refused.values()) == 4 * total


def test_what_cannot_be_modelled_is_said(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="nothing is asked for in it"):
        model.write(modelled(rate=0.0), tmp_path / "t.parquet", 1)
    with pytest.raises(TraceError, match="a trace of 0 seconds cannot be made"):
        model.write(modelled(seconds=0), tmp_path / "t.parquet", 1)
    with pytest.raises(TraceError, match="there is no folder"):
        model.write(modelled(), tmp_path / "none" / "t.parquet", 1)
    assert not list(tmp_path.iterdir())
