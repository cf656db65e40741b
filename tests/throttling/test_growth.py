"""How tables grow: warm throughput, by use or beforehand, and the partitions that it takes."""

from typing import Any

import pytest

from tests.throttling.test_scenarios import drive, keys_by_partition
from tests.throttling.world import World


def warm_throughput(world: World) -> tuple[int, int]:
    described: dict[str, Any] = world.call("DescribeTable", {"TableName": "load"})["Table"]["WarmThroughput"]
    return described["ReadUnitsPerSecond"], described["WriteUnitsPerSecond"]


def test_warm_throughput_grows_up_to_the_quota() -> None:
    world = World(split_after_seconds=100_000, table_write_units_max=6_000)
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    drive(world, names, 4_000, 61)
    world.pass_seconds(30 * 60)
    assert warm_throughput(world) == (12_000, 6_000)


def test_a_provisioned_table_that_is_warmed_up_has_the_partitions_to_grow_at_once() -> None:
    """Developer guide, warm-throughput-scenarios: its units may be raised to its warm throughput instantly."""
    world = World()
    world.create(units=(10, 10))
    assert len(world.table.keyspace.partitions) == 1
    warm = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}
    world.call("UpdateTable", {"TableName": "load", "WarmThroughput": warm})
    world.put("k")
    world.put("k")
    assert len(world.table.keyspace.partitions) == 4
    assert warm_throughput(world) == (12_000, 4_000)
    assert world.table.keyspace.admission.writes.bucket.rate == 2 * 10


def test_a_table_that_was_ever_provisioned_for_more_serves_that_on_demand() -> None:
    """Developer guide, bp-switching-capacity-modes: 8,000 write and 24,000 read units are kept."""
    world = World()
    world.create(units=(24_000, 8_000))
    lower = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
    world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": lower})
    world.put("k")
    world.call("UpdateTable", {"TableName": "load", "BillingMode": "PAY_PER_REQUEST"})
    names = [name for names in keys_by_partition(world, 5) for name in names]
    world.pass_seconds(1)
    assert drive(world, names, 8_000, 2) == {"ok": 16_000}
    assert "TableWriteKeyRangeThroughputExceeded" in drive(world, names, 9_000, 1)
    assert len(world.table.keyspace.partitions) == 8


@pytest.mark.parametrize(("before", "after", "left"), [(1, 100, 1_000), (100, 1, 10)])
def test_units_that_change_are_supplied_from_the_change_on_whoever_looks(before: int, after: int, left: int) -> None:
    for looks in (False, True):
        world = World()
        world.create(units=(1, before))
        world.call("DescribeTable", {"TableName": "load"})
        bucket = world.table.keyspace.admission.writes.bucket
        bucket.set_tokens(0, world.now)
        units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": after}
        world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": units})
        if looks:
            world.call("DescribeTable", {"TableName": "load"})
        world.pass_seconds(10)
        assert world.get("k") == "ok"
        assert bucket.tokens(world.now) == 2 * left


def test_units_of_an_index_that_change_are_supplied_from_the_change_on() -> None:
    world = World(table_delay_seconds=5)
    index = {
        "IndexName": "by-pk",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    one = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    world.create(units=(1, 1), GlobalSecondaryIndexes=[{**index, "ProvisionedThroughput": one}])
    world.pass_seconds(5)
    assert world.put("k") == "ok"
    bucket = world.table.indexes["by-pk"].keyspace.admission.writes.bucket
    bucket.set_tokens(0, world.now)
    update = {"IndexName": "by-pk", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 100}}
    world.call("UpdateTable", {"TableName": "load", "GlobalSecondaryIndexUpdates": [{"Update": update}]})
    world.pass_seconds(5 + 10)
    assert world.get("k") == "ok"
    assert bucket.tokens(world.now) == 2 * (5 * 1 + 10 * 100)


@pytest.mark.parametrize(("pause_seconds", "reasons"), [(0, ["heat"]), (2, [])])
def test_load_that_comes_and_goes_does_not_last(pause_seconds: int, reasons: list[str]) -> None:
    """Fifteen hot seconds, one after the other or with cool ones between them."""
    world = World(split_after_seconds=6)
    world.create()
    hot, *_ = keys_by_partition(world, 40)
    for _ in range(3):
        drive(world, hot, 1_000, 5)
        for _ in range(pause_seconds):
            world.put(hot[0])
            world.pass_seconds(1)
    assert [closed.reason for closed in world.table.keyspace.closed] == reasons


def test_a_table_that_is_made_on_demand_begins_without_debt() -> None:
    world = World()
    world.create(units=(1, 1))
    world.call("DescribeTable", {"TableName": "load"})
    world.table.keyspace.admission.refresh(world.now)
    world.table.keyspace.admission.writes.bucket.set_tokens(-10_000, world.now)
    assert world.put("k") == "TableWriteProvisionedThroughputExceeded"
    world.call("UpdateTable", {"TableName": "load", "BillingMode": "PAY_PER_REQUEST"})
    assert world.put("k") == "ok"


def test_partitions_that_serve_less_make_an_on_demand_table_that_serves_less() -> None:
    """Warm throughput is the service's: it says nothing where partitions are of another size."""
    world = World(partition_read_units_max=300, partition_write_units_max=100)
    world.create()
    for _ in range(2):
        assert world.put("k") == "ok"
    keyspace = world.table.keyspace
    assert len(keyspace.partitions) == 4
    assert (keyspace.admission.reads.bucket.rate, keyspace.admission.writes.bucket.rate) == (2 * 1_200, 2 * 400)


def test_the_thirty_minutes_count_from_the_first_new_high() -> None:
    world = World(split_after_seconds=100_000)
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    drive(world, names, 4_000, 61)
    world.pass_seconds(20 * 60)
    world.put("too early")
    world.put("too early")
    assert len(world.table.keyspace.partitions) == 4
