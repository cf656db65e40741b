"""What people meet in production, met here: each scenario drives a whole server through minutes of virtual time."""

import sys
from typing import Any

import pytest

from tests.throttling.load import KEY_RANGE, PROVISIONED, UNITS, WRITE_BYTES, drive, keys_by_partition
from tests.throttling.world import Refused, World
from thermodynamo_storage.capacity.units import read_half_units


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


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({"throttled_transactions": "refuse"}, []),
        ({"throttled_transactions": "cancel"}, ["None", "ThrottlingError"]),
        ({"throttle_errors": "guide"}, ["None", "ThrottlingError"]),
    ],
)
def test_a_refused_transaction_charges_none_of_its_members(settings: dict[str, Any], codes: list[str]) -> None:
    """Condition checks are asked for with the writes, and charged after all of them are admitted."""
    world = World(**settings)
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
    assert [reason["Code"] for reason in caught.value.body.get("CancellationReasons", [])] == codes
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
