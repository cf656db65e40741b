"""How tables grow: warm throughput, by use or beforehand, and the partitions that it takes."""

from typing import Any

import pytest

from tests.throttling.load import KEY_RANGE, drive, keys_by_partition
from tests.throttling.world import World
from thermodynamo_storage.partitions import split_points


def warm_throughput(world: World) -> tuple[int, int]:
    described: dict[str, Any] = world.call("DescribeTable", {"TableName": "load"})["Table"]["WarmThroughput"]
    return described["ReadUnitsPerSecond"], described["WriteUnitsPerSecond"]


def test_on_demand_serves_twice_the_peak_of_half_an_hour_ago() -> None:
    world = World(split_after_seconds=100_000)
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    assert drive(world, names, 4_000, 61) == {"ok": 4_000 * 61}
    beyond = drive(world, names, 5_000, 1)
    assert beyond[KEY_RANGE] >= 900
    world.pass_seconds(30 * 60)
    assert world.put("a while later") == "ok"
    assert len(world.table.keyspace.partitions) == 4
    assert world.put("the next request finds it grown") == "ok"
    assert len(world.table.keyspace.partitions) == 8
    world.pass_seconds(1)
    names = [name for names in keys_by_partition(world, 5) for name in names]
    outcomes = drive(world, names, 8_000, 3)
    assert outcomes["ok"] >= 0.98 * 24_000
    assert drive(world, names, 9_000, 1)[KEY_RANGE] >= 900


def test_an_on_demand_table_serves_what_its_partitions_serve() -> None:
    """Whatever its previous peak: splits for heat are how a new table grew to 20,000 within an hour."""
    world = World()
    world.create()
    database, keyspace = world.service.database, world.table.keyspace
    for _ in range(2):
        for partition in list(keyspace.partitions):
            database.split(keyspace, partition, split_points.by_range(partition, False), "manual", world.now)
    assert len(keyspace.partitions) == 16
    world.pass_seconds(1)
    names = [name for names in keys_by_partition(world, 5) for name in names]
    assert drive(world, names, 15_000, 3) == {"ok": 45_000}
    assert drive(world, names, 17_600, 3)[KEY_RANGE] > 0


def test_splits_lift_neither_the_quota_nor_the_configured_maximum() -> None:
    world = World(table_read_units_max=13_000)
    world.create(OnDemandThroughput={"MaxWriteRequestUnits": 4_500})
    keyspace = world.table.keyspace
    for partition in list(keyspace.partitions):
        at = split_points.by_range(partition, False)
        world.service.database.split(keyspace, partition, at, "manual", world.now)
    report = keyspace.admission.report(world.now)
    assert (report.reads.limit, report.reads.rate) == ("AccountLimit", 2 * 13_000)
    assert (report.writes.limit, report.writes.rate) == ("MaxOnDemandThroughput", 2 * 4_500)


def test_warm_throughput_grows_with_use() -> None:
    world = World(split_after_seconds=100_000)
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    drive(world, names, 4_000, 61)
    world.pass_seconds(30 * 60)
    world.put("later")
    warm = world.call("DescribeTable", {"TableName": "load"})["Table"]["WarmThroughput"]
    assert warm["ReadUnitsPerSecond"] == 12_000 and 7_500 <= warm["WriteUnitsPerSecond"] <= 8_200


def test_a_table_grows_though_nobody_asks_for_half_an_hour() -> None:
    """Nothing runs between two requests: the minute of the peak ends when it ends, not when the next request comes."""
    world = World(split_after_seconds=100_000)
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    drive(world, names, 4_000, 50)
    world.pass_seconds(31 * 60)
    warm = world.call("DescribeTable", {"TableName": "load"})["Table"]["WarmThroughput"]
    assert warm["WriteUnitsPerSecond"] == int(2 * 4_000 * 50 / 60)
    world.call("DescribeTable", {"TableName": "load"})
    assert len(world.table.keyspace.partitions) == 8


def test_the_thirty_minutes_count_from_the_first_new_high() -> None:
    world = World(split_after_seconds=100_000)
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    drive(world, names, 4_000, 61)
    world.pass_seconds(20 * 60)
    world.put("too early")
    world.put("too early")
    assert len(world.table.keyspace.partitions) == 4


def test_warm_throughput_grows_up_to_the_quota() -> None:
    world = World(split_after_seconds=100_000, table_write_units_max=6_000)
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    drive(world, names, 4_000, 61)
    world.pass_seconds(30 * 60)
    assert warm_throughput(world) == (12_000, 6_000)


def test_a_table_that_is_created_warm_begins_with_its_partitions() -> None:
    """So its stream has no shards that were closed before anything was written."""
    world = World()
    warm = {"ReadUnitsPerSecond": 30_000, "WriteUnitsPerSecond": 10_000}
    index = {
        "IndexName": "byStatus",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "WarmThroughput": {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 6_000},
    }
    world.create(
        WarmThroughput=warm,
        GlobalSecondaryIndexes=[index],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    assert world.put("k") == world.put("k") == "ok"
    assert len(world.table.keyspace.partitions) == 10 and world.table.keyspace.closed == []
    assert len(world.table.indexes["byStatus"].keyspace.partitions) == 6
    (stream,) = world.call("ListStreams", {})["Streams"]
    described = world.call("DescribeStream", {"StreamArn": stream["StreamArn"]})["StreamDescription"]
    assert len(described["Shards"]) == 10
    assert not any("EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in described["Shards"])


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
