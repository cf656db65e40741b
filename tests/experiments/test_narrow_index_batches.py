"""Batches into a table of 1,000 write units with an index of one.

Source: AWS workshop amazon-dynamodb-labs, LADV, exercise 1, step 7 (content/design-patterns/ex1capacity/Step7.en.md),
with its charts of the table and the index.
Published: the index consumes 326 units a second for a minute, about 19,500 in all, and then BatchWriteItem is refused
for the index; 34 batches are throttled. "There is a buffer between a given base DynamoDB table and a global secondary
index" (step 4).
Scenario: thirteen batches of 25 small items each second for two minutes, all items in the index.
Tolerance: a quarter, as the figure is read off a chart with one point a minute.
"""

from tests.throttling.world import Refused, World

PUBLISHED_UNITS = 19_500
TOLERANCE = 0.25
BATCHES_PER_SECOND, BATCH_ITEMS = 13, 25


def served_before_the_first_refusal(world: World) -> int:
    """How many items get into the table until a batch is refused or comes back with items left."""
    served = 0
    for second in range(120):
        for batch in range(BATCHES_PER_SECOND):
            puts = [
                {"PutRequest": {"Item": {"pk": {"S": f"{second}/{batch}/{item}"}, "host": {"S": f"host#{item}"}}}}
                for item in range(BATCH_ITEMS)
            ]
            try:
                reply = world.call("BatchWriteItem", {"RequestItems": {"load": puts}})
            except Refused:
                return served
            if reply["UnprocessedItems"]:
                return served + BATCH_ITEMS - len(reply["UnprocessedItems"]["load"])
            served += BATCH_ITEMS
        world.pass_seconds(1)
    return served


def test_the_index_takes_a_minute_of_writes() -> None:
    world = World(profile="realistic")
    index = {
        "IndexName": "byHost",
        "KeySchema": [{"AttributeName": "host", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "host")]
    world.create(units=(1_000, 1_000), GlobalSecondaryIndexes=[index], AttributeDefinitions=names)
    served = served_before_the_first_refusal(world)
    assert PUBLISHED_UNITS * (1 - TOLERANCE) <= served <= PUBLISHED_UNITS * (1 + TOLERANCE)
