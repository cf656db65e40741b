"""Regions of strongly consistent global tables that are cut off: two of the three members are a majority.

Developer guide, global tables: in an experiment that isolates a region, the others go on, and eventually consistent
reads are answered in all.
"""

from typing import Any

import pytest

from tests.global_tables.regions import ELSEWHERE, HERE, Regions
from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo_storage.tables.definition import LinkSet

NEAR = "us-east-2"
ALL = (HERE, NEAR, ELSEWHERE)
KEY = {"id": {"S": "a"}}


def strong(world: Regions, *, witness: str | None = None) -> Regions:
    """A strongly consistent table of three regions, one of which may be a witness."""
    world.create()
    request: dict[str, Any] = {
        "ReplicaUpdates": [{"Create": {"RegionName": region}} for region in (NEAR, ELSEWHERE) if region != witness]
    }
    if witness is not None:
        request["GlobalTableWitnessUpdates"] = [{"Create": {"RegionName": witness}}]
    world.call(HERE, "UpdateTable", TableName="Music", MultiRegionConsistency="STRONG", **request)
    return world


def isolate(world: Regions, region: str, is_cut: bool = True) -> None:
    for other in ALL:
        if other != region:
            world.cut(region, other, is_cut)
            world.cut(other, region, is_cut)


def found(world: Regions, region: str, is_consistent: bool = True) -> dict[str, Any] | None:
    reply = world.call(region, "GetItem", TableName="Music", Key=KEY, ConsistentRead=is_consistent)
    return reply.get("Item")


WRITES: dict[str, dict[str, Any]] = {
    "PutItem": {"TableName": "Music", "Item": KEY},
    "UpdateItem": {"TableName": "Music", "Key": KEY},
    "DeleteItem": {"TableName": "Music", "Key": KEY},
    "BatchWriteItem": {"RequestItems": {"Music": [{"DeleteRequest": {"Key": KEY}}]}},
    "ExecuteStatement": {"Statement": "DELETE FROM Music WHERE id = 'a'"},
}
READS: dict[str, dict[str, Any]] = {
    "GetItem": {"TableName": "Music", "Key": KEY, "ConsistentRead": True},
    "BatchGetItem": {"RequestItems": {"Music": {"Keys": [KEY], "ConsistentRead": True}}},
    "Scan": {"TableName": "Music", "ConsistentRead": True},
    "Query": {
        "TableName": "Music",
        "ConsistentRead": True,
        "KeyConditionExpression": "id = :a",
        "ExpressionAttributeValues": {":a": {"S": "a"}},
    },
    "ExecuteStatement": {"Statement": "SELECT * FROM Music WHERE id = 'a'", "ConsistentRead": True},
}


