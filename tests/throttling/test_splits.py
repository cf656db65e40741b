"""When partitions are split under load, and what that helps."""

from collections import Counter
from contextlib import suppress
from random import Random
from unittest.mock import Mock

import pytest

from tests.throttling.load import (
    KEY_RANGE,
    PROVISIONED,
    UNITS,
    WRITE_BYTES,
    create_with_local_index,
    drive,
    keys_by_partition,
)
from tests.throttling.world import World
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.values import keys


def test_a_split_for_heat_ends_the_throttling() -> None:
    """Two warm keys share a partition; the split puts a bound between them."""
    world = World(split_after_seconds=30)
    world.create()
    names = keys_by_partition(world, 20)[1]
    before = drive(world, names, 1_500, 20)
    assert before[KEY_RANGE] == 10_000
    drive(world, names, 1_500, 15)
    assert len(world.table.keyspace.partitions) == 5
    (split,) = world.table.keyspace.closed
    assert (split.reason, split.id) == ("heat", 1)
    after = drive(world, names, 1_500, 20)
    assert after == {"ok": 30_000}
    world.table.keyspace.check()


def test_a_split_lands_inside_an_item_collection() -> None:
    """One partition key, many sort keys in no order: the split point is a sort key."""
    world = World(split_after_seconds=30)
    world.create(sort_key=True)
    outcomes = collection_load(world, 60)
    assert [split.reason for split in world.table.keyspace.closed] == ["heat"]
    bound = world.table.keyspace.partitions[2].low
    assert b"the one" in bound and b"s0" in bound
    assert outcomes[-1] == {"ok": 1_500}


def collection_load(world: World, seconds: int) -> list[Counter[str]]:
    """1,500 writes a second to scattered sort keys of one partition key; what came of each second."""
    outcomes = []
    for second in range(seconds):
        found: Counter[str] = Counter()
        for number in range(150):
            sort_key = f"s{(second * 150 + number) * 7_919 % 1_000:04}"
            found[world.put("the one", sort_key, size_bytes=WRITE_BYTES)] += UNITS
        outcomes.append(found)
        world.pass_seconds(1)
    return outcomes


@pytest.mark.parametrize("has_entries", [True, False])
def test_no_split_inside_an_item_collection_of_a_table_with_a_local_index(has_entries: bool) -> None:
    world = World(split_after_seconds=30)
    create_with_local_index(world)
    if has_entries:
        assert world.put("the one", "s", when={"S": "now"}) == "ok"
    outcomes = collection_load(world, 60)
    assert world.table.keyspace.closed == []
    assert outcomes[-1][KEY_RANGE] == 500
    assert "local secondary index" in unsplit(world)


def unsplit(world: World) -> str:
    return " ".join(each.split_reasons.unsplit or "" for each in world.table.keyspace.partitions)


def test_a_partition_that_refuses_large_writes_all_the_time_is_split() -> None:
    """Ten writes of 390 units a second: it serves 1,170 units in one second and 780 in the next, which looks cool."""
    world = World(split_after_seconds=30)
    world.create(sort_key=True)
    chance = Random(1)
    refused = 0
    for _ in range(60):
        for _ in range(10):
            refused += world.put("the one", f"{chance.randrange(1_000):03}", size_bytes=390 * 1024) != "ok"
        world.pass_seconds(1)
    assert refused > 300
    assert [split.reason for split in world.table.keyspace.closed][:1] == ["heat"]


