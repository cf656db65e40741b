"""PutScalingPolicy: a target tracking policy for a registered target; another one of the same name is replaced.

Tables and indexes know no step scaling and no predictive scaling (API reference, PolicyType).
"""

from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.auto_scaling.operations import lookup, scaling_policy_description
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.scaling.policy import ScalingPolicy, TargetTracking, fault_of_target
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

TRACKING = "TargetTrackingScaling"
CONFIGURATION = "TargetTrackingScalingPolicyConfiguration"
OTHER_CONFIGURATIONS = ("StepScalingPolicyConfiguration", "PredictiveScalingPolicyConfiguration")
POLICIES_MAX = 50
"""The quota of scaling policies of a target (user guide, quotas)."""


@dataclass(slots=True)
class PutScalingPolicy:
    """A checked request; `request` names the target."""

    name: str
    configuration: dict[str, Any] | None
    policy_type: str | None
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> PutScalingPolicy:
    # The target is looked up first: recorded, a policy of any kind for a target that is not there is told so.
    return PutScalingPolicy(request["PolicyName"], request.get(CONFIGURATION), request.get("PolicyType"), request)


def execute(namespace: Namespace, request: PutScalingPolicy, now: float) -> dict[str, Any]:
    scaling = namespace.auto_scaling
    resource = lookup.registered(namespace, request.request).resource
    policy = scaling.policies.get((resource, request.name))
    configuration = request.configuration
    if policy is None or configuration is not None or request.policy_type not in (None, TRACKING):
        configuration = _checked(request, resource.metric_type, resource.dimension)
    assert configuration is not None or policy is not None
    others = [each for each in scaling.policies_of(resource) if each.name != request.name]
    if others and policy is None:
        # A resource has one metric, so that a second policy always asks for the first one's.
        raise errors.validation(messages.TRACKING_POLICY_EXISTS)
    if policy is None:
        assert configuration is not None
        arn = scaling.policy_arn(resource, request.name)
        policy = ScalingPolicy(request.name, resource, arn, now, configuration, tracking_of(configuration))
        scaling.policies[resource, request.name] = policy
    elif configuration is not None:
        policy.configuration, policy.tracking = configuration, tracking_of(configuration)
    policy.settled = None
    scaling.name_alarms(policy)
    namespace.keep_scaling(resource, now)
    return {"PolicyARN": policy.arn, "Alarms": scaling_policy_description.alarms(namespace, policy)}


def _checked(request: PutScalingPolicy, metric_type: str, dimension: str) -> dict[str, Any]:
    """The configuration, which must be one that tables and indexes can have. Raises ValidationException.

    Cool-downs may be of any length, less than none included (ack-api-quirks, DDB-TABLE-253, October 2026).
    """
    kind = request.policy_type or (TRACKING if request.configuration is not None else "StepScaling")
    if kind != TRACKING:
        raise errors.validation(messages.POLICY_TYPE_UNSUPPORTED.format(kind))
    other = next((name for name in OTHER_CONFIGURATIONS if name in request.request), None)
    if other is not None:
        raise errors.validation(messages.TRACKING_UNEXPECTED.format(other))
    configuration = request.configuration
    if configuration is None:
        raise errors.validation(messages.TRACKING_REQUIRED)
    _check_metric(configuration, metric_type, dimension)
    fault = fault_of_target(metric_type, float(configuration["TargetValue"]))
    if fault is not None:
        raise errors.validation(fault)
    return configuration


def _check_metric(configuration: dict[str, Any], metric_type: str, dimension: str) -> None:
    predefined = configuration.get("PredefinedMetricSpecification")
    if (predefined is None) == ("CustomizedMetricSpecification" not in configuration):
        raise errors.validation(messages.METRIC_REQUIRED)
    if predefined is None:
        raise errors.validation(messages.METRIC_CUSTOMIZED)
    if predefined["PredefinedMetricType"] != metric_type:
        raise errors.validation(messages.METRIC_UNSUPPORTED.format(predefined["PredefinedMetricType"], dimension))
    if "ResourceLabel" in predefined:
        raise errors.validation(messages.METRIC_LABEL.format(metric_type))


def tracking_of(configuration: dict[str, Any]) -> TargetTracking:
    return TargetTracking(
        float(configuration["TargetValue"]),
        configuration.get("ScaleOutCooldown", 0),
        configuration.get("ScaleInCooldown", 0),
        configuration.get("DisableScaleIn", False),
    )
