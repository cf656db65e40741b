"""What auto scaling does by itself: at each full minute it looks at the alarms, and it runs scheduled actions in time.

`step` does what is due at an instant; `next_at` says when it is to be called again, so that a clock can be turned from
one instant to the next. A policy whose table is idle, and cannot be scaled in, need not be looked at every minute.
"""

from collections.abc import Iterable
from typing import Any

from emulator import messages
from emulator.autoscaling import capacity
from emulator.autoscaling.capacity import Provisioned
from emulator.engine import Engine
from emulator.scaling.auto_scaling import AutoScaling
from emulator.scaling.points import MINUTE_SECONDS, MinutePoints
from emulator.scaling.policy import ALARM_HIGH, ALARM_LOW, HIGH_MINUTES, LOW_MINUTES, ScalingPolicy
from emulator.scaling.scheduled_action import ScheduledAction
from emulator.scaling.target import ScalableTarget


def next_at_of_all(engines: Iterable[Engine], now: float) -> float | None:
    """When the next thing is due in any namespace; None where nothing will be, as long as no request comes."""
    times = [next_at(engine, now) for engine in engines if engine.auto_scaling.targets]
    return min((time for time in times if time is not None), default=None)


def step_of_all(engines: Iterable[Engine], now: float) -> None:
    """Does what is due in every namespace."""
    for engine in engines:
        if engine.auto_scaling.targets:
            step(engine, now)


def next_at(engine: Engine, now: float) -> float | None:
    scaling = engine.auto_scaling
    times = [action.next_at for action in scaling.actions.values() if action.next_at is not None]
    if any(_is_awake(engine, policy, now) for policy in scaling.policies.values()):
        times.append((_evaluated(scaling, now) + 2) * MINUTE_SECONDS)
    return min(times, default=None)


