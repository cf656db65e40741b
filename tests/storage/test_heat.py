"""Heat meters: a ring of seconds, sketches that are never off by more than they say, and bounded memory."""

import random
import sys
from collections import Counter

import pytest

from storage.heat import KEYS_MAX, RING_SECONDS, SAMPLES_MAX, HeatMeter, KeySketch

NOW = 1_767_225_600.25


@pytest.mark.parametrize("seed", range(5))
def test_a_count_is_never_too_low_and_too_high_by_the_stated_error_at_most(seed: int) -> None:
    chance = random.Random(seed)
    sketch, exact = KeySketch(), Counter[bytes]()
    for _ in range(20_000):
        key = b"%d" % int(chance.paretovariate(0.6))
        sketch.add(key, 3)
        exact[key] += 3
    assert len(sketch.counts) <= KEYS_MAX
    for key, count in sketch.counts.items():
        assert exact[key] <= count <= exact[key] + sketch.floor
    for key, count in exact.items():
        assert key in sketch.counts or count <= sketch.floor
    assert sketch.heaviest()[0][0] == exact.most_common(1)[0][0]


def test_the_ring_tells_the_last_seconds_and_forgets_idle_ones() -> None:
    meter = HeatMeter(NOW)
    meter.read(b"k", 5)
    meter.turn(NOW + 1)
    meter.write(b"k", 4)
    meter.refuse(b"k", "reason")
    assert list(meter.seconds(NOW + 1, 2)) == [(0, 0, 0), (5, 0, 0)], "the second that runs is not shown"
    assert list(meter.seconds(NOW + 4, 4)) == [(5, 0, 0), (0, 4, 1), (0, 0, 0), (0, 0, 0)]
    meter.turn(NOW + 4)
    assert list(meter.seconds(NOW + 4, 4)) == [(5, 0, 0), (0, 4, 1), (0, 0, 0), (0, 0, 0)]
    meter.turn(NOW + 4 + RING_SECONDS)
    assert sum(sum(second) for second in meter.seconds(NOW + 4 + RING_SECONDS, RING_SECONDS)) == 0
    assert meter.refused_total == {"reason": 1}


@pytest.mark.parametrize("idle_seconds", [1, 299, 300, 301, 450, 600, 899])
def test_the_ring_holds_300_seconds_and_nothing_older(idle_seconds: int) -> None:
    meter = HeatMeter(NOW)
    meter.read(b"k", 5)
    meter.turn(NOW + idle_seconds)
    found = list(meter.seconds(NOW + idle_seconds, RING_SECONDS))
    assert len(found) == RING_SECONDS
    assert found.count((0, 0, 0)) == RING_SECONDS - (idle_seconds <= RING_SECONDS)
    assert idle_seconds > RING_SECONDS or found[-idle_seconds] == (5, 0, 0)


def test_a_steady_load_fills_the_whole_window() -> None:
    meter = HeatMeter(NOW)
    for second in range(2 * RING_SECONDS):
        meter.write(b"k", 7)
        meter.turn(NOW + second + 1)
    assert list(meter.seconds(NOW + 2 * RING_SECONDS, RING_SECONDS)) == [(0, 7, 0)] * RING_SECONDS


def test_hot_keys_are_those_of_the_last_minutes() -> None:
    meter = HeatMeter(NOW)
    meter.read(b"old", 10)
    meter.turn(NOW + 61)
    meter.read(b"new", 1)
    assert [key for key, _ in meter.heaviest(NOW + 61)[0]] == [b"old", b"new"]
    meter.turn(NOW + 122)
    assert [key for key, _ in meter.heaviest(NOW + 122)[0]] == [b"new"]
    assert meter.heaviest(NOW + 1_000) == ([], 0)


def test_refused_keys_are_those_of_the_last_minutes_whether_or_not_anything_came_since() -> None:
    meter = HeatMeter(NOW)
    meter.refuse(b"early", "reason")
    assert meter.most_refused(NOW + 119) == [(b"early", 1)] and meter.most_refused(NOW + 120) == []
    for second in range(1, 200):
        meter.turn(NOW + second)
        meter.write(b"k", 2)
        if second == 150:
            meter.refuse(b"late", "reason")
    assert meter.most_refused(NOW + 199) == [(b"late", 1)]


def test_a_meter_takes_a_bounded_amount_of_memory() -> None:
    meter = HeatMeter(NOW)
    for number in range(200_000):
        if number % 2_000 == 0:
            meter.turn(NOW + number / 2_000)
        meter.write(b"%064d" % number, 2)
        meter.refuse(b"%064d" % number, "reason")
    meter.check()
    assert len(meter.samples) == SAMPLES_MAX
    keys = {*meter.keys.counts, *meter.samples}
    assert meter.refused_keys is not None
    rings = (meter.read_ring, meter.write_ring, meter.refused_ring)
    counts = (meter.keys.counts, meter.refused_keys.counts, meter.samples)
    assert sum(map(sys.getsizeof, (*keys, *rings, *counts))) < 128_000


def test_samples_stand_for_the_load_even_if_it_repeats_itself() -> None:
    """64 keys in turn, which gaps of 64 half units would sample as one."""
    meter = HeatMeter(NOW)
    for number in range(60_000):
        meter.read(b"%02d" % (number % 64), 1)
    found = Counter(meter.samples)
    assert len(found) == 64 and max(found.values()) < 30
