"""Two thousand puts into a table of 100 write units whose index has five.

Source: AWS workshop amazon-dynamodb-labs, LADV, exercise 1, steps 2 to 6 (content/design-patterns/ex1capacity).
Published: a table and its index of 5 units each take a small file, then 2,000 items; the table is raised to 100 units,
the index is not, and 2,000 more items take 17.14 seconds, at a steady 0.85 to 0.95 seconds for a hundred. Before that,
there are throttle events of the table and none of the index.
Scenario: one client that puts an item in 8.5 ms and waits after a refusal as botocore's legacy mode does, without its
chance; a minute passes while the table is raised.
Tolerance: a quarter, as the pace is that of the client.
"""

from tests.throttling.world import World

PUBLISHED_SECONDS = 17.14
TOLERANCE = 0.25
PUT_SECONDS = 0.0085
FIRST_WAIT_SECONDS, WAITS_MAX = 0.05, 10
"""Waits double; after the last one the client would give up, and here goes on waiting as long."""


def load(world: World, first: int, count: int) -> float:
    """Puts so many items; returns the seconds it took."""
    began_at = world.now
    for number in range(first, first + count):
        refusals = 0
        while True:
            outcome = world.put(f"request#{number}", host={"S": f"host#{number % 300}"})
            world.pass_seconds(PUT_SECONDS)
            if outcome == "ok":
                break
            world.pass_seconds(FIRST_WAIT_SECONDS * 2 ** min(refusals, WAITS_MAX - 1))
            refusals += 1
    return world.now - began_at


def test_the_index_does_not_hold_the_table_up() -> None:
    world = World(profile="realistic")
    index = {
        "IndexName": "byHost",
        "KeySchema": [{"AttributeName": "host", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "host")]
    world.create(units=(5, 5), GlobalSecondaryIndexes=[index], AttributeDefinitions=names)
    load(world, 0, 500)
    load(world, 500, 2_000)
    assert set(world.table.keyspace.admission.refused) == {"TableWriteProvisionedThroughputExceeded"}
    assert not world.table.indexes["byHost"].keyspace.admission.refused
    throughput = {"ReadCapacityUnits": 100, "WriteCapacityUnits": 100}
    world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": throughput})
    world.pass_seconds(60)
    seconds = load(world, 2_500, 2_000)
    assert seconds <= PUBLISHED_SECONDS * (1 + TOLERANCE)
    assert seconds >= PUBLISHED_SECONDS * (1 - TOLERANCE)
