"""The exact replay of a recording meets what the server met: the very refusals, splits, units and queues."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.foresight.recorded import Recorded, truth
from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.settings.config import Config

pytest.importorskip("duckdb")

PROFILES: list[dict[str, Any]] = [
    {"profile": "strict", "split_after_seconds": "5"},
    {"profile": "realistic", "seed": 7, "split_after_seconds": "4-9", "index_buffer_megabytes": "1"},
]


def index(name: str, key: str, units: tuple[int, int] | None, projection: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "Projection": projection,
    }
    if units is not None:
        made["ProvisionedThroughput"] = {"ReadCapacityUnits": units[0], "WriteCapacityUnits": units[1]}
    return made


def create_tables(world: Recorded) -> None:
    world.create("hot")
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status", "owner")]
    included = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["text"]}
    indexes = [
        index("byStatus", "status", (5, 5), {"ProjectionType": "ALL"}),
        index("byOwner", "owner", (50, 20), included),
    ]
    world.create("indexed", (100, 60), AttributeDefinitions=names, GlobalSecondaryIndexes=indexes)


def load(world: Recorded, random: Random, seconds: int) -> None:
    """Everything that asks for units: hot keys, batches, transactions, false conditions, pages, updates, deletions."""
    for second in range(seconds):
        for number in range(60):
            key = {"pk": {"S": f"k{int(random.paretovariate(0.7)) % 500}"}}
            draw = random.random()
            item = {**key, "x": {"S": "x" * random.randrange(12_000, 60_000)}}
            if draw < 0.5:
                world.call("PutItem", {"TableName": "hot", "Item": item})
            elif draw < 0.7:
                world.call("GetItem", {"TableName": "hot", "Key": key, "ConsistentRead": draw < 0.6})
            elif draw < 0.8:
                puts = [{"PutRequest": {"Item": {"pk": {"S": f"b{number}-{i}"}, "x": item["x"]}}} for i in range(4)]
                world.call("BatchWriteItem", {"RequestItems": {"hot": puts}})
            elif draw < 0.85:
                members = [{"Put": {"TableName": "hot", "Item": item}},
                           {"Delete": {"TableName": "indexed", "Key": {"pk": {"S": f"i{number % 7}"}}}}]  # fmt: skip
                world.call("TransactWriteItems", {"TransactItems": members})
            elif draw < 0.9:
                reads = [{"Get": {"TableName": "hot", "Key": key}}]
                world.call("TransactGetItems", {"TransactItems": reads})
            else:
                condition = {"ConditionExpression": "attribute_not_exists(pk)"}
                world.call("PutItem", {"TableName": "hot", "Item": item, **condition})
            status = {"S": random.choice(("new", "paid", "sent"))}
            change = {"pk": {"S": f"i{number % 40}"}, "status": status, "owner": {"S": f"o{number % 5}"},
                      "text": {"S": "t" * random.randrange(2_000)}, "more": {"L": [{"N": str(second)}]}}  # fmt: skip
            if random.random() < 0.3:
                del change["owner"]
            world.call("PutItem", {"TableName": "indexed", "Item": change})
            world.pass_seconds(random.random() / 30)
        scan = {"TableName": "indexed", "IndexName": "byStatus", "KeyConditionExpression": "#s = :s"}
        values = {"ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "new"}}}
        world.call("Query", {**scan, **values})
        world.call("Scan", {"TableName": "hot", "Limit": 50})
        world.call("DescribeTable", {"TableName": "hot"})


@pytest.mark.parametrize("settings", PROFILES, ids=["strict", "realistic"])
@pytest.mark.parametrize("name", ["run.parquet", "run.jsonl"])
def test_it_meets_the_very_refusals_splits_and_units(settings: dict[str, Any], name: str, tmp_path: Path) -> None:
    world = Recorded(tmp_path / name, partition_write_units_max=200, partition_read_units_max=400, **settings)
    create_tables(world)
    load(world, Random(11), 25)
    update = {"TableName": "indexed", "ProvisionedThroughput": {"ReadCapacityUnits": 200, "WriteCapacityUnits": 300}}
    world.call("UpdateTable", update)
    load(world, Random(12), 12)
    world.recording.close()
    met = truth(world.service)
    assert met["count"] > 100 and len({refusal[4] for refusal in met["refusals"]}) > 1
    assert met["keyspaces"]["hot", None]["splits"]

    trace = Trace(world.path)
    replay = ExactReplay(Config(**trace.settings()), Outcome())
    replay.run(trace.batches())
    found = truth(replay.service)
    for key, value in met["keyspaces"].items():
        for what, each in value.items():
            assert found["keyspaces"][key][what] == each, (key, what)
    for mine, theirs in zip(found["refusals"], met["refusals"], strict=True):
        assert mine[:1] + mine[2:] == theirs[:1] + theirs[2:]
    assert found["count"] == met["count"]
    assert sum(replay.outcome.refused.values()) == met["count"]
