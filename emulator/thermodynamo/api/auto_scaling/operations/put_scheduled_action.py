"""PutScheduledAction: new bounds for a target by a schedule; another action of the same name is changed.

What is not given of a change stays, but for the start and the end, which are then none (API reference).
"""

from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.auto_scaling.operations import lookup
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.scaling import schedule
from thermodynamo.api.scaling.schedule import Schedule, ScheduleError
from thermodynamo.api.scaling.scheduled_action import ScheduledAction
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

TIME_MAX = 253_402_300_799
"""The last second of the year 9999, the last that can be written as a date."""
ACTIONS_MAX = 200
"""The quota of scheduled actions of a target (user guide, quotas)."""


@dataclass(slots=True)
class PutScheduledAction:
    """A checked request."""

    name: str
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> PutScheduledAction:
    given = request.get("ScalableTargetAction")
    if given is not None:
        low, high = given.get("MinCapacity"), given.get("MaxCapacity")
        if low is None and high is None:
            raise errors.validation(messages.ACTION_WITHOUT_CAPACITY)
        if any(units is not None and units < 1 for units in (low, high)):
            raise errors.validation(messages.CAPACITY_TOO_SMALL)
        if low is not None and high is not None and high < low:
            raise errors.validation(messages.CAPACITY_OUT_OF_ORDER)
    starts_at, ends_at = request.get("StartTime"), request.get("EndTime")
    if any(time is not None and not 0 <= time <= TIME_MAX for time in (starts_at, ends_at)):
        raise errors.validation(messages.SCHEDULE_TIME_OUT_OF_RANGE)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise errors.validation(messages.SCHEDULE_TIMES_OUT_OF_ORDER)
    if "Schedule" in request:
        parsed(request["Schedule"], request.get("Timezone"))
    return PutScheduledAction(request["ScheduledActionName"], request)


def execute(namespace: Namespace, request: PutScheduledAction, now: float) -> dict[str, Any]:
    scaling, given = namespace.auto_scaling, request.request
    resource = lookup.registered(namespace, given).resource
    old = scaling.actions.get((resource, request.name))
    text = given.get("Schedule") or (old.schedule_text if old else None)
    bounds = given.get("ScalableTargetAction")
    if text is None:
        raise errors.validation(messages.SCHEDULE_REQUIRED)
    if bounds is None:
        if old is None:
            raise errors.validation(messages.ACTION_WITHOUT_CAPACITY)
        bounds = {"MinCapacity": old.min_capacity, "MaxCapacity": old.max_capacity}
    if old is None and sum(1 for owner, _ in scaling.actions if owner == resource) >= ACTIONS_MAX:
        raise errors.limit_exceeded(messages.SCALING_QUOTA.format(ACTIONS_MAX, "scheduled actions"))
    zone = given.get("Timezone") or (old.time_zone if old else None)
    action = ScheduledAction(
        name=request.name,
        resource=resource,
        arn=old.arn if old else scaling.action_arn(resource, request.name),
        created_at=old.created_at if old else now,
        schedule_text=text,
        schedule=parsed(text, zone),
        time_zone=zone,
        starts_at=given.get("StartTime"),
        ends_at=given.get("EndTime"),
        min_capacity=bounds.get("MinCapacity"),
        max_capacity=bounds.get("MaxCapacity"),
    )
    action.plan(now)
    scaling.actions[resource, request.name] = action
    namespace.keep_scaling(resource, now)
    return {}


def parsed(text: str, zone: str | None) -> Schedule:
    """Raises ValidationException for a schedule or a time zone that is none."""
    try:
        known = schedule.time_zone(zone)
    except ScheduleError:
        raise errors.validation(messages.TIME_ZONE_UNKNOWN.format(zone)) from None
    try:
        return schedule.parse(text, known)
    except ScheduleError as error:
        raise errors.validation(messages.SCHEDULE_INVALID.format(error)) from None
