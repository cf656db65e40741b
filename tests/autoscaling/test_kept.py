"""Auto scaling is kept with the tables: over a restart, in snapshots and forks, until a reset."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.autoscaling.world import READS, WRITES, ScaledWorld
from tests.replay.state import difference, settle, state_of
from thermodynamo.api.caller import Caller
from thermodynamo.service import Service
from thermodynamo_storage.tables.snapshot import Scope

OTHER = Caller("222222222222", "eu-west-1")
DYNAMODB = {"ServiceNamespace": "dynamodb"}


def made(**settings: Any) -> ScaledWorld:
    """A table of 5 units with everything that can be set, each with something that is not its default."""
    world = ScaledWorld(**settings)
    world.create((5, 5))
    world.register(5, 100, Tags={"team": "load"}, SuspendedState={"ScheduledScalingSuspended": True})
    world.register(2, 20, READS)
    world.track(50, ScaleInCooldown=60, ScaleOutCooldown=900)
    world.scale(
        "PutScheduledAction",
        **READS,
        ScheduledActionName="nightly",
        Schedule="cron(30 1 * * ? *)",
        Timezone="Asia/Tokyo",
        StartTime=world.now + 60,
        EndTime=world.now + 5 * 86_400,
        ScalableTargetAction={"MinCapacity": 9},
    )
    return world


def described(world: ScaledWorld, caller: Caller | None = None) -> list[Any]:
    """All that auto scaling tells of an account and region, but for the activities."""
    replies = []
    for name in ("ScalableTargets", "ScalingPolicies", "ScheduledActions"):
        target = f"AnyScaleFrontendService.Describe{name}".encode()
        status, body = world.service.answer(target, orjson.dumps(DYNAMODB), caller)
        assert status == 200
        replies.append(orjson.loads(body)[name])
    for each in replies[0]:
        request = orjson.dumps({"ResourceARN": each["ScalableTargetARN"]})
        _, body = world.service.answer(b"AnyScaleFrontendService.ListTagsForResource", request, caller)
        each["Tags"] = orjson.loads(body)
    return replies


def restarted(world: ScaledWorld) -> ScaledWorld:
    """The world of the next process."""
    config, now = world.service.config, world.now
    settle(world.service.database, now)
    before = state_of(world.service.database, now)
    world.service.close()
    world.service = Service(config)
    world.clock = world.service.clock
    settle(world.service.database, now)
    assert difference(state_of(world.service.database, now), before) is None
    return world


def test_a_restart_changes_nothing_that_is_told(tmp_path: Path) -> None:
    world = made(data_dir=str(tmp_path))
    before = described(world)
    assert [len(each) for each in before] == [2, 1, 1]
    assert {"Tags": {"team": "load"}} in [each["Tags"] for each in before[0]]
    assert described(restarted(world)) == before
    assert described(restarted(world)) == before


def test_it_acts_after_a_restart_before_any_request(tmp_path: Path) -> None:
    world = restarted(made(data_dir=str(tmp_path)))
    world.turn(86_400)
    (table,) = world.service.database.tables_of_all()
    assert table.schema.throughputs[None].read_units == 9


def test_an_action_that_was_due_while_the_server_was_down_runs_once(tmp_path: Path) -> None:
    world = made(data_dir=str(tmp_path))
    world.pass_seconds(3 * 86_400)
    world.service.upkeep.note_clock()
    restarted(world).turn(60)
    assert [each["Cause"] for each in world.activities()] == [
        "minimum capacity was set to 9",
        "scheduled action name nightly was triggered",
    ]


def test_a_cooldown_goes_on_after_a_restart(tmp_path: Path) -> None:
    def units_after(minutes: int, is_restarted: bool) -> int:
        world = made(data_dir=str(tmp_path / f"{minutes}-{is_restarted}"))
        world.load(5, 3)
        first = world.units
        assert first == 10
        if is_restarted:
            restarted(world)
        # As many units more as the last scale-out added do not end the cool-down: that takes more than 5.
        world.load(7, minutes)
        return world.units

    assert units_after(5, is_restarted=False) == units_after(5, is_restarted=True) == 10
    assert units_after(20, is_restarted=True) > 10


def test_what_is_taken_away_stays_away(tmp_path: Path) -> None:
    world = made(data_dir=str(tmp_path))
    world.scale("DeleteScheduledAction", **READS, ScheduledActionName="nightly")
    world.scale("DeleteScalingPolicy", **WRITES, PolicyName="tracking")
    (reads, writes) = described(world)[0]
    world.scale("UntagResource", ResourceARN=writes["ScalableTargetARN"], TagKeys=["team"])
    before = described(world)
    assert before[1:] == [[], []]
    assert described(restarted(world)) == before
    for resource in (READS, WRITES):
        world.scale("DeregisterScalableTarget", **resource)
    assert described(restarted(world)) == [[], [], []]
    world.register(5, 10)
    new = described(world)[0][0]["ScalableTargetARN"]
    assert new not in (reads["ScalableTargetARN"], writes["ScalableTargetARN"])


@pytest.mark.parametrize("scope", [Scope(), Scope("000000000000", None)])
def test_a_snapshot_brings_it_back_and_a_reset_takes_it_away(scope: Scope) -> None:
    world = made()
    before = described(world)
    world.service.snapshot("kept", scope)
    world.track(80)
    world.scale("DeregisterScalableTarget", **READS)
    world.service.restore("kept")
    assert described(world) == before
    world.service.reset(scope)
    assert described(world) == [[], [], []]
    world.service.restore("kept")
    world.turn(86_400)
    assert (
        world.call("DescribeTable", {"TableName": "load"})["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 9
    )


def test_a_restore_takes_away_what_was_not_there() -> None:
    world = ScaledWorld()
    world.create((5, 5))
    world.service.snapshot("before")
    world.register(50, 100)
    assert world.units == 50
    world.service.restore("before")
    assert described(world) == [[], [], []] and world.units == 5


def test_a_fork_has_its_own() -> None:
    world = made()
    here = described(world)
    world.service.fork(world.service.caller, OTHER)
    there = described(world, OTHER)
    renamed = orjson.loads(
        orjson.dumps(here)
        .replace(b":us-east-1:000000000000:", b":eu-west-1:222222222222:")
        .replace(b"::000000000000:", b"::222222222222:")
    )
    assert there == renamed != here
    world.scale("DeregisterScalableTarget", **WRITES)
    assert described(world, OTHER) == there
    world.service.reset(Scope(OTHER.account, None))
    assert described(world, OTHER) == [[], [], []]
    assert len(described(world)[0]) == 1