@pytest.mark.parametrize(("operation", "request_"), [*WRITES.items(), *READS.items()])
def test_a_region_that_is_alone_refuses_writes_and_strongly_consistent_reads(
    world: Regions, operation: str, request_: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    strong(world)
    world.put(HERE, "a", n={"N": "1"})
    isolate(world, HERE)
    with pytest.raises(ApiError) as caught:
        world.call(HERE, operation, **request_)
    assert (caught.value.name, caught.value.status) == ("ServiceUnavailable", 503)
    assert not caplog.messages
    isolate(world, HERE, False)
    assert found(world, NEAR) == {**KEY, "n": {"N": "1"}}
    world.call(HERE, operation, **request_)


def test_statements_of_a_batch_fail_one_by_one_in_a_region_that_is_alone(world: Regions) -> None:
    strong(world)
    isolate(world, HERE)
    statements = [{"Statement": "INSERT INTO Music VALUE {'id': 'a'}"}]
    (reply,) = world.call(HERE, "BatchExecuteStatement", Statements=statements)["Responses"]
    assert reply["Error"]["Code"] == "InternalServerError"
    assert found(world, NEAR) is None


def test_the_majority_goes_on_and_the_region_has_caught_up_when_it_is_joined(world: Regions) -> None:
    strong(world)
    world.put(HERE, "a", n={"N": "1"})
    assert found(world, ELSEWHERE) == {**KEY, "n": {"N": "1"}}
    isolate(world, ELSEWHERE)
    world.put(HERE, "a", n={"N": "2"})
    assert found(world, NEAR) == {**KEY, "n": {"N": "2"}}
    world.put(NEAR, "a", n={"N": "3"})
    assert found(world, HERE) == {**KEY, "n": {"N": "3"}}
    assert found(world, ELSEWHERE, False) == {**KEY, "n": {"N": "1"}}
    world.service.turn(3600.0)
    isolate(world, ELSEWHERE, False)
    assert found(world, ELSEWHERE) == {**KEY, "n": {"N": "3"}}


def test_a_region_goes_on_with_the_witness_alone(world: Regions) -> None:
    strong(world, witness=NEAR)
    isolate(world, ELSEWHERE)
    world.put(HERE, "a")
    assert found(world, HERE) == KEY
    with pytest.raises(ApiError, match="unavailable"):
        world.put(ELSEWHERE, "a")
    isolate(world, ELSEWHERE, False)
    assert found(world, ELSEWHERE) == KEY


def test_without_its_witness_two_regions_are_a_majority(world: Regions) -> None:
    strong(world, witness=NEAR)
    isolate(world, NEAR)
    world.put(HERE, "a")
    assert found(world, ELSEWHERE) == KEY


def test_two_regions_reach_one_another_over_the_third(world: Regions) -> None:
    strong(world)
    for source, target in ((HERE, ELSEWHERE), (ELSEWHERE, HERE)):
        world.cut(source, target)
    world.put(HERE, "a")
    assert found(world, ELSEWHERE) == KEY
    world.put(ELSEWHERE, "a", n={"N": "2"})
    assert found(world, HERE) == {**KEY, "n": {"N": "2"}}


def test_with_all_ways_cut_no_region_takes_writes(world: Regions) -> None:
    strong(world)
    for region in ALL:
        isolate(world, region)
    for region in ALL:
        with pytest.raises(ApiError, match="unavailable"):
            world.put(region, "a")
    for region in ALL:
        isolate(world, region, False)
    assert world.ids(HERE) == set()


def test_what_is_left_of_a_global_table_is_no_longer_alone(world: Regions) -> None:
    strong(world)
    isolate(world, HERE)
    deletes = [{"Delete": {"RegionName": region}} for region in (NEAR, ELSEWHERE)]
    world.call(HERE, "UpdateTable", TableName="Music", ReplicaUpdates=deletes)
    world.put(HERE, "a")
    assert found(world, HERE) == KEY


def test_a_table_that_is_made_while_a_region_is_cut_off_is_isolated_there(world: Regions) -> None:
    isolate(world, ELSEWHERE)
    strong(world)
    world.put(HERE, "a")
    with pytest.raises(ApiError, match="unavailable"):
        world.put(ELSEWHERE, "a")


def test_a_snapshot_of_a_cut_comes_back_with_what_was_missed(world: Regions) -> None:
    strong(world)
    isolate(world, ELSEWHERE)
    world.put(HERE, "a")
    world.service.snapshot("cut")
    world.put(HERE, "b")
    world.service.restore("cut")
    with pytest.raises(ApiError, match="unavailable"):
        found(world, ELSEWHERE)
    isolate(world, ELSEWHERE, False)
    assert world.ids(ELSEWHERE) == {"a"}


def test_a_cut_holds_for_eventually_consistent_tables_as_before(world: Regions) -> None:
    world.create(ELSEWHERE)
    isolate(world, ELSEWHERE)
    world.put(HERE, "a")
    world.put(ELSEWHERE, "b")
    assert (world.ids(HERE), world.ids(ELSEWHERE)) == ({"a"}, {"b"})


def lag(service: Service, source: str, target: str, seconds: float) -> None:
    service.database.define(LinkSet(source, target, (seconds, seconds), False), service.clock.now())


def test_the_lag_of_one_way_decides_in_which_region_a_write_is_met(world: Regions) -> None:
    strong(world)
    lag(world.service, HERE, NEAR, 2.0)
    world.put(HERE, "a")
    world.put(ELSEWHERE, "a")
    with pytest.raises(ApiError) as caught:
        world.put(NEAR, "a")
    assert caught.value.name == "ReplicatedWriteConflictException"
    assert found(world, NEAR) == KEY
    world.service.turn(2.0)
    world.put(NEAR, "a")


def test_what_has_landed_is_forgotten(world: Regions) -> None:
    strong(world)
    lag(world.service, HERE, NEAR, 1.0)
    for number in range(50):
        world.put(HERE, str(number))
        world.service.turn(0.25)
    replication = world.table(NEAR).replication
    assert replication is not None
    assert max(len(way.under_way) for way in replication.incoming.values()) <= 5
