"""What people meet in production, met here: each scenario drives a whole server through minutes of virtual time."""

import sys
from collections import Counter
from typing import Any
from unittest.mock import Mock

import pytest

from tests.throttling.world import Refused, World
from thermodynamo_storage.capacity.units import read_half_units
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.values import keys

KEY_RANGE = "TableWriteKeyRangeThroughputExceeded"
PROVISIONED = "TableWriteProvisionedThroughputExceeded"
WRITE_BYTES = 10 * 1024
"""An item of ten write units: fewer requests for the same load."""
UNITS = 10


def keys_by_partition(world: World, count: int) -> list[list[str]]:
    """`count` keys for each of the table's partitions."""
    partitions = world.table.keyspace.partitions
    found: dict[int, list[str]] = {partition.id: [] for partition in partitions}
    number = 0
    while any(len(each) < count for each in found.values()):
        name = f"key{number}"
        place = world.table.keyspace.locate(keys.item_key(keys.part("S", name))).id
        if len(found[place]) < count:
            found[place].append(name)
        number += 1
    return list(found.values())


def create_with_local_index(world: World) -> None:
    index = {
        "IndexName": "byWhen",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "when", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "when")]
    world.create(sort_key=True, LocalSecondaryIndexes=[index], AttributeDefinitions=names)


