"""Delays: fixed, or drawn from a range by a seed."""

import pytest

from thermodynamo.settings.delays import Delay, DelayError, parse


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
