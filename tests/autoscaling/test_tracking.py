"""Target tracking: when it scales out and in, by how much, and what holds it back."""

from typing import Any

from tests.autoscaling.world import READS, WRITES, ScaledWorld

MINUTE = 60


def scaled(low: int = 5, high: int = 100, units: int = 5, **settings: Any) -> ScaledWorld:
    world = ScaledWorld(**settings)
    world.create((5, units))
    world.register(low, high)
    return world


def test_two_minutes_over_the_target_scale_out() -> None:
    world = scaled()
    world.track()
    world.load(10, minutes=1)
    assert world.units == 5
    world.load(10, minutes=1)
    # Ten units a second, from the burst, are 70 % of 14.3.
    assert world.units == 15
    (activity,) = world.activities()
    assert activity["Description"] == "Setting write capacity units to 15."
    assert activity["StatusCode"] == "Successful"
    name = world.scale("DescribeScalingPolicies", ServiceNamespace="dynamodb")["ScalingPolicies"][0]["Alarms"][0]
    assert activity["Cause"] == f"monitor alarm {name['AlarmName']} in state ALARM triggered policy tracking"


def test_one_busy_minute_changes_nothing() -> None:
    world = scaled()
    world.track()
    for _ in range(3):
        world.load(10, minutes=1)
        world.turn(MINUTE)
    assert world.units == 5 and world.activities() == []


def test_fifteen_minutes_under_the_target_scale_in() -> None:
    world = scaled(units=50)
    world.track()
    world.turn(14 * MINUTE)
    assert world.units == 50
    world.turn(MINUTE)
    assert world.units == 5
    assert "-AlarmLow-" in world.activities()[0]["Cause"]


def test_scaling_in_leaves_what_the_busiest_minute_needs() -> None:
    world = scaled(units=50)
    world.track()
    world.load(7, minutes=1)
    world.turn(14 * MINUTE)
    assert world.units == 10


def test_a_table_that_is_used_well_stays() -> None:
    world = scaled(units=10)
    world.track()
    world.load(6, minutes=20)
    assert world.units == 10 and world.activities() == []


def test_scaling_ends_at_the_bounds() -> None:
    world = scaled(high=8)
    world.track()
    world.load(20, minutes=4)
    assert world.units == 8
    newest = world.activities(IncludeNotScaledActivities=True)[0]
    assert newest["NotScaledReasons"] == [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 8}]
    assert newest["StatusCode"] == "Failed" and newest["Description"] == "Attempting to scale due to alarm triggered"
    assert len(world.activities()) == 1
    world.turn(60 * MINUTE)
    assert world.units == 5
    newest = world.activities(IncludeNotScaledActivities=True)[0]
    assert newest["NotScaledReasons"] == [{"Code": "AlreadyAtMinCapacity", "MinCapacity": 5}]


def test_scale_in_can_be_disabled() -> None:
    world = scaled(units=50)
    world.track(DisableScaleIn=True)
    world.turn(60 * MINUTE)
    assert world.units == 50


def test_scale_in_waits_for_its_cool_down() -> None:
    world = scaled(low=1, units=100)
    world.track(ScaleInCooldown=1800)
    world.load(7, minutes=1)
    world.turn(15 * MINUTE)
    assert world.units == 10
    world.turn(27 * MINUTE)
    assert world.units == 10
    world.turn(4 * MINUTE)
    assert world.units == 1


def test_only_a_larger_scale_out_happens_in_the_cool_down() -> None:
    world = scaled(high=1000, units=10)
    world.track(ScaleOutCooldown=600)
    world.load(20, minutes=2)
    assert world.units == 29
    world.load(25, minutes=2)
    assert world.units == 29, "seven more are fewer than nineteen more"
    world.load(60, minutes=2)
    assert world.units == 86
    world.turn(600)


def test_suspended_scaling() -> None:
    world = scaled(units=10)
    world.track()
    world.scale("RegisterScalableTarget", **WRITES, SuspendedState={"DynamicScalingOutSuspended": True})
    world.load(20, minutes=3)
    assert world.units == 10
    world.scale(
        "RegisterScalableTarget",
        **WRITES,
        SuspendedState={"DynamicScalingOutSuspended": False, "DynamicScalingInSuspended": True},
    )
    world.turn(60 * MINUTE)
    assert world.units == 10
    world.scale("RegisterScalableTarget", **WRITES, SuspendedState={"DynamicScalingInSuspended": False})
    world.turn(MINUTE)
    assert world.units == 5


def test_a_manual_change_of_an_idle_table_is_undone_in_the_next_minute() -> None:
    """ack-api-quirks, DDB-TABLE-315, October 2026: within 82 to 92 seconds, and it counts as a decrease."""
    world = scaled()
    world.track()
    world.turn(40 * MINUTE)
    throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 30}
    world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": throughput})
    assert world.units == 30
    world.turn(MINUTE)
    assert world.units == 5
    described = world.call("DescribeTable", {"TableName": "load"})["Table"]["ProvisionedThroughput"]
    assert described["NumberOfDecreasesToday"] == 1