def test_refusals_of_the_whole_table_make_no_partition_hot() -> None:
    world = World(split_after_seconds=10)
    world.create(units=(100, 10), WarmThroughput={"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000})
    outcomes = drive(world, [f"k{number}" for number in range(20)], 1_000, 60)
    assert outcomes[PROVISIONED] > 50_000
    assert world.table.keyspace.closed == []


def test_the_realistic_profile_draws_when_a_table_is_split() -> None:
    """Within five to twelve minutes, at about one time for all partitions that are hot together."""
    splits = [minutes_until_split(seed) for seed in range(6)]
    assert all(each[0] >= 5 and each[-1] <= 12.1 for each in splits)
    assert all(each[-1] <= 1.5 * each[0] + 0.1 for each in splits)
    assert len({each[0] for each in splits}) == len(splits)
    assert minutes_until_split(3) == splits[3]


def minutes_until_split(seed: int) -> list[float]:
    """When each partition of a table was split, all of them being asked for all they serve from the beginning."""
    world = World(profile="realistic", seed=seed)
    world.create(sort_key=True)
    partitions = list(world.table.keyspace.partitions)
    names = [names[0] for names in keys_by_partition(world, 1)]
    began_at, chance = world.now, Random(seed)
    while any(each in world.table.keyspace.partitions for each in partitions):
        for name in names:
            for _ in range(5):
                key = keys.item_key(keys.part("S", name), keys.part("S", f"{chance.randrange(10**9):09}"))
                with suppress(Throttled):
                    world.table.keyspace.admission.write(world.table.keyspace.locate(key), key, 400, world.now)
        world.pass_seconds(1)
        world.service.database.carry_out_splits(world.now)
    ids = {partition.id for partition in partitions}
    closed = [each for each in world.table.keyspace.closed if each.id in ids]
    return sorted((each.closed_at - began_at) / 60 for each in closed)


def test_no_split_helps_a_single_hot_key() -> None:
    world = World(split_after_seconds=30)
    world.create()
    drive(world, ["the one"], 1_500, 40)
    assert world.table.keyspace.closed == []
    assert "one key has the load" in unsplit(world)
    assert drive(world, ["the one"], 1_500, 10)[KEY_RANGE] == 5_000


def test_no_split_for_a_sort_key_that_only_rises() -> None:
    world = World(split_after_seconds=30)
    world.create(sort_key=True)
    refused = 0
    for second in range(60):
        for number in range(150):
            refused += world.put("log", f"{second * 150 + number:09}", size_bytes=WRITE_BYTES) != "ok"
        world.pass_seconds(1)
    assert world.table.keyspace.closed == []
    assert refused == 60 * 50
    assert "rise or fall" in unsplit(world)


def test_a_partition_splits_for_size_and_for_raised_units() -> None:
    world = World(partition_megabytes=1)
    world.create(units=(3_000, 1_000))
    for number in range(300):
        assert world.put(f"k{number}", size_bytes=WRITE_BYTES) == "ok"
        world.pass_seconds(0.1)
    reasons = {split.reason for split in world.table.keyspace.closed}
    assert reasons == {"size"}
    count = len(world.table.keyspace.partitions)
    assert 3 <= count <= 8
    raised = {"ReadCapacityUnits": 3_000, "WriteCapacityUnits": 12_000}
    world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": raised})
    assert world.put("one") == "ok"
    assert world.put("two") == "ok"
    assert len(world.table.keyspace.partitions) >= 12
    lowered = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": lowered})
    world.put("three")
    assert len(world.table.keyspace.partitions) >= 12, "partitions are never merged"
    world.table.keyspace.check()


def test_a_full_partition_that_cannot_be_split_is_not_searched_until_its_size_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One collection of a table with a local index fills a partition: it stays whole, and it is in vain to look."""
    search = Mock(side_effect=split_points.by_size)
    monkeypatch.setattr(split_points, "by_size", search)
    world = World(partition_megabytes=1)
    create_with_local_index(world)
    for number in range(3):
        assert world.put("the one", f"s{number}", size_bytes=390_000) == "ok"
        world.pass_seconds(1)
    for _ in range(20):
        assert world.put("the one", "small", size_bytes=2_000) == "ok"
        world.pass_seconds(1)
    assert search.call_count == 1 and len(world.table.keyspace.partitions) == 4
    assert "one item collection fills it" in unsplit(world)
    assert world.put("the one", "large", size_bytes=390_000) == "ok"
    world.pass_seconds(1)
    assert [world.put("the one", "small", size_bytes=2_000) for _ in range(2)] == ["ok", "ok"]
    assert search.call_count == 2


def test_refusals_are_counted_through_any_number_of_splits() -> None:
    world = World()
    world.create(units=(1, 1))
    world.put("k", size_bytes=350_000)
    assert world.put("k") == PROVISIONED
    database, table = world.service.database, world.table
    for _ in range(7):
        for partition in list(table.keyspace.partitions):
            at = split_points.by_range(partition, False)
            database.split(table.keyspace, partition, at, "manual", world.now)
    assert len(table.keyspace.closed) == 127
    assert table.keyspace.admission.refused == {PROVISIONED: 1}
