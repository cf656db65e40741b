"""Routed buckets: the rate holds over a minute, tiny tables take far more, and a seed repeats it."""

import random
from statistics import median

from thermodynamo_storage.capacity.routed_bucket import VENDING_SECONDS, RoutedBucket


def served(rate: float, depth: float, cost: int, seconds: int, step_seconds: float, seed: int = 1) -> int:
    """Half units that a bucket admits of requests at a steady pace."""
    bucket = RoutedBucket(rate, depth, random.Random(seed).random)
    bucket.set_tokens(0, 1_000_000.0)
    total, now = 0, 1_000_000.0
    for _ in range(int(seconds / step_seconds)):
        now += step_seconds
        if bucket.has(now):
            bucket.charge(cost, now)
            total += cost
    return total


def test_a_large_table_gets_about_its_rate() -> None:
    total = served(2_000, 600_000, 2, 120, 0.0005)
    assert 0.8 * 2_000 * 120 <= total <= 1.2 * 2_000 * 120


def test_a_table_of_one_unit_takes_most_writes_of_351_units_12_seconds_apart() -> None:
    """Published capture: 27 of 31 succeeded."""
    counts = [served(2, 600, 702, 372, 12.0, seed) / 702 for seed in range(9)]
    assert 25 <= median(counts) <= 29, counts


def test_a_seed_repeats_itself() -> None:
    assert served(20, 6_000, 40, 60, 0.1, seed=5) == served(20, 6_000, 40, 60, 0.1, seed=5)


def test_a_drained_bucket_takes_as_long_to_recover_as_it_was_told() -> None:
    bucket = RoutedBucket(20, 6_000, random.Random(1).random)
    bucket.set_tokens(-20 * 60, 1_000.0)
    assert not any(bucket.has(1_000.0 + second) for second in range(60))
    assert bucket.has(1_060.0)
    bucket.set_tokens(6_000, 2_000.0)
    assert bucket.has(2_000.0)


def test_a_debt_outlasts_no_change_of_the_rate() -> None:
    bucket = RoutedBucket(2, 600, random.Random(1).random)
    bucket.charge(700, 1_000.0)
    bucket.set_rate(20, 6_000, 1_000.0)
    assert bucket.has(1_001.0 + VENDING_SECONDS)
