"""When schedules run, in their time zones."""

from datetime import datetime

import pytest

from thermodynamo.api.scaling import schedule


def instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def following(text: str, zone: str, after: str, begins_at: str = "2026-01-01T00:00+00:00") -> float | None:
    return schedule.parse(text, schedule.time_zone(zone)).next(instant(after), instant(begins_at))


def test_at_is_once_and_in_the_time_zone() -> None:
    text = "at(2026-07-01T12:00:00)"
    assert following(text, "America/New_York", "2026-06-01T00:00+00:00") == instant("2026-07-01T16:00+00:00")
    assert following(text, "America/New_York", "2026-07-01T16:00+00:00") is None
    assert following(text, "UTC", "2026-06-01T00:00+00:00", "2026-08-01T00:00+00:00") is None


def test_a_rate_counts_from_its_beginning() -> None:
    after, beginning = "2026-01-01T03:10+00:00", "2026-01-01T00:05+00:00"
    assert following("rate(1 hour)", "UTC", after, beginning) == instant("2026-01-01T04:05+00:00")
    assert following("rate(90 minutes)", "UTC", after, beginning) == instant("2026-01-01T04:35+00:00")
    assert following("rate(7 days)", "UTC", after, beginning) == instant("2026-01-08T00:05+00:00")


@pytest.mark.parametrize("text", ["rate(2 hour)", "rate(2hours)", "rate(120 minute)", "rate(02 hours)"])
def test_a_rate_may_be_written_in_several_ways(text: str) -> None:
    """By the syntax that the service tells."""
    assert following(text, "UTC", "2026-01-01T03:00+00:00", "2026-01-01T00:00+00:00") == instant(
        "2026-01-01T04:00+00:00"
    )


def test_a_rate_that_begins_later_begins_then() -> None:
    beginning = "2026-02-01T00:00+00:00"
    assert following("rate(1 day)", "UTC", "2026-01-01T00:00+00:00", beginning) == instant(beginning)


def test_cron_keeps_its_local_time_when_clocks_change() -> None:
    text = "cron(0 20 * * ? *)"
    assert following(text, "Europe/Berlin", "2026-03-28T12:00+00:00") == instant("2026-03-28T19:00+00:00")
    assert following(text, "Europe/Berlin", "2026-03-29T12:00+00:00") == instant("2026-03-29T18:00+00:00")


def test_cron_runs_once_where_an_hour_is_left_out_or_comes_twice() -> None:
    text = "cron(30 2 * * ? *)"
    skipped = following(text, "Europe/Berlin", "2026-03-28T12:00+00:00")
    assert skipped == instant("2026-03-29T01:30+00:00")
    assert following(text, "Europe/Berlin", "2026-03-29T01:30+00:00") == instant("2026-03-30T00:30+00:00")
    assert following(text, "Europe/Berlin", "2026-10-24T12:00+00:00") == instant("2026-10-25T00:30+00:00")
    assert following(text, "Europe/Berlin", "2026-10-25T00:30+00:00") == instant("2026-10-26T01:30+00:00")


def test_cron_may_run_at_the_very_beginning() -> None:
    beginning = "2026-05-01T08:00+00:00"
    assert following("cron(0 8 * * ? *)", "UTC", "2026-01-01T00:00+00:00", beginning) == instant(beginning)


@pytest.mark.parametrize(
    "text",
    ["", "30 3 * * *", "at(2026-07-01)", "at(2026-13-01T00:00:00)", "rate(0 days)", "rate(1  hour)", "rate(1 month)"],
)
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(schedule.ScheduleError):
        schedule.parse(text, schedule.time_zone(None))


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "/etc/passwd", "\x00"])
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(schedule.ScheduleError):
        schedule.time_zone(name)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_ends_of_the_calendar(time: str, zone: str) -> None:
    following(f"at({time})", zone, "2026-01-01T00:00+00:00")
