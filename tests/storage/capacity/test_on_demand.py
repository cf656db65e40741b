"""What an on-demand table serves: twice the peak that thirty minutes have made the previous one."""

from thermodynamo_storage.capacity.on_demand import SETTLING_SECONDS, Peak


def test_a_new_high_counts_after_half_an_hour() -> None:
    peak = Peak()
    assert peak.limit(8_000) == 8_000
    assert not peak.observe(7_000, 8_000, 60.0, 60.0)
    assert not peak.observe(7_500, 8_000, 120.0, 120.0)
    assert peak.limit(8_000) == 8_000
    assert not peak.observe(0, 8_000, 59.0 + SETTLING_SECONDS, 59.0 + SETTLING_SECONDS)
    assert peak.observe(0, 8_000, 60.0 + SETTLING_SECONDS, 60.0 + SETTLING_SECONDS)
    assert peak.limit(8_000) == 15_000


def test_a_peak_is_remembered_and_only_a_higher_one_replaces_it() -> None:
    peak = Peak()
    peak.observe(7_000, 8_000, 60.0, 60.0)
    peak.observe(0, 8_000, 60.0 + SETTLING_SECONDS, 60.0 + SETTLING_SECONDS)
    assert not peak.observe(6_000, 8_000, 100_000.0, 100_000.0)
    assert not peak.observe(6_000, 8_000, 200_000.0, 200_000.0)
    assert peak.limit(8_000) == 14_000
    peak.observe(9_000, 8_000, 300_000.0, 300_000.0)
    assert peak.observe(0, 8_000, 300_000.0 + SETTLING_SECONDS, 300_000.0 + SETTLING_SECONDS)
    assert peak.limit(8_000) == 18_000


def test_a_peak_that_nobody_followed_up_counts_from_the_end_of_its_minute() -> None:
    peak = Peak()
    assert not peak.observe(7_000, 8_000, 60.0, 59.0 + SETTLING_SECONDS)
    assert peak.observe(0, 8_000, 120.0, 60.0 + SETTLING_SECONDS)
    assert peak.limit(8_000) == 14_000
    late = Peak()
    assert late.observe(7_000, 8_000, 60.0, 5_000.0)
    assert late.limit(8_000) == 14_000


def test_a_trickle_is_no_new_high() -> None:
    """What serves 4,000 units whatever comes is treated as if 2,000 had been its peak."""
    peak = Peak()
    assert not peak.observe(10, 8_000, 60.0, 60.0)
    assert not peak.observe(4_000, 8_000, 120.0, 120.0)
    assert peak.candidate_at is None
    peak.observe(4_001, 8_000, 180.0, 180.0)
    assert peak.candidate_at == 180.0
