"""How far back a table could be restored."""

from thermodynamo_storage.facets.recovery import DAY_SECONDS, PointInTimeRecovery


def test_the_latest_time_trails_by_five_minutes_and_never_lies_before_the_beginning() -> None:
    recovery = PointInTimeRecovery(1000.7, 35)
    assert [recovery.latest_at(now) for now in (1000.9, 1300.0, 1301.9)] == [1000, 1000, 1001]


def test_the_earliest_time_moves_on_once_the_period_is_over() -> None:
    recovery = PointInTimeRecovery(1000.0, 2)
    assert [recovery.earliest_at(1000 + days * DAY_SECONDS) for days in (0, 2, 3)] == [1000, 1000, 1000 + DAY_SECONDS]
