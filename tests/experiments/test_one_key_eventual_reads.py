"""Eventually consistent reads of one partition key, as many as it serves.

Source: AWS database blog, "Scaling DynamoDB: How partitions, hot keys, and split for heat impact performance (Part 2:
Querying)", figure 1.
Published: 4,500 read units, which is 9,000 queries a second, for at least the first 10 minutes.
Scenario: a new on-demand table, 6,000 units of eventually consistent reads offered in each second of ten minutes.
Tolerance: a tenth, as the figure is read off a chart.
"""

from random import Random

from tests.experiments.offered import by_minute, item_key, offer_reads
from tests.throttling.world import World

OFFERED_UNITS = 6_000
PUBLISHED_UNITS, TOLERANCE = 4_500, 0.1
MINUTES = 10
SEEDS = range(12)


def run(minutes: int, seed: int = 0) -> list[int]:
    """The read units a second by minute."""
    world = World(profile="realistic", seed=seed)
    world.create(sort_key=True)
    chance = Random(1)

    def next_key() -> bytes:
        return item_key("the one", f"{chance.randrange(500_000):06}")

    return by_minute(world, lambda: offer_reads(world, next_key, OFFERED_UNITS, is_consistent=False), minutes)


def test_replicas_share_the_reads() -> None:
    (served,) = run(minutes=1)
    assert abs(served - PUBLISHED_UNITS) <= TOLERANCE * PUBLISHED_UNITS


def test_so_it_stays_for_ten_minutes() -> None:
    for seed in SEEDS:
        served = run(MINUTES, seed)
        assert all(abs(each - PUBLISHED_UNITS) <= TOLERANCE * PUBLISHED_UNITS for each in served), (seed, served)
