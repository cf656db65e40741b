"""What clients do about throttling as an expectation, beside what they do in the exact replay."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.foresight.test_aggregate import aggregate, mixed
from tests.foresight.test_scenarios import ON_DEMAND, orders, scenario, trace_of
from thermodynamo.foresight.replays.expected_clients import ExpectedClients
from thermodynamo.foresight.replays.offers import Offer
from thermodynamo.foresight.replays.outcome import RetryOutcome
from thermodynamo.foresight.runs.simulation import simulate
from thermodynamo.foresight.scenarios.scenario import Clients

pytest.importorskip("duckdb")


def offer(requests: float, part: float, attempts: tuple[float, ...] = ()) -> Offer:
    return Offer(None, b"", 2 * requests, requests, attempts=attempts, part=part)


@pytest.mark.parametrize(
    "clients",
    [{"retries": "none"}, {"retries": "legacy"}, {"retries": "standard"}, {"retries": "standard", "count": 20}],
    ids=lambda clients: " ".join(map(str, clients.values())),
)
def test_it_comes_near_what_clients_do_one_by_one(clients: dict[str, Any], tmp_path: Path) -> None:
    trace = trace_of(tmp_path, mixed(40, Random(3)))
    planned = scenario(tables=[ON_DEMAND], clients=clients)
    exact, summed = simulate(trace, planned, trace.summary()), aggregate(trace, planned, tmp_path)
    one, other = exact.retries, summed.retries
    for name in ("calls", "got_through", "gave_up", "out_of_quota"):
        assert abs(getattr(one, name) - getattr(other, name)) <= other.error_calls, name
    assert other.calls == pytest.approx(one.calls, rel=0.1)
    assert other.calls == pytest.approx(other.got_through + other.gave_up, abs=2)
    assert summed.last_at // 1_000_000 == exact.last_at // 1_000_000
    assert other.waited_seconds == pytest.approx(one.waited_seconds, rel=0.35)
    assert orders(summed).write_half_units == pytest.approx(orders(exact).write_half_units, rel=0.02)
    assert sum(summed.refused.values()) == pytest.approx(sum(exact.refused.values()), rel=0.1)


def test_a_call_is_tried_until_its_attempts_are_used_up() -> None:
    """With attempts at once, at 0.05 s, 0.15 s and so on, of which none is served."""
    clients = ExpectedClients(Clients("legacy", attempts=3))
    met = clients.meet(offer(100, 0.0))
    # Of second attempts 95 of 100 come in the same second; of third ones nine tenths of those.
    assert met.refused == pytest.approx(100 + 95 + 95 * 0.9)
    assert {second: [round(each, 6) for each in counts] for second, counts in met.later.items()} == {1: [0, 5, 9.5]}
    clients.meet(offer(5 + 9.5, 0.0, (0, 5, 9.5)))
    clients.meet(offer(0.5, 0.0, (0, 0, 0.5)))
    outcome = RetryOutcome()
    clients.end(outcome)
    assert (outcome.calls, outcome.gave_up, outcome.got_through, outcome.retries) == (100, 100, 0, 200)
    assert outcome.waited_seconds == pytest.approx(100 * 0.15)
    assert outcome.waited_seconds_max == pytest.approx(0.15)


def test_what_is_served_is_shared_by_all_attempts() -> None:
    """100 calls, of which as much is served as 60 take: each attempt of the second has the same chance."""
    clients = ExpectedClients(Clients("legacy"))
    met = clients.meet(offer(100, 0.6))
    later = sum(sum(counts) for counts in met.later.values())
    assert later == pytest.approx(40, abs=0.01)
    outcome = RetryOutcome()
    clients.end(outcome)
    assert outcome.got_through == pytest.approx(60 - (100 - outcome.calls), abs=1) and outcome.gave_up == 0
    assert 0 < outcome.error_calls < 20


def test_the_quota_is_spent_and_given_back() -> None:
    """500 tokens: 100 retries at 5 each, of which none is served."""
    clients = ExpectedClients(Clients("standard"))
    clients.meet(offer(1_000, 0.0))
    outcome = RetryOutcome()
    clients.end(outcome)
    tried = 1_000 - outcome.out_of_quota
    assert clients.tokens == pytest.approx(0, abs=1e-6) and tried < 100 and outcome.gave_up == outcome.out_of_quota
    clients.meet(offer(tried, 1.0, (0.0, float(tried))))
    assert clients.tokens == pytest.approx(5 * tried)
