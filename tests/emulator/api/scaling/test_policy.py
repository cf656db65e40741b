"""The alarms of a target tracking policy, against thresholds that were recorded."""

from thermodynamo.api.scaling.points import MinutePoints
from thermodynamo.api.scaling.policy import TargetTracking


def points_of(*units: float) -> MinutePoints:
    points = MinutePoints("table", 0, 0)
    total = 0
    for minute, used in enumerate(units):
        total += int(used * 2)
        points.sample(total, minute)
    return points


SEVENTY = TargetTracking(70.0, 0, 0, False)


def test_the_thresholds_are_those_of_recorded_alarms() -> None:
    """Of 1,263 provisioned units: GreaterThanThreshold 53046 in 2 periods, LessThanThreshold 37890 in 15."""
    assert not SEVENTY.is_high(points_of(53_046, 60_000), 1, 1_263)
    assert SEVENTY.is_high(points_of(53_046.5, 60_000), 1, 1_263)
    assert not SEVENTY.is_low(points_of(*[37_890] * 15), 14, 1_263)
    assert SEVENTY.is_low(points_of(*[37_889.5] * 15), 14, 1_263)


def test_one_minute_is_not_enough() -> None:
    assert not SEVENTY.is_high(points_of(10_000), 0, 1)
    assert not SEVENTY.is_high(points_of(10_000, 0), 1, 1)
    assert not SEVENTY.is_low(points_of(*[0] * 14), 13, 5)
    assert not SEVENTY.is_low(points_of(*[0] * 7, 1_000, *[0] * 7), 14, 5)


def test_a_target_of_20_percent_is_never_underrun() -> None:
    assert not TargetTracking(20.0, 0, 0, False).is_low(points_of(*[0] * 15), 14, 1_000)


def test_the_wanted_units_put_the_busiest_minute_on_the_target() -> None:
    assert SEVENTY.wanted(points_of(0, 4_200), 1, 2) == 100
    assert SEVENTY.wanted(points_of(4_201, 0), 1, 2) == 101
    assert SEVENTY.wanted(points_of(0, 0), 1, 2) == 1
