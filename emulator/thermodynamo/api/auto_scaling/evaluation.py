"""What auto scaling does by itself: at each full minute it looks at the alarms, and it runs scheduled actions in time.

`slices` do what is due at an instant; `next_at` says when they are to be made again, so that a clock can be turned from
one instant to the next. A policy whose table is idle, and cannot be scaled in, need not be looked at every minute.
Requests may come between two slices: what they took away is not looked at any more.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import capacity
from thermodynamo.api.auto_scaling.capacity import Provisioned
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.scaling.auto_scaling import AutoScaling
from thermodynamo.api.scaling.points import MINUTE_SECONDS, MinutePoints
from thermodynamo.api.scaling.policy import ALARM_HIGH, ALARM_LOW, HIGH_MINUTES, LOW_MINUTES, ScalingPolicy
from thermodynamo.api.scaling.scheduled_action import ScheduledAction
from thermodynamo.api.scaling.target import ScalableTarget
from thermodynamo.api.slices import Slices, finish

LOOKED_AT = 100
"""Targets or policies that a slice looks at: one millisecond.

What changes units ends a slice: of 2,000 tables each change looks at all, in three milliseconds.
"""


def next_at_of_all(namespaces: Iterable[Namespace], now: float) -> float | None:
    """When the next thing is due in any namespace; None where nothing will be, as long as no request comes."""
    times = [next_at(namespace, now) for namespace in namespaces if namespace.auto_scaling.targets]
    return min((time for time in times if time is not None), default=None)


def step_of_all(namespaces: Iterable[Namespace], now: float) -> bool:
    """Does what is due in every namespace; whether there was anything."""
    is_done = False
    for namespace in namespaces:
        if namespace.auto_scaling.targets:
            is_done |= finish(slices(namespace, now))
    return is_done


def slices_of_all(namespaces: Mapping[Any, Namespace], now: float) -> Slices[None]:
    """As `step_of_all`, in slices; a namespace that is gone by then is left alone."""
    for place, namespace in list(namespaces.items()):
        if not namespace.auto_scaling.targets:
            continue
        left = slices(namespace, now)
        try:
            next(left)
            while True:
                now = (yield) or now
                if namespaces.get(place) is not namespace:
                    break
                left.send(now)
        except StopIteration:
            pass


def enforce_of_all(namespaces: Iterable[Namespace], now: float) -> None:
    """Moves units into bounds that are new, whether the clock goes or not."""
    for namespace in namespaces:
        _enforce(namespace, now)


def next_at(namespace: Namespace, now: float) -> float | None:
    scaling = namespace.auto_scaling
    times = [action.next_at for action in scaling.actions.values() if action.next_at is not None]
    if any(_is_awake(namespace, policy, now) for policy in scaling.policies.values()):
        times.append((_evaluated(scaling, now) + 2) * MINUTE_SECONDS)
    return min(times, default=None)


def slices(namespace: Namespace, now: float) -> Slices[bool]:
    """Does what is due; whether there was anything, a minute to take in included."""
    scaling = namespace.auto_scaling
    is_first = scaling.evaluated_minute is None
    is_enforced = _enforce(namespace, now)
    minute = int(now // MINUTE_SECONDS) - 1
    minutes = minute - _evaluated(scaling, now)
    if minutes > 0:
        scaling.evaluated_minute = minute
        for number, target in enumerate(list(scaling.targets.values()), 1):
            if scaling.targets.get(target.resource) is target:
                _take_points(namespace, target, minute, minutes, now)
            if number % LOOKED_AT == 0:
                now = (yield) or now
    due = [action for action in scaling.actions.values() if action.next_at is not None and action.next_at <= now]
    due.sort(key=lambda action: (action.next_at, action.resource.id, action.name))
    for action in due:
        if scaling.actions.get((action.resource, action.name)) is action:
            _run(namespace, action, now)
            now = (yield) or now
    if minutes > 0:
        policies = sorted(scaling.policies.values(), key=lambda policy: (policy.resource.id, policy.arn))
        for number, policy in enumerate(policies, 1):
            is_there = scaling.policies.get((policy.resource, policy.name)) is policy
            if (is_there and _evaluate(namespace, policy, minute, now)) or number % LOOKED_AT == 0:
                now = (yield) or now
    return is_first or minutes > 0 or is_enforced or bool(due)


def _enforce(namespace: Namespace, now: float) -> bool:
    """Moves the units of targets with new bounds into them; whether there were any."""
    new = [target for target in namespace.auto_scaling.targets.values() if target.has_new_bounds]
    for target in new:
        target.has_new_bounds = False
        capacity.begin_points(namespace, target, now)
        capacity.enforce(namespace, target, now)
        namespace.keep_scaling(target.resource, now)
    return bool(new)


def _evaluated(scaling: AutoScaling, now: float) -> int:
    """The last minute that was evaluated; the one before this where none was."""
    if scaling.evaluated_minute is None:
        scaling.evaluated_minute = int(now // MINUTE_SECONDS) - 1
    return scaling.evaluated_minute


def _is_awake(namespace: Namespace, policy: ScalingPolicy, now: float) -> bool:
    """Whether the next minute may bring something, even without a request."""
    table = capacity.table_of(namespace, policy.resource, now)
    if table is None:
        return False
    current = capacity.provisioned(namespace, policy.resource, now)
    used = capacity.consumed(table, policy.resource, now)
    if current is None or used is None:
        return used is not None and table.transition is not None
    return policy.settled != (current.units, used[1])


def _take_points(namespace: Namespace, target: ScalableTarget, minute: int, minutes: int, now: float) -> None:
    """Reads off what was used in the minutes that have ended; a table in the place of another one begins anew."""
    table = capacity.table_of(namespace, target.resource, now)
    used = capacity.consumed(table, target.resource, now) if table is not None else None
    if used is None:
        target.points = None
        return
    if target.points is None or target.points.source != used[0]:
        target.points = MinutePoints(used[0], 0, minute)
    target.points.sample(used[1], minute, minutes)


def _run(namespace: Namespace, action: ScheduledAction, now: float) -> None:
    """Gives a target the bounds of a scheduled action, and moves the units into them."""
    action.plan(now)
    namespace.keep_scaling(action.resource, now)
    target = namespace.auto_scaling.targets[action.resource]
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
    activity = capacity.new_activity(namespace, action.resource, description.format(*given), cause, now)
    low = action.min_capacity if action.min_capacity is not None else target.min_capacity
    high = action.max_capacity if action.max_capacity is not None else target.max_capacity
    if high < low:
        activity.status, activity.message = "Failed", messages.CAPACITY_OUT_OF_ORDER
        namespace.auto_scaling.activities.add(activity)
        return
    activity.message = message.format(*given)
    namespace.auto_scaling.activities.add(activity)
    target.min_capacity, target.max_capacity = low, high
    for policy in namespace.auto_scaling.policies_of(action.resource):
        policy.settled = None
    namespace.keep_scaling(action.resource, now)
    capacity.enforce(namespace, target, now)


def _evaluate(namespace: Namespace, policy: ScalingPolicy, minute: int, now: float) -> bool:
    """Looks at a policy's alarms, and scales where one of them says so; whether one does."""
    target = namespace.auto_scaling.targets[policy.resource]
    current = capacity.provisioned(namespace, policy.resource, now)
    points = target.points
    if current is None or points is None or policy.settled == (current.units, points.total):
        return False
    is_over, is_alarmed = True, True
    if policy.tracking.is_high(points, minute, current.units):
        is_over = _scale_out(namespace, policy, target, current, points, minute, now)
    elif ALARM_LOW in policy.alarm_names and policy.tracking.is_low(points, minute, current.units):
        is_over = _scale_in(namespace, policy, target, current, points, minute, now)
    else:
        is_alarmed = False
    last = points.last(LOW_MINUTES, minute)
    if is_over and last is not None and not any(last):
        policy.settled = (current.units, points.total)
    return is_alarmed


