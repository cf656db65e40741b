"""Delays: fixed, or drawn from a range by a seed."""

import pytest

from thermodynamo.settings.delays import NEAR_SHARE, Delay, DelayError, parse, parse_positive


@pytest.mark.parametrize(("text", "low", "high"), [("0", 0, 0), ("0.5", 0.5, 0.5), ("0.1-2", 0.1, 2), ("3-3", 3, 3)])
def test_seconds_or_a_range(text: str, low: float, high: float) -> None:
    assert parse(text) == Delay(low, high)


@pytest.mark.parametrize("text", ["", "-1", "a", "2-1", "nan", "inf", "1-inf", "1-2-3"])
def test_what_is_no_delay(text: str) -> None:
    with pytest.raises(DelayError):
        parse(text)


def test_one_seed_draws_the_same_within_the_range() -> None:
    delay = Delay(0.1, 2)
    one, same, other = (delay.sampler(seed) for seed in ("a", "a", "b"))
    drawn = [one() for _ in range(20)]
    assert drawn == [same() for _ in range(20)] != [other() for _ in range(20)]
    assert all(0.1 <= seconds <= 2 for seconds in drawn) and len(set(drawn)) > 1


@pytest.mark.parametrize("text", ["0", "0-5", "-1", "a"])
def test_what_takes_no_time_is_no_positive_delay(text: str) -> None:
    with pytest.raises(DelayError):
        parse_positive(text)
    assert parse_positive("3-5") == Delay(3, 5)


def test_delays_near_each_other_lie_within_a_fifth_of_one() -> None:
    delay = Delay(100, 1_000)
    middles = set()
    for seed in "abcdef":
        draw, same = delay.near_each_other(seed), delay.near_each_other(seed)
        drawn = [draw() for _ in range(50)]
        assert drawn == [same() for _ in range(50)]
        assert all(100 <= seconds <= 1_000 for seconds in drawn)
        assert max(drawn) <= min(drawn) * (1 + NEAR_SHARE) / (1 - NEAR_SHARE)
        middles.add(round(drawn[0]))
    assert len(middles) > 3, "each seed has a time of its own"
    assert {Delay(5, 5).near_each_other("a")() for _ in range(3)} == {5}
