"""9,900 reads a second of one partition key.

Source: A. Quirino, dev.to, 2020: a load test of adaptive capacity on one partition key, "Smoking Test: Higher Load".
Published: a new on-demand table was filled with 900 writes a second for ten minutes; then 9,900 reads a second ran into
a plateau of 6,000, and after about 8 minutes reached 9,000 and more, without throttling.
Scenario: the writes, then strongly consistent reads of random sort keys for ten minutes.
Tolerance: the runs that begin on the plateau reach 9,000 between minutes 4 and 12, in the median, as the author calls
the intervals random. They are six of ten at least; in the others, the writes have split nothing within ten minutes.
"""

from random import Random
from statistics import median

from tests.experiments.offered import MINUTE, by_minute, item_key, offer_reads, offer_writes, reaches
from tests.throttling.world import World

WRITTEN_UNITS, WRITTEN_MINUTES = 900, 10
READ_UNITS, READ_MINUTES = 9_900, 14
PLATEAU, PLATEAU_TOLERANCE = 6_000, 0.1
RISEN = 9_000
MINUTES_MIN, MINUTES_MAX = 4, 12
SEEDS = range(10)
RUNS_MIN = 6


def run(seed: int) -> list[int]:
    """The read units a second by minute."""
    world = World(profile="realistic", seed=seed)
    world.create(sort_key=True)
    chance = Random(seed)

    def next_key() -> bytes:
        return item_key("the one", f"{chance.randrange(540_000):06}")

    by_minute(world, lambda: offer_writes(world, next_key, WRITTEN_UNITS), WRITTEN_MINUTES)
    world.pass_seconds(MINUTE)
    return by_minute(world, lambda: offer_reads(world, next_key, READ_UNITS, is_consistent=True), READ_MINUTES)


def test_the_plateau_and_the_rise() -> None:
    runs = [served for served in map(run, SEEDS) if abs(served[0] - PLATEAU) <= PLATEAU_TOLERANCE * PLATEAU]
    assert len(runs) >= RUNS_MIN
    minutes = [reaches(served, RISEN) or READ_MINUTES + 1 for served in runs]
    assert MINUTES_MIN <= median(minutes) <= MINUTES_MAX, minutes
