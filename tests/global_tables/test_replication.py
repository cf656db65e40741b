"""Changes on their way: streams, expiry, capacity, cuts, and replicas that are added while something is on its way."""

from tests.global_tables.regions import ELSEWHERE, HERE, THERE, Regions

EXPIRY = {"Enabled": True, "AttributeName": "until"}


def test_a_stream_has_the_writes_of_all_regions_and_none_of_what_filled_the_replica(world: Regions) -> None:
    world.create()
    world.put(HERE, "before")
    world.add(THERE)
    world.put(HERE, "a")
    world.put(THERE, "b")
    assert world.ids(THERE) == {"before", "a", "b"}
    records = world.records(THERE)
    assert {record["dynamodb"]["Keys"]["id"]["S"] for record in records} == {"a", "b"}
    assert {record["awsRegion"] for record in records} == {THERE}


def test_an_expired_item_is_removed_in_one_region_which_says_so(world: Regions) -> None:
    world.create(THERE)
    world.call(HERE, "UpdateTimeToLive", TableName="Music", TimeToLiveSpecification=EXPIRY)
    until = str(int(world.service.clock.now()) + 10)
    world.put(THERE, "brief", until={"N": until})
    world.service.turn(20.0)
    assert world.ids(HERE) == world.ids(THERE) == set()
    removals = {region: [r for r in world.records(region) if r["eventName"] == "REMOVE"] for region in (HERE, THERE)}
    assert [len(records) for records in removals.values()] == [1, 1]
    assert removals[HERE][0]["userIdentity"]["PrincipalId"] == "dynamodb.amazonaws.com"
    assert "userIdentity" not in removals[THERE][0]


def test_a_region_that_is_cut_off_removes_what_expires_there(world: Regions) -> None:
    world.create(THERE)
    world.call(HERE, "UpdateTimeToLive", TableName="Music", TimeToLiveSpecification=EXPIRY)
    world.cut(HERE, THERE)
    world.put(THERE, "brief", until={"N": str(int(world.service.clock.now()) + 10)})
    world.service.turn(20.0)
    assert world.ids(THERE) == set()


def test_what_was_written_on_both_sides_of_a_cut_converges(world: Regions) -> None:
    world.create(THERE)
    world.cut(HERE, THERE)
    world.cut(THERE, HERE)
    world.put(HERE, "both", from_={"S": "first"})
    world.put(THERE, "both", from_={"S": "last"})
    world.put(HERE, "here")
    assert world.ids(THERE) == {"both"}
    world.cut(HERE, THERE, False)
    world.cut(THERE, HERE, False)
    for region in (HERE, THERE):
        assert world.ids(region) == {"both", "here"}
        found = world.call(region, "GetItem", TableName="Music", Key={"id": {"S": "both"}})["Item"]
        assert found["from_"] == {"S": "last"}


def test_a_new_replica_gets_what_is_still_on_its_way_to_its_source(world: Regions) -> None:
    world.create(THERE)
    world.cut(THERE, HERE)
    world.put(THERE, "late")
    world.add(ELSEWHERE)
    assert world.ids(HERE) == set()
    assert world.ids(ELSEWHERE) == {"late"}
    world.cut(THERE, HERE, False)
    assert world.ids(HERE) == world.ids(ELSEWHERE) == {"late"}


def test_what_a_replica_wrote_before_it_left_still_arrives() -> None:
    world = Regions(replica_lag="5")
    world.create(THERE)
    world.put(THERE, "last words")
    world.call(HERE, "UpdateTable", TableName="Music", ReplicaUpdates=[{"Delete": {"RegionName": THERE}}])
    assert world.ids(HERE) == set()
    world.service.turn(5.0)
    assert world.ids(HERE) == {"last words"}
    replication = world.table(HERE).replication
    assert replication is not None and not replication.incoming and not replication.outgoing


def test_many_items_fill_a_replica_in_steps_and_it_is_creating_until_then(world: Regions) -> None:
    world.create()
    for number in range(1_000):
        world.put(HERE, str(number))
    world.add(THERE)
    replicas = world.call(HERE, "DescribeTable", TableName="Music")["Table"]["Replicas"]
    assert [replica["ReplicaStatus"] for replica in replicas] == ["CREATING"]
    world.put(HERE, "later")
    while world.call(THERE, "DescribeTable", TableName="Music")["Table"]["TableStatus"] != "ACTIVE":
        pass
    assert world.ids(THERE) == {*map(str, range(1_000)), "later"}


def test_a_replicated_write_costs_each_region_its_units_and_waits_for_them() -> None:
    world = Regions(capacity="enforce")
    world.create(THERE)
    world.call(THERE, "UpdateTable", TableName="Music", OnDemandThroughput={"MaxWriteRequestUnits": 40_000})
    big = {"S": "x" * 10_000}
    for number in range(5):
        world.put(HERE, str(number), big=big)
    world.ids(THERE)
    for region in (HERE, THERE):
        report = world.table(region).keyspace.admission.report(world.service.clock.now())
        assert report is not None and report.writes.total == 2 * 5 * 10


def test_a_strongly_consistent_read_finds_every_write_of_another_region_however_many(world: Regions) -> None:
    world.create()
    creates = [{"Create": {"RegionName": region}} for region in ("us-east-2", ELSEWHERE)]
    world.call(HERE, "UpdateTable", TableName="Music", MultiRegionConsistency="STRONG", ReplicaUpdates=creates)
    for number in range(1_500):
        world.put(HERE, str(number))
    assert world.call(ELSEWHERE, "Scan", TableName="Music", ConsistentRead=True, Select="COUNT")["Count"] == 1_500


def test_a_full_backlog_is_delivered_in_steps_while_the_clock_is_turned() -> None:
    world = Regions(replica_lag="1-3")
    world.create(THERE, ELSEWHERE)
    for number in range(300):
        world.put((HERE, THERE, ELSEWHERE)[number % 3], str(number))
    world.service.turn(3.0)
    for region in (HERE, THERE, ELSEWHERE):
        replication = world.table(region).replication
        assert replication is not None and replication.pending == 0 and not replication.versions
        assert world.table(region).keyspace.item_count == 300
