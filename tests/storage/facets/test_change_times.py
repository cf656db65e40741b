"""When settings were changed, and when they may change again."""

from thermodynamo_storage.facets.change_times import ChangeTimes

HOUR = 3600
DAY = 24 * HOUR


def test_at_first_everything_may_change() -> None:
    times = ChangeTimes()
    assert times.protection_free_at(5) == times.encryption_free_at(5) == 5
    assert not times.is_class_spent(5)


def test_protection_waits_from_its_last_change() -> None:
    times = ChangeTimes().with_protection(100)
    assert [times.protection_free_at(now) for now in (100, 114, 115, 200)] == [115, 115, 115, 200]


def test_two_changes_of_the_class_count_for_thirty_days_each() -> None:
    times = ChangeTimes().with_class(0).with_class(DAY)
    assert times.is_class_spent(30 * DAY - 1) and not times.is_class_spent(30 * DAY)
    times = times.with_class(30 * DAY)
    assert times.table_class == (DAY, 30 * DAY)
    assert times.is_class_spent(31 * DAY - 1) and not times.is_class_spent(31 * DAY)


def test_encryption_is_free_four_times_then_after_each_pause_until_the_window_ends() -> None:
    times = ChangeTimes()
    for now in range(4):
        assert times.encryption_free_at(now) == now
        times = times.with_encryption(now)
    assert times.encryption_free_at(4) == 3 + 6 * HOUR
    for now in (3 + 6 * HOUR, 3 + 12 * HOUR, 3 + 18 * HOUR):
        times = times.with_encryption(now)
    assert times.encryption_free_at(20 * HOUR) == DAY, "a new window begins before the pause is over"
    assert times.encryption_changes(DAY)[0] == 1
