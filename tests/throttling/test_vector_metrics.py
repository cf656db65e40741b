"""The bytes of vector indexes in the metrics, under names and dimensions of their own.

Developer guide, VectorSearchMonitoring: both are published with TableName and VectorIndexName.
"""

from tests.throttling.test_metrics import of_load
from tests.throttling.world import World

NEAR = {
    "IndexName": "near",
    "VectorAttribute": {"AttributeName": "v"},
    "Dimensions": 300,
    "DistanceFunction": "COSINE",
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}
VECTOR = [{"N": "1"}] * 300


def test_searches_and_writes_of_a_vector_index_count_what_they_say_that_they_cost() -> None:
    world = World()
    world.create(VectorIndexes=[NEAR])
    searched = written = 0.0
    for number in range(5):
        item = {"pk": {"S": f"k{number % 3}"}, "v": {"L": VECTOR}, "note": {"S": str(number)}}
        request = {"TableName": "load", "Item": item, "ReturnConsumedCapacity": "INDEXES"}
        indexes = world.call("PutItem", request)["ConsumedCapacity"].get("VectorIndexes", {})
        written += sum(each["VectorWriteRequestBytes"] for each in indexes.values())
        search = {"TableName": "load", "IndexName": "near", "SearchVector": VECTOR, "TopK": 2}
        reply = world.call("SearchVectors", {**search, "ReturnConsumedCapacity": "TOTAL"})
        searched += reply["ConsumedCapacity"]["VectorSearchRequestBytes"]
    assert written == 3 * (4 * 300 + 4)
    assert of_load(world, "VectorWriteRequestBytes_total", VectorIndexName="near") == written
    assert of_load(world, "VectorSearchRequestBytes_total", VectorIndexName="near") == searched > 0
