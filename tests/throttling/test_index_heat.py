"""The heat of a global index is shown by the index's keys, of which many entries may share one."""

from tests.throttling.world import World
from thermodynamo.admin.reports import heat, heat_text, keyspaces
from thermodynamo.api.slices import finish

NAMES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status")]


def world_of_open_items() -> World:
    world = World()
    index = {
        "IndexName": "byStatus",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    world.create(GlobalSecondaryIndexes=[index], AttributeDefinitions=NAMES)
    for number in range(300):
        world.put(f"item {number}", status={"S": "open"})
    world.pass_seconds(1)
    return world


def index_of(world: World) -> keyspaces.Place:
    _, index = keyspaces.of_table(world.table)
    return index


def test_entries_with_the_same_key_are_one_hot_key() -> None:
    world = world_of_open_items()
    described = finish(heat.describe(index_of(world), world.clock))
    hottest = max((each["hottest_keys"] for each in described["partitions"]), key=len)
    assert [(each["key"], each["share"]) for each in hottest] == [({"status": {"S": "open"}}, 1)]
    error_units = max(each["hottest_keys_error_units"] for each in described["partitions"])
    assert abs(hottest[0]["units"] - 3 * 300) <= error_units < 3 * 300
    assert "status=open (100%)" in finish(heat_text.report({"tables": [described]}))


def test_the_map_tells_the_parts_of_one_key_by_the_tables_keys() -> None:
    world = world_of_open_items()
    index = index_of(world)
    fullest = max(index.keyspace.partitions, key=lambda each: len(each.items))
    at = list(fullest.items)[150]
    world.service.database.split(index.keyspace, fullest, at, "manual", world.now)
    timeline = finish(heat.timeline(index, 3, world.now))
    begun = [each["begins_with"] for each in timeline["partitions"] if each["begins_with"] is not None]
    assert [each["status"] for each in begun] == [{"S": "open"}] and begun[0]["pk"]["S"].startswith("item ")
    assert "status=open pk=item" in heat_text.heat_map(timeline, False, len(timeline["partitions"]))