def _scale_out(
    namespace: Namespace,
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
        return _leave(namespace, policy, reason, cause, now)
    by = wanted - current.units
    if policy.may_scale_out(by, now) and capacity.change(namespace, policy.resource, current.table, wanted, cause, now):
        policy.scaled_out_at, policy.scaled_out_by = max(current.table.settled_at, now), by
        # A scale-out ends the cool-down of a scale-in (API reference, ScaleInCooldown).
        policy.scaled_in_at = None
        namespace.keep_scaling(policy.resource, now)
    return False


def _scale_in(
    namespace: Namespace,
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
        return _leave(namespace, policy, reason, cause, now)
    if policy.may_scale_in(now) and capacity.change(namespace, policy.resource, current.table, wanted, cause, now):
        policy.scaled_in_at = max(current.table.settled_at, now)
        namespace.keep_scaling(policy.resource, now)
    return False


def _leave(namespace: Namespace, policy: ScalingPolicy, reason: dict[str, Any], cause: str, now: float) -> bool:
    """Logs that an alarm changed nothing; the status is that of the user guide's example."""
    activity = capacity.new_activity(namespace, policy.resource, messages.ATTEMPTING, cause, now)
    activity.status = "Failed"
    activity.not_scaled = [reason]
    namespace.auto_scaling.activities.add(activity)
    return True
