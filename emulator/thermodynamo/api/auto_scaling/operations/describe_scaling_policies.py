"""DescribeScalingPolicies: the policies of a namespace, some or all of them."""

from typing import Any

from thermodynamo.api.auto_scaling.operations import lookup, scaling_policy_description
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.scaling.policy import ScalingPolicy

FACTS = Facts(is_read=True)

PAGE_MAX = 10


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return lookup.check_filter(request, PAGE_MAX)


def execute(namespace: Namespace, request: dict[str, Any], now: float) -> dict[str, Any]:
    names = request.get("PolicyNames")
    found = [
        policy
        for policy in namespace.auto_scaling.policies.values()
        if lookup.is_wanted(policy.resource, request) and (not names or policy.name in names or policy.arn in names)
    ]
    shown, more = lookup.page(sorted(found, key=_key), _key, request, PAGE_MAX)
    return {"ScalingPolicies": [scaling_policy_description.describe(namespace, policy) for policy in shown], **more}


def _key(policy: ScalingPolicy) -> str:
    return lookup.key_of(policy.resource, policy.name)
