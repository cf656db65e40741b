"""An hour of more load than a new on-demand table can take, on ten partition keys.

Source: ForcePartitionSplit.java, a sample of AWS for DynamoDB, whose comments tell what happened.
Published: in about an hour with 128 threads, the consumed write units were "capped at around 3000+, then 6000+, then
12000+, then 20000+, then dropped to 19000+"; then there were 56 partitions. Another hour with 256 threads and 23,000
units a second left the partitions as they were.
Scenario: as many write units offered in each second of 75 minutes as 128 threads put with 6.25 ms each, to ten
partition keys with random sort keys; then 23,000 for a quarter of an hour.
Tolerance: each step is met within a tenth, as the figures are rounded down to thousands, and in their order. The
partitions are 56 give or take a quarter in the median of three seeds: when each is split is a matter of chance, and
which keys share one depends on the hash.
"""

from random import Random
from statistics import median

from tests.experiments.offered import by_minute, item_key, offer_writes
from tests.throttling.world import World

OFFERED_UNITS, MINUTES = 20_480, 75
LATER_UNITS, LATER_MINUTES = 23_000, 15
STEPS, STEP_TOLERANCE = (3_000, 6_000, 12_000, 20_000), 0.1
PARTITIONS, PARTITION_TOLERANCE = 56, 0.25
KEYS = [f"II8ATBT5U6DUCIHGNSV1LNQTPRVV4KQNSO5AEMVJF66Q9ASUAA{number:02}" for number in range(1, 11)]
SEEDS = range(3)


def run(seed: int, minutes: int, later_minutes: int = 0) -> tuple[list[int], int, int]:
    """The units a second by minute, the partitions after `minutes`, and those after some minutes of more load."""
    world = World(profile="realistic", seed=seed)
    world.create(sort_key=True)
    chance = Random(seed)

    def next_key() -> bytes:
        return item_key(chance.choice(KEYS), f"{chance.randrange(2**31):010}")

    served = by_minute(world, lambda: offer_writes(world, next_key, OFFERED_UNITS), minutes)
    partitions = len(world.table.keyspace.partitions)
    by_minute(world, lambda: offer_writes(world, next_key, LATER_UNITS), later_minutes)
    return served, partitions, len(world.table.keyspace.partitions)


def first_minutes(served: list[int]) -> list[int]:
    """The minutes in which each step is met for the first time; those that never are, are missing."""
    firsts = []
    for step in STEPS:
        near = (minute for minute, each in enumerate(served, 1) if abs(each - step) <= STEP_TOLERANCE * step)
        firsts += list(near)[:1]
    return firsts


def test_the_first_step() -> None:
    (served,), partitions, _ = run(0, minutes=1)
    assert abs(served - STEPS[0]) <= STEP_TOLERANCE * STEPS[0]
    assert partitions == 4


def test_it_grows_step_by_step_to_20_000_in_about_an_hour() -> None:
    runs = [run(seed, MINUTES, LATER_MINUTES) for seed in SEEDS]
    for served, _, _ in runs:
        minutes = first_minutes(served)
        assert len(minutes) == len(STEPS) and minutes == sorted(minutes), served
    counts = [partitions for _, partitions, _ in runs]
    assert abs(median(counts) - PARTITIONS) <= PARTITION_TOLERANCE * PARTITIONS, counts
    assert [later for _, _, later in runs] == counts
