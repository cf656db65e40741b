"""Pages under load: Query and SELECT are refused as a whole, and their load counts at the keys where they read."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.throttling.world import World
from thermodynamo.admin.reports import descriptions, keyspaces
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values import keys

Request = tuple[str, dict[str, Any]]


def query(condition: str, *values: str, **members: Any) -> Request:
    """A consistent Query of the table `load`; the values are :0, :1 and so on."""
    return "Query", {
        "TableName": "load",
        "ConsistentRead": True,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {f":{number}": {"S": value} for number, value in enumerate(values)},
        **members,
    }


def select(statement: str) -> Request:
    return "ExecuteStatement", {"Statement": statement, "ConsistentRead": True}


NARROW: dict[str, Callable[[str], Request]] = {
    "equality": lambda sk: query("pk = :0 AND sk = :1", "hot", sk),
    "prefix": lambda sk: query("pk = :0 AND begins_with(sk, :1)", "hot", sk),
    "range": lambda sk: query("pk = :0 AND sk BETWEEN :1 AND :1", "hot", sk),
    "from": lambda sk: query("pk = :0 AND sk >= :1", "hot", sk, Limit=1),
    "backwards": lambda sk: query("pk = :0 AND begins_with(sk, :1)", "hot", sk, ScanIndexForward=False),
    "next page": lambda sk: query(
        "pk = :0", "hot", Limit=1, ExclusiveStartKey={"pk": {"S": "hot"}, "sk": {"S": f"{int(sk):02}-"}}
    ),
    "statement": lambda sk: select(f"SELECT * FROM load WHERE pk = 'hot' AND begins_with(sk, '{sk}')"),
}


def splits_under(world: World, request_of: Callable[[int], Request]) -> list[str]:
    """Why partitions were split while one item collection of 40 items of 20 KB was read for 8 s."""
    world.create(sort_key=True)
    for number in range(40):
        assert world.put("hot", f"{number:02}", size_bytes=20_000) == "ok"
    world.pass_seconds(1)
    for second in range(8):
        for number in range(700):
            world.tries(*request_of(second * 700 + number))
        world.pass_seconds(1)
    return [closed.reason for closed in world.table.keyspace.closed]


@pytest.mark.parametrize("kind", NARROW)
def test_a_collection_read_in_parts_is_split_inside(kind: str) -> None:
    """Load at many sort keys can be shared out, by whatever operation it comes."""
    world = World(split_after_seconds=5)
    assert splits_under(world, lambda number: NARROW[kind](f"{number * 37 % 40:02}")) == ["heat"]
    counts = [len(partition.items) for partition in world.table.keyspace.partitions if len(partition.items)]
    assert len(counts) == 2 and min(counts) >= 10


@pytest.mark.parametrize("kind", NARROW)
def test_a_part_that_is_read_again_and_again_is_not(kind: str) -> None:
    world = World(split_after_seconds=5)
    assert splits_under(world, lambda number: NARROW[kind]("20")) == []
    (hot,) = [partition for partition in world.table.keyspace.partitions if partition.items]
    assert hot.split_reasons.unsplit == "one key has the load: no split can share it out"


@pytest.mark.parametrize(
    "request_",
    [
        query("pk = :0 AND sk >= :1", "hot", "10"),
        query("pk = :0 AND sk < :1", "hot", "30", ScanIndexForward=False),
        select("SELECT * FROM load WHERE pk = 'hot' AND sk >= '10'"),
    ],
)
def test_a_page_that_goes_on_in_another_partition_is_load_on_keys_of_that_one(request_: Request) -> None:
    """Without such samples one that is hot from pages that began in its neighbour has too little to be split by."""
    world = World(split_after_seconds=5)
    world.create(sort_key=True)
    for number in range(40):
        assert world.put("hot", f"{number:02}", size_bytes=20_000) == "ok"
    world.pass_seconds(1)
    table = world.table
    (whole,) = [partition for partition in table.keyspace.partitions if partition.items]
    at = keys.item_key(keys.part("S", "hot"), keys.part("S", "20"))
    children = world.service.database.split(table.keyspace, whole, at, "manual", world.now)
    for _ in range(64):
        assert world.tries(*request_) == "ok"
        world.pass_seconds(1)
    (place, *_) = keyspaces.of_table(table)
    for child in children:
        assert child.meter is not None and len(child.meter.samples) > 10
        assert all(child.low <= key and (child.high is None or key < child.high) for key in child.meter.samples)
        shown = descriptions.heat(child, place, world.now)["hottest_keys"]
        assert [each["key"]["pk"] for each in shown] == [{"S": "hot"}]


def test_the_load_of_a_scan_is_that_of_no_key() -> None:
    world = World()
    world.create()
    for _ in range(100):
        assert world.tries("Scan", {"TableName": "load"}) == "ok"
    for partition in world.table.keyspace.partitions:
        assert partition.meter is not None and partition.meter.read_half_units == 100
        assert not partition.meter.samples and not partition.meter.keys.counts


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        (query("pk = :0", "hot"), {"pk": {"S": "hot"}}),
        (query("pk = :0 AND sk = :1", "hot", "7"), {"pk": {"S": "hot"}, "sk": {"S": "7"}}),
        (query("pk = :0 AND begins_with(sk, :1)", "hot", "7"), {"pk": {"S": "hot"}}),
        (query("pk = :0 AND sk > :1", "hot", "7"), {"pk": {"S": "hot"}}),
    ],
)
def test_a_refused_query_shows_the_key_as_far_as_it_is_whole(request_: Request, shown: dict[str, Any]) -> None:
    world = World()
    world.create(units=(1, 1), sort_key=True)
    world.call("DescribeTable", {"TableName": "load"})
    world.table.keyspace.admission.reads.bucket.set_tokens(0, world.now)
    assert world.tries(*request_) == "TableReadProvisionedThroughputExceeded"
    refusal = world.service.namespace(world.service.caller).throttles.last[-1]
    assert descriptions.key(refusal.key_schema, refusal.key) == shown


def test_a_select_of_several_collections_is_refused_as_a_whole() -> None:
    """Where one of the partitions refuses, the others are not charged for a page that nobody got."""
    world = World()
    world.create(sort_key=True)
    keyspaces: dict[Partition, str] = {}
    for number in range(20):
        name = f"k{number}"
        keyspaces.setdefault(world.table.keyspace.locate(keys.item_key(keys.part("S", name))), name)
    first, second = list(keyspaces)[:2]
    second.read_bucket.set_tokens(0, world.now)
    statement = f"SELECT * FROM load WHERE pk IN ['{keyspaces[first]}', '{keyspaces[second]}']"
    assert world.tries(*select(statement)) == "TableReadKeyRangeThroughputExceeded"
    assert first.read_bucket.tokens(world.now) == first.read_bucket.depth
    assert world.table.keyspace.admission.reads.total == 0
    world.pass_seconds(1)
    assert world.tries(*select(statement)) == "ok"
    assert world.table.keyspace.admission.reads.total == 2 * 2