def test_a_manual_value_below_the_minimum_stays() -> None:
    world = scaled()
    world.track()
    throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}
    world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": throughput})
    world.turn(60 * MINUTE)
    assert world.units == 2


def test_the_limit_on_decreases_holds() -> None:
    world = scaled(low=1, units=100)
    world.track()
    for units in (90, 80, 70, 60):
        throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": units}
        world.call("UpdateTable", {"TableName": "load", "ProvisionedThroughput": throughput})
    world.turn(20 * MINUTE)
    assert world.units == 60
    (failed,) = world.activities()
    assert failed["StatusCode"] == "Failed"
    assert failed["StatusMessage"].startswith(
        "Failed to set write capacity units to 1. Reason: Failed updating table: Subscriber limit exceeded: "
        "Provisioned throughput decreases are limited within a given UTC day."
    )
    world.turn(41 * MINUTE)
    assert world.units == 1, "an hour after the last decrease there is another"


def test_a_table_that_is_changed_slowly_is_left_alone_meanwhile() -> None:
    world = scaled(table_delay_seconds=90.0)
    world.turn(90)
    world.register(5, 100)
    world.track()
    world.load(10, minutes=2)
    assert world.status == "UPDATING" and world.units == 5
    (activity,) = world.activities()
    assert activity["StatusCode"] == "InProgress" and "EndTime" not in activity
    assert activity["StatusMessage"].endswith("Waiting for change to be fulfilled by dynamodb.")
    world.turn(90)
    assert world.status == "ACTIVE" and world.units == 15
    (activity,) = world.activities()
    assert activity["StatusCode"] == "Successful"
    assert activity["EndTime"] == activity["StartTime"] + 90


def test_tables_on_demand_and_tables_that_are_gone_are_left_alone() -> None:
    world = scaled()
    world.track()
    world.call("UpdateTable", {"TableName": "load", "BillingMode": "PAY_PER_REQUEST"})
    world.load(10, minutes=3)
    world.call("DeleteTable", {"TableName": "load"})
    world.turn(60 * MINUTE)
    assert world.activities() == []
    assert len(world.scale("DescribeScalableTargets", ServiceNamespace="dynamodb")["ScalableTargets"]) == 1
    world.create((5, 50))
    world.turn(60 * MINUTE)
    assert world.units == 5, "a table of the same name takes its place"


def test_without_metering_nothing_is_known() -> None:
    world = scaled(units=50, capacity="off")
    world.track()
    world.load(10, minutes=2)
    world.turn(60 * MINUTE)
    assert world.units == 50


def test_reads_and_indexes() -> None:
    world = ScaledWorld()
    index = {
        "IndexName": "byG",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    world.create(
        (5, 100),
        GlobalSecondaryIndexes=[index],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")],
    )
    of_index = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/load/index/byG",
        "ScalableDimension": "dynamodb:index:WriteCapacityUnits",
    }
    world.register(5, 40, of_index)
    world.track(resource=of_index)
    world.register(5, 40, READS)
    world.track(resource=READS)
    for second in range(120):
        for each in range(7):
            assert world.put(str(each), g={"S": str(second)}) == "ok"
            world.get(str(each))
        world.turn(1)
    described = world.call("DescribeTable", {"TableName": "load"})["Table"]
    assert described["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 20
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 10
    assert described["ProvisionedThroughput"]["WriteCapacityUnits"] == 100


def test_minutes_pass_one_by_one_however_the_clock_is_turned() -> None:
    slowly, at_once = scaled(units=50), scaled(units=50)
    for world in (slowly, at_once):
        world.track()
        world.load(10, minutes=2)
    for _ in range(120):
        slowly.turn(30)
    at_once.turn(3600)
    assert slowly.activities(IncludeNotScaledActivities=True) == at_once.activities(IncludeNotScaledActivities=True)


def test_an_idle_table_does_not_make_turning_slow() -> None:
    world = scaled(units=50)
    world.track()
    world.turn(20 * MINUTE)
    resource = world.service.namespace(world.service.caller).auto_scaling
    before = resource.numbers
    world.turn(10 * 365 * 86_400)
    assert world.units == 5 and resource.numbers == before


def test_a_new_target_after_a_while_without_any_begins_anew() -> None:
    world = scaled(units=50)
    world.turn(5 * MINUTE)
    world.scale("DeregisterScalableTarget", **WRITES)
    world.load(30, minutes=20)
    world.register(5, 100)
    world.track()
    world.turn(14 * MINUTE)
    assert world.units == 50
    world.turn(MINUTE)
    assert world.units == 5