def drive(world: World, names: list[str], units_per_second: int, seconds: int) -> Counter[str]:
    """Writes evenly to the keys in turn; what came of it by units."""
    outcomes: Counter[str] = Counter()
    for _ in range(seconds):
        for number in range(units_per_second // UNITS):
            outcomes[world.put(names[number % len(names)], size_bytes=WRITE_BYTES)] += UNITS
        world.pass_seconds(1)
    return outcomes


def test_a_hot_key_gets_what_one_partition_serves_and_no_more() -> None:
    """The table serves 4,000 writes a second, but one key a thousand."""
    world = World()
    world.create()
    outcomes = drive(world, ["the one"], 1_500, 10)
    assert outcomes == {"ok": 10_000, KEY_RANGE: 5_000}


def test_the_same_load_on_many_keys_is_served() -> None:
    world = World()
    world.create()
    names = [name for names in keys_by_partition(world, 5) for name in names]
    assert drive(world, names, 1_500, 10) == {"ok": 15_000}


def test_reads_and_writes_are_metered_apart() -> None:
    world = World()
    world.create()
    assert drive(world, ["k"], 1_500, 1)[KEY_RANGE] == 500
    assert world.get("k") == "ok"


def test_adaptive_capacity_absorbs_skew_within_the_tables_units() -> None:
    """The developer guide's example: 400 units on four partitions, loads of 50, 50, 50 and 150."""
    world = World()
    world.create(units=(12_000, 400))
    assert len(world.table.keyspace.partitions) == 4
    drain(world)
    *cool, hot = keys_by_partition(world, 1)
    for _ in range(60):
        world.pass_seconds(1)
        for names, units in ((cool[0], 50), (cool[1], 50), (cool[2], 50), (hot, 150)):
            for _ in range(units // UNITS):
                assert world.put(names[0], size_bytes=WRITE_BYTES) == "ok"


def drain(world: World) -> None:
    world.table.keyspace.admission.refresh(world.now)
    world.table.keyspace.admission.writes.bucket.set_tokens(0, world.now)


def test_burst_is_spent_and_then_refused_and_comes_back() -> None:
    """300 seconds of unused units, at the pace of its one partition; then the provisioned rate; burst again later."""
    world = World()
    world.create(units=(100, 10))
    names = [f"k{number}" for number in range(20)]
    assert drive(world, names, 1_000, 4) == {"ok": 3_030, PROVISIONED: 970}
    assert drive(world, names, 100, 60) == {"ok": 600, PROVISIONED: 5_400}
    world.pass_seconds(100)
    assert drive(world, names, 1_000, 2) == {"ok": 1_020, PROVISIONED: 980}


def test_cost_is_charged_after_admission_and_leaves_debt() -> None:
    """A published capture: a table of one unit took a write of 350 at once, and the next one was refused."""
    world = World()
    world.create(units=(1, 1))
    drain(world)
    world.pass_seconds(1)
    assert world.put("big", size_bytes=350 * 1024) == "ok"
    assert world.put("big", size_bytes=350 * 1024) == PROVISIONED
    world.pass_seconds(348)
    assert world.put("small") == PROVISIONED
    world.pass_seconds(2)
    assert world.put("small") == "ok"


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


def indexed(world: World, units: int) -> None:
    index = {
        "IndexName": "byStatus",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": units},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status")]
    world.create(units=(100, 100), GlobalSecondaryIndexes=[index], AttributeDefinitions=names)


def test_an_exhausted_index_blocks_the_tables_writes_and_leaves_nothing() -> None:
    """Even of an item whose entry does not change; an item that is not in the index is still written."""
    world = World()
    indexed(world, 1)
    for number in range(300):
        assert world.put(f"k{number}", status={"S": "new"}) == "ok"
    index_reason = "IndexWriteProvisionedThroughputExceeded"
    assert world.put("refused", status={"S": "new"}) == index_reason
    assert world.get("refused") == "ok" and world.table.keyspace.item_count == 300
    assert world.put("k1", status={"S": "new"}, note={"S": "not projected"}) == index_reason
    assert world.put("not in the index") == "ok"
    world.pass_seconds(2)
    assert world.put("later", status={"S": "new"}) == "ok"
    index = world.table.indexes["byStatus"]
    index.catch_up(world.now)
    assert index.keyspace.item_count == 301


def test_an_index_that_is_being_deleted_blocks_no_writes() -> None:
    world = World(table_delay_seconds=30)
    indexed(world, 1)
    world.pass_seconds(30)
    world.table.indexes["byStatus"].keyspace.admission.refresh(world.now)
    world.table.indexes["byStatus"].keyspace.admission.writes.bucket.set_tokens(-1_000, world.now)
    assert world.put("k", status={"S": "new"}) == "IndexWriteProvisionedThroughputExceeded"
    delete = {"Delete": {"IndexName": "byStatus"}}
    world.call("UpdateTable", {"TableName": "load", "GlobalSecondaryIndexUpdates": [delete]})
    assert world.put("k", status={"S": "new"}) == "ok"


def test_batches_hand_back_what_is_refused_and_throw_only_when_all_is() -> None:
    world = World()
    world.create(units=(10, 10))
    world.table.keyspace.admission.refresh(world.now)
    world.table.keyspace.admission.writes.bucket.set_tokens(2 * 15, world.now)
    members = [{"PutRequest": {"Item": {"pk": {"S": f"k{number}"}}}} for number in range(25)]
    reply = world.call("BatchWriteItem", {"RequestItems": {"load": members}})
    assert reply["UnprocessedItems"] == {"load": members[15:]}
    assert world.tries("BatchWriteItem", {"RequestItems": {"load": members[15:]}}) == PROVISIONED
    assert world.table.keyspace.item_count == 15
    world.table.keyspace.admission.reads.bucket.set_tokens(2 * 4, world.now)
    keys = [{"pk": {"S": f"k{number}"}} for number in range(10)]
    wanted: dict[str, Any] = {"load": {"Keys": keys, "ConsistentRead": True}}
    reply = world.call("BatchGetItem", {"RequestItems": wanted})
    assert len(reply["Responses"]["load"]) == 4
    assert reply["UnprocessedKeys"] == {"load": {"Keys": keys[4:], "ConsistentRead": True}}
    assert world.tries("BatchGetItem", {"RequestItems": wanted}) == "TableReadProvisionedThroughputExceeded"


def test_query_and_scan_refuse_a_page() -> None:
    world = World()
    world.create(units=(10, 10))
    world.put("k")
    world.table.keyspace.admission.refresh(world.now)
    world.table.keyspace.admission.reads.bucket.set_tokens(0, world.now)
    query = {
        "TableName": "load",
        "KeyConditionExpression": "pk = :k",
        "ExpressionAttributeValues": {":k": {"S": "k"}},
    }
    assert world.tries("Query", query) == "TableReadProvisionedThroughputExceeded"
    assert world.tries("Scan", {"TableName": "load"}) == "TableReadProvisionedThroughputExceeded"
    world.pass_seconds(1)
    assert world.tries("Query", query) == "ok"


def test_a_page_is_admitted_as_a_whole_and_each_partition_visited_pays_what_was_read_in_it() -> None:
    world = World()
    world.create(units=(10, 4_000))
    partitions = world.table.keyspace.partitions
    for number in range(20):
        assert world.put(f"k{number}", size_bytes=40_000) == "ok"
    assert len(partitions) == 4
    bucket = world.table.keyspace.admission.reads.bucket
    bucket.set_tokens(2, world.now)
    assert world.tries("Scan", {"TableName": "load", "ConsistentRead": True}) == "ok"
    units = [read_half_units(partition.size_bytes, True) // 2 for partition in partitions]
    assert [partition.meter.read_half_units for partition in partitions if partition.meter] == [2 * n for n in units]
    assert bucket.tokens(world.now) == 2 - 2 * sum(units)
    assert world.tries("Scan", {"TableName": "load"}) == "TableReadProvisionedThroughputExceeded"
    assert bucket.tokens(world.now) == 2 - 2 * sum(units)


def test_a_refused_write_is_refused_before_its_condition_and_a_false_one_is_charged() -> None:
    world = World()
    world.create(units=(10, 10))
    assert world.put("k", size_bytes=WRITE_BYTES) == "ok"
    bucket = world.table.keyspace.admission.writes.bucket
    request = {
        "TableName": "load",
        "Item": {"pk": {"S": "k"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    before = bucket.tokens(world.now)
    assert world.tries("PutItem", request) == "ConditionalCheckFailedException"
    assert before - bucket.tokens(world.now) == 2 * UNITS
    bucket.set_tokens(0, world.now)
    assert world.tries("PutItem", request) == PROVISIONED


def test_observing_counts_and_refuses_nothing_and_off_does_neither() -> None:
    world = World(capacity="observe")
    world.create()
    assert drive(world, ["the one"], 1_500, 2) == {"ok": 3_000}
    refusals = [each for each in world.table.keyspace.admission.limits.throttles.last if each.is_observed]
    assert len(refusals) == 100
    world = World(capacity="off")
    world.create()
    assert drive(world, ["the one"], 1_500, 2) == {"ok": 3_000}
    assert all(partition.meter is None for partition in world.table.keyspace.partitions)


def tiny(seed: int, pause_seconds: float) -> list[str]:
    """What comes of 31 writes of 351 units to a table of one unit, in the realistic profile."""
    world = World(profile="realistic", seed=seed)
    world.create(units=(1, 1))
    drain(world)
    outcomes = []
    for _ in range(31):
        outcomes.append(world.put("big", size_bytes=351 * 1024))
        world.pass_seconds(pause_seconds)
    return outcomes


def test_the_realistic_profile_tolerates_tiny_tables() -> None:
    """Published capture: a table of one unit took 27 of 31 writes of 351 units, 12 seconds apart."""
    assert 22 <= tiny(3, 12).count("ok") <= 31


def test_the_realistic_profile_repeats_itself_by_seed() -> None:
    assert tiny(3, 1) == tiny(3, 1) != tiny(4, 1)


@pytest.mark.parametrize("mode", ["refuse", "cancel"])
def test_a_refused_transaction_charges_none_of_its_members(mode: str) -> None:
    """Condition checks are asked for with the writes, and charged after all of them are admitted."""
    world = World(throttled_transactions=mode)
    world.create()
    first, second = (names[0] for names in keys_by_partition(world, 1)[:2])
    for name in (first, second):
        assert world.put(name) == "ok"
    world.pass_seconds(5)
    one, two = world.table.keyspace.partitions[:2]
    two.write_bucket.set_tokens(0, world.now)
    checks = [
        {
            "ConditionCheck": {
                "TableName": "load",
                "Key": {"pk": {"S": name}},
                "ConditionExpression": "pk <> :x",
                "ExpressionAttributeValues": {":x": {"S": "x"}},
            }
        }
        for name in (first, second)
    ]
    with pytest.raises(Refused) as caught:
        world.call("TransactWriteItems", {"TransactItems": checks})
    codes = [reason["Code"] for reason in caught.value.body.get("CancellationReasons", [])]
    assert codes == (["None", "ThrottlingError"] if mode == "cancel" else [])
    assert one.write_bucket.tokens(world.now) == one.write_bucket.depth


def test_refusals_outlive_a_table_but_do_not_keep_it() -> None:
    world = World()
    world.create(units=(1, 1))
    world.put("k", size_bytes=350_000)
    world.put("k")
    table = world.table
    world.call("DeleteTable", {"TableName": "load"})
    world.pass_seconds(60)
    world.call("ListTables", {})
    throttles = world.service.namespace(world.service.caller).throttles
    assert [refusal.table_name for refusal in throttles.last] == ["load"]
    assert not throttles.seen
    assert sys.getrefcount(table) == 2, "this test and the call have it, and nobody else"


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
