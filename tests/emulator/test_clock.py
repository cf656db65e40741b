"""The clock that can be turned."""

import time

import pytest

from emulator.clock import INSTANT_MAX, VirtualClock, parse_instant


def test_it_tells_the_time_of_the_machine_until_it_is_turned() -> None:
    clock = VirtualClock()
    assert clock.now is time.time and (clock.mode, clock.rate) == ("system", 1.0)


def test_it_starts_frozen_where_it_is_told() -> None:
    clock = VirtualClock(1000.0)
    time.sleep(0.01)
    assert clock.now() == 1000.0 and (clock.mode, clock.rate) == ("virtual", 0.0)


def test_a_turned_clock_keeps_its_rate() -> None:
    clock = VirtualClock()
    clock.move_to(time.time() + 3600)
    assert clock.mode == "virtual" and clock.rate == 1.0
    assert 3599 < clock.now() - time.time() < 3601
    frozen = VirtualClock(1000.0)
    frozen.move_to(2000.0)
    assert frozen.now() == 2000.0 and frozen.rate == 0.0


def test_it_never_goes_back() -> None:
    clock = VirtualClock(1000.0)
    clock.move_to(999.0)
    assert clock.now() == 1000.0


def test_it_stops_at_the_last_instant_that_can_be_written() -> None:
    clock = VirtualClock(1000.0)
    clock.run(1e308)
    time.sleep(0.001)
    assert clock.now() == INSTANT_MAX


def test_it_runs_at_a_rate_and_changes_of_rate_lose_no_time() -> None:
    clock = VirtualClock(1000.0)
    clock.run(1000.0)
    time.sleep(0.02)
    clock.run(0.0)
    stopped_at = clock.now()
    assert 1015 < stopped_at < 1500
    clock.run(0.001)
    assert stopped_at <= clock.now() < stopped_at + 1


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        (0, 0.0),
        (1.5, 1.5),
        ("1767225600", 1767225600.0),
        ("2026-01-01T00:00:00Z", 1767225600.0),
        ("2026-01-01", 1767225600.0),
        ("2026-01-01T01:00:00+01:00", 1767225600.0),
    ],
)
def test_instants(value: str | float, instant: float) -> None:
    assert parse_instant(value) == instant


@pytest.mark.parametrize("value", ["", "yesterday", "nan", "inf", -1, 1e12, "9999999999999"])
def test_what_is_no_instant(value: str | float) -> None:
    with pytest.raises(ValueError):
        parse_instant(value)
