"""ThroughputHistory: decreases within a UTC day, switches to on-demand within 24 hours, and what stays warm."""

from thermodynamo_storage.capacity.throughput_history import (
    DAY_SECONDS,
    HOUR_SECONDS,
    ThroughputHistory,
    is_lower,
    warm_throughput,
)
from thermodynamo_storage.values.schema import Throughput

MORNING = 20_000.0 * DAY_SECONDS


def test_the_day_allows_four_decreases_and_then_one_an_hour_27_in_all() -> None:
    history = ThroughputHistory(Throughput(1, 1))
    now, count = MORNING, 0
    while now < MORNING + DAY_SECONDS:
        if history.next_decrease_at(now) == now:
            history = history.with_decrease(now)
            count += 1
        else:
            now = history.next_decrease_at(now)
    # The last of them falls on the next midnight, where a new day begins.
    assert count == 27
    assert history.decreases_today(MORNING + DAY_SECONDS - 1) == 27


def test_no_hours_are_saved_up() -> None:
    """ack-api-quirks, DDB-TABLE-326, October 2026: one after each hour from the last one on."""
    history = ThroughputHistory(Throughput(1, 1))
    for _ in range(4):
        history = history.with_decrease(MORNING)
    assert history.next_decrease_at(MORNING) == MORNING + HOUR_SECONDS
    now = MORNING + 2.5 * HOUR_SECONDS
    assert history.next_decrease_at(now) == now
    history = history.with_decrease(now)
    assert history.next_decrease_at(now) == now + HOUR_SECONDS


def test_midnight_comes_before_the_hour() -> None:
    history = ThroughputHistory(Throughput(1, 1))
    late = MORNING + DAY_SECONDS - 60
    for _ in range(4):
        history = history.with_decrease(late)
    assert history.next_decrease_at(late) == MORNING + DAY_SECONDS
    assert history.decreases_today(MORNING + DAY_SECONDS) == 0


def test_the_oldest_of_four_switches_frees_the_next() -> None:
    history = ThroughputHistory(Throughput(0, 0))
    for hour in range(4):
        assert history.next_on_demand_at(MORNING + hour * HOUR_SECONDS) == MORNING + hour * HOUR_SECONDS
        history = history.with_on_demand(MORNING + hour * HOUR_SECONDS)
    assert history.next_on_demand_at(MORNING + 4 * HOUR_SECONDS) == MORNING + DAY_SECONDS


def test_a_change_up_and_down_counts_as_both_and_warms_nothing_yet() -> None:
    history = ThroughputHistory(warm_throughput(Throughput(5, 5)))
    history = history.with_change(Throughput(5, 5), Throughput(10, 1), MORNING)
    assert history.increased_at == history.decreased_at == MORNING
    assert history.warm == Throughput(5, 5)
    assert history.warmed(Throughput(10, 1)).warm == Throughput(10, 5)
    assert warm_throughput(Throughput(0, 0)) == Throughput(12_000, 4_000)
    assert is_lower(Throughput(1, 9), Throughput(2, 2)) and not is_lower(Throughput(2, 2), Throughput(2, 2))
