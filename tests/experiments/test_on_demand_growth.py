"""An hour of more load than a new on-demand table can take, on ten partition keys.

Source: ForcePartitionSplit.java, a sample of AWS for DynamoDB, whose comments tell what happened.
Published: in about an hour with 128 threads, the consumed write units were "capped at around 3000+, then 6000+, then
12000+, then 20000+, then dropped to 19000+"; then there were 56 partitions. For another hour with 256 threads it took
23,000 units a second, with no throttling, and the partitions stayed as they were.
Scenario: as many write units offered in each second of 75 minutes as 128 threads put with 6.25 ms each; then 23,000 for
an hour. The program puts single items to ten partition keys at random, with random sort keys. An offer stands for two
hundred puts, so the offers go to the keys in turn and over their sort keys evenly: drawn at random, they would vary
fourteen times as much as the puts.
Tolerance: each step is met within a tenth, as the figures are rounded down to thousands, and in their order. The
partitions are 56 give or take a quarter in the median of three seeds: when each is split is a matter of chance, and
which keys share one depends on the hash. Of the second hour one unit in a thousand may be refused, as two hundred units
come at one instant, also in the median; and the partitions that are near their limit may still split: a tenth more at
most.
"""

from dataclasses import dataclass
from random import Random
from statistics import median

from tests.experiments.offered import by_minute, item_key, offer_writes
from tests.throttling.world import World

OFFERED_UNITS, MINUTES = 20_480, 75
LATER_UNITS, LATER_MINUTES = 23_000, 60
REFUSED_SHARE, LATER_SPLITS_SHARE = 0.001, 0.1
STEPS, STEP_TOLERANCE = (3_000, 6_000, 12_000, 20_000), 0.1
PARTITIONS, PARTITION_TOLERANCE = 56, 0.25
KEYS = [f"II8ATBT5U6DUCIHGNSV1LNQTPRVV4KQNSO5AEMVJF66Q9ASUAA{number:02}" for number in range(1, 11)]
SEEDS = range(3)
GOLDEN_RATIO = (5**0.5 - 1) / 2
"""Steps of this size come to lie evenly, however many they are."""
SORT_KEYS = 2**31


@dataclass
class Keys:
    """Item keys of the ten partition keys in turn; each has its own evenly spread sort keys."""

    places: list[float]
    """Where each partition key last was among its sort keys, from 0 to 1."""
    count: int = 0

    def next(self) -> bytes:
        turn = self.count % len(KEYS)
        self.count += 1
        self.places[turn] = (self.places[turn] + GOLDEN_RATIO) % 1
        return item_key(KEYS[turn], f"{int(self.places[turn] * SORT_KEYS):010}")


@dataclass
class Run:
    """Units a second by minute, and the partitions, of both parts of the load."""

    served: list[int]
    partitions: int
    later_served: list[int]
    later_partitions: int


def run(seed: int, minutes: int, later_minutes: int = 0) -> Run:
    world = World(profile="realistic", seed=seed)
    world.create(sort_key=True)
    chance = Random(seed)
    next_key = Keys([chance.random() for _ in KEYS]).next
    served = by_minute(world, lambda: offer_writes(world, next_key, OFFERED_UNITS), minutes)
    partitions = len(world.table.keyspace.partitions)
    later = by_minute(world, lambda: offer_writes(world, next_key, LATER_UNITS), later_minutes)
    return Run(served, partitions, later, len(world.table.keyspace.partitions))


def first_minutes(served: list[int]) -> list[int]:
    """The minutes in which each step is met for the first time; those that never are, are missing."""
    firsts = []
    for step in STEPS:
        near = (minute for minute, each in enumerate(served, 1) if abs(each - step) <= STEP_TOLERANCE * step)
        firsts += list(near)[:1]
    return firsts


def test_the_first_step() -> None:
    first = run(0, minutes=1)
    assert abs(first.served[0] - STEPS[0]) <= STEP_TOLERANCE * STEPS[0]
    assert first.partitions == 4


def test_it_grows_step_by_step_to_20_000_in_about_an_hour_and_then_takes_23_000() -> None:
    runs = [run(seed, MINUTES, LATER_MINUTES) for seed in SEEDS]
    for each in runs:
        minutes = first_minutes(each.served)
        assert len(minutes) == len(STEPS) and minutes == sorted(minutes), each.served
        assert each.later_partitions <= (1 + LATER_SPLITS_SHARE) * each.partitions
    served = [sum(each.later_served) for each in runs]
    assert median(served) >= (1 - REFUSED_SHARE) * LATER_UNITS * LATER_MINUTES, served
    counts = [each.partitions for each in runs]
    assert abs(median(counts) - PARTITIONS) <= PARTITION_TOLERANCE * PARTITIONS, counts
