"""Replicas that leave their global table and keep what they hold: what still arrives, and what keeps them there."""

from tests.global_tables.regions import ELSEWHERE, HERE, THERE, Regions


def disassociate(world: Regions, region: str) -> None:
    world.call(region, "UpdateTable", TableName="Music", DisassociationProtectionEnabled=False)
    action = {"RegionName": region, "DisassociationMode": "WAIT_FOR_REPLICATION"}
    world.call(region, "UpdateTable", TableName="Music", ReplicaUpdates=[{"Disassociate": action}])


def others(world: Regions, region: str) -> list[str]:
    described = world.call(region, "DescribeTable", TableName="Music")["Table"]
    return [replica["RegionName"] for replica in described.get("Replicas", [])]


def test_a_replica_with_changes_behind_a_cut_stays(world: Regions) -> None:
    world.create(THERE)
    world.cut(THERE, HERE)
    world.put(THERE, "kept back")
    disassociate(world, THERE)
    assert others(world, THERE) == [HERE] and others(world, HERE) == [THERE]
    world.cut(THERE, HERE, False)
    disassociate(world, THERE)
    assert others(world, THERE) == others(world, HERE) == []
    assert world.ids(HERE) == {"kept back"}


def test_writes_made_while_it_leaves_reach_the_others() -> None:
    world = Regions(table_delay_seconds=10.0, replica_lag="2")
    world.create()
    world.service.turn(20.0)
    world.add(THERE)
    world.service.turn(20.0)
    world.call(THERE, "UpdateTable", TableName="Music", DisassociationProtectionEnabled=False)
    world.service.turn(10.0)
    action = {"RegionName": THERE, "DisassociationMode": "WAIT_FOR_REPLICATION"}
    world.call(THERE, "UpdateTable", TableName="Music", ReplicaUpdates=[{"Disassociate": action}])
    world.service.turn(9.0)
    world.put(HERE, "here")
    world.put(THERE, "there")
    world.service.turn(1.0)
    assert others(world, HERE) == others(world, THERE) == []
    world.put(HERE, "afterwards")
    world.service.turn(2.0)
    assert world.ids(THERE) == {"here", "there"}
    assert world.ids(HERE) == {"here", "there", "afterwards"}


def test_a_snapshot_keeps_what_is_still_to_arrive_at_what_has_left() -> None:
    world = Regions(replica_lag="5")
    world.create(THERE, ELSEWHERE)
    world.put(HERE, "first")
    world.call(THERE, "UpdateTable", TableName="Music", DisassociationProtectionEnabled=False)
    action = {"RegionName": THERE, "DisassociationMode": "WAIT_FOR_REPLICATION"}
    world.call(THERE, "UpdateTable", TableName="Music", ReplicaUpdates=[{"Disassociate": action}])
    world.service.turn(4.0)
    world.put(HERE, "last")
    world.service.turn(1.0)
    assert others(world, HERE) == [ELSEWHERE]
    world.service.snapshot("left")
    world.service.turn(5.0)
    world.put(THERE, "of its own")
    world.service.restore("left")
    world.service.turn(5.0)
    assert world.ids(THERE) == world.ids(ELSEWHERE) == {"first", "last"}
    assert others(world, ELSEWHERE) == [HERE]


def test_each_of_them_removes_what_expires(world: Regions) -> None:
    world.create(THERE)
    expiry = {"Enabled": True, "AttributeName": "until"}
    world.call(HERE, "UpdateTimeToLive", TableName="Music", TimeToLiveSpecification=expiry)
    world.put(HERE, "brief", until={"N": str(int(world.service.clock.now()) + 10)})
    assert world.ids(THERE) == {"brief"}
    disassociate(world, THERE)
    world.service.turn(20.0)
    assert world.ids(HERE) == world.ids(THERE) == set()
    assert [r["userIdentity"]["Type"] for r in world.records(THERE) if r["eventName"] == "REMOVE"] == ["Service"]
