"""Why a partition was not split is shown as long as it should be: as long as it is hot, or full."""

from tests.throttling.load import create_with_local_index, drive
from tests.throttling.world import World
from thermodynamo.admin.reports import heat, keyspaces
from thermodynamo.api.slices import finish
from thermodynamo_storage.partitions.split_reasons import UNSPLIT_SECONDS

ONE_KEY = "one key has the load: no split can share it out"
ONE_COLLECTION = "one item collection fills it"


def shown(world: World) -> set[str | None]:
    """What the admin API says of the table's partitions."""
    (place, *_) = keyspaces.of_table(world.table)
    described = finish(heat.describe(place, world.clock))
    return {each["not_split_because"] for each in described["partitions"]}


def test_a_partition_that_cools_down_is_not_called_hot_for_ever() -> None:
    world = World(split_after_seconds=5)
    world.create()
    drive(world, ["the one"], 1_500, 8)
    assert shown(world) == {None, ONE_KEY}
    drive(world, ["the one"], 100, UNSPLIT_SECONDS - 1)
    assert shown(world) == {None, ONE_KEY}
    drive(world, ["the one"], 100, 1)
    assert shown(world) == {None}


def test_so_it_is_where_nothing_comes_any_more() -> None:
    world = World(split_after_seconds=5)
    world.create()
    drive(world, ["the one"], 1_500, 8)
    world.pass_seconds(UNSPLIT_SECONDS - 1)
    assert shown(world) == {None, ONE_KEY}
    world.pass_seconds(1)
    assert shown(world) == {None}


def test_a_partition_that_has_become_smaller_is_not_called_full() -> None:
    """The one item collection of a table with a local index fills a partition, until half of it is deleted."""
    world = World(partition_megabytes=1)
    create_with_local_index(world)
    for number in range(4):
        assert world.put("the one", f"s{number}", size_bytes=350_000) == "ok"
        world.pass_seconds(1)
    world.pass_seconds(UNSPLIT_SECONDS)
    for _ in range(2):
        assert world.put("the one", "small", size_bytes=1_000) == "ok"
    assert shown(world) == {None, ONE_COLLECTION}
    for sort_key in ("s0", "s1"):
        key = {"pk": {"S": "the one"}, "sk": {"S": sort_key}}
        assert world.tries("DeleteItem", {"TableName": "load", "Key": key}) == "ok"
    assert shown(world) == {None}
