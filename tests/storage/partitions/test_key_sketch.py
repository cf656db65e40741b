"""A sketch is never off by more than it says."""

import random
from collections import Counter

import pytest

from thermodynamo_storage.partitions.key_sketch import KEYS_MAX, KeySketch


@pytest.mark.parametrize("seed", range(5))
def test_a_count_is_never_too_low_and_too_high_by_the_stated_error_at_most(seed: int) -> None:
    chance = random.Random(seed)
    sketch, exact = KeySketch(), Counter[bytes]()
    for _ in range(20_000):
        key = b"%d" % int(chance.paretovariate(0.6))
        sketch.add(key, 3)
        exact[key] += 3
    assert len(sketch.counts) <= KEYS_MAX
    sketch.check()
    for key, count in sketch.counts.items():
        assert exact[key] <= count <= exact[key] + sketch.floor
    for key, count in exact.items():
        assert key in sketch.counts or count <= sketch.floor
    assert max(sketch.counts, key=sketch.counts.__getitem__) == exact.most_common(1)[0][0]
