"""4,000 writes a second to one partition key, for eighty minutes.

Source: A. Quirino, dev.to, 2020: a load test of adaptive capacity on one partition key, "Settling down".
Published: the capacity goes up by 1,000 write units at random intervals, over more than an hour.
Scenario: random sort keys of one partition key, in a table that is warm for 8,000 units: the author's had grown.
Tolerance: what is served never more than doubles between two minutes, give or take a tenth, and 3,200 are reached
between minutes 10 and 80, in the median of three seeds: the intervals are only called random, the chart ends there, and
random keys do not spread evenly over four partitions.
"""

from itertools import pairwise
from random import Random
from statistics import median

from tests.experiments.offered import by_minute, item_key, offer_writes, reaches
from tests.throttling.world import World

OFFERED_UNITS, MINUTES = 4_000, 80
FIRST, FIRST_TOLERANCE = 1_000, 0.1
NEARLY_ALL = 3_200
MINUTES_MIN = 10
SEEDS = range(3)


def run(seed: int, minutes: int = MINUTES) -> list[int]:
    """The write units a second by minute."""
    world = World(profile="realistic", seed=seed)
    world.create(sort_key=True, WarmThroughput={"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 8_000})
    chance = Random(seed)

    def next_key() -> bytes:
        return item_key("the one", f"{chance.randrange(2**31):010}")

    return by_minute(world, lambda: offer_writes(world, next_key, OFFERED_UNITS), minutes)


def test_it_begins_with_one_partition() -> None:
    (served,) = run(0, minutes=1)
    assert abs(served - FIRST) <= FIRST_TOLERANCE * FIRST


def test_it_rises_step_by_step() -> None:
    runs = [run(seed) for seed in SEEDS]
    for served in runs:
        assert all(after <= 2.2 * before for before, after in pairwise(served))
    minutes = [reaches(served, NEARLY_ALL) or MINUTES + 1 for served in runs]
    assert MINUTES_MIN <= median(minutes) <= MINUTES, minutes
