"""Global tables in snapshots and forks: with what is on its way, and with the cuts between regions."""

import pytest

from tests.global_tables.regions import ELSEWHERE, HERE, THERE, Regions
from thermodynamo.api.caller import DEFAULT_ACCOUNT, Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.service import SnapshotError
from thermodynamo_storage.tables.snapshot import Scope

ACCOUNT = Scope(DEFAULT_ACCOUNT, None)


def cut_with_writes_on_both_sides(world: Regions) -> None:
    world.create(THERE)
    world.put(HERE, "seed")
    assert world.ids(THERE) == {"seed"}
    for source, target in ((HERE, THERE), (THERE, HERE)):
        world.cut(source, target)
    world.put(HERE, "here")
    world.put(THERE, "there")


def join(world: Regions) -> None:
    for source, target in ((HERE, THERE), (THERE, HERE)):
        world.cut(source, target, False)


@pytest.mark.parametrize("scope", [Scope(), ACCOUNT], ids=["everything", "account"])
def test_a_snapshot_brings_back_what_was_on_its_way(world: Regions, scope: Scope) -> None:
    cut_with_writes_on_both_sides(world)
    world.service.snapshot("cut", scope)
    join(world)
    world.put(HERE, "later")
    assert world.ids(HERE) == world.ids(THERE) == {"seed", "here", "there", "later"}
    for source, target in ((HERE, THERE), (THERE, HERE)):
        world.cut(source, target)
    world.service.restore("cut")
    assert (world.ids(HERE), world.ids(THERE)) == ({"seed", "here"}, {"seed", "there"})
    join(world)
    assert world.ids(HERE) == world.ids(THERE) == {"seed", "here", "there"}


def test_a_restored_replica_replicates_both_ways(world: Regions) -> None:
    world.create(THERE, ELSEWHERE)
    world.service.snapshot("three")
    world.call(HERE, "UpdateTable", TableName="Music", ReplicaUpdates=[{"Delete": {"RegionName": THERE}}])
    world.service.restore("three")
    for region in (HERE, THERE, ELSEWHERE):
        world.put(region, region)
    for region in (HERE, THERE, ELSEWHERE):
        assert world.ids(region) == {HERE, THERE, ELSEWHERE}
        replicas = world.call(region, "DescribeTable", TableName="Music")["Table"]["Replicas"]
        assert len(replicas) == 2
    assert world.table(HERE).global_table is world.table(THERE).global_table


def test_some_replicas_of_a_global_table_are_no_snapshot(world: Regions) -> None:
    world.create(THERE)
    for act in (world.service.reset, lambda scope: world.service.snapshot("half", scope)):
        with pytest.raises(SnapshotError, match=f"table Music in {HERE} has a replica in {THERE}") as caught:
            act(Scope(None, HERE))
        assert "all regions" in caught.value.hint
    assert world.ids(THERE) == world.ids(HERE) == set()


def test_the_table_of_a_fork_is_no_replica(world: Regions) -> None:
    cut_with_writes_on_both_sides(world)
    target = Caller("222222222222", "ap-south-1")
    world.service.fork(Caller(DEFAULT_ACCOUNT, HERE), target)
    described = world.service.call("DescribeTable", {"TableName": "Music"}, target)["Table"]
    assert "Replicas" not in described and described["ItemCount"] == 2
    join(world)
    assert world.service.call("Scan", {"TableName": "Music"}, target)["Count"] == 2


def test_a_write_that_is_under_way_elsewhere_is_so_in_a_snapshot() -> None:
    world = Regions(replica_lag="10")
    world.create()
    creates = [{"Create": {"RegionName": region}} for region in ("us-east-2", ELSEWHERE)]
    world.call(HERE, "UpdateTable", TableName="Music", MultiRegionConsistency="STRONG", ReplicaUpdates=creates)
    world.put(ELSEWHERE, "a")
    world.service.snapshot("underway")
    world.service.turn(10.0)
    world.put(HERE, "a")
    world.service.restore("underway")
    with pytest.raises(ApiError, match="being modified by a request in another Region"):
        world.put(HERE, "a")
    world.put(HERE, "b")
    world.service.turn(10.0)
    world.put(HERE, "a")
