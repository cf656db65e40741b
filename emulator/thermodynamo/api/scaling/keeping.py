"""Auto scaling as values that the database keeps, and made of them again after a restart, a restore or a fork.

The units used by minute and the activities are not kept. ARNs are kept without their account and region, since a fork
has its own.
"""

from typing import Any

import orjson

from thermodynamo.api.scaling import resource as resources
from thermodynamo.api.scaling import schedule
from thermodynamo.api.scaling.auto_scaling import AutoScaling
from thermodynamo.api.scaling.policy import ScalingPolicy, TargetTracking
from thermodynamo.api.scaling.resource import Resource
from thermodynamo.api.scaling.scheduled_action import ScheduledAction
from thermodynamo.api.scaling.target import ScalableTarget
from thermodynamo_storage.facets.scaling import ScaledResource, Scaling

TARGET = ("min_capacity", "max_capacity", "created_at", "suspended", "tags", "has_new_bounds")
POLICY = (
    *("name", "created_at", "configuration", "alarm_names"),
    *("scaled_out_at", "scaled_out_by", "scaled_in_at"),
)
TRACKING = ("target_percent", "scale_out_cooldown", "scale_in_cooldown", "is_scale_in_disabled")
ACTION = (
    *("name", "created_at", "schedule_text", "time_zone", "starts_at", "ends_at"),
    *("min_capacity", "max_capacity", "next_at"),
)


def value_of(scaling: AutoScaling, resource: Resource) -> ScaledResource:
    """A target with its policies and scheduled actions, or that there is none."""
    target = scaling.targets.get(resource)
    state = orjson.dumps(_state(scaling, target)).decode() if target is not None else None
    return ScaledResource(resource.id, resource.dimension, state, scaling.numbers)


def _state(scaling: AutoScaling, target: ScalableTarget) -> dict[str, Any]:
    policies = scaling.policies_of(target.resource)
    actions = [action for (owner, _), action in scaling.actions.items() if owner == target.resource]
    return {
        **_members(target, TARGET),
        "arn": _arn_without_place(target.arn),
        "policies": [
            {
                **_members(policy, POLICY),
                "arn": _arn_without_place(policy.arn),
                "tracking": _members(policy.tracking, TRACKING),
            }
            for policy in policies
        ],
        "actions": [{**_members(action, ACTION), "arn": _arn_without_place(action.arn)} for action in actions],
    }


def made_of(kept: Scaling, account: str, region: str) -> AutoScaling:
    """Auto scaling of an account and region as it was kept."""
    scaling = AutoScaling(account, region)
    scaling.numbers = kept.numbers
    for each in kept.resources.values():
        resource = resources.parse(each.id, each.dimension)
        assert resource is not None and each.state is not None
        _add(scaling, resource, orjson.loads(each.state))
    return scaling


def _add(scaling: AutoScaling, resource: Resource, state: dict[str, Any]) -> None:
    target = ScalableTarget(
        resource, _arn(scaling, state["arn"]), scaling.role_arn(), **{name: state[name] for name in TARGET}
    )
    scaling.targets[resource] = target
    for given in state["policies"]:
        policy = ScalingPolicy(
            resource=resource,
            arn=_arn(scaling, given["arn"]),
            tracking=TargetTracking(**given["tracking"]),
            **{name: given[name] for name in POLICY},
        )
        scaling.policies[resource, policy.name] = policy
    for given in state["actions"]:
        text, zone = given["schedule_text"], given["time_zone"]
        action = ScheduledAction(
            resource=resource,
            arn=_arn(scaling, given["arn"]),
            schedule=schedule.parse(text, schedule.time_zone(zone)),
            **{name: given[name] for name in ACTION},
        )
        scaling.actions[resource, action.name] = action


def _members(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _arn_without_place(arn: str) -> list[str]:
    """The service and the resource of an ARN."""
    _, _, service, _, _, rest = arn.split(":", 5)
    return [service, rest]


def _arn(scaling: AutoScaling, parts: list[str]) -> str:
    service, rest = parts
    return f"arn:aws:{service}:{scaling.region}:{scaling.account}:{rest}"
