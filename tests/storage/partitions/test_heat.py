"""Heat meters: a ring of seconds, hot keys and collections of the last minutes, and bounded memory."""

import random
import sys
from collections import Counter

import pytest

from thermodynamo_storage.partitions.heat import GAP_WEIGHT, RING_SECONDS, SAMPLES_MAX, HeatMeter
from thermodynamo_storage.values import keys

NOW = 1_767_225_600.25


@pytest.mark.parametrize("seed", range(5))
def test_cool_keys_make_a_hot_collection_whose_weight_is_off_by_the_stated_error_at_most(seed: int) -> None:
    """Most of its keys are forgotten again and again, and no key stands out."""
    chance = random.Random(seed)
    meter, exact = HeatMeter(NOW), Counter[bytes]()
    for number in range(20_000):
        if number % 100 == 0:
            meter.turn(NOW + number / 2_000)
        collection = keys.item_key(keys.part("S", f"c{int(chance.paretovariate(0.5))}"))
        meter.write(collection + keys.part("S", f"{chance.randrange(100_000):06}"), 2)
        exact[collection] += 6
    found, error = meter.heaviest_collections(NOW + 10)
    assert found[0][0] == exact.most_common(1)[0][0]
    assert error < 0.05 * exact.total()
    for collection, weight in found:
        assert abs(weight - exact[collection]) <= error


def test_a_key_weighs_what_it_was_asked_for_but_for_the_stated_error() -> None:
    """Half of the load, counted at gaps only: the key whose weight varies most. The error is not overstated either."""
    key, others = b"hot", [b"cool%d" % number for number in range(20)]
    off = []
    for seed in range(40):
        chance = random.Random(seed)
        meter = HeatMeter(NOW)
        meter.turn(NOW + 1, 0)
        weight = 0
        for _ in range(10_000):
            is_hot = chance.random() < 0.5
            meter.read(key if is_hot else chance.choice(others), 2)
            weight += 2 * is_hot
        found, error = meter.heaviest(NOW + 1)
        off.append(abs(dict(found)[key] - weight) / error)
    assert 0.5 < max(off) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_a_heavy_second_is_counted_rarely_and_its_error_stays_a_part_of_it(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many writes as a server takes: 20,000 and ten times that cost about as much, and are off by as little."""
    counted = Counter[int]()
    count = HeatMeter.count

    def watched(meter: HeatMeter, key: bytes, own_weight: int) -> None:
        counted[requests] += 1
        count(meter, key, own_weight)

    monkeypatch.setattr(HeatMeter, "count", watched)
    for requests in (20_000, 200_000):
        chance = random.Random(seed)
        meter, weight = HeatMeter(NOW), 0
        for _ in range(requests):
            is_hot = chance.random() < 0.5
            meter.write(b"hot" if is_hot else b"cool%d" % chance.randrange(20), 2)
            weight += 6 * is_hot
        found, error = meter.heaviest(NOW)
        assert found[0][0] == b"hot"
        assert abs(found[0][1] - weight) <= error <= 0.12 * 6 * requests
    assert counted[20_000] < 1_200
    assert counted[200_000] < 2 * counted[20_000]


def test_all_weight_is_given_to_some_key_whatever_seconds_begin() -> None:
    meter = HeatMeter(NOW)
    for number in range(5_000):
        meter.turn(NOW + number / 10, 0)
        meter.read(b"k", 2)
        counted = sum(sum(sketch.counts.values()) for sketch in (meter.keys, meter.older_keys) if sketch is not None)
        if number < 600:
            assert 0 <= 2 * (number + 1) - counted < 2 * GAP_WEIGHT


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
    """Of keys of 80 bytes some 200 KB, whatever comes."""
    meter = HeatMeter(NOW)
    for number in range(200_000):
        if number % 2_000 == 0:
            meter.turn(NOW + number / 2_000)
        key = keys.item_key(keys.part("S", f"{number:064}"))
        meter.write(key, 2)
        meter.refuse(key, "reason")
    meter.check()
    assert len(meter.samples) == SAMPLES_MAX
    of_keys = [meter.keys, meter.older_keys, meter.refused_keys, meter.older_refused_keys]
    sketches = [sketch for each in of_keys if each is not None for sketch in (each, each.collections) if sketch]
    assert len(sketches) == 8
    held = {*meter.samples, *(key for sketch in sketches for key in (*sketch.counts, *sketch.begun))}
    dictionaries = [each for sketch in sketches for each in (sketch.counts, sketch.begun)]
    assert sum(map(sys.getsizeof, (*held, meter.ring, *dictionaries, meter.samples))) < 300_000


def test_samples_stand_for_the_load_even_if_it_repeats_itself() -> None:
    """64 keys in turn, which gaps of 64 half units would sample as one."""
    meter = HeatMeter(NOW)
    for number in range(60_000):
        if number % 6_000 == 0:
            meter.turn(NOW + number / 6_000)
        meter.read(b"%02d" % (number % 64), 1)
    found = Counter(meter.samples)
    assert len(found) == 64 and max(found.values()) < 30
