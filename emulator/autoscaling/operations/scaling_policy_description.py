"""How a scaling policy and its alarms are described."""

from typing import Any

from emulator.engine import Engine
from emulator.scaling.policy import ScalingPolicy
from emulator.scaling.resource import SERVICE_NAMESPACE


def describe(engine: Engine, policy: ScalingPolicy) -> dict[str, Any]:
    return {
        "PolicyARN": policy.arn,
        "PolicyName": policy.name,
        "ServiceNamespace": SERVICE_NAMESPACE,
        "ResourceId": policy.resource.id,
        "ScalableDimension": policy.resource.dimension,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": policy.configuration,
        "Alarms": alarms(engine, policy),
        "CreationTime": round(policy.created_at, 3),
    }


def alarms(engine: Engine, policy: ScalingPolicy) -> list[dict[str, str]]:
    arn_of = engine.auto_scaling.alarm_arn
    return [{"AlarmName": name, "AlarmARN": arn_of(name)} for name in policy.alarm_names.values()]
