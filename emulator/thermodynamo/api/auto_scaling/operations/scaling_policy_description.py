"""How a scaling policy and its alarms are described."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.scaling.policy import ScalingPolicy
from thermodynamo.api.scaling.resource import SERVICE_NAMESPACE


def describe(namespace: Namespace, policy: ScalingPolicy) -> dict[str, Any]:
    return {
        "PolicyARN": policy.arn,
        "PolicyName": policy.name,
        "ServiceNamespace": SERVICE_NAMESPACE,
        "ResourceId": policy.resource.id,
        "ScalableDimension": policy.resource.dimension,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": policy.configuration,
        "Alarms": alarms(namespace, policy),
        "CreationTime": round(policy.created_at, 3),
    }


def alarms(namespace: Namespace, policy: ScalingPolicy) -> list[dict[str, str]]:
    arn_of = namespace.auto_scaling.alarm_arn
    return [{"AlarmName": name, "AlarmARN": arn_of(name)} for name in policy.alarm_names.values()]
