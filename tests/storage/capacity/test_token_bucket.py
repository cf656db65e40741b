"""Token buckets: exact to the half unit, refilled by `now` alone."""

import pytest

from thermodynamo_storage.capacity.units import TokenBucket

NOW = 1_767_225_600.0


def spend(bucket: TokenBucket, half_units: int, now: float) -> int:
    """Spends while tokens are left; how often that was."""
    count = 0
    while bucket.has(now):
        bucket.charge(half_units, now)
        count += 1
    return count


@pytest.mark.parametrize("fraction", [0.0, 0.1, 1 / 3, 0.7])
def test_a_full_bucket_holds_its_depth_and_refills_at_its_rate(fraction: float) -> None:
    bucket = TokenBucket(2_000, 2_000)
    now = NOW + fraction
    assert spend(bucket, 2, now) == 1_000
    assert spend(bucket, 2, now + 0.5) == 500
    assert spend(bucket, 2, now + 0.5) == 0
    assert spend(bucket, 2, now + 100) == 1_000


def test_the_last_token_admits_any_cost_and_the_debt_is_paid_off() -> None:
    bucket = TokenBucket(2, 2)
    assert spend(bucket, 700, NOW) == 1
    assert bucket.tokens(NOW) == -698
    assert not bucket.has(NOW + 349)
    assert bucket.has(NOW + 350)


def test_draining_filling_and_a_new_rate() -> None:
    bucket = TokenBucket(20, 6_000)
    bucket.set_tokens(0, NOW)
    assert not bucket.has(NOW) and bucket.has(NOW + 1)
    bucket.set_tokens(10_000, NOW)
    assert bucket.tokens(NOW) == 6_000
    bucket.set_rate(40, 100, NOW)
    assert bucket.tokens(NOW) == 100
    bucket.set_tokens(0, NOW)
    bucket.set_rate(10, 3_000, NOW)
    assert bucket.tokens(NOW + 5) == 50
