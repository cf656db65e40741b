"""Scheduled actions change the bounds in time, and the units with them."""

from datetime import datetime

import pytest

from tests.autoscaling.world import WRITES, ScaledWorld

HOUR = 3600


def scheduled(**action: object) -> ScaledWorld:
    world = ScaledWorld()
    world.create((5, 5))
    world.register(5, 10)
    world.scale("PutScheduledAction", **WRITES, ScheduledActionName="mine", **action)
    return world


def bounds(world: ScaledWorld) -> tuple[int, int]:
    (target,) = world.scale("DescribeScalableTargets", ServiceNamespace="dynamodb")["ScalableTargets"]
    return target["MinCapacity"], target["MaxCapacity"]


def test_an_action_sets_the_bounds_and_moves_the_units() -> None:
    """The causes and messages are those of the API reference's example."""
    world = scheduled(Schedule="at(2026-01-01T06:00:00)", ScalableTargetAction={"MinCapacity": 15, "MaxCapacity": 20})
    world.turn(6 * HOUR - 1)
    assert bounds(world) == (5, 10) and world.units == 5
    world.turn(1)
    assert bounds(world) == (15, 20) and world.units == 15
    units, limits = world.activities()
    assert limits["Description"] == "Setting min capacity to 15 and max capacity to 20"
    assert limits["Cause"] == "scheduled action name mine was triggered"
    assert limits["StatusMessage"] == "Successfully set min capacity to 15 and max capacity to 20"
    assert limits["StatusCode"] == units["StatusCode"] == "Successful"
    assert units["Cause"] == "minimum capacity was set to 15"
    assert units["StatusMessage"] == (
        "Successfully set write capacity units to 15. Change successfully fulfilled by dynamodb."
    )
    world.turn(48 * HOUR)
    assert len(world.activities()) == 2


def test_it_happens_at_its_time_however_far_the_clock_is_turned() -> None:
    world = scheduled(Schedule="cron(30 20 * * ? *)", Timezone="Asia/Tokyo", ScalableTargetAction={"MaxCapacity": 7})
    world.turn(100 * HOUR)
    times = [datetime.fromtimestamp(each["StartTime"]).timestamp() for each in world.activities()]
    assert [time % 86_400 for time in times] == [11.5 * HOUR] * 4
    assert bounds(world) == (5, 7)


@pytest.mark.parametrize(
    ("schedule", "end_hours", "ran_at_hours"),
    [
        ("rate(2 hours)", 6, [5, 3, 1]),
        pytest.param("cron(0 4 * * ? *)", 30, [28, 4, 1], id="by the calendar, and at its start too"),
    ],
)
def test_what_recurs_runs_from_its_start_to_its_end(schedule: str, end_hours: int, ran_at_hours: list[int]) -> None:
    begin = 1_767_225_600  # 2026-01-01
    world = scheduled(
        Schedule=schedule,
        StartTime=begin + HOUR,
        EndTime=begin + end_hours * HOUR,
        ScalableTargetAction={"MinCapacity": 6},
    )
    world.turn(72 * HOUR)
    limits = [each for each in world.activities() if each["Description"] == "Setting min capacity to 6"]
    assert [each["StartTime"] - begin for each in limits] == [hours * HOUR for hours in ran_at_hours]
    assert world.units == 6


def test_a_single_time_before_the_start_is_none() -> None:
    begin = 1_767_225_600
    world = scheduled(
        Schedule="at(2026-01-01T00:30:00)", StartTime=begin + HOUR, ScalableTargetAction={"MinCapacity": 6}
    )
    world.turn(72 * HOUR)
    assert world.activities() == []


def test_suspended_actions_do_nothing() -> None:
    world = scheduled(Schedule="rate(1 hour)", ScalableTargetAction={"MinCapacity": 9})
    world.scale("RegisterScalableTarget", **WRITES, SuspendedState={"ScheduledScalingSuspended": True})
    world.turn(5 * HOUR)
    assert bounds(world) == (5, 10) and world.activities() == []


def test_bounds_that_would_cross_fail() -> None:
    world = scheduled(Schedule="rate(1 hour)", ScalableTargetAction={"MinCapacity": 11})
    world.turn(5 * HOUR)
    assert bounds(world) == (5, 10)
    (failed,) = world.activities()
    assert failed["StatusCode"] == "Failed"
    assert failed["StatusMessage"] == "Maximum capacity cannot be less than minimum capacity"


def test_activities_are_kept_for_six_weeks() -> None:
    world = scheduled(Schedule="at(2026-01-02T00:00:00)", ScalableTargetAction={"MaxCapacity": 7})
    world.turn(43 * 86_400)
    assert len(world.activities()) == 1
    world.turn(86_400)
    assert world.activities() == []
