"""The points of the minutes, which are what the alarms look at."""

from thermodynamo.api.scaling.points import MINUTES_KEPT, MinutePoints


def test_minutes_without_use_are_zero_and_those_before_the_first_are_unknown() -> None:
    points = MinutePoints("table", 100, 10)
    points.sample(120, 10)
    points.sample(120, 11)
    points.sample(121, 12)
    assert points.last(3, 12) == [10.0, 0.0, 0.5]
    assert points.last(4, 12) is None
    assert points.last(3, 500) == [0.0, 0.0, 0.0]


def test_minutes_that_ended_together_share_what_was_used() -> None:
    points = MinutePoints("table", 0, 10)
    points.sample(7, 12, 3)
    used = points.last(3, 12)
    assert used is not None and sum(used) == 3.5 and max(used) - min(used) <= 0.5


def test_a_total_that_begins_anew_is_counted_from_nothing() -> None:
    points = MinutePoints("table", 100, 10)
    points.sample(6, 10)
    assert points.last(1, 10) == [3.0]


def test_no_more_is_kept_than_is_looked_at() -> None:
    points = MinutePoints("table", 0, 0)
    for minute in range(100):
        points.sample(minute + 1, minute)
    assert len(points.stored) == MINUTES_KEPT
    points.sample(1_000, 1_000, 900)
    assert len(points.stored) == MINUTES_KEPT