def step(engine: Engine, now: float) -> None:
    scaling = engine.auto_scaling
    minute = int(now // MINUTE_SECONDS) - 1
    minutes = minute - _evaluated(scaling, now)
    if minutes > 0:
        scaling.evaluated_minute = minute
        for target in scaling.targets.values():
            _take_points(engine, target, minute, minutes, now)
    due = [action for action in scaling.actions.values() if action.next_at is not None and action.next_at <= now]
    for action in sorted(due, key=lambda action: (action.next_at, action.resource.id, action.name)):
        _run(engine, action, now)
    if minutes > 0:
        for policy in sorted(scaling.policies.values(), key=lambda policy: (policy.resource.id, policy.arn)):
            _evaluate(engine, policy, minute, now)


def _evaluated(scaling: AutoScaling, now: float) -> int:
    """The last minute that was evaluated; the one before this where none was."""
    if scaling.evaluated_minute is None:
        scaling.evaluated_minute = int(now // MINUTE_SECONDS) - 1
    return scaling.evaluated_minute


def _is_awake(engine: Engine, policy: ScalingPolicy, now: float) -> bool:
    """Whether the next minute may bring something, even without a request."""
    table = capacity.table_of(engine, policy.resource, now)
    if table is None:
        return False
    current = capacity.provisioned(engine, policy.resource, now)
    used = capacity.consumed(table, policy.resource)
    if current is None or used is None:
        return used is not None and table.transition is not None
    return policy.settled != (current.units, used[1])


def _take_points(engine: Engine, target: ScalableTarget, minute: int, minutes: int, now: float) -> None:
    """Reads off what was used in the minutes that have ended; a table in the place of another one begins anew."""
    table = capacity.table_of(engine, target.resource, now)
    used = capacity.consumed(table, target.resource) if table is not None else None
    if used is None:
        target.points = None
        return
    if target.points is None or target.points.source != used[0]:
        target.points = MinutePoints(used[0], 0, minute)
    target.points.sample(used[1], minute, minutes)


def _run(engine: Engine, action: ScheduledAction, now: float) -> None:
    """Gives a target the bounds of a scheduled action, and moves the units into them."""
    action.plan(now)
    target = engine.auto_scaling.targets[action.resource]
    if target.suspended["ScheduledScalingSuspended"]:
        return
    given = tuple(units for units in (action.min_capacity, action.max_capacity) if units is not None)
    if len(given) == 2:
        description, message = messages.SETTING_BOUNDS, messages.BOUNDS_SET
    elif action.min_capacity is not None:
        description, message = messages.SETTING_MIN, messages.MIN_SET
    else:
        description, message = messages.SETTING_MAX, messages.MAX_SET
    cause = messages.CAUSED_BY_ACTION.format(action.name)
    activity = capacity.new_activity(engine, action.resource, description.format(*given), cause, now)
    low = action.min_capacity if action.min_capacity is not None else target.min_capacity
    high = action.max_capacity if action.max_capacity is not None else target.max_capacity
    if high < low:
        activity.status, activity.message = "Failed", messages.CAPACITY_OUT_OF_ORDER
        engine.auto_scaling.activities.add(activity)
        return
    activity.message = message.format(*given)
    engine.auto_scaling.activities.add(activity)
    target.min_capacity, target.max_capacity = low, high
    for policy in engine.auto_scaling.policies_of(action.resource):
        policy.settled = None
    capacity.enforce(engine, target, now)


def _evaluate(engine: Engine, policy: ScalingPolicy, minute: int, now: float) -> None:
    """Looks at a policy's alarms, and scales where one of them says so."""
    target = engine.auto_scaling.targets[policy.resource]
    current = capacity.provisioned(engine, policy.resource, now)
    points = target.points
    if current is None or points is None or policy.settled == (current.units, points.total):
        return
    is_over = True
    if policy.tracking.is_high(points, minute, current.units):
        is_over = _scale_out(engine, policy, target, current, points, minute, now)
    elif ALARM_LOW in policy.alarm_names and policy.tracking.is_low(points, minute, current.units):
        is_over = _scale_in(engine, policy, target, current, points, minute, now)
    last = points.last(LOW_MINUTES, minute)
    if is_over and last is not None and not any(last):
        policy.settled = (current.units, points.total)


def _scale_out(
    engine: Engine,
    policy: ScalingPolicy,
    target: ScalableTarget,
    current: Provisioned,
    points: MinutePoints,
    minute: int,
    now: float,
) -> bool:
    """Raises the units as far as the target lets it; whether nothing is left to do."""
    wanted = target.clamp(policy.tracking.wanted(points, minute, HIGH_MINUTES))
    if target.suspended["DynamicScalingOutSuspended"]:
        return True
    cause = messages.CAUSED_BY_ALARM.format(policy.alarm_names[ALARM_HIGH], policy.name)
    if wanted <= current.units:
        reason = {"Code": "AlreadyAtMaxCapacity", "MaxCapacity": target.max_capacity}
        return _leave(engine, policy, reason, cause, now)
    by = wanted - current.units
    if policy.may_scale_out(by, now) and capacity.change(engine, policy.resource, current.table, wanted, cause, now):
        policy.scaled_out_at, policy.scaled_out_by = max(current.table.settled_at, now), by
        # A scale-out ends the cool-down of a scale-in (API reference, ScaleInCooldown).
        policy.scaled_in_at = None
    return False


def _scale_in(
    engine: Engine,
    policy: ScalingPolicy,
    target: ScalableTarget,
    current: Provisioned,
    points: MinutePoints,
    minute: int,
    now: float,
) -> bool:
    """Lowers the units as far as the target and the limits on decreases let it; whether nothing is left to do."""
    wanted = target.clamp(policy.tracking.wanted(points, minute, LOW_MINUTES))
    if target.suspended["DynamicScalingInSuspended"]:
        return True
    cause = messages.CAUSED_BY_ALARM.format(policy.alarm_names[ALARM_LOW], policy.name)
    if wanted >= current.units:
        reason: dict[str, Any] = {"Code": "AlreadyAtDesiredCapacity", "CurrentCapacity": current.units}
        if current.units <= target.min_capacity:
            reason = {"Code": "AlreadyAtMinCapacity", "MinCapacity": target.min_capacity}
        return _leave(engine, policy, reason, cause, now)
    if policy.may_scale_in(now) and capacity.change(engine, policy.resource, current.table, wanted, cause, now):
        policy.scaled_in_at = max(current.table.settled_at, now)
    return False


def _leave(engine: Engine, policy: ScalingPolicy, reason: dict[str, Any], cause: str, now: float) -> bool:
    """Logs that an alarm changed nothing; the status is that of the user guide's example."""
    activity = capacity.new_activity(engine, policy.resource, messages.ATTEMPTING, cause, now)
    activity.status = "Failed"
    activity.not_scaled = [reason]
    engine.auto_scaling.activities.add(activity)
    return True
