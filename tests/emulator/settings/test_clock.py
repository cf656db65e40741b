"""The clock that can be turned."""

import time
from types import SimpleNamespace

import pytest

from thermodynamo.settings.clock import INSTANT_MAX, VirtualClock, parse_instant


def test_it_tells_the_time_of_the_machine_until_it_is_turned() -> None:
    clock = VirtualClock()
    assert clock.now is time.time and (clock.mode, clock.rate) == ("system", 1.0)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The machine's clocks as the clock reads them: they show `seconds`."""
    machine = SimpleNamespace(seconds=50.0)
    machine.time = machine.monotonic = lambda: machine.seconds
    monkeypatch.setattr("thermodynamo.settings.clock.time", machine)
    return machine


def test_it_starts_frozen_where_it_is_told(machine: SimpleNamespace) -> None:
    clock = VirtualClock(1000.0)
    machine.seconds += 10
    assert clock.now() == 1000.0 and (clock.mode, clock.rate) == ("virtual", 0.0)


def test_a_turned_clock_keeps_its_rate(machine: SimpleNamespace) -> None:
    clock = VirtualClock()
    clock.move_to(machine.seconds + 3600)
    assert clock.mode == "virtual" and clock.rate == 1.0
    machine.seconds += 10
    assert clock.now() == machine.seconds + 3600
    frozen = VirtualClock(1000.0)
    frozen.move_to(2000.0)
    assert frozen.now() == 2000.0 and frozen.rate == 0.0


def test_it_never_goes_back() -> None:
    clock = VirtualClock(1000.0)
    clock.move_to(999.0)
    assert clock.now() == 1000.0


def test_it_stops_at_the_last_instant_that_can_be_written(machine: SimpleNamespace) -> None:
    clock = VirtualClock(1000.0)
    clock.run(1e308)
    machine.seconds += 0.001
    assert clock.now() == INSTANT_MAX


def test_it_runs_at_a_rate_and_changes_of_rate_lose_no_time(machine: SimpleNamespace) -> None:
    clock = VirtualClock(1000.0)
    clock.run(1000.0)
    machine.seconds += 0.25
    clock.run(0.0)
    machine.seconds += 10
    assert clock.now() == 1250.0
    clock.run(0.5)
    assert clock.now() == 1250.0
    machine.seconds += 1
    assert clock.now() == 1250.5


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
