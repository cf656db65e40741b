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


def test_each_hour_without_a_decrease_gives_one_back_but_never_more_than_four() -> None:
    history = ThroughputHistory(Throughput(1, 1))
    for _ in range(4):
        history = history.with_decrease(MORNING)
    assert history.next_decrease_at(MORNING) == MORNING + HOUR_SECONDS
    now = MORNING + 2.5 * HOUR_SECONDS
    assert history.decreases_left(now) == 2
    history = history.with_decrease(now)
    assert history.next_decrease_at(now) == now
    history = history.with_decrease(now)
    assert history.next_decrease_at(now) == now + HOUR_SECONDS
    assert history.decreases_left(now + 9 * HOUR_SECONDS) == 4
    assert history.decreases_left(MORNING + DAY_SECONDS) == 4


def test_decreases_spread_over_a_day_hold_back_none() -> None:
    history = ThroughputHistory(Throughput(1, 1))
    for hour in range(0, 24, 2):
        history = history.with_decrease(MORNING + hour * HOUR_SECONDS)
        assert history.decreases_left(MORNING + hour * HOUR_SECONDS) == 3


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


def test_a_change_up_and_down_counts_as_both_and_warmth_only_grows() -> None:
    history = ThroughputHistory(warm_throughput(Throughput(5, 5)))
    history = history.with_change(Throughput(5, 5), Throughput(10, 1), MORNING)
    assert history.increased_at == history.decreased_at == MORNING
    assert history.warm == Throughput(10, 5)
    assert warm_throughput(Throughput(0, 0)) == Throughput(12_000, 4_000)
    assert is_lower(Throughput(1, 9), Throughput(2, 2)) and not is_lower(Throughput(2, 2), Throughput(2, 2))
