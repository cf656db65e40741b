"""Load on the table `load`: which keys it goes to, and what comes of it."""

from collections import Counter

from tests.throttling.world import World
from thermodynamo_storage.values import keys

KEY_RANGE = "TableWriteKeyRangeThroughputExceeded"
PROVISIONED = "TableWriteProvisionedThroughputExceeded"
WRITE_BYTES = 10 * 1024
"""An item of ten write units: fewer requests for the same load."""
UNITS = 10


def keys_by_partition(world: World, count: int) -> list[list[str]]:
    """`count` keys for each of the table's partitions."""
    partitions = world.table.keyspace.partitions
    found: dict[int, list[str]] = {partition.id: [] for partition in partitions}
    number = 0
    while any(len(each) < count for each in found.values()):
        name = f"key{number}"
        place = world.table.keyspace.locate(keys.item_key(keys.part("S", name))).id
        if len(found[place]) < count:
            found[place].append(name)
        number += 1
    return list(found.values())


def create_with_local_index(world: World) -> None:
    index = {
        "IndexName": "byWhen",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "when", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "when")]
    world.create(sort_key=True, LocalSecondaryIndexes=[index], AttributeDefinitions=names)


def drive(world: World, names: list[str], units_per_second: int, seconds: int) -> Counter[str]:
    """Writes evenly to the keys in turn; what came of it by units."""
    outcomes: Counter[str] = Counter()
    for _ in range(seconds):
        for number in range(units_per_second // UNITS):
            outcomes[world.put(names[number % len(names)], size_bytes=WRITE_BYTES)] += UNITS
        world.pass_seconds(1)
    return outcomes
