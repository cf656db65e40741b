"""Capacity units of reads and writes, counted in halves: the worked examples of the developer guide and the edges.

Token buckets: exact to the half unit, refilled by `now` alone.
"""

import pytest

from thermodynamo_storage.capacity.units import TokenBucket, read_half_units, write_half_units

NOW = 1_767_225_600.0


@pytest.mark.parametrize(
    ("size_bytes", "consistent", "eventual"),
    [
        (0, 2, 1),
        (1, 2, 1),
        (4096, 2, 1),
        (4097, 4, 2),
        (3500, 2, 1),
        (40_800, 20, 10),
        (96_000, 48, 24),
        (409_600, 200, 100),
    ],
)
def test_reads_cost_a_unit_per_4_kb_and_half_if_eventually_consistent(
    size_bytes: int, consistent: int, eventual: int
) -> None:
    assert read_half_units(size_bytes, True) == consistent
    assert read_half_units(size_bytes, False) == eventual


@pytest.mark.parametrize(
    ("old_bytes", "new_bytes", "half_units"),
    [
        (0, 0, 2),
        (0, 1, 2),
        (0, 1024, 2),
        (0, 1025, 4),
        (0, 512, 2),
        (0, 3500, 8),
        (2048, 100, 4),
        (100, 2049, 6),
        (3000, 0, 6),
    ],
)
def test_writes_cost_a_unit_per_kb_of_the_larger_image(old_bytes: int, new_bytes: int, half_units: int) -> None:
    assert write_half_units(old_bytes, new_bytes) == half_units


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


def test_a_copy_has_what_is_left_and_goes_its_own_way() -> None:
    bucket = TokenBucket(20, 6_000)
    bucket.set_tokens(500, NOW)
    bucket.charge(700, NOW + 3)
    copied = bucket.copy()
    assert [copied.tokens(NOW + seconds) for seconds in (3, 10, 500)] == [-140, 0, 6_000]
    copied.charge(50, NOW + 10)
    assert (bucket.tokens(NOW + 10), copied.tokens(NOW + 10)) == (0, -50)


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
