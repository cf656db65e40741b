"""An hour of more load than a new on-demand table can take, on ten partition keys.

Source: ForcePartitionSplit.java, a sample of AWS for DynamoDB, whose comments tell what happened.
Published: the consumed write units were "capped at around 3000+, then 6000+, then 12000+, then 20000+, then dropped to
19000+" within about an hour; then there were 56 partitions.
Scenario: 23,000 write units offered in each second of an hour to ten partition keys with random sort keys.
Tolerance: the steps are named by thousands, so each counts from 90 % of its figure; half more or fewer partitions.
"""

from random import Random

from tests.experiments.offered import by_minute, item_key, offer_writes, reaches
from tests.throttling.world import World

OFFERED_UNITS = 23_000
STEPS = (3_000, 6_000, 12_000, 20_000)
STEP_TOLERANCE = 0.1
PARTITIONS, PARTITION_TOLERANCE = 56, 0.5
KEYS = [f"II8ATBT5U6DUCIHGNSV1LNQTPRVV4KQNSO5AEMVJF66Q9ASUAA{number:02}" for number in range(1, 11)]


def run(minutes: int) -> tuple[list[int], int]:
    """The units a second by minute, and the partitions in the end."""
    world = World(profile="realistic")
    world.create(sort_key=True)
    chance = Random(1)

    def next_key() -> bytes:
        return item_key(chance.choice(KEYS), f"{chance.randrange(2**31):010}")

    served = by_minute(world, lambda: offer_writes(world, next_key, OFFERED_UNITS), minutes)
    return served, len(world.table.keyspace.partitions)


def test_the_first_step() -> None:
    (served,), partitions = run(minutes=1)
    assert STEPS[0] * (1 - STEP_TOLERANCE) <= served < STEPS[1]
    assert partitions == 4


def test_it_grows_to_20_000_in_an_hour() -> None:
    served, partitions = run(minutes=60)
    minutes = [reaches(served, round(step * (1 - STEP_TOLERANCE))) for step in STEPS]
    assert None not in minutes, served
    assert abs(partitions - PARTITIONS) <= PARTITION_TOLERANCE * PARTITIONS
