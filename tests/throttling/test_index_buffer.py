"""The buffer of a global index: how much it takes, when it refuses, how far its reads lag, and how that is shown."""

from typing import Any

import pytest

from tests.throttling.world import World
from thermodynamo.admin.reports import heat, heat_text, keyspaces
from thermodynamo.api.slices import finish

REFUSED = "IndexWriteProvisionedThroughputExceeded"
BURST_UNITS = 300
MEGABYTE_UNITS = 1_024
NAMES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status")]


def indexed(index_units: int = 1, projects: str = "KEYS_ONLY", **settings: Any) -> World:
    """A table of 10,000 units, and an index of few that may owe a megabyte."""
    world = World(**{"index_buffer_megabytes": "1", **settings})
    index = {
        "IndexName": "byStatus",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": projects},
        "ProvisionedThroughput": {"ReadCapacityUnits": 1_000, "WriteCapacityUnits": index_units},
    }
    world.create(units=(1_000, 10_000), GlobalSecondaryIndexes=[index], AttributeDefinitions=NAMES)
    return world


def fill(world: World, count: int, first: int = 0) -> list[str]:
    """Puts so many items, five hundred a second, which the index has one by one; what came of each."""
    outcomes = []
    for number in range(first, first + count):
        outcomes.append(world.put(f"k{number}", status={"S": f"s{number}"}))
        if number % 500 == 499:
            world.pass_seconds(1)
    return outcomes


def visible(world: World) -> int:
    count: int = world.call("Scan", {"TableName": "load", "IndexName": "byStatus", "Select": "COUNT"})["Count"]
    return count


def entries(world: World) -> int:
    """What DescribeTable says that the index has."""
    (index,) = world.call("DescribeTable", {"TableName": "load"})["Table"]["GlobalSecondaryIndexes"]
    count: int = index["ItemCount"]
    return count


def described(world: World) -> dict[str, Any]:
    place = list(keyspaces.of_table(world.table))[1]
    return finish(heat.describe(place, world.clock))


def test_an_index_takes_its_burst_and_its_buffer_and_then_what_it_pays_off() -> None:
    world = indexed()
    outcomes = fill(world, 1_400)
    served = outcomes.count("ok")
    assert BURST_UNITS + MEGABYTE_UNITS <= served <= BURST_UNITS + MEGABYTE_UNITS + 3
    assert set(outcomes[served:]) == {REFUSED}
    assert world.put("not in the index") == "ok"
    world.pass_seconds(10)
    assert fill(world, 20, first=2_000).count("ok") == 10


def test_reads_of_the_index_lag_by_what_it_owes() -> None:
    world = indexed()
    assert set(fill(world, 800)) == {"ok"}
    at_first = visible(world)
    assert BURST_UNITS <= at_first <= BURST_UNITS + 3
    world.pass_seconds(100)
    assert visible(world) == at_first + 100
    world.pass_seconds(400)
    assert visible(world) == 800


def test_heat_shows_what_waits_and_since_when() -> None:
    world = indexed()
    fill(world, 800)
    world.pass_seconds(7)
    visible(world)
    shown = described(world)["buffer"]
    assert shown["changes_waiting"] == 800 - visible(world) and shown["units_owed_at_most"] == MEGABYTE_UNITS
    assert shown["oldest_seconds"] == pytest.approx(8, abs=1) and shown["units_owed"] == pytest.approx(490, abs=3)
    text = finish(heat_text.report({"tables": [described(world)]}))
    assert f"buffer: {shown['changes_waiting']:,} changes wait, the oldest for {shown['oldest_seconds']:,.1f} s" in text
    (place, *_) = keyspaces.of_table(world.table)
    assert finish(heat.describe(place, world.clock))["buffer"] is None


def test_more_units_clear_the_buffer() -> None:
    world = indexed()
    fill(world, 1_400)
    units = {"ReadCapacityUnits": 1_000, "WriteCapacityUnits": 1_000}
    update = {"Update": {"IndexName": "byStatus", "ProvisionedThroughput": units}}
    world.call("UpdateTable", {"TableName": "load", "GlobalSecondaryIndexUpdates": [update]})
    world.pass_seconds(2)
    assert world.put("k", status={"S": "new"}) == "ok"
    assert visible(world) == world.table.keyspace.item_count
    assert described(world)["buffer"]["changes_waiting"] == 0


def test_a_hot_key_of_the_index_is_buffered_too() -> None:
    """Its partition serves a thousand units a second, however many the index has."""
    world = indexed(index_units=10_000, projects="ALL")
    outcomes = [world.put(f"k{number}", size_bytes=10_000, status={"S": "hot"}) for number in range(300)]
    assert outcomes.count("ok") == 203, "a thousand units and the buffer, the last of which leaves a debt"
    assert set(outcomes[203:]) == {"IndexWriteKeyRangeThroughputExceeded"}
    assert entries(world) in (100, 101)
    world.pass_seconds(1)
    assert entries(world) in (200, 201)
    world.pass_seconds(1)
    assert entries(world) == 203


def test_observing_neither_refuses_nor_lags() -> None:
    world = indexed(capacity="observe")
    assert set(fill(world, 1_600)) == {"ok"}
    assert visible(world) == 1_600
    assert world.table.indexes["byStatus"].keyspace.admission.refused[REFUSED] > 200


@pytest.mark.parametrize(
    ("settings", "units"),
    [
        ({"profile": "strict"}, 0),
        ({"profile": "realistic"}, 20 * MEGABYTE_UNITS),
        ({"profile": "realistic", "index_buffer_megabytes": "0"}, 0),
    ],
)
def test_the_profile_says_how_large_the_buffer_is_unless_a_setting_does(settings: dict[str, Any], units: int) -> None:
    world = indexed(**{"index_buffer_megabytes": "profile", **settings})
    world.put("k", status={"S": "new"})
    assert described(world)["buffer"]["units_owed_at_most"] == units
